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
	printf '#!/bin/bash\necho version\n' >bin/fathom-cc
	chmod +x bin/fathom-cc
	touch plugin.so libfathom.so libfathomfs.a include/fathom/ids.h \
		share/files/tree.c share/include/proc.h
	cat >share/kernel/build <<-'END'
		#!/bin/bash
		echo "$*" >>log
		[[ ! -e broken ]] || exit 1
		while (($#)); do
			[[ $1 != --output ]] || output=$2
			[[ $1 != --objects ]] || objects=$2
			shift
		done
		mkdir -p "$objects"
		echo >>"$objects/object"
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

# How often the objects were added to of which the last program was made.
generations() {
	wc -l <"$(sed -n 's/.*--objects \([^ ]*\).*/\1/p' log | tail -n 1)/object"
}

# The path of a program of the release.
is_program() {
	[[ $stdout == "$PWD"/cache/fathom/proc/fathomfs-9.9-* && -x $stdout ]]
}

kept() {
	find "cache/fathom/proc" -maxdepth 1 -name "$1" | wc -l
}

test_built_once() {
	set_up
	prepare
	expect_status 0
	is_program || fail "its path"
	expect_stderr "building for kernel 9.9"
	grep -q -- '--release 9.9 --headers /headers --source fetched' log ||
		fail "$(<log)"
	prepare
	expect_status 0
	expect_no_stderr
	is_program || fail "its path"
	(($(builds) == 1)) || fail "built again"
}

test_own_source_tree() {
	set_up
	prepare --source=/tree
	grep -q -- '--source /tree' log || fail "$(<log)"
}

# What is there of the objects helps.
test_changed_sources() {
	set_up
	prepare
	echo change >share/files/tree.c
	prepare
	(($(builds) == 2 && $(generations) == 2)) || fail "not built, or anew"
}

# It is linked to the library that is there now.
test_changed_library() {
	set_up
	prepare
	echo change >libfathom.so
	prepare
	echo change >libfathomfs.a
	prepare
	(($(builds) == 3 && $(generations) == 3)) || fail "not linked, or anew"
}

# Nothing that another compiler made is taken.
test_changed_compiler() {
	local file

	set_up
	prepare
	for file in bin/fathom-cc plugin.so include/fathom/ids.h; do
		echo "# change" >>"$file"
		prepare
		(($(generations) == 1)) || fail "objects of before $file"
	done
	# Its own clang may be another one.
	sed -i 's/^echo version$/cat version/' bin/fathom-cc
	echo 1 >version
	prepare
	echo 2 >version
	prepare
	(($(generations) == 1)) || fail "objects of another clang"
	(($(builds) == 6)) || fail "not built"
}

# Another installation's is still there when the first one asks again.
test_shared_cache() {
	local first

	set_up
	prepare
	first=$stdout
	echo 1 >share/files/tree.c
	prepare
	[[ $stdout != "$first" ]] || fail "the same program"
	: >share/files/tree.c
	prepare
	[[ $stdout == "$first" ]] || fail "another program"
	(($(builds) == 2)) || fail "built again"
}

# The last few are kept, and what is in use.
test_pruned() {
	local first i

	set_up
	prepare
	first=$stdout
	for i in 1 2 3; do
		touch -d "2000-01-0$i" cache/fathom/proc/*-9.9-*
		echo "$i" >plugin.so
		prepare
		: >plugin.so
		prepare
	done
	touch cache/fathom/proc/fathomfs-9.9-1-other-0123456789abcdef
	echo 4 >plugin.so
	prepare
	[[ -x $first ]] || fail "the one in use is gone"
	[[ -e cache/fathom/proc/fathomfs-9.9-1-other-0123456789abcdef ]] ||
		fail "another release's is gone"
	(($(kept 'fathomfs-9.9-????????????????') == 3)) || fail "programs"
	(($(kept 'objects-9.9-????????????????') == 2)) || fail "objects"
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

test_usage() {
	set_up
	run share/prepare --release=9.9
	expect_status 1
	expect_stderr "an option is missing"
	run share/prepare --frobnicate
	expect_status 1
}

run_tests
