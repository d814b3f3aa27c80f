#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# fathom watch among those who wish it ill: IDSes that lie, strangers, and
# crowds. FATHOM_PEER is the program that plays them.
# shellcheck source=watch_common.sh
# shellcheck disable=SC2317 # run_tests calls the tests by name
# shellcheck disable=SC2016 # await evaluates its condition again and again
# shellcheck disable=SC2119,SC2120 # options are for some of the tests
. "$(dirname "$0")/watch_common.sh"

peer() { # KEY HOW...
	local key=$1
	shift

	run timeout 10 "$FATHOM_PEER" "127.0.0.1:$PORT" "$key" watch.pub "$@"
	expect_status 0
}

# lie HOW ACTION: it must be seen, named, and the connection ended.
lie() {
	peer report.key "$1"
	await_action "$2"
}

test_heartbeats_that_are_wrong() {
	begin 0.2
	start_watch
	lie wrong heartbeat-wrong
	# The last of them stands until a right one comes.
	peer report.key late
	await_action heartbeat-right
	lie replay heartbeat-replayed
	lie late heartbeat-late
	await_action heartbeat-fresh
	await_action heartbeat-back
	lie no-calls agent-silent
	stop_watch
	expect_whole_log
}

test_a_proof_is_good_in_one_session() {
	begin 0.2
	start_watch
	lie other-session heartbeat-wrong
	stop_watch
}

test_messages_that_are_wrong() {
	local how

	begin 5
	for how in nonsense too-long gap no-hello; do
		start_watch
		peer report.key "$how"
		stop_watch
	done
	expect_actions message-wrong 4
}

# A watcher that could not look for a while hears all of many before it judges.
test_many_who_answered_while_the_watcher_stood_still() {
	local i many=100

	begin 8
	for ((i = 0; i < many; i++)); do
		fathom key generate --report --key "key$i" >pub
		echo "ids$i $(<pub) interval=8" >>authorized
	done
	mkfifo go
	exec 9<>go
	start_watch
	for ((i = 0; i < many; i++)); do
		"$FATHOM_PEER" "127.0.0.1:$PORT" "key$i" watch.pub patient <&9 >>said &
	done
	await '(( $(grep -c there said) == 100 ))' "not all are there"
	kill -STOP "$WATCHER"
	head -c "$many" /dev/zero >&9
	await '(( $(grep -c said said) == 100 ))' "not all have answered"
	sleep 8.1
	kill -CONT "$WATCHER"
	exec 9>&-
	# shellcheck disable=SC2046 # several
	kill $(jobs -p | grep -vx "$WATCHER")
	await_action ids-vanished
	stop_watch
	expect_actions heartbeat-late 0
}

# What the watcher cannot write down is no fault of the IDS.
test_nobody_is_blamed_for_an_output_that_fails() {
	local pid blamed

	begin 0.2
	cat >hook <<-EOS
		#!/bin/sh
		cat >>"$PWD/hooked"
	EOS
	chmod +x hook
	PORT=$(free_port)
	fathom watch --listen "127.0.0.1:$PORT" --key watch.key --authorized authorized \
		--output "journald:$PWD/nobody" --hook "$PWD/hook" >watch.out 2>watch.err &
	WATCHER=$!
	await 'grep -q ready watch.err' "the watcher does not start"
	coproc blamed { "$FATHOM_PEER" "127.0.0.1:$PORT" report.key watch.pub killed; }
	pid=$!
	read -r -t 8 _ <&"${blamed[0]}" || fail "it does not come"
	echo >&"${blamed[1]}"
	wait "$pid"
	# What comes after it would be blamed.
	await 'grep -q ids-vanished hooked' "it is not gone"
	stop_watch
	! grep -q message-wrong hooked || fail "it is blamed"
}

test_a_finding_twice_is_written_once() {
	begin 5
	start_watch
	peer report.key doubled
	[[ $(findings) == $'finding 1\nfinding 2' ]] || fail "found: $(findings)"
	stop_watch
	expect_whole_log
}

# The watcher finds all that it said, and that it is gone, at the same time.
test_last_words_are_written_down() {
	local killed pid

	begin 5
	start_watch
	coproc killed { "$FATHOM_PEER" "127.0.0.1:$PORT" report.key watch.pub killed; }
	pid=$!
	read -r -t 8 _ <&"${killed[0]}" || fail "it does not come"
	kill -STOP "$WATCHER"
	echo >&"${killed[1]}"
	wait "$pid" || fail "it cannot say all"
	kill -CONT "$WATCHER"
	await '[[ $(findings | wc -l) == 300 ]]' "$(findings | wc -l) findings of 300"
	[[ $(findings) == "$(seq -f 'finding %.0f' 300)" ]] || fail "found: $(findings)"
	stop_watch
	expect_whole_log
}

# A disk that is full: what the watcher has to say waits for room, and needs nothing
# else to happen.
test_alarms_outlast_a_full_disk() {
	local pid full

	begin 0.2
	trap '' XFSZ
	start_watch
	trap - XFSZ
	coproc full { "$FATHOM_PEER" "127.0.0.1:$PORT" report.key watch.pub killed; }
	pid=$!
	read -r -t 8 _ <&"${full[0]}" || fail "it does not come"
	prlimit --fsize="$(stat -c %s log):" --pid "$WATCHER"
	echo >&"${full[1]}"
	wait "$pid"
	await 'grep -q "File too large" watch.err' "there is room for all"
	sleep 0.3
	expect_actions ids-vanished 0
	prlimit --fsize=unlimited --pid "$WATCHER"
	await_action ids-vanished
	stop_watch
	expect_actions ids-vanished 1
	expect_whole_log
}

test_more_than_anybody_may_send_is_taken_slowly() {
	local seconds=$EPOCHREALTIME

	begin 5
	start_watch
	peer report.key many
	[[ $(findings | wc -l) == 800 ]] || fail "not all have come"
	# 512 at once, and 256 a second.
	jq -en "$EPOCHREALTIME - $seconds > 1" >/dev/null || fail "too fast"
	stop_watch
}

test_strangers() {
	begin 5
	start_watch --patience 1
	peer stranger.key refused
	await_action ids-unknown
	# They come again and again, and are told of once.
	for _ in 1 2 3; do
		peer stranger.key refused
	done
	expect_actions ids-unknown 1
	peer report.key garbage
	peer report.key half-open
	peer report.key trickle
	stop_watch
	expect_actions message-wrong 0
}

# Ten thousand who say nothing: an IDS is served, and the watcher stays small.
test_ten_thousand_connections() {
	local pid crowd

	((($(ulimit -Hn)) > 10100)) || return 0
	begin 0.2
	start_watch
	coproc crowd { "$FATHOM_PEER" "127.0.0.1:$PORT" - - crowd 10000; }
	pid=$!
	read -r -t 60 _ <&"${crowd[0]}" || fail "the crowd does not come"
	(($(find "/proc/$WATCHER/fd" | wc -l) < 1200)) || fail "it keeps them all"
	peer report.key late
	await_action heartbeat-back
	kill "$pid"
	stop_watch
	expect_whole_log
}

run_tests
