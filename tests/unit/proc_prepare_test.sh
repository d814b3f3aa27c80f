#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# proc/prepare: when the program is built, and when it is not. The compiler and
# the build are stand-ins.
# shellcheck source=tools_common.sh
# shellcheck disable=SC2317 # run_tests calls the tests by name
. "$(dirname "$0")/tools_common.sh"

PREPARE=$(readlink -f "$(dirname "$0")/../../proc/prepare")

# A copy with sources, a compiler and a build of its own, in the test's folder.
set_up() {
	export XDG_CACHE_HOME=$PWD/cache
	mkdir -p share/kernel share/files share/include bin include/fathom
	cp "$PREPARE" share/
	printf '#!/bin/bash\necho >>asked\ncat clang-version\n' >bin/fathom-cc
	chmod +x bin/fathom-cc
	echo 19 >clang-version
	touch plugin.so libfathom.so libfathomfs.a include/fathom/ids.h \
		share/files/tree.c share/include/proc.h
	cat >share/kernel/build <<-'END'
		#!/bin/bash
		echo "$*" >>log
		[[ ! -e broken ]] || exit 1
		while (($#)); do
			[[ $1 != --output ]] || output=$2
			[[ $1 != --objects ]] || objects=$2
			[[ $1 != --key ]] || key=$2
			shift
		done
		touch "$objects/$key.o"
		touch "$output"
		chmod +x "$output"
	END
	printf '#!/bin/bash\necho fetched\n' >share/kernel/fetch-source
	chmod +x share/kernel/*
	: >log
}

prepare() {
	run share/prepare --release=9.9 --headers=/headers \
		--compiler="$PWD/bin/fathom-cc" --plugin="$PWD/plugin.so" \
		--library="$PWD/libfathomfs.a" "$@"
}

builds() {
	wc -l <log
}

# How often all was looked at.
looks() {
	wc -l <asked
}

# Kinds of objects that there are: one for each compiler.
generations() {
	find cache/fathom/proc/objects -name '*.o' | wc -l
}

programs() {
	find cache/fathom/proc -maxdepth 1 -name 'fathomfs-*' | wc -l
}

expect_program() {
	[[ $stdout == "$PWD/cache/fathom/proc/fathomfs-9.9-"*/fathomfs && -x $stdout ]] ||
		fail "its path"
}

test_built_once() {
	set_up
	prepare
	expect_status 0
	expect_program
	expect_stderr "building for kernel 9.9"
	grep -q -- '--release 9.9 --headers /headers --source fetched' log ||
		fail "$(<log)"
	prepare
	expect_status 0
	expect_no_stderr
	expect_program
	(($(builds) == 1)) || fail "built again"
}

# A look at the content of everything takes longer than many a snapshot.
test_quick_when_nothing_changed() {
	set_up
	prepare
	# What was made just now may have changed just after.
	sleep 1.1
	prepare
	prepare
	prepare
	expect_status 0
	expect_program
	(($(looks) == 2)) || fail "$(looks) looks"
	touch -d '2 days ago' share/files/tree.c
	prepare
	(($(looks) == 3)) || fail "a file with an old date was not looked at"
	rm share/include/proc.h
	prepare
	(($(looks) == 4)) || fail "a missing file was not missed"
}

test_own_source_tree() {
	set_up
	prepare --source=/tree
	grep -q -- '--source /tree' log || fail "$(<log)"
}

test_changed_sources() {
	set_up
	prepare
	echo change >share/files/tree.c
	prepare
	(($(builds) == 2 && $(generations) == 1)) || fail "not built, or anew"
	: >share/files/tree.c
	prepare
	(($(builds) == 2)) || fail "built what is there"
}

# The same compiler in another folder makes the same objects.
test_elsewhere() {
	set_up
	prepare
	mkdir other
	mv bin asked clang-version plugin.so include share other/
	mv libfathom.so libfathomfs.a cache log other/
	cd other || return
	export XDG_CACHE_HOME=$PWD/cache
	prepare
	cd .. || return
	(($(wc -l <other/log) == 2)) || fail "not linked anew"
	(($(find other/cache/fathom/proc/objects -type f | wc -l) == 1)) ||
		fail "objects of the folder"
}

test_changed_library() {
	set_up
	prepare
	echo change >libfathomfs.a
	prepare
	echo change >libfathom.so
	prepare
	(($(builds) == 3)) || fail "not built"
}

# Nothing that another compiler made is taken.
test_changed_compiler() {
	local file count=1

	set_up
	prepare
	for file in bin/fathom-cc plugin.so include/fathom/ids.h; do
		echo "# change" >>"$file"
		prepare
		count=$((count + 1))
		(($(generations) == count)) || fail "objects of before $file"
	done
	# Its own clang may be another one, which shows at the next look.
	echo 20 >clang-version
	touch plugin.so
	prepare
	(($(generations) == count + 1)) || fail "objects of another clang"
	(($(builds) == 5)) || fail "not built"
}

# What nobody wants any more does not stay for ever.
test_old_ones_go() {
	local count

	set_up
	mkdir -p cache/fathom/proc/objects
	touch -d '40 days ago' cache/fathom/proc/objects/old.o
	touch -d '20 days ago' cache/fathom/proc/objects/young.o
	for count in 1 2 3 4 5 6 7 8; do
		echo "$count" >share/files/tree.c
		prepare
	done
	expect_program
	(($(programs) == 6)) || fail "$(programs) programs"
	[[ ! -e cache/fathom/proc/objects/old.o ]] || fail "an old object"
	[[ -e cache/fathom/proc/objects/young.o ]] || fail "no young object"
}

test_failed_build_is_none() {
	set_up
	touch broken
	prepare
	expect_status 1
	expect_no_stdout
	rm broken
	prepare
	expect_status 0
	(($(builds) == 2)) || fail "not tried again"
}

test_two_at_once() {
	set_up
	prepare &
	prepare &
	wait
	(($(builds) == 1)) || fail "built $(builds) times"
}

# fathom-cc asks, but has nothing built.
test_asked_whether_it_is_built() {
	set_up
	prepare --if-built
	expect_status 3
	expect_no_stdout
	expect_no_stderr
	prepare
	prepare --if-built
	expect_status 0
	expect_program
	(($(builds) == 1)) || fail "built $(builds) times"
	echo change >share/files/tree.c
	prepare --if-built
	expect_status 3
	(($(builds) == 1)) || fail "built"
}

test_usage() {
	set_up
	run share/prepare --release=9.9
	expect_status 1
	expect_stderr "an option is missing"
	run share/prepare --frobnicate
	expect_status 1
}

run_tests
