#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# proc_test.sh SOURCE BUILD NAME KERNEL [LAB_OPTION...]
#
# Every file of /proc that Fathom makes of a guest's memory is compared with the
# guest's own: of a guest with more than 300 processes, among them what populate/
# makes.
set -uo pipefail

. "$1/tests/e2e/lib.sh"
. "$1/tests/e2e/proc.sh"
. "$1/tests/e2e/proc_churn.sh"
test_begin "$@"
KERNEL=$4
shift 4

sides_begin

# Nobody is hidden, and nobody made up.
test_processes() {
	(cd "$SIDES/ours" && ls -d [0-9]*) | LC_ALL=C sort >"$WORK/processes"
	LC_ALL=C join -v 1 "$WORK/theirs.processes" "$WORK/processes" |
		grep -vE ' (sh|kworker/.*)$' >"$WORK/not-seen"
	check "all $(wc -l <"$WORK/processes") processes are there" \
		test ! -s "$WORK/not-seen"
	LC_ALL=C join -v 2 "$WORK/theirs.processes" "$WORK/processes" \
		>"$WORK/made-up"
	check "no others" test ! -s "$WORK/made-up"
}

# A dump is a picture of the same memory: every byte of every file is the same.
test_dump() {
	rm -rf "${SIDES:?}"/*
	lab pause
	LIMIT=300 limited "$FATHOM" proc snapshot --target "$TARGET" \
		"$SIDES/live" 2>"$WORK/live.log"
	check "dump" lab dump --format elf "$SIDES/dump"
	lab resume
	LIMIT=300 limited "$FATHOM" proc snapshot \
		--target "dump:$SIDES/dump" "$SIDES/dumped" 2>"$WORK/dump.log"
	check "dump: what is left out is the same" \
		cmp "$WORK/live.log" "$WORK/dump.log"
	check "dump: $(find "$SIDES/live" | wc -l) names, every byte the same" \
		diff -r --no-dereference "$SIDES/live" "$SIDES/dumped"
}

# A module's file in the kernel's package, as the guest takes it.
unpack_module() {
	local image file

	image=$(lab_get image) || return
	file=$(echo "${image%/boot/*}"/lib/modules/*/kernel/"$1".ko*)
	mkdir -p "$WORK/modules"
	case $file in
	*.xz) xz -dc "$file" >"$WORK/modules/${1##*/}.ko" ;;
	*) cp "$file" "$WORK/modules/" ;;
	esac
}

# In the guest: a file system and an interface of modules whose source is not
# among what Fathom compiles.
# shellcheck disable=SC2016 # the guest's shell expands it
STRANGERS='
cd /root && insmod fat.ko && insmod vfat.ko && insmod nls_cp437.ko &&
insmod nls_ascii.ko && dd if=/dev/zero of=/tmp/fat bs=1k count=512 &&
mkdosfs /tmp/fat && mkdir -p /tmp/stranger &&
mount -t vfat -o loop /tmp/fat /tmp/stranger &&
ip link add link dummy0 name stranger type vlan id 5'

make_strangers() {
	local module

	for module in fs/fat/fat fs/fat/vfat fs/nls/nls_cp437 fs/nls/nls_ascii; do
		unpack_module "$module" || return
	done
	lab put "$WORK"/modules/*.ko && guest sh -c "$STRANGERS"
}

# What is sent again within the guest is counted meanwhile.
without_counts() {
	sed -E '/:/s/ +[0-9]+/ N/g'
}

# They cost what only their modules know, and nothing else of the file.
test_strangers() {
	local name theirs=$WORK/strangers.theirs

	check "a file system and an interface of other modules" make_strangers
	limited "$FATHOM" proc snapshot --target "$TARGET" --only 1/mounts \
		--only 1/mountinfo --only 1/net/dev "$WORK/strangers" \
		2>"$WORK/strangers.log"
	check "their files are there" test $? = 0
	for name in mounts mountinfo; do
		guest cat "/proc/1/$name" |
			sed '/ vfat /s/,fmask=[^ ]*/,fathom.options=unknown/' \
				>"$theirs"
		check "$name: but for the options of one" \
			cmp "$theirs" "$WORK/strangers/1/$name"
		check "$name: said, with the module" grep -q \
			"/proc/1/$name: .* module \[fat\]" "$WORK/strangers.log"
	done
	guest cat /proc/1/net/dev | grep -v stranger: | without_counts >"$theirs"
	without_counts <"$WORK/strangers/1/net/dev" >"$WORK/strangers.ours"
	check "net/dev: but for the interface" \
		cmp "$theirs" "$WORK/strangers.ours"
	check "net/dev: said, with the module" grep -q \
		'/proc/1/net/dev: .* module \[8021q\]' "$WORK/strangers.log"
}

# The guest's links and maps, as ids-samples/kernel-functions/files.c has them.
# Names in brackets are no files'. The first process has other descriptors while it
# runs a command; what is passing ends.
files_of_guest() {
	(cd "$SIDES/theirs" || exit
		find . -regextype posix-extended -regex '\./[0-9]+/fd/[0-9]+' \
			-printf '%P %l\0' | tr '\n\0' '\001\n' |
			LC_ALL=C awk '{
				split($1, part, "/")
				sub(/^[^ ]* /, "")
				gsub(/\001/, "\\012")
				printf "%7d %5s %s\n", part[1], part[3], $0
			}'
		LC_ALL=C awk 'NF > 5 && $6 !~ /^\[/ {
			split(FILENAME, part, "/")
			sub(/^[^ ]+ [^ ]+ [^ ]+ [^ ]+ [^ ]+ +/, "")
			printf "%7d %5s %s\n", part[1], "mem", $0
		}' [0-9]*/maps) | files_that_stay
}

files_that_stay() {
	LC_ALL=C awk '
		NR == FNR { passing[$1]; next }
		!($1 in passing) && !($1 == 1 && $2 != "mem")' \
		<(cd "$SIDES/theirs" && grep -lE '^Name:.(passing|kworker.*)$' \
			-- [0-9]*/status | cut -d / -f 1) - | LC_ALL=C sort -u
}

# An IDS that calls the kernel's own functions gets the kernel's own answers.
test_kernel_functions() {
	local source=$SOURCE/ids-samples/kernel-functions/files.c try what

	check "an IDS with the kernel's functions" "$FATHOM_CC" \
		--kernel-headers "$(guest uname -r)" --kernel-functions \
		-O2 -Wall -Werror "$source" -o "$WORK/files"
	for try in 1 2 3; do
		[[ $try == 1 ]] || gather
		files_of_guest >"$WORK/files.guest"
		run "$TARGET" "$WORK/files" 2>"$WORK/files.err" |
			files_that_stay >"$WORK/files.seen"
		diff "$WORK/files.guest" "$WORK/files.seen" \
			>"$WORK/files.diff" && break
	done
	check "files: no fault" not grep . "$WORK/files.err"
	if [[ -s $WORK/files.diff ]]; then
		fail "files: not as the guest says" "$WORK/files.diff"
	else
		pass "files: $(wc -l <"$WORK/files.seen") as the guest says (look $try)"
	fi
	for what in 'mem /' 'pipe:[' 'socket:[' ' (deleted)' '\012'; do
		check "files: some are $what" grep -qF "$what" "$WORK/files.seen"
	done
}

# ram_byte PLACE [VALUE]: print a byte of the guest's memory, or set it.
ram_byte() {
	local ram

	ram=$(lab_get ram)
	if (($# == 1)); then
		od -An -tu1 -j "$1" -N 1 "$ram" | tr -d ' '
	else
		# shellcheck disable=SC2059 # an octal escape
		printf "\\$(printf %o "$2")" |
			dd of="$ram" bs=1 seek="$1" conv=notrunc status=none
	fi
}

# A guest that stands still just when its kernel sets the clock.
test_changing() {
	local place was asked log=$WORK/changing.log

	check "clock: compile" compile "$SOURCE/tests/e2e/ids/clock.c" \
		"$WORK/clock"
	place=$(run "$TARGET" "$WORK/clock")
	check "clock: its counter is found" test "${place:-0}" -gt 0
	lab pause
	was=$(ram_byte "$place")
	ram_byte "$place" $((was | 1))
	limited "$FATHOM" proc snapshot --target "$TARGET" --only uptime \
		--only version "$WORK/changing" 2>"$log"
	check "clock: something is left out" test $? = 1
	ram_byte "$place" "$was"
	lab resume
	# Once, up to four times more while a second lasts, and the last word.
	asked=$(grep -c '/proc/uptime: fault: loop limit' "$log")
	check "clock: it was asked for again" test "$asked" -ge 2
	check "clock: not without end" test "$asked" -le 6
	check "clock: and given up" grep -q 'uptime: Input/output error' "$log"
	check "clock: the rest is there" test -s "$WORK/changing/version"
}

lab_up --kernel "$KERNEL" --processes 140 "$@"
LIMIT=1800 check "build" limited "$FATHOM" proc build --target "$TARGET"
check "the guest is populated" populate
# First what may differ from the guest that lives on: its sockets come to rest.
test_dump
PAUSE=yes compare_snapshot "$TARGET"
test_processes
test_kernel_functions
test_changing
test_churn
test_strangers
test_end
