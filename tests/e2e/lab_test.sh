#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# lab_test.sh SOURCE BUILD NAME
#
# The lab itself: what `exec` promises, and that a lab leaves nothing behind.
set -uo pipefail

. "$1/tests/e2e/lib.sh"
test_begin "$@"

# exec_gives WHAT STATUS STDOUT COMMAND...
exec_gives() {
	local what=$1 status=$2 stdout=$3 got=0
	shift 3

	guest "$@" >"$WORK/out" 2>"$WORK/err" || got=$?
	check "exec: $what" test "$got/$(<"$WORK/out")" = "$status/$stdout"
}

test_exec() {
	exec_gives "output and status" 0 Linux uname
	exec_gives "failure" 7 said sh -c 'echo said; exit 7'
	exec_gives "arguments as they are" 0 'a  b|*|' printf '%s|' 'a  b' '*'
	exec_gives "no such command" 127 '' no-such-command
	exec_gives "killed by a signal" 137 '' sh -c 'kill -9 $$'
	exec_gives "background processes do not hold it up" 0 over \
		sh -c 'sleep 1000 & echo over'
	guest sh -c 'echo error >&2' >"$WORK/out" 2>"$WORK/err"
	check "exec: standard error apart" \
		test "$(<"$WORK/out")/$(<"$WORK/err")" = /error
	lab exec --timeout 1 -- sleep 100 2>/dev/null
	check "exec: time-out" test $? = 124
	head -c 2000000 /dev/urandom >"$WORK/binary"
	lab exec --input "$WORK/binary" -- cat >"$WORK/out"
	check "exec: 2 MB of binary data there and back" \
		cmp "$WORK/binary" "$WORK/out"
}

test_exec_is_serialised() {
	local i pids=()

	for i in 1 2 3 4 5 6; do
		guest echo "$i" >"$WORK/serial.$i" &
		pids+=($!)
	done
	wait "${pids[@]}"
	check "exec: six at once" \
		test "$(cat "$WORK"/serial.? | tr -d '\n')" = 123456
}

test_exec_is_fast() {
	local began=${EPOCHREALTIME/[.,]/} i

	for i in {1..10}; do guest true; done
	check "exec: ten in less than five seconds" \
		test $((${EPOCHREALTIME/[.,]/} - began)) -lt 5000000
}

test_status() {
	check "status lists it" sh -c \
		"'$SOURCE/lab/fathom-lab' status | grep -q '^$LAB_NAME '"
	check "status --json" test \
		"$(lab status --json | jq -r '.[0].target')" = "$TARGET"
	lab up >/dev/null 2>&1
	check "a second one of that name is refused" test $? = 1
}

test_processes() {
	check "--processes 40" test \
		"$(guest sh -c 'ps -o args' | grep -c -- '--id=')" = 40
}

# QEMU ends with its guest, which has said why.
test_dead_lab_is_cleaned_up() {
	local ram directory
	ram=$(lab_get ram) directory=$(lab_get directory)

	guest sh -c 'echo c >/proc/sysrq-trigger' 2>"$WORK/err"
	check "exec: the guest dies" test $? = 125
	check "exec: tells its last words" grep -q \
		'Kernel panic - not syncing: sysrq triggered crash' "$WORK/err"
	guest true 2>/dev/null
	check "exec in a dead lab" test $? = 125
	lab status 2>/dev/null >"$WORK/out"
	check "status removes a dead lab" test ! -e "$ram" -a ! -e "$directory"
}

# A zombie is gone: its parent is process 1, which may take its time.
alive() {
	grep -qs '^State:[[:space:]][^ZX]' "/proc/$1/status"
}

test_down_leaves_nothing() {
	local ram directory pid
	ram=$(lab_get ram) directory=$(lab_get directory) pid=$(lab_get pid)

	check "down" lab down
	check "nothing is left" \
		test ! -e "$ram" -a ! -e "$directory"
	check "QEMU has ended" not alive "$pid"
	check "down again is no error" lab down
}

# Ctrl-C reaches `up` and not QEMU, which has its own session.
test_interrupted_up() {
	local up

	set -m
	"$SOURCE/lab/fathom-lab" up --name "$LAB_NAME" >"$WORK/out" 2>"$WORK/err" &
	up=$!
	set +m
	for _ in {1..100}; do
		! grep -q 'waiting for userspace' "$WORK/err" || break
		sleep 0.05
	done
	kill -INT -- "-$up"
	wait "$up"
	check "up: interrupted" test $? = 130
	check "up: nothing is left" test -z \
		"$(lab status --json | jq -r '.[].name')$(ls -d "/dev/shm/fathom-lab-$LAB_NAME".* 2>/dev/null)"
}

lab_up --processes 40
test_exec
test_exec_is_serialised
test_exec_is_fast
test_status
test_processes
test_dead_lab_is_cleaned_up
lab_up
test_down_leaves_nothing
test_interrupted_up
test_end
