#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# IDS programs that report to a watcher, and what it makes of that. DUMP is what
# the programs look at.
# shellcheck source=watch_common.sh
# shellcheck disable=SC2317 # run_tests calls the tests by name
# shellcheck disable=SC2016 # await evaluates its condition again and again
# shellcheck disable=SC2119,SC2120 # options are for some of the tests
. "$(dirname "$0")/watch_common.sh"
compile_reporter

test_without_a_watcher_findings_are_printed() {
	run fathom run --target "dump:$DUMP" "$REPORTER" 2
	expect_status 0
	expect_stdout "critical: test_rule: finding 1 in swapper/0 (process.pid=0 process.name=swapper/0 at=0xffff"
	run fathom run --json --target "dump:$DUMP" "$REPORTER"
	expect_status 0
	expect_json '."@timestamp" and .event.kind == "alert" and .event.severity == 2
		and .rule.id == "test_rule" and .rule.name == "test_rule"
		and .message == "finding 1 in swapper/0" and .process.pid == 0
		and .process.name == "swapper/0" and (.labels.at | startswith("0xffff"))
		and .host.os.type == "linux"'
}

test_findings_arrive() {
	begin 1
	start_watch --output stdout
	run ids -- 3 200
	expect_status 0
	expect_no_stdout
	await_action ids-ended
	expect_findings 3
	stop_watch
	expect_whole_log
	for action in heartbeat-late agent-silent ids-vanished; do
		expect_actions "$action" 0
	done
	[[ $(jq -c 'del(.fathom.chain)' log) == "$(<watch.out)" ]] ||
		fail "standard output has something else"
	run jq -s 'map(select(.rule.id == "test_rule"))[0]' log
	expect_json '.fathom.watch.ids == "first" and .event.sequence == 1 and
		.fathom.ids.name == "reporter" and .event.dataset == "fathom.finding"'
}

test_a_sealed_program_reports_too() {
	begin 1
	start_watch
	run ids --seal -- 3 300
	expect_status 0
	await_action ids-ended
	expect_findings 3
	expect_actions heartbeat-late 0
	stop_watch
}

test_a_program_that_is_another() {
	begin 0.2
	echo "first $(<report.pub) sha256=$(sha256sum "$REPORTER" | cut -d' ' -f1)" \
		>authorized
	start_watch
	run ids -- 1
	expect_status 0
	expect_actions program-changed 0
	stop_watch
	echo "first $(<report.pub) sha256=$(sha256sum /bin/true | cut -d' ' -f1)" \
		>authorized
	start_watch
	run ids -- 1
	expect_actions program-changed 1
	stop_watch
}

# Each alarm, and no finding, runs the hook; nothing in it is a command.
test_the_hook_gets_alarms() {
	begin 5
	cat >hook <<-EOS
		#!/bin/sh
		cat >>"$PWD/hooked"
	EOS
	chmod +x hook
	start_watch --hook "$PWD/hook"
	run ids -- 1 0 fault
	expect_status 120
	await '[[ -s hooked ]]' "the hook does not run"
	stop_watch
	[[ $(jq -r '[.event.action, .event.kind] | @tsv' hooked) == $'ids-failed\talert' ]] ||
		fail "hooked: $(<hooked)"
	run fathom watch --listen 127.0.0.1:1 --hook "cat x" --key watch.key
	expect_status 123
}

# One datagram each: what journald and syslogd would get.
test_the_journal_and_syslog() {
	local listeners=()

	begin 0.2
	for name in journal syslog; do
		python3 -c 'import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
while True:
    print(s.recv(65536).decode(), flush=True)' "$PWD/$name" >"$name.out" &
		listeners+=($!)
		await "[[ -S $name ]]" "no listener"
	done
	start_watch --output "journald:$PWD/journal" --output "syslog:$PWD/syslog"
	run ids -- 1
	expect_status 0
	stop_watch
	await 'grep -q "watch ends" syslog.out' "no end in syslog"
	grep -qx 'MESSAGE=finding 1 in swapper/0' journal.out || fail "not in the journal"
	grep -qx 'PRIORITY=2' journal.out || fail "no priority"
	sed -n 's/^FATHOM_EVENT=//p' journal.out |
		jq -es 'any(.rule.id == "test_rule" and .process.pid == 0)' >/dev/null ||
		fail "no event in the journal"
	# authpriv.crit
	grep -q '^<82>.* fathom-watch\[[0-9]*\]: @cee:{.*finding 1' syslog.out ||
		fail "not in syslog: $(<syslog.out)"
	# Without them, it goes on: there is a file.
	kill "${listeners[@]}"
	rm journal syslog
	start_watch --output "journald:$PWD/journal"
	run ids -- 1
	expect_status 0
	stop_watch
}

test_the_table() {
	begin 0.2
	start_watch --state state
	ids -- 1 1500 &
	await '[[ $(findings) ]]' "no finding"
	await 'fathom watch --top --state state | grep -q "^first *connected *reporter .* 1 *$"' \
		"no table"
	run fathom watch --top --state state
	expect_status 0
	expect_stdout "IDS "
	stop_watch
	run fathom watch --top --state state
	expect_status 1
	wait
}

test_wrong_usage() {
	begin 0.2
	run fathom watch
	expect_status 123
	run fathom watch --listen 127.0.0.1:1 --key missing --authorized authorized
	expect_status 123
	run fathom watch --listen 127.0.0.1:1 --key watch.key --authorized authorized \
		--output nowhere
	expect_status 123
	run fathom run --target "dump:$DUMP" --report 127.0.0.1:1 "$REPORTER"
	expect_status 123
	run fathom run --target "dump:$DUMP" --report tls:127.0.0.1:1 \
		--report-key report.key --watch-key watch.pub --heartbeat often "$REPORTER"
	expect_status 123
	run fathom key show --report --agent
	expect_status 123
}

run_tests
