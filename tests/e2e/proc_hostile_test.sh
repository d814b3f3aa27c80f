#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# proc_hostile_test.sh SOURCE BUILD NAME KERNEL
#
# What an intruder can do to the kernel's structures is done to a guest's memory
# (ids/hostile.c says what). /proc of it must then come in time and in bounded
# memory; what cannot be had is named, and the rest is as before, byte by byte.
set -uo pipefail

. "$1/tests/e2e/lib.sh"
test_begin "$@"
KERNEL=$4
DUMP=$WORK/dump

# CPU time for a file, time for all of them, and memory for what was read.
SECONDS_FOR_A_FILE=1
SECONDS_FOR_ALL=120
# No loop over a list of this guest has more.
STEPS=65536
MEMORY=6M

# snapshot FOLDER OPTION...: sets status. Numbers that could be addresses of the
# reader are marked as such: which ones must not change from run to run.
snapshot() {
	local folder=$1
	shift

	LIMIT=$SECONDS_FOR_ALL limited setarch --addr-no-randomize \
		"$FATHOM" proc snapshot \
		--target "dump:$DUMP" --max-memory "$MEMORY" --statistics \
		--time-limit "$SECONDS_FOR_A_FILE" --loop-limit "$STEPS" "$@" \
		"$WORK/$folder" 2>"$WORK/$folder.log"
	status=$?
}

# Its files and links, and what is in them.
list() {
	(
		cd "$WORK/$1" || exit
		find . -type f -printf '%P\0' | xargs -0 sha256sum
		find . -type l -printf '%l  %P\n'
	) | LC_ALL=C sort >"$WORK/$1.list"
}

# Names of what differs between the snapshots, either way, if it was wanted.
differing() {
	LC_ALL=C comm -3 "$WORK/before.list" "$WORK/$1.list" |
		sed 's/^\t//; s/^.*  //' | grep -E "$wanted" | LC_ALL=C sort -u
}

# The cases of group $1: "NAME FILES BROKEN", one a line.
cases() {
	sed -n "s/^case $1 //p" "$WORK/cases"
}

# What changes memory for group $1.
changes() {
	awk -v group="$1" '$1 == "case" { wanted = $2 == group; next } wanted' \
		"$WORK/cases"
}

# Nothing differs but what may.
only_its_files() {
	local expressions

	expressions=$(cases "$1" | awk '{ printf "|%s", $2 }')
	differing "$1" | grep -vE "^(none$expressions)\$"
	((PIPESTATUS[1] == 1))
}

# The log says what of a file cannot be had, and why.
is_named() {
	grep -qE "/proc/$2(/[^:]*)?: fault" "$WORK/$1.log"
}

# test_group GROUP: what all processes suffer from is looked at in one of them.
test_group() {
	local group=$1 wanted='' only=() name broken

	if [[ $group != each ]]; then
		wanted='^([a-z]|1/)'
		only=(--only '[a-z]*' --only 1)
	fi
	changes "$group" | "$BUILD/bin/e2e-change-memory" "$DUMP" \
		>"$WORK/undo" || fail "$group: memory cannot be changed"
	snapshot "$group" "${only[@]}"
	"$BUILD/bin/e2e-change-memory" "$DUMP" <"$WORK/undo" >/dev/null
	check "$group: ends, with something left out" test "$status" = 1
	list "$group"
	check "$group: all else is as before" only_its_files "$group"
	[[ $group != each ]] ||
		check "symbol_endless: what there is room for is shown" \
			grep -qrE --include=stack 'A{500}' "$WORK/each"
	while read -r name _ broken; do
		[[ $broken == - ]] ||
			check "$name: $broken is named" is_named "$group" "$broken"
	done < <(cases "$group")
}

lab_up --kernel "$KERNEL" --processes 50
check "dump" lab dump --format elf "$DUMP"
chmod u+w "$DUMP"
lab down
LIMIT=1800 check "build" limited "$FATHOM" proc build --target "dump:$DUMP"
check "compile" compile "$SOURCE/tests/e2e/ids/hostile.c" "$WORK/hostile"
check "victims" run "dump:$DUMP" "$WORK/hostile"
mv "$WORK/check.log" "$WORK/cases"

snapshot before
# What is left out before says e2e.proc-6.1.
check "before: ends" test "$status" -le 1
check "before: pages had to leave memory" \
	grep -qE '[1-9][0-9]* pages evicted' "$WORK/before.log"
list before
while read -r group; do
	test_group "$group" </dev/null
done < <(awk '$1 == "case" && !seen[$2]++ { print $2 }' "$WORK/cases")
snapshot after
list after
check "nothing of it is left" cmp "$WORK/before.list" "$WORK/after.list"
rm -rf "$DUMP"
test_end
