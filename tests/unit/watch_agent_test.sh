#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# What befalls the agent of an IDS reaches the watcher. FATHOM_MACHINE is an IDS
# over a fake agent.
# shellcheck source=watch_common.sh
# shellcheck disable=SC2317 # run_tests calls the tests by name
# shellcheck disable=SC2016 # await evaluates its condition again and again
# shellcheck disable=SC2119,SC2120 # options are for some of the tests
. "$(dirname "$0")/watch_common.sh"

machine() { # HOW
	run env FATHOM_REPORT="tls:127.0.0.1:$PORT" FATHOM_REPORT_KEY=report.key \
		FATHOM_WATCH_KEY=watch.pub FATHOM_HEARTBEAT=0.2 \
		timeout 30 "$FATHOM_MACHINE" "$1"
}

test_incidents_are_alarms() {
	begin 0.2
	start_watch
	machine incidents
	expect_status 0
	expect_actions session-attacked 1
	expect_actions session-lost 1
	expect_actions session-back 1
	run jq -s 'map(select(.rule.id == "session.unauthentic"))[0]' log
	expect_json '.message == "a reply was altered" and .event.severity == 1
		and .event.dataset == "fathom.incident"'
	stop_watch
	expect_whole_log
}

# Without a watcher, they are lines of JSON as findings are, or nothing.
test_incidents_without_a_watcher() {
	run env FATHOM_JSON=1 "$FATHOM_MACHINE" incidents
	expect_status 0
	[[ $(jq -r .rule.id <<<"$stdout" | xargs) == \
		"session.unauthentic session.lost session.recovered" ]] ||
		fail "not these incidents"
	run "$FATHOM_MACHINE" incidents
	expect_status 0
	expect_no_stdout
}

test_an_agent_that_fails() {
	begin 0.2
	start_watch
	machine fails
	expect_status 0
	await_action agent-failed
	await_action agent-works
	stop_watch
	grep -q "the agent fails: the agent sent an invalid reply: no header" log || fail "no reason"
}

# The heartbeat goes on, and says that nothing came back.
test_an_agent_that_does_not_answer() {
	begin 0.2
	start_watch
	machine hangs
	expect_status 0
	await_action agent-silent
	await_action agent-back
	expect_actions ids-vanished 0
	stop_watch
}

test_all_threads_are_heard() {
	local name

	begin 0.2
	start_watch
	machine threads
	expect_status 0
	for name in a b c d; do
		[[ $(findings | grep "^$name") == "$(seq -f "$name %.0f" 0 49)" ]] ||
			fail "thread $name: $(findings | grep -c "^$name") findings"
	done
	stop_watch
}

test_what_has_no_room_is_counted() {
	local machine

	begin 0.2
	PORT=$(free_port)
	FATHOM_REPORT=tls:127.0.0.1:$PORT FATHOM_REPORT_KEY=report.key \
		FATHOM_WATCH_KEY=watch.pub "$FATHOM_MACHINE" too-many 2>machine.err &
	machine=$!
	await 'grep -q "all is said" machine.err' "it says nothing"
	start_watch
	wait "$machine"
	status=$?
	expect_status 118
	grep -q "476 findings could not" machine.err || fail "$(<machine.err)"
	[[ $(findings) == "$(seq 0 1023)" ]] || fail "not the first ones"
	stop_watch
}

run_tests
