#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# `fathom proc snapshot`, of the /proc that fake_proc.c makes up.
# shellcheck source=tools_common.sh
# shellcheck disable=SC2317 # run_tests calls the tests by name
. "$(dirname "$0")/tools_common.sh"

# expect_file PATH CONTENT
expect_file() {
	[[ -f $1 && ! -L $1 && $(<"$1") == "$2" ]] || fail "$1 is not '$2'"
}

expect_missing() {
	[[ ! -e $1 && ! -L $1 ]] || fail "$1 is there"
}

# Faults are named and counted, and the rest is written.
test_snapshot() {
	run fathomfs-fake snapshot out
	expect_status 1
	expect_no_stdout
	expect_stderr "300/broken: Input/output error"
	expect_stderr "left out for what is said above"
	expect_file out/1/environ SECRET=1
	expect_file out/1/task/1/comm init
	expect_file out/300/broken half
	expect_stderr "300/lost: Input/output error"
	expect_missing out/300/lost
	[[ $(readlink out/1/exe) == /etc/passwd ]] || fail "the link 1/exe"
	[[ $(readlink out/300/cwd) == ../../../etc ]] || fail "the link 300/cwd"
	# A link that the kernel lists but that leads nowhere, as a thread's.
	expect_missing out/300/exe
	[[ $(stat -c %s out/huge) == 20971520 ]] || fail "the size of huge"
}

# expect_asked TIMES PATH: the target was, for that file.
expect_asked() {
	local times

	times=$(grep -cx "asked for $2" <<<"$stderr")
	((times == $1)) || fail "asked for $2 $times times"
}

# The rest is one picture; what it caught half done is of a later one.
test_what_changes_is_tried_again() {
	run fathomfs-fake snapshot out
	expect_file out/300/waits/changing whole
	[[ $(readlink out/300/waits/changing-link) == /there ]] ||
		fail "the link"
	expect_stderr "300/waits/changing: is younger than the rest"
	expect_file out/epoch 0
	expect_asked 4 300/waits/changing
	# Five, and the last word; then there is what there was.
	expect_asked 6 300/waits/for-ever
	expect_stderr "300/waits/for-ever: Input/output error"
	expect_file out/300/waits/for-ever half
	run fathomfs-fake snapshot --only '300/waits/changing' only
	expect_status 0
	expect_file only/300/waits/changing whole
}

# It will say the same for ever.
test_dump_is_not_tried_again() {
	FATHOM_TARGET=dump:/somewhere run fathomfs-fake snapshot out
	expect_file out/300/waits/changing half
	expect_asked 1 300/waits/changing
	expect_stderr "300/waits/changing: Input/output error"
}

# What is a link into "self" in the kernel's /proc is process 1's.
test_self_is_process_1() {
	run fathomfs-fake snapshot out
	expect_file out/mounts "target / ext4 rw 0 0"
	expect_file out/net/tcp "  sl  local_address"
}

# Environments are for nobody else to read.
test_permissions() {
	umask 022
	run fathomfs-fake snapshot out
	[[ $(stat -c %a out) == 700 ]] || fail "the mode of the folder"
	[[ $(stat -c %a out/1/environ) == 600 ]] || fail "the mode of environ"
	[[ $(stat -c %a out/1/stat) == 644 ]] || fail "the mode of stat"
}

test_hostile_names() {
	mkdir below
	run fathomfs-fake snapshot below/out
	expect_status 1
	expect_stderr "hostile: left out an entry with the name '../x'"
	expect_missing below/x
	expect_missing below/out/x
	[[ $(find below/out/hostile | wc -l) == 1 ]] || fail "entries in hostile"
	[[ $stderr != *$'\033'* ]] || fail "an escape on standard error"
}

# The first of them is there, and what comes after.
test_names_that_are_there_twice() {
	run fathomfs-fake snapshot --only twice --force out
	expect_status 0
	expect_stderr "twice: 2 names are there more than once"
	expect_file out/twice/1 first
	expect_file out/twice/3 last
}

# Blocks of 1024 bytes are too small for a link of 4000.
test_link_too_long_for_the_disk() {
	((UID == 0)) || return 0
	truncate -s 2M image
	mkfs.ext4 -q -b 1024 image
	mkdir disk
	mount -o loop image disk || return 0
	run fathomfs-fake snapshot --only twice disk/out
	umount disk
	expect_status 1
	expect_stderr "twice/2: File name too long"
	expect_stderr "2 files written, 1 left out"
}

# What cannot be had any more is not what was there before.
test_force_leaves_nothing_old() {
	mkdir -p out/300
	echo old >out/300/lost
	ln -s old out/300/exe
	run fathomfs-fake --force snapshot out
	expect_missing out/300/lost
	expect_missing out/300/exe
}

test_depth_is_bounded() {
	run fathomfs-fake snapshot out
	expect_stderr "deep/deep: Too many levels"
	(($(find out/deep | wc -l) < 50)) || fail "deep is too deep"
}

test_folder_must_be_empty() {
	mkdir out
	touch out/mine
	run fathomfs-fake snapshot out
	expect_status 125
	expect_stderr "out is not empty"
	expect_missing out/1
}

# Nothing is written through what was there before.
test_force_follows_no_link() {
	mkdir -p out/1 elsewhere
	echo mine >victim
	ln -s ../../victim out/1/stat
	ln -s ../elsewhere out/300
	run fathomfs-fake --force snapshot out
	expect_file victim mine
	[[ ! -e elsewhere/stat ]] || fail "a folder behind a link was written to"
}

test_only() {
	run fathomfs-fake snapshot --only '[0-9]*/stat' --only net out
	expect_status 0
	expect_no_stderr
	[[ $(cd out && find . -type f | sort | xargs) == \
		"./1/stat ./300/stat ./net/tcp" ]] || fail "$(find out)"
	expect_missing out/1/task
}

test_full_disk() {
	((UID == 0)) || return 0
	mkdir small
	mount -t tmpfs -o size=64k none small || return 0
	run fathomfs-fake snapshot small/out
	umount small
	expect_status 125
	expect_stderr "No space left on device"
}

test_usage() {
	run fathomfs-fake snapshot
	expect_status 123
	expect_stderr "which folder?"
	run fathomfs-fake snapshto out
	expect_status 123
	run fathomfs-fake snapshot --refresh 1 out
	expect_status 123
	run fathomfs-fake mount --refresh -1 out
	expect_status 123
	run fathomfs-fake snapshot nowhere/out
	expect_status 125
}

run_tests
