#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# `fathom proc exec`, with the /proc that fake_proc.c makes up.
# shellcheck source=tools_common.sh
# shellcheck disable=SC2016 # the shell inside expands it
# shellcheck disable=SC2317 # run_tests calls the tests by name
. "$(dirname "$0")/tools_common.sh"

[[ -c /dev/fuse ]] || {
	echo "this machine has no /dev/fuse: modprobe fuse" >&2
	exit 1
}

inside() {
	run timeout 60 fathomfs-fake exec -- "$@"
}

test_proc_is_the_targets() {
	inside ls /proc
	expect_status 0
	expect_stdout 300
	expect_stdout thread-self
	expect_no_stderr
	inside cat /proc/1/environ /proc/mounts /proc/net/tcp
	expect_stdout "SECRET=1target / ext4"
	expect_stdout local_address
	inside cat /proc/300/broken
	expect_status 1
	expect_stdout half
	expect_stderr "Input/output error"
}

test_nothing_of_this_machine() {
	inside ls -A /sys
	expect_status 0
	[[ $stdout == module ]] || fail "more than modules"
	inside ls /proc/.fathom/meminfo
	expect_status 2
	inside cat /proc/1/exe
	expect_status 1
	expect_stderr "Too many levels"
	inside readlink /proc/1/exe
	expect_stdout /etc/passwd
	inside who /run/utmp
	expect_no_stdout
}

# What lsmod(8) does not find in /proc/modules; a name of ill will is no folder.
test_modules() {
	inside lsmod
	expect_status 0
	expect_stdout "dm_crypt               61440  0"
	expect_stdout "dm_mod                184320  2 "
	expect_stdout dm_log
	inside ls /sys /sys/module
	[[ $(xargs <<<"$stdout") == "/sys: module /sys/module: dm_crypt dm_mod" ]] ||
		fail "other modules"
}

# A hostile kernel has more than there is room for.
test_modules_without_number() {
	FAKE_MODULES=5000 inside bash -c \
		'ls /sys/module | wc -l; ls -d /sys/module/*/holders/* | wc -l'
	expect_status 0
	expect_lines 4096 16384
	expect_stderr "has the first 4096 modules only"
}

# What stat(2) says behind a link is what it would say on the target.
test_links_are_followed_by_stat() {
	inside stat -L -c '%a %u %g %h %i %s %b %Hd:%Ld %F' /proc/1/exe
	expect_status 0
	[[ $stdout == "751 33 44 2 4711 123456 248 254:300 regular file" ]] ||
		fail "another file"
	inside perl -e 'print join " ", (stat "/proc/1/exe")[1, 7]'
	[[ $stdout == "4711 123456" ]] || fail "another file"
	inside stat -L /proc/300/cwd
	expect_status 1
	inside stat -L -c %F /proc/self/exe /proc/1 /etc/passwd
	expect_status 0
}

test_self_is_the_command() {
	inside bash -c 'cat <(echo piped) /dev/fd/0 <<<fed'
	expect_status 0
	expect_stdout piped
	expect_stdout fed
	inside readlink /proc/self/exe
	expect_stdout readlink
	inside cat /proc/thread-self/comm
	expect_stdout cat
	# By its number, too, but in no listing, and for nobody else.
	inside bash -c 'read -r comm </proc/$$/comm && echo $comm; ls /proc | grep -x $$'
	expect_status 1
	[[ $stdout == bash ]] || fail "not bash"
	inside bash -c 'cd /proc/1 && cd /proc/300 && ! cd /proc/$$'
	expect_status 0
	inside bash -c 'exec readlink /proc/$$/exe'
	expect_stdout readlink
	inside bash -c 'ls /proc/$$ || exit 2'
	expect_status 2
}

test_exit_status() {
	inside sh -c 'exit 37'
	expect_status 37
	inside sh -c 'kill -KILL $$'
	expect_status 137
	inside ./nowhere
	expect_status 127
	expect_stderr "nowhere: No such file"
	inside /etc/passwd
	expect_status 126
	inside true
	expect_status 0
}

test_standard_files() {
	run bash -c 'echo fed | fathomfs-fake exec cat'
	expect_stdout fed
	run fathomfs-fake exec -- sh -c 'echo out; echo err >&2'
	expect_stdout out
	expect_stderr err
}

# What is left when the command ends, ends.
test_nothing_stays() {
	inside sh -c 'sleep 4711 >/dev/null 2>&1 & exit 3'
	expect_status 3
	! pgrep -f 'sleep 4711' >/dev/null || fail "sleep is still there"
	! grep -q ' /proc fuse' /proc/self/mounts || fail "a mount is left"
}

test_signals_reach_the_command() {
	local pid

	fathomfs-fake exec -- bash -c '
		trap "echo got it; exit 5" TERM
		echo ready
		while :; do sleep 0.05; done' >log &
	pid=$!
	while ! grep -q ready log; do sleep 0.05; done
	kill "$pid"
	wait "$pid"
	status=$?
	stdout=$(<log)
	expect_status 5
	expect_stdout "got it"
}

# The group of whoever has started it is not the command's to kill.
test_signals_to_the_group_stay_inside() {
	run timeout -k 1 30 setsid bash -c '
		fathomfs-fake exec -- sh -c "trap \"\" TERM; kill -TERM 0; echo on"
		echo "survived $?"'
	expect_stdout on
	expect_stdout "survived 0"
}

# on_terminal KEYS COMMAND: run by a shell that has a terminal, at which someone
# presses what KEYS prints, who can see that something is on the screen. The
# log's first line is not: it has the command.
on_terminal() {
	: >log
	run timeout -k 1 60 env --default-signal=INT SHELL=/bin/bash bash -c '
		seen() { until sed 1d log | grep -q "$1"; do sleep 0.05; done; }
		eval "$0" | script -qefc "$1" log' "$@"
}

# The command gets it when it wants it, and it is given back.
test_terminal() {
	on_terminal 'seen ready; echo one; echo two; seen end' \
		'bash -c "fathomfs-fake exec -- sh -c \"echo ready; head -n 1\"; head -n 1; echo end"'
	expect_status 0
	[[ $(grep -c one <<<"$stdout") == 2 ]] || fail "the command read nothing"
	[[ $(grep -c two <<<"$stdout") == 2 ]] || fail "nor did the shell"
}

# Who does not read from it leaves it to the next in the pipe.
test_terminal_is_for_another() {
	on_terminal 'seen ready; echo one; seen end' \
		'fathomfs-fake exec -- sh -c "echo ready >&2; sleep 1" | head -n 1 /dev/tty; echo end'
	expect_status 0
	[[ $(grep -c one <<<"$stdout") == 2 ]] || fail "nothing was read"
}

# Once: a second one means another thing to many a tool. `exec', since a shell
# that waits may be ended by it before us.
test_interrupt_reaches_the_command() {
	on_terminal 'seen ready; printf "\003"; seen end' \
		'exec fathomfs-fake exec -- perl -e "\$| = 1; \$SIG{INT} = sub { print qq(got ), ++\$n, qq(\n) }; print qq(ready\n); sleep 1 until \$n; select undef, undef, undef, .1 for 1..4; print qq(end\n); exit 7"'
	expect_status 7
	expect_stdout "got 1"
	[[ $stdout != *"got 2"* ]] || fail "it comes twice"
}

# A shell with job control sees that the command has stopped, and goes on with it.
test_stop_and_go_on() {
	on_terminal 'seen end' \
		'bash -mc "fathomfs-fake exec -- sh -c \"kill -STOP \\\$\\\$; echo resumed; exit 3\"; echo stopped \$?; fg; echo ended \$?"'
	expect_stdout "stopped 147"
	expect_stdout resumed
	expect_stdout "ended 3"
}

# Whoever kills the server leaves nothing behind.
test_server_killed() {
	local pid

	: >log
	fathomfs-fake exec -- sh -c 'echo ready; exec sleep 4712' >log &
	pid=$!
	while ! grep -q ready log; do sleep 0.05; done
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null
	timeout 30 bash -c \
		'while pgrep -f "[s]leep 4712" >/dev/null; do sleep 0.05; done' ||
		fail "the command lives on"
}

test_machine() {
	inside proc-probe 300
	expect_status 0
	expect_stdout "uname: Linux watched 6.1.0-fake #1 SMP Fake x86_64 (none)"
	expect_stdout "gethostname: watched"
	expect_stdout "sysinfo: 4711 s, loads 65536 131072 196608, 24018944 of 126418944 free, 3"
	inside uname -nr
	expect_stdout "watched 6.1.0-fake"
	inside hostname
	expect_stdout watched
}

# expect_lines LINE...: all of them are on standard output.
expect_lines() {
	local line

	for line; do
		grep -qxF "$line" <<<"$stdout" || fail "no line: $line"
	done
}

test_process_of_the_target() {
	inside proc-probe 300
	expect_lines "kill 0: 0" "kill 0 of the group: 0" "tkill 0: 0" \
		"getpgid: 7" "getsid: 5" "getpriority: 23" \
		"sched_getscheduler: 1073741826" "sched_getparam: 0" \
		"its priority: 9" "sched_rr_get_interval: 0" \
		"its turn: 1 s, 100000000 ns" "kill TERM: EPERM" \
		"tgkill TERM: ESRCH" "setpriority: EPERM" "setpgid: EPERM" \
		"sched_setscheduler: EPERM" "pidfd_open: EPERM"
	inside proc-probe 1
	expect_lines "tgkill 0: 0" "sched_getaffinity: 8" "the mask: 3" \
		"sched_getaffinity, short: EINVAL" "tgkill TERM: EPERM" \
		"kill TERM: EPERM"
}

test_process_of_nobody() {
	inside proc-probe 302
	expect_lines "kill 0: ESRCH" "kill 0 of the group: ESRCH" \
		"tkill 0: ESRCH" "tgkill 0: ESRCH" "getpgid: ESRCH" \
		"getsid: ESRCH" "getpriority: ESRCH" \
		"sched_getscheduler: ESRCH" "sched_getparam: ESRCH" \
		"sched_getaffinity: ESRCH" "kill TERM: ESRCH" \
		"setpriority: ESRCH" "pidfd_open: ESRCH"
}

# That it cannot be told is not that it is not there.
test_process_that_cannot_be_told() {
	inside proc-probe 666
	expect_lines "kill 0: EIO" "kill 0 of the group: EIO" "tkill 0: EIO" \
		"tgkill 0: EIO" "getpgid: EIO" "kill TERM: EIO"
}

# Only who asks for the target is told that it is away, and it is asked seldom.
test_target_is_away() {
	FAKE_GONE=1 inside bash -c '
		sleep 100 & kill -0 $! && kill $! && wait $!
		[[ -e /etc/passwd ]] && echo "here all is well"
		for i in {1..50}; do kill -0 1; done'
	expect_stdout "here all is well"
	expect_stderr "Input/output error"
	(($(grep -c "asked anew" <<<"$stderr") < 10)) || fail "asked too often"
}

# A thread of the target has no group, but a number.
test_thread_of_the_target() {
	inside bash -c 'kill -0 301 && ! kill -0 -301 2>/dev/null && ! kill 301'
	expect_status 0
	expect_stderr "Operation not permitted"
}

test_own_process() {
	inside proc-probe
	expect_lines "kill 0: 0" "tgkill 0: 0" "sched_getparam: 0"
	inside bash -c 'sleep 100 & kill -0 $! && kill $! && wait $!'
	expect_status 143
	inside bash -c 'set -m; sleep 100 | sleep 100 & kill -- -$!; wait'
	expect_status 0
}

# To a tool that searches all numbers, the command's others are not there.
test_own_relatives_are_hidden() {
	inside bash -c '(kill -0 $$) || (kill -USR1 $$); sleep 1'
	expect_status 138
	expect_stderr "No such process"
}

test_numbers_are_high() {
	local limit

	read -r limit </proc/sys/kernel/pid_max
	inside bash -c 'echo $$'
	((stdout > limit / 2)) || fail "number $stdout"
}

# One picture for a while, then another.
test_refresh() {
	run fathomfs-fake exec --refresh 1000 -- \
		bash -c 'cat /proc/epoch /proc/epoch; uname; cat /proc/epoch'
	[[ $(sort -u <<<"$stdout" | wc -l) == 2 ]] || fail "not one epoch"
	run fathomfs-fake exec --refresh 0 -- cat /proc/epoch /proc/epoch
	[[ $(sort -u <<<"$stdout" | wc -l) == 2 ]] || fail "one epoch"
}

# Users who may make namespaces for users need no privilege.
test_unprivileged() {
	local namespaces

	((UID == 0)) || return 0
	namespaces=$(</proc/sys/user/max_user_namespaces)
	((namespaces)) || return 0
	chmod 755 "$SCRATCH" .
	cp "$FATHOM_BIN/fathomfs-fake" "$FATHOM_BIN/proc-probe" .
	chmod 755 fathomfs-fake proc-probe
	run setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$PWD/fathomfs-fake" exec "$PWD/proc-probe" 300
	expect_status 0
	expect_lines "getpgid: 7" "gethostname: watched" "kill TERM: EPERM"
	run setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$PWD/fathomfs-fake" exec bash -c 'id -u; cat <(cat /proc/1/environ)'
	expect_status 0
	expect_stdout SECRET=1
}

test_usage() {
	run fathomfs-fake exec
	expect_status 123
	expect_stderr "which command?"
	run fathomfs-fake exec --force true
	expect_status 123
}

run_tests
