#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# `fathom proc mount`, of the /proc that fake_proc.c makes up.
# shellcheck source=tools_common.sh
# shellcheck disable=SC2317 # run_tests calls the tests by name
. "$(dirname "$0")/tools_common.sh"

[[ -c /dev/fuse ]] || {
	echo "this machine has no /dev/fuse: modprobe fuse" >&2
	exit 1
}

# run_mounted OPTION...: mounts on ./proc, in the background.
run_mounted() {
	mkdir -p proc
	run fathomfs-fake mount "$@" proc
	expect_status 0
	expect_stdout "proc until \`fusermount3 -u"
}

leave() {
	run fusermount3 -u proc
	expect_status 0
}

test_files() {
	run_mounted
	run cat proc/1/environ
	expect_stdout SECRET=1
	run ls proc/300
	expect_stdout broken
	expect_stdout cwd
	run cat proc/mounts
	expect_stdout "target / ext4"
	run cat proc/net/tcp
	expect_stdout local_address
	run cat proc/nowhere
	expect_status 1
	expect_stderr "No such file"
	leave
}

test_sizes_are_unknown_but_all_is_read() {
	run_mounted
	[[ $(stat -c %s proc/huge) == 0 ]] || fail "a size"
	[[ $(wc -c <proc/huge) == 20971520 ]] || fail "bytes of huge"
	[[ $(dd if=proc/huge bs=4096 skip=2 count=1 status=none | head -c 2) == \
		cc ]] || fail "bytes at an offset"
	leave
}

test_faults_are_errors() {
	run_mounted
	run cat proc/300/broken
	expect_status 1
	expect_stderr "Input/output error"
	expect_stdout half
	run cat proc/300/lost
	expect_status 1
	expect_stderr "Input/output error"
	expect_no_stdout
	leave
}

# Its kernel is done with it a moment later, or never.
test_what_changes_is_tried_again() {
	run_mounted --refresh 1000
	run cat proc/300/waits/changing
	expect_status 0
	expect_stdout whole
	run cat proc/300/waits/for-ever
	expect_status 1
	expect_stdout half
	expect_stderr "Input/output error"
	run readlink proc/300/waits/changing-link
	expect_stdout /there
	leave
}

test_nothing_can_be_written() {
	run_mounted
	run bash -c 'echo 1 >proc/epoch'
	expect_status 1
	expect_stderr "Read-only file system"
	run rm proc/epoch
	expect_status 1
	leave
}

test_attributes() {
	run_mounted
	run stat -c '%a %u %F' proc/300 proc/1/environ proc/1/exe
	expect_stdout "555 1000 directory"
	expect_stdout "400 0 regular empty file"
	expect_stdout "777 0 symbolic link"
	leave
}

# They name files of the target, not of this machine.
test_links_are_read_but_not_followed() {
	run_mounted
	run readlink proc/1/exe
	expect_stdout /etc/passwd
	if ((UID == 0)); then
		run cat proc/1/exe
		expect_status 1
		expect_stderr "Too many levels"
		run ls proc/300/cwd/
		expect_status 2
	fi
	run readlink proc/300/exe
	expect_status 1
	leave
}

test_hostile_names() {
	run_mounted
	run ls -A proc/hostile
	expect_no_stdout
	leave
}

# One opening, one moment; and each its own.
test_every_opening_looks_anew() {
	local first second third

	run_mounted
	read -r first <proc/epoch
	read -r second <proc/epoch
	exec 5<proc/epoch
	read -r third <proc/epoch
	run head -n 1 <&5
	exec 5<&-
	((first < second && second < third)) || fail "$first $second $third"
	leave
}

test_refresh() {
	local first second

	run_mounted --refresh 1000
	read -r first <proc/epoch
	read -r second <proc/epoch
	[[ $first == "$second" ]] || fail "$first $second"
	leave
}

test_foreground_ends_by_signal() {
	local pid try

	mkdir proc
	: >log
	fathomfs-fake mount --foreground proc >>log 2>&1 &
	pid=$!
	for try in {1..100}; do
		grep -q 'or Ctrl-C' log && break
		sleep 0.05
	done
	run cat proc/1/environ
	expect_stdout SECRET=1
	# Though somebody still has a file of it.
	exec 7<proc/1/environ
	kill "$pid"
	wait "$pid"
	status=$? stdout=$(<log)
	exec 7<&-
	expect_status 0
	[[ ! -e proc/1 ]] || fail "still mounted after $try looks"
}

test_usage() {
	run fathomfs-fake mount nowhere
	expect_status 125
	expect_stderr nowhere
	run fathomfs-fake mount
	expect_status 123
}

trap 'umount -l "$SCRATCH"/*/proc 2>/dev/null; rm -rf "$SCRATCH"' EXIT
run_tests
