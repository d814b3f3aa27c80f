#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# fathom doctor: right about a healthy tree, and about each kind of illness.
# shellcheck source=tools_common.sh
# shellcheck disable=SC2317 # run_tests calls the tests by name
. "$(dirname "$0")/tools_common.sh"

# A tree like the one under test, from which a part can be taken.
make_tree() {
	mkdir -p tree/bin tree/lib
	cp "$FATHOM_BIN/fathom" "$FATHOM_BIN/fathom-cc" tree/bin
	cp -P "$FATHOM_BIN"/../lib/{libfathom.so*,FathomPass.so} tree/lib
	ln -s "$(readlink -f "$FATHOM_BIN/../include")" tree/include
}

test_healthy() {
	make_tree
	run tree/bin/fathom doctor
	expect_status 0
	expect_no_stderr
	[[ $stdout != *MISSING* && $stdout != *untried* ]] || fail "not healthy"
	[[ $stdout != *$'\033'* ]] || fail "colours, but no terminal"
	run tree/bin/fathom doctor --json
	expect_status 0
	expect_json '.healthy and (.checks | length) >= 5'
	expect_json '[.checks[] | select(.needed) | .status == "ok"] | all'
	expect_json '[.checks[] | (.status == "missing") == (.mend != null)] | all'
}

test_leaves_nothing_behind() {
	make_tree
	mkdir tmp
	TMPDIR=$PWD/tmp run tree/bin/fathom doctor
	expect_status 0
	TMPDIR=$PWD/tmp tree/bin/fathom doctor 2>/dev/null | true
	[[ -z $(ls -A tmp) ]] || fail "left in TMPDIR: $(ls -A tmp)"
}

# expect_missing NAME WORD: the check is the one that fails, and says WORD.
expect_missing() {
	expect_status 1
	expect_json ".healthy == false"
	expect_json ".checks[] | select(.name == \"$1\") | .status == \"missing\" and (.mend | length > 0) and (.detail | contains(\"$2\"))"
}

test_missing_plugin() {
	make_tree
	rm tree/lib/FathomPass.so
	run tree/bin/fathom doctor --json
	expect_missing plugin FathomPass.so
}

test_plugin_that_does_not_load() {
	make_tree
	echo garbage >tree/lib/FathomPass.so
	run tree/bin/fathom doctor --json
	expect_missing plugin "does not load"
	expect_json '.checks[] | select(.name == "libfathom") | .status == "untried"'
}

test_missing_library() {
	make_tree
	rm tree/lib/libfathom.so*
	run tree/bin/fathom doctor --json
	expect_missing libfathom libfathom.so
}

test_library_that_does_not_link() {
	make_tree
	rm tree/lib/libfathom.so*
	clang-"$FATHOM_LLVM" -shared -x c /dev/null -o tree/lib/libfathom.so
	run tree/bin/fathom doctor --json
	expect_missing libfathom "does not link"
}

test_headers_of_ours_that_are_missing() {
	make_tree
	rm tree/include
	run tree/bin/fathom doctor --json
	expect_missing kernel-headers "do not compile"
}

test_wrong_clang() {
	make_tree
	FATHOM_CLANG=/nowhere/clang run tree/bin/fathom doctor --json
	expect_missing clang /nowhere/clang
	expect_json '.checks[] | select(.name == "clang") | .mend == "unset FATHOM_CLANG"'
}

test_cache_that_cannot_be_written() {
	make_tree
	: >file
	XDG_CACHE_HOME=$PWD/file run tree/bin/fathom doctor --json
	# Programs run without, only slower.
	expect_status 0
	expect_json '.checks[] | select(.name == "symbol-cache") | .status == "missing" and .needed == false'
}

test_keys() {
	make_tree
	mkdir keys
	tree/bin/fathom key generate --key keys/ids.key >keys/agent.pub
	export FATHOM_KEY=keys/ids.key FATHOM_AGENT_KEY=keys/agent.pub
	run tree/bin/fathom doctor --json
	expect_json '.checks[] | select(.name == "keys") | .status == "ok"'
	chmod 644 keys/ids.key
	run tree/bin/fathom doctor --json
	expect_status 0
	expect_json '.checks[] | select(.name == "keys") | .status == "missing" and (.detail | contains("that others may use"))'
	chmod 600 keys/ids.key
	echo garbage >keys/agent.pub
	run tree/bin/fathom doctor --json
	expect_json '.checks[] | select(.name == "keys") | .status == "missing" and (.detail | contains("not a key"))'
	FATHOM_KEY=nowhere run tree/bin/fathom doctor --json
	expect_json '.checks[] | select(.name == "keys") | .status == "missing" and .mend == "fathom key generate"'
}

test_missing_lab_programs() {
	make_tree
	mkdir programs
	ln -s "$(command -v sh)" "$(command -v ld)" \
		"$(command -v clang-"$FATHOM_LLVM")" programs
	PATH=$PWD/programs run "$PWD/tree/bin/fathom" doctor --json
	expect_status 0
	expect_json '.checks[] | select(.name == "qemu") | .status == "missing" and (.mend | endswith("apt-get install qemu-system-x86"))'
	expect_json '.checks[] | select(.name == "archivers") | .mend | endswith("apt-get install cpio xz-utils kmod")'
	expect_json '.checks[] | select(.name == "busybox") | .mend | endswith("busybox-static")'
}

run_tests
