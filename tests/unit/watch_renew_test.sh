#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# A watcher that runs for years: SIGHUP has it read its list again, and go on in new
# files of its log. DUMP is what the programs look at.
# shellcheck source=watch_common.sh
# shellcheck disable=SC2317 # run_tests calls the tests by name
# shellcheck disable=SC2016 # await evaluates its condition again and again
# shellcheck disable=SC2119,SC2120 # options are for some of the tests
. "$(dirname "$0")/watch_common.sh"
compile_reporter

# renew ACTION: and the watcher says what came of it.
renew() {
	local before

	before=$(actions "$1")
	kill -HUP "$WATCHER"
	await "(( \$(actions $1) > $before ))" "no $1"
}

# What the table has of the first IDS.
state_of_first() {
	jq -r ".ids[] | select(.name == \"first\").$1" state
}

test_a_new_ids_may_come() {
	local program

	begin 0.2
	start_watch --state state
	lasting_ids
	program=$LASTING
	fathom key show --report --key stranger.key >stranger.pub
	echo "second $(<stranger.pub)" >>authorized
	renew list-read
	run ids --report-key stranger.key -- 1
	expect_status 0
	run jq -s 'map(select(.event.dataset == "fathom.finding"))[1]' log
	expect_json '.fathom.watch.ids == "second"'
	# The other one has noticed nothing.
	await '[[ $(state_of_first state) == connected ]]' "the first is not connected"
	expect_actions ids-reconnected 0
	expect_actions ids-removed 0
	kill "$program"
	stop_watch
	expect_whole_log
	wait
}

test_a_list_that_is_no_good_changes_nothing() {
	begin 0.2
	start_watch
	echo "first no-key" >authorized
	renew list-refused
	await 'grep -q "stays as it was: authorized:1: behind the name" watch.err' \
		"it does not say why"
	rm authorized
	renew list-refused
	await 'grep -q "stays as it was: authorized: No such file" watch.err' \
		"it does not say why"
	: >authorized
	renew list-refused
	expect_actions list-read 0
	run ids -- 2
	expect_status 0
	expect_findings 2
	stop_watch
}

test_who_is_taken_off_the_list_is_hung_up_on() {
	local program

	begin 0.2
	start_watch
	cp authorized both
	fathom key show --report --key stranger.key >stranger.pub
	echo "second $(<stranger.pub)" >>both
	ids -- 60 60 2>ids.err &
	program=$!
	await '(( $(findings | wc -l) > 3 ))' "no findings"
	tail -n 1 both >authorized
	renew ids-removed
	await_action ids-unknown
	await 'grep -q "no connection to the watcher" ids.err' "it is not hung up on"
	cp both authorized
	renew list-read
	wait "$program" || fail "the program ends with $?: $(<ids.err)"
	# What was written down before is not sent again.
	expect_findings 60
	stop_watch
	expect_whole_log
}

test_another_interval_and_digest() {
	local program key

	begin 3
	key=$(<report.pub)
	start_watch --state state
	ids --heartbeat 2 -- 1 30000 2>ids.err &
	await '[[ $(findings) ]]' "no finding"
	program=$(jq -r 'select(.event.dataset == "fathom.finding").fathom.ids.pid' log)
	await '[[ $(state_of_first interval_ms) == 3000 ]]' "not every 3 s"
	echo "first $key interval=1 sha256=$(sha256sum /bin/true | cut -d' ' -f1)" \
		>authorized
	renew list-read
	await_action program-changed
	await '[[ $(state_of_first interval_ms) == 1000 ]]' "not every second"
	echo "first $key" >authorized
	renew program-authorized
	# What it asked for itself.
	await '[[ $(state_of_first interval_ms) == 2000 ]]' "not every 2 s"
	expect_actions ids-restarted 0
	expect_actions ids-vanished 0
	kill "$program"
	stop_watch
	wait
}

# rotate FILE: as logrotate does.
rotate() {
	mv log "$1"
	kill -HUP "$WATCHER"
	await 'grep -q list-read log' "no new file"
}

# The files in their order: each finding once, nothing missing.
expect_all_files() { # COUNT
	run fathom watch --verify log.3 log.2 log.1 log --watch-key watch.pub
	expect_status 0
	expect_stdout "log: $(cat log.3 log.2 log.1 log | grep -vc '^{"end"') lines, none changed"
	cat log.3 log.2 log.1 log >all
	[[ $(jq -r 'select(.event.dataset == "fathom.finding").message' all) == \
		"$(seq -f 'finding %.0f in swapper/0' "$1")" ]] ||
		fail "not each once"
}

test_a_log_that_is_rotated() {
	local program

	begin 0.2
	start_watch --state state
	ids -- 60 40 2>ids.err &
	program=$!
	await '(( $(findings | wc -l) > 5 ))' "no findings"
	rotate log.3
	await '(( $(findings | wc -l) > 5 ))' "no findings in the second file"
	# Only the list is read: the file stays.
	renew list-read
	rotate log.2
	# All that the next watcher knows of the first file is what this one says.
	kill -KILL "$WATCHER"
	wait "$WATCHER" 2>/dev/null
	start_watch --state state
	expect_actions log-missing 0
	wait "$program" || fail "the program ends with $?: $(<ids.err)"
	stop_watch
	# Nobody is there to see it.
	mv log log.1
	start_watch --state state
	expect_actions log-missing 1
	[[ $(jq -r .event.action log.2 | head -n 1) == log-continued ]] ||
		fail "a new file does not begin with its reason"
	stop_watch
	expect_all_files 60
	for file in log.3 log.2 log; do
		run fathom watch --verify "$file" --watch-key watch.pub
		expect_status 0
	done
	expect_stdout "those before are not here"
	run fathom watch --verify log.3 log.1 log --watch-key watch.pub
	expect_status 1
	expect_stderr "is missing"
	# The state of the whole time, from the last file but one.
	run jq -s 'map(select(.event.action == "ids-carried"))[-1]' log.2
	expect_json '.fathom.watch.ids == "first" and .fathom.watch.there
		and .event.sequence > 5'
}

# The documentation's file, but for where the log is and who sends SIGHUP.
documented_logrotate() {
	sed -n '/^.*fathom-watch\/watch.log {$/,/^}$/p' \
		"$(dirname "$0")/../../docs/watching.md" |
		sed "s|^/.* {|$PWD/log {|; s|systemctl reload .*|kill -HUP $WATCHER|"
}

test_logrotate_as_documented() {
	local i

	begin 0.2
	start_watch
	documented_logrotate >logrotate.conf
	chmod 644 logrotate.conf
	for i in 1 2; do
		run ids -- 3
		expect_status 0
		run env PATH="$PATH:/usr/sbin" logrotate --force \
			--state "$PWD/logrotate.state" logrotate.conf
		expect_status 0
		expect_no_stderr
		await 'grep -q list-read log' "no new file"
	done
	stop_watch
	[[ $(echo log.*) == "log.1 log.2.gz log.head" ]] ||
		fail "other files: $(echo log.*)"
	gunzip log.2.gz
	run fathom watch --verify log.2 log.1 log --watch-key watch.pub
	expect_status 0
	[[ $(cat log.2 log.1 log | grep -c '"fathom.finding"') == 6 ]] ||
		fail "not each finding once"
}

# What cannot be done is said, and what was there goes on.
test_a_log_that_cannot_be_rotated() {
	begin 0.2
	start_watch
	mv log log.1
	mkdir log
	kill -HUP "$WATCHER"
	await 'grep -q "log: Is a directory" watch.err' "it does not say why"
	run ids -- 3
	expect_status 0
	rmdir log
	kill -HUP "$WATCHER"
	await 'grep -q list-read log' "no new file"
	stop_watch
	run fathom watch --verify log.1 log --watch-key watch.pub
	expect_status 0
	grep -q log-not-continued log.1 || fail "not in the log"
	[[ $(grep -c '"fathom.finding"' log.1) == 3 ]] || fail "a finding is lost"
}

run_tests
