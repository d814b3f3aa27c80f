#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# bad_input_test.sh SOURCE BUILD NAME
#
# Targets that are not there, not what they say, or end too early: each gives
# one line that names what and where, and the documented exit status.
set -uo pipefail

. "$1/tests/e2e/lib.sh"
test_begin "$@"

# <fathom/target.h>
EXIT_TARGET=121
EXIT_MISMATCH=122
EXIT_USAGE=123

prepare() {
	local source program

	for source in "$SOURCE"/tests/e2e/ids/{watch_forever,no_such_symbol}.c \
		"$SOURCE/ids-samples/version.c"; do
		program=$(basename "$source" .c)
		compile "$source" "$WORK/$program" 2>"$WORK/compile.log" ||
			fail "compile $program" "$WORK/compile.log"
	done
}

# refused WHAT STATUS PATTERN URI PROGRAM
refused() {
	expect_failure "$1" "$2" "$3" 20 run "$4" "$WORK/$5"
}

test_targets_that_are_none() {
	refused "missing QMP socket" $EXIT_TARGET "$WORK/none.qmp" \
		"qemu:$WORK/none.qmp" version
	: >"$WORK/file"
	refused "QMP socket that is a file" $EXIT_TARGET "$WORK/file" \
		"qemu:$WORK/file" version
	refused "unknown kind of target" $EXIT_USAGE "bogus:thing" bogus:thing version
	refused "no dump" $EXIT_TARGET "$WORK/none.dump" "dump:$WORK/none.dump" version
	refused "empty dump" $EXIT_TARGET "$WORK/file" "dump:$WORK/file" version
	refused "dump that is a directory" $EXIT_TARGET "$WORK: a directory" "dump:$WORK" version
	head -c 8M /dev/urandom >"$WORK/garbage"
	refused "garbage for a dump" $EXIT_TARGET "$WORK/garbage" \
		"dump:$WORK/garbage" version
	expect_failure "no target at all" $EXIT_USAGE "target" 20 \
		limited "$WORK/version"
}

# A silent server is not a reason to wait for ever.
test_silent_socket() {
	local server

	python3 -c '
import socket, sys, time
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1])
s.listen(5)
time.sleep(120)' "$WORK/silent.qmp" &
	server=$!
	while [[ ! -S $WORK/silent.qmp ]]; do sleep 0.1; done
	expect_failure "QMP socket that never answers" $EXIT_TARGET \
		"$WORK/silent.qmp" 40 run "qemu:$WORK/silent.qmp" "$WORK/version"
	kill "$server"
	wait "$server" 2>/dev/null
}

test_broken_dumps() {
	local format

	for format in elf lime; do
		lab dump --format $format "$WORK/whole" 2>/dev/null
		head -c 40 "$WORK/whole" >"$WORK/header"
		refused "$format dump of 40 bytes" $EXIT_TARGET "$WORK/header" \
			"dump:$WORK/header" version
		head -c 1M "$WORK/whole" >"$WORK/first"
		refused "$format dump cut after 1 MiB" $EXIT_TARGET "$WORK/first" \
			"dump:$WORK/first" version
		# All lengths and offsets of the headers at once.
		{
			head -c 8 "$WORK/whole"
			head -c 4088 /dev/zero | tr '\0' '\377'
			tail -c +4097 "$WORK/whole" | head -c 4M
		} >"$WORK/broken"
		refused "$format dump with a broken header" $EXIT_TARGET \
			"$WORK/broken" "dump:$WORK/broken" version
		rm "$WORK/whole"
	done
}

test_programs_that_do_not_fit() {
	local other

	refused "symbol that the kernel lacks" $EXIT_MISMATCH \
		fathom_no_such_variable "$TARGET" no_such_symbol
	other=$("$SOURCE/lab/fathom-lab" fetch --kernel 6.12 2>/dev/null)
	compile "$SOURCE/ids-samples/pslist.c" "$WORK/pslist-6.12" \
		"$(ls -d "$other"/usr/src/linux-headers-*-amd64)" ||
		fail "compile for 6.12"
	refused "headers of 6.12 on a 6.1" $EXIT_MISMATCH '6\.12.*6\.1|6\.1\..*6\.12' \
		"$TARGET" pslist-6.12
}

# The file that QEMU names is gone or is another one.
test_stale_ram_file() {
	local ram
	ram=$(lab_get ram)

	mv "$ram" "$ram.aside"
	refused "RAM file that is gone" $EXIT_TARGET "$ram" "$TARGET" version
	head -c 1M /dev/zero >"$ram"
	refused "RAM file that is too short" $EXIT_TARGET "$ram" "$TARGET" version
	truncate -s 512M "$ram"
	refused "RAM file of another guest" $EXIT_TARGET "qemu:|$ram" "$TARGET" version
	mv "$ram.aside" "$ram"
	check "the right RAM file again" run "$TARGET" "$WORK/version"
}

# The guest dies while an IDS reads.
test_death_mid_read() {
	local ids got=0

	run "$TARGET" "$WORK/watch_forever" >"$WORK/out" 2>"$WORK/err" &
	ids=$!
	for _ in {1..200}; do
		(($(wc -l <"$WORK/out") < 3)) || break
		sleep 0.1
	done
	check "the IDS sees the guest" test "$(wc -l <"$WORK/out")" -ge 3
	kill -9 "$(lab_get pid)"
	for _ in {1..100}; do
		kill -0 "$ids" 2>/dev/null || break
		sleep 0.1
	done
	if kill -0 "$ids" 2>/dev/null; then
		fail "guest killed mid-read: the IDS goes on after 10 s"
		kill "$ids"
		return
	fi
	wait "$ids" || got=$?
	expect_message "guest killed mid-read" $EXIT_TARGET \
		"^watch_forever: fathom: the guest has gone: .*$(lab_get qmp)" "$got"
	refused "guest that has died" $EXIT_TARGET "$(lab_get qmp)" "$TARGET" version
}

lab_up --kernel 6.1
prepare
test_targets_that_are_none
test_silent_socket
test_programs_that_do_not_fit
test_broken_dumps
test_stale_ram_file
test_death_mid_read
test_end
