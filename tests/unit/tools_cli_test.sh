#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# fathom without a target: help, usage errors, exit statuses, run, cflags.
# shellcheck source=tools_common.sh
# shellcheck disable=SC2317 # run_tests calls the tests by name
. "$(dirname "$0")/tools_common.sh"

COMMANDS=(run proc info symbols cflags doctor key agent relay)

test_help_names_all_commands() {
	local command

	run fathom help
	expect_status 0
	expect_no_stderr
	for command in "${COMMANDS[@]}"; do
		expect_stdout "  $command "
	done
	run fathom --help
	expect_status 0
	expect_stdout "Usage: fathom COMMAND"
}

test_help_of_each_command() {
	local command

	for command in "${COMMANDS[@]}"; do
		run fathom help "$command"
		expect_status 0
		expect_stdout "Usage: fathom $command"
		run fathom "$command" --help
		expect_status 0
		expect_stdout "Usage: fathom $command"
	done
}

test_help_of_unknown_command() {
	run fathom help symbol
	expect_status 123
	expect_stderr "did you mean \`symbols'?"
}

test_version() {
	run fathom --version
	expect_status 0
	expect_stdout "fathom "
	[[ $stdout =~ ^fathom\ [0-9]+\.[0-9]+\.[0-9]+$ ]] || fail "odd version"
}

test_no_command() {
	run fathom
	expect_status 123
	expect_no_stdout
	expect_stderr "Usage: fathom COMMAND"
}

test_unknown_command_suggests() {
	run fathom ifno
	expect_status 123
	expect_no_stdout
	expect_stderr "\`ifno' is not a command; did you mean \`info'?"
	run fathom frobnicate
	expect_status 123
	expect_stderr "\`frobnicate' is not a command; see"
}

test_unknown_option() {
	local command

	for command in proc info symbols cflags doctor key agent; do
		run fathom "$command" --bogus
		expect_status 123
		expect_no_stdout
		expect_stderr "fathom $command: unrecognized option '--bogus'"
	done
	run fathom run --bogus
	expect_status 125
	expect_stderr "fathom run: unrecognized option '--bogus'"
}

test_too_many_arguments() {
	local command

	for command in info cflags doctor; do
		run fathom "$command" extra
		expect_status 123
		expect_stderr "\`extra' is one argument too many"
	done
}

test_no_target() {
	local command

	for command in info symbols; do
		run fathom "$command"
		expect_status 123
		expect_no_stdout
		expect_stderr "fathom $command: which target?"
	done
	run env FATHOM_TARGET= fathom info
	expect_status 123
}

test_unknown_kind_of_target() {
	run fathom info --target teleport:here
	expect_status 123
	expect_stderr teleport:here
}

test_missing_socket() {
	local command

	for command in info symbols; do
		run fathom "$command" --target qemu:nowhere.qmp
		expect_status 121
		expect_no_stdout
		expect_stderr "fathom $command: "
		expect_stderr nowhere.qmp
		expect_stderr "No such file or directory"
		[[ $stderr != *$'\n'* ]] || fail "more than one line"
	done
}

test_socket_that_is_none() {
	: >file
	run fathom info --target qemu:file
	expect_status 121
	expect_stderr file
}

test_missing_dump() {
	run fathom info --target dump:nowhere.elf
	expect_status 121
	expect_no_stdout
	expect_stderr nowhere.elf
	run env FATHOM_TARGET=dump:elsewhere.elf fathom symbols init_task
	expect_status 121
	expect_stderr elsewhere.elf
}

test_garbage_dump() {
	head -c 1000000 /dev/urandom >garbage
	run timeout 60 fathom info --target dump:garbage
	expect_status 121
	expect_no_stdout
	expect_stderr garbage
}

test_full_disk() {
	[[ -w /dev/full ]] || return
	fathom help >/dev/full 2>"$SCRATCH/stderr"
	status=$?
	stdout='' stderr=$(<"$SCRATCH/stderr")
	expect_status 1
	expect_stderr "No space left on device"
}

test_run_needs_program_and_target() {
	run fathom run --target dump:x
	expect_status 125
	expect_stderr "which program?"
	run fathom run true
	expect_status 125
	expect_stderr "which target?"
}

test_run_statuses() {
	run fathom run --target dump:x ./nowhere
	expect_status 127
	expect_stderr "fathom run: ./nowhere: No such file or directory"
	run fathom run --target dump:x fathom-has-no-such-program
	expect_status 127
	: >plain
	run fathom run --target dump:x ./plain
	expect_status 126
	expect_stderr "fathom run: ./plain: Permission denied"
	run fathom run --target dump:x sh -c 'exit 42'
	expect_status 42
	expect_no_stderr
}

test_run_passes_settings() {
	# shellcheck disable=SC2016 # for the shell that is run
	local settings='$FATHOM_TARGET,$FATHOM_SYSTEM_MAP,$FATHOM_LOOP_LIMIT,$FATHOM_MAX_MEMORY,$FATHOM_PREFETCH,$FATHOM_NO_CACHE,$FATHOM_STATISTICS,$FATHOM_KEY,$FATHOM_AGENT_KEY'

	run fathom run --target dump:x --system-map map --loop-limit 77 \
		--max-memory 64M --prefetch 0 --no-cache --statistics --key mine --agent-key its \
		sh -c "echo $settings"
	expect_status 0
	[[ $stdout == dump:x,map,77,64M,0,1,1,mine,its ]] || fail "settings are lost"
	run env FATHOM_TARGET=dump:y fathom run sh -c "echo $settings"
	[[ $stdout == dump:y,,,,,,,, ]] || fail "settings are invented"
	run env FATHOM_TARGET=dump:y fathom run -t dump:z sh -c "echo $settings"
	[[ $stdout == dump:z,,,,,,,, ]] || fail "--target does not win"
}

test_run_leaves_the_programs_options() {
	run fathom run --target dump:x echo --help --target -n "two words"
	expect_status 0
	[[ $stdout == "--help --target -n two words" ]] || fail "changed"
}

test_run_refuses_loop_limits() {
	local limit

	for limit in 0 -1 x 3x '' 99999999999999999999999; do
		run fathom run -t dump:x --loop-limit "$limit" true
		expect_status 125
		expect_stderr "--loop-limit: \`$limit'"
	done
}

test_run_refuses_what_is_no_size() {
	local size

	for size in 0 -1 x 3x 1KB '' ' 1M' 99999999999999999999999; do
		run fathom run -t dump:x --max-memory "$size" true
		expect_status 125
		expect_stderr "--max-memory: \`$size' is not a size such as 64M"
	done
}

test_run_refuses_what_is_no_number_of_pages() {
	local pages

	for pages in -1 x 3x '' ' 1' 4294967296 99999999999999999999999; do
		run fathom run -t dump:x --prefetch "$pages" true
		expect_status 125
		expect_stderr "--prefetch: \`$pages'"
	done
}

test_run_is_replaced_by_the_program() {
	local child

	fathom run --target dump:x sleep 60 &
	child=$!
	until [[ $(<"/proc/$child/comm") == sleep ]]; do sleep 0.01; done
	kill -TERM "$child"
	wait "$child" 2>/dev/null
	status=$?
	expect_status 143
}

test_proc_usage() {
	local limit

	run fathom proc --target dump:x
	expect_status 123
	expect_stderr "build, snapshot, mount or exec?"
	run fathom proc --target dump:x snpashot out
	expect_status 123
	expect_stderr "\`snpashot' is none of"
	run fathom proc --target dump:x exec
	expect_status 123
	expect_stderr "which command?"
	run fathom proc --target dump:x mount --refresh x out
	expect_status 123
	expect_stderr "--refresh: \`x'"
	for limit in 0 -1 x 3x '' 86401; do
		run fathom proc --target dump:x mount --time-limit "$limit" out
		expect_status 123
		expect_stderr "--time-limit: \`$limit' is not a number of seconds"
	done
	run fathom proc exec -- true
	expect_status 123
	expect_stderr "which target?"
}

test_proc_needs_a_target_that_answers() {
	run fathom proc exec --target dump:nowhere ps -ef
	expect_status 121
	expect_stderr "nowhere"
	run fathom proc build --kernel-headers 1.2.3-none
	expect_status 125
	expect_stderr "1.2.3-none"
}

test_cflags() {
	run fathom cflags
	expect_status 0
	expect_no_stderr
	[[ $stdout != *$'\n'* ]] || fail "more than one line"
	expect_stdout "-g "
	expect_stdout -D__KERNEL__
	run fathom cflags --plugin
	expect_status 0
	[[ -f $stdout && $stdout == */FathomPass.so ]] || fail "no plugin"
	run fathom cflags --libs
	expect_status 0
	expect_stdout -lfathom
	run fathom cflags --clang
	expect_status 0
	command -v "$stdout" >/dev/null || fail "no clang"
}

test_cflags_of_unknown_kernel() {
	run fathom cflags --kernel-headers=1.2.3-none
	expect_status 125
	expect_no_stdout
	expect_stderr 1.2.3-none
}

test_cflags_refuses_white_space() {
	mkdir -p "a b/bin"
	cp "$FATHOM_BIN/fathom" "a b/bin/"
	run "a b/bin/fathom" cflags
	expect_status 125
	expect_no_stdout
	expect_stderr "white space"
}

run_tests
