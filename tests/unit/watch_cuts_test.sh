#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# Programs that report, and the watcher, and the network between them: each cut
# off in turn. DUMP is what the programs look at.
# shellcheck source=watch_common.sh
# shellcheck disable=SC2317 # run_tests calls the tests by name
# shellcheck disable=SC2016 # await evaluates its condition again and again
# shellcheck disable=SC2119,SC2120 # options are for some of the tests
. "$(dirname "$0")/watch_common.sh"
compile_reporter

test_without_its_watcher_a_program_says_so() {
	local alone

	begin 0.2
	VIA=$(free_port) ids -- 3 2>ids.err &
	alone=$!
	# Nobody else may pose as the watcher.
	fathom key generate --watch --key other.key >/dev/null
	mv other.key watch.key
	start_watch
	run ids -- 1
	expect_status 118
	expect_stderr "1 finding could not be delivered to the watcher"
	expect_stderr "it has another key than it should have"
	[[ ! $(findings) ]] || fail "another watcher got the finding"
	stop_watch
	wait "$alone"
	status=$?
	expect_status 118
	grep -q "no connection to the watcher at 127.0.0.1:.*: Connection refused" ids.err ||
		fail "it does not say that nobody is there: $(<ids.err)"
	grep -q "3 findings could not be delivered to the watcher" ids.err ||
		fail "said: $(<ids.err)"
}

# Acknowledged is what is on disk: none of it is lost, none is there twice.
test_a_watcher_that_is_killed() {
	local program

	begin 0.2
	start_watch
	ids -- 100 40 2>ids.err &
	program=$!
	await '(( $(findings | wc -l) > 10 ))' "no findings"
	kill -KILL "$WATCHER"
	wait "$WATCHER" 2>/dev/null
	sleep 0.3
	start_watch
	await '(( $(findings | wc -l) > 30 ))' "no findings after the restart"
	kill -KILL "$WATCHER"
	wait "$WATCHER" 2>/dev/null
	await 'grep -q "no connection to the watcher" ids.err' "it does not say so"
	start_watch
	await 'grep -q "the watcher at .* is there" ids.err' "it does not say so"
	wait "$program" || fail "the program ends with $?: $(<ids.err)"
	expect_findings 100
	expect_actions ids-reconnected 2
	stop_watch
	expect_whole_log
}

# A watcher that has room for some findings only.
start_watch_with_little_room() {
	(
		trap '' XFSZ
		# In units of 1024 bytes: some findings.
		ulimit -S -f 8
		PORT=$(free_port)
		echo "$PORT" >port
		exec fathom watch --listen "127.0.0.1:$PORT" --key watch.key \
			--authorized authorized --output file:log >watch.out 2>watch.err
	) &
	WATCHER=$!
	await 'grep -q ready watch.err' "the watcher does not start"
	PORT=$(<port)
}

# A disk that is full: nothing is acknowledged that is not on it.
test_a_log_that_cannot_be_written() {
	local program before

	begin 0.2
	start_watch_with_little_room
	ids -- 25 &
	program=$!
	await 'grep -q "File too large" watch.err' "there is room for all"
	before=$(findings | wc -l)
	((before < 25)) || fail "all are there"
	kill -0 "$program" || fail "the program has ended with them"
	prlimit --fsize=unlimited --pid "$WATCHER"
	wait "$program" || fail "the program ends with $?"
	expect_findings 25
	stop_watch
	expect_whole_log
	PORT=
}

# One that goes on welcoming and hanging up is not there: the program says so,
# and comes back less and less often.
test_a_log_that_stays_full() {
	begin 0.2
	start_watch_with_little_room
	run ids -- 25
	expect_status 118
	expect_stderr "no connection to the watcher at 127.0.0.1:"
	(($(grep -c "File too large" watch.err) <= 9)) ||
		fail "it comes back $(grep -c "File too large" watch.err) times"
	stop_watch
	PORT=
}

test_a_program_that_is_paused_and_killed() {
	local program

	begin 0.2
	start_watch --state state
	lasting_ids
	program=$LASTING
	kill -STOP "$program"
	await_action heartbeat-late
	kill -CONT "$program"
	await_action heartbeat-back
	expect_actions ids-vanished 0
	# A watcher that was paused has nothing to reproach it with.
	kill -STOP "$WATCHER"
	sleep 1
	kill -CONT "$WATCHER"
	await 'fathom watch --top --state state | grep -q " connected .* 1 *$"' \
		"something stays wrong"
	kill -KILL "$program"
	await_action ids-vanished
	# A watcher that comes later misses it as well.
	stop_watch
	start_watch
	await '(( $(actions ids-vanished) == 2 ))' "it is not missed"
	stop_watch
	wait
}

test_a_network_that_is_cut() {
	local program

	begin 0.2
	start_watch
	VIA=$(free_port)
	start_carrier "$VIA" "$PORT"
	ids -- 40 60 &
	program=$!
	await '(( $(findings | wc -l) > 3 ))' "no findings"
	kill -STOP "$CARRIER"
	await_action heartbeat-late
	kill -CONT "$CARRIER"
	await_action heartbeat-back
	kill -KILL "$CARRIER"
	await_action ids-vanished
	start_carrier "$VIA" "$PORT"
	await_action ids-back
	wait "$program" || fail "the program ends with $?"
	expect_findings 40
	kill "$CARRIER"
	VIA=
	stop_watch
	expect_whole_log
}

run_tests
