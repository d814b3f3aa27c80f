#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# guest_test.sh SOURCE BUILD NAME KERNEL SMP MEMORY LA57 PTI FIRMWARE [DUMPS]
#
# One guest, and everything that Fathom says of it against what it says of
# itself: fathom info, fathom symbols, all of ids-samples/; with DUMPS ("elf
# raw lime") also its dumps, and the same from elsewhere, by TCP. FIRMWARE: as fathom-lab's option; with "smm" it is
# the agent in firmware that answers, while other CPUs of the guest are busy.
set -uo pipefail

. "$1/tests/e2e/lib.sh"
. "$1/tests/e2e/remote.sh"
test_begin "$@"
KERNEL=$4 SMP=$5 MEMORY=$6 LA57=$7 PTI=$8 FIRMWARE=$9 DUMPS=${10:-}

boot() {
	machine_up '' --firmware "$FIRMWARE"
}

info() {
	jq -r "$1" "$WORK/info.json"
}

# The kernel's text as the guest gives it, without leading zeroes.
guest_symbol() {
	# shellcheck disable=SC2016 # the guest's awk expands it
	guest awk -v name="$1" '$3 == name { print $1; exit }' /proc/kallsyms
}

guest_ram() {
	# shellcheck disable=SC2016 # the guest's awk expands it
	echo "$(($(guest awk '/MemTotal/ { print $2 }' /proc/meminfo) * 1024))"
}

check_info() {
	local levels=4

	[[ $LA57 == off ]] || levels=5
	if ! XDG_CACHE_HOME=$CACHE "$FATHOM" info --target "$TARGET" --json \
		>"$WORK/info.json" 2>"$WORK/info.err"; then
		fail "fathom info" "$WORK/info.err"
		return
	fi
	check "info: release" test "$(info .release)" = "$(guest uname -r)"
	check "info: banner" test "$(info .banner)" = "$(guest cat /proc/version)"
	check "info: CPUs" test "$(info '.cpus | length')" = "$SMP"
	check "info: paging levels" test "$(info .paging_levels)" = "$levels"
	check "info: PTI" test "$(info .pti)" = \
		"$([[ $PTI == on ]] && echo true || echo false)"
	check "info: kernel base" test "0x$(guest_symbol _text)" = \
		"$(info .kernel_base)"
	check "info: RAM" test "$(info .ram_bytes)" -ge "$(guest_ram)"
	check "info: build ID" test "$(info .build_id)" = "$(guest_build_id)"
}

# The kernel's ELF notes: the build ID is the last 20 bytes of GNU's note.
guest_build_id() {
	guest sh -c 'hexdump -v -e "1/1 \"%02x\"" /sys/kernel/notes' |
		grep -oE '040000001400000003000000474e5500[0-9a-f]{40}' | tail -c 41
}

# fathom symbols is /proc/kallsyms without what modules and BPF add.
check_symbols() {
	local how=$1

	guest cat /proc/kallsyms | grep -v '\[' | LC_ALL=C sort >"$WORK/kallsyms"
	XDG_CACHE_HOME=$CACHE "$FATHOM" symbols --target "$TARGET" \
		2>"$WORK/symbols.err" | LC_ALL=C sort >"$WORK/symbols"
	if cmp -s "$WORK/kallsyms" "$WORK/symbols" &&
		(($(wc -l <"$WORK/kallsyms") > 50000)); then
		pass "symbols ($how): all $(wc -l <"$WORK/symbols") as in /proc/kallsyms"
	else
		diff "$WORK/kallsyms" "$WORK/symbols" >>"$WORK/symbols.err"
		fail "symbols ($how)" "$WORK/symbols.err"
	fi
}

# Two IDSes at one guest do not disturb each other.
check_two_at_once() {
	local status=0 i pids=()

	for i in 1 2; do
		run "$TARGET" "$WORK/version" >"$WORK/two.$i" 2>"$WORK/two.err.$i" &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i" || status=$?
	done
	check "two IDSes at once" \
		test "$status" = 0 -a -s "$WORK/two.1" -a \
		"$(cat "$WORK/two.1")" = "$(cat "$WORK/two.2")"
}

# Whether sample $1 has printed into file $2 what cannot be nothing.
has_said() {
	[[ $1 == integrity || -s $2 ]]
}

# While the guest stands still, a dump and the live guest are the same thing.
check_dump() {
	local format=$1 sample dump=$WORK/dump.$1

	check "dump: $format" lab dump --format "$format" "$dump"
	for sample in "${samples[@]}"; do
		run "$TARGET" "$WORK/$sample" 2>&1 >"$WORK/live" | head -5
		if run "dump:$dump" "$WORK/$sample" >"$WORK/dumped" \
			2>"$WORK/dump.err" && has_said "$sample" "$WORK/live" &&
			cmp -s "$WORK/live" "$WORK/dumped"; then
			pass "dump: $format: $sample as live"
		else
			diff "$WORK/live" "$WORK/dumped" >>"$WORK/dump.err"
			fail "dump: $format: $sample differs from live" "$WORK/dump.err"
		fi
	done
	rm -f "$dump"
}

# Numbers that a program wrote as --statistics: "17 agent calls".
counted() {
	sed -nE "s/.*[ :]([0-9]+) $2.*/\1/p" "$1"
}

# What comes ahead of a program makes no difference but in calls. The guest
# stands still; symbols, which take calls as well, are in the cache.
check_ahead() {
	local sample calls pages

	for sample in "${samples[@]}"; do
		run "$TARGET" --prefetch 0 "$WORK/$sample" >"$WORK/plain" \
			2>"$WORK/ahead.err"
		run "$TARGET" --statistics "$WORK/$sample" >"$WORK/ahead" \
			2>"$WORK/ahead.$sample"
		check "ahead: $sample as without" cmp "$WORK/plain" "$WORK/ahead"
	done
	calls=$(counted "$WORK/ahead.pslist" "agent calls")
	pages=$(counted "$WORK/ahead.pslist" "pages fetched")
	check "ahead: pslist: $calls calls for $pages pages" \
		test "$calls" -lt $((pages / 4 + 60))
}

# Programs of the corpus that need nothing but a kernel, at each level of
# optimisation: the guest stands still, so all must print the same.
check_idioms() {
	local source name level

	for source in "$SOURCE"/tests/corpus/idioms/*.c; do
		! grep -q 'objects\.h\|canary\.h' "$source" || continue
		name=$(basename "$source" .c)
		for level in -O0 -O2 -O3; do
			"$FATHOM_CC" --kernel-headers "$HEADERS" "$level" \
				"$source" -o "$WORK/idiom" 2>"$WORK/idiom.err" &&
				run "$TARGET" "$WORK/idiom" \
					>"$WORK/idiom.$level" 2>>"$WORK/idiom.err"
			check "idiom: $name $level" test -s "$WORK/idiom.$level" -a \
				! -s "$WORK/idiom.err"
			check "idiom: $name $level as at -O0" \
				cmp "$WORK/idiom.-O0" "$WORK/idiom.$level"
		done
	done
}

check_dumps() {
	local format

	[[ $DUMPS ]] || return
	check "the guest stands still" lab pause
	check_ahead
	[[ $DUMPS != *elf* ]] || check_idioms
	check_remote
	for format in $DUMPS; do
		check_dump "$format"
	done
	check "the guest goes on" lab resume
	check "the guest still answers" guest true
}

remotely() {
	run "$REMOTE" "$WORK/$1" >"$WORK/remote" 2>>"$WORK/remote.err"
}

# By TCP, agent and relay, the guest that stands still is the same.
check_remote() {
	local sample

	remote_begin >"$WORK/remote.log" 2>&1 || {
		fail "remote: agent and relay" "$WORK/remote.log"
		return
	}
	for sample in "${samples[@]}"; do
		run "$TARGET" "$WORK/$sample" >"$WORK/live" 2>"$WORK/remote.err"
		check "remote: $sample ends well" remotely "$sample"
		check "remote: $sample" has_said "$sample" "$WORK/remote"
		check "remote: $sample as on the spot" \
			cmp "$WORK/live" "$WORK/remote"
	done
}

# The guest ends under the eyes of an IDS elsewhere, and another one comes.
check_remote_guest_goes() {
	local pid status=0

	compile "$SOURCE/tests/e2e/ids/watch_forever.c" "$WORK/watch_forever"
	run "$REMOTE" "$WORK/watch_forever" >"$WORK/watched" 2>"$WORK/watch.err" &
	pid=$!
	check "remote: an IDS at work" says "$WORK/watched" '[1-9]'
	lab down
	wait "$pid" || status=$?
	check "remote: the guest has gone, and the IDS says so (status $status)" \
		grep -q "the target has gone" "$WORK/watch.err"
	check "remote: by a status of its own" test "$status" = 121
	check "remote: the agent says so, too" \
		says "$WORK/agent.log" "the guest has gone"
	boot
	check "remote: the agent finds the next guest" \
		says "$WORK/agent.log" "a guest is there again"
	check "remote: and serves it" run "$REMOTE" "$WORK/version"
}

boot
check_guest
[[ $FIRMWARE == seabios ]] || make_busy
check_info
check_symbols "without a cache"
check_symbols "from the cache"
compile_samples
check_samples
check_two_at_once
check_high_memory
check_dumps
if [[ $DUMPS ]]; then
	[[ $DUMPS != *elf* ]] || check_remote_guest_goes
	check "remote: agent and relay end well" remote_end
fi
test_end
