#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# What happens between an IDS and its agent reaches the watcher: a relay that is
# killed, an agent that is killed, a network that changes what passes.
# shellcheck source=watch_common.sh
# shellcheck disable=SC2317 # run_tests calls the tests by name
# shellcheck disable=SC2016 # await evaluates its condition again and again
# shellcheck disable=SC2119,SC2120 # options are for some of the tests
. "$(dirname "$0")/watch_common.sh"
export FATHOM_NO_CACHE=1 XDG_CONFIG_HOME=$SCRATCH/config
LOOKER=$SCRATCH/looker
cat >"$SCRATCH/looker.c" <<'EOC'
#include <fathom/ids.h>
#include <linux/sched/signal.h>

/* Looks again and again. */
int main(void)
{
	int i;

	for (i = 0; i < 600; i++) {
		fathom_refresh();
		if (init_task.pid != 0)
			return 1;
		usleep(50000);
	}
	return 0;
}
EOC
fathom-cc --kernel-headers "$HEADERS" -O2 "$SCRATCH/looker.c" -o "$LOOKER" || exit 1
fathom key generate >"$SCRATCH/ids.pub" || exit 1
fathom key generate --agent >"$XDG_CONFIG_HOME/fathom/agent.pub" || exit 1
fathom key authorize --agent "$SCRATCH/ids.pub" || exit 1

start_agent() {
	fathom agent --target "dump:$DUMP" --listen "tcp:127.0.0.1:$AGENT_PORT" \
		>agent.log 2>&1 &
	AGENT=$!
	await 'grep -q ": ready on " agent.log' "no agent"
}

begin_session() {
	begin 0.2
	start_watch --state state
	AGENT_PORT=$(free_port)
	start_agent
	VIA=$(free_port)
	start_carrier "$VIA" "$AGENT_PORT"
	FATHOM_TIMEOUT=0.5 FATHOM_RECONNECT=10 timeout 30 fathom run \
		--target "tcp:127.0.0.1:$VIA" --report "tls:localhost:$PORT" \
		--report-key report.key --watch-key watch.pub "$LOOKER" 2>ids.err &
	IDS=$!
	await 'fathom watch --top --state state | grep -q " connected .* 0 *$"' \
		"it does not begin well"
}

end_session() {
	kill "$IDS" "$CARRIER" "$AGENT" 2>/dev/null
	wait "$IDS" "$CARRIER" "$AGENT" 2>/dev/null
	stop_watch
	expect_whole_log
	PORT=
}

expect_all_is_well() {
	# The line ends with the number of findings: no alarm stands.
	await 'fathom watch --top --state state | tail -n 1 | grep -Eq " [0-9]+ *$"' \
		"something stays wrong"
	kill -0 "$IDS" || fail "the IDS has ended: $(<ids.err)"
}

test_an_agent_that_is_killed_and_comes_back() {
	begin_session
	kill -KILL "$AGENT"
	wait "$AGENT" 2>/dev/null
	await_action session-lost
	start_agent
	await_action session-back
	expect_all_is_well
	end_session
}

test_a_network_to_the_agent_that_is_cut() {
	begin_session
	kill -STOP "$CARRIER"
	await_action session-lost
	kill -CONT "$CARRIER"
	await_action session-back
	expect_all_is_well
	end_session
}

test_an_answer_that_is_changed() {
	begin_session
	touch attack
	await_action session-attacked
	rm attack
	run jq -s 'map(select(.rule.id == "session.unauthentic"))[0]' log
	expect_json '.event.dataset == "fathom.incident" and .event.severity == 1
		and (.message | length > 0)'
	end_session
}

# look TARGET [OPTION...]: the program, whose target cannot be opened.
look() {
	run env FATHOM_TIMEOUT=0.3 timeout 30 fathom run --target "$1" \
		--report "tls:127.0.0.1:$PORT" --report-key report.key \
		--watch-key watch.pub "${@:2}" "$LOOKER"
	expect_status 121
}

# expect_not_started TARGET REASON [OPTION...]: the watcher knows why, with the end
# of the program, and goes on knowing it.
expect_not_started() {
	look "$1" "${@:3}"
	expect_stderr "$2"
	# After the goodbye, all that the program has said is in the log.
	expect_actions ids-failed 1
	expect_actions session-not-started 1
	run jq -s --arg reason "$2" 'map(select(.rule.id == "session.not-started") |
		. + {right: (.message | contains($reason))})[0]' log
	expect_json ".right and .event.dataset == \"fathom.incident\" and
		.event.kind == \"alert\" and .fathom.target == \"$1\""
	run jq -s 'map(select(.event.action == "session-not-started"))[0]' log
	expect_json '.event.kind == "alert" and .event.dataset == "fathom.watch"'
	await 'fathom watch --top --state state |
		grep -q "^first *ended *looker .*session-not-started"' "not in the table"
	stop_watch
	expect_whole_log
	rm log log.head
}

test_a_target_that_cannot_be_opened() {
	local listener silent

	begin 5
	start_watch --state state
	expect_not_started "unix:$PWD/nobody" "nobody"
	start_watch --state state
	expect_not_started "tcp:127.0.0.1:$(free_port)" "nobody listens"
	# A program that is sealed before it tells.
	start_watch --state state
	expect_not_started "unix:$PWD/nobody" "nobody" --seal
	# A relay that takes connections, and says nothing.
	silent=$(free_port)
	python3 -c 'import socket, sys, time
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
time.sleep(60)' "$silent" &
	listener=$!
	await "(: </dev/tcp/127.0.0.1/$silent)" "no silent relay"
	start_watch --state state
	expect_not_started "tcp:127.0.0.1:$silent" "tcp:127.0.0.1:$silent"
	kill "$listener"
	# An agent that does not know the IDS's key.
	AGENT_PORT=$(free_port)
	start_agent
	fathom key generate --key stranger >/dev/null
	start_watch --state state
	expect_not_started "tcp:127.0.0.1:$AGENT_PORT" "agent" --key stranger
	kill "$AGENT"
	PORT=
}

test_a_target_that_can_be_opened_again() {
	begin 0.2
	start_watch --state state
	look "unix:$PWD/nobody"
	expect_actions session-not-started 1
	FATHOM_REPORT=tls:127.0.0.1:$PORT FATHOM_REPORT_KEY=report.key \
		FATHOM_WATCH_KEY=watch.pub timeout 30 fathom run \
		--target "dump:$DUMP" "$LOOKER" &
	IDS=$!
	await_action session-started
	kill "$IDS"
	wait "$IDS"
	stop_watch
	PORT=
}

test_without_a_watcher_it_is_a_line_of_json() {
	run fathom run --json --target "unix:$PWD/nobody" "$LOOKER"
	expect_status 121
	expect_stderr "nobody"
	expect_json '.rule.id == "session.not-started" and .event.kind == "alert" and
		(.message | contains("nobody"))'
	run fathom run --target "unix:$PWD/nobody" "$LOOKER"
	expect_status 121
	expect_no_stdout
}

run_tests
