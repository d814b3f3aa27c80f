#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# fathom-cc: a compiler that behaves like one.
# shellcheck source=tools_common.sh
# shellcheck disable=SC2317 # run_tests calls the tests by name
. "$(dirname "$0")/tools_common.sh"

IDS='#include <fathom/ids.h>
#include <linux/sched/signal.h>
int main(void) { return init_task.pid; }'

# The folders of all kernel headers on this machine.
headers() {
	local directory

	for directory in {/usr/src,"$KERNELS"/*/usr/src}/linux-headers-*; do
		[[ -e $directory/include/generated/utsrelease.h ]] &&
			echo "$directory"
	done
}

test_help() {
	run fathom-cc --help
	expect_status 0
	expect_no_stderr
	expect_stdout --kernel-headers
	run fathom-cc
	expect_status 1
	expect_stderr "Usage: fathom-cc"
}

test_version_starts_with_clangs() {
	run fathom-cc --version
	expect_status 0
	[[ ${stdout%%$'\n'*} == *"clang version"* ]] || fail "not clang's"
	expect_stdout "fathom-cc "
}

test_questions_go_to_clang() {
	run fathom-cc -dumpmachine
	expect_status 0
	expect_stdout x86_64
	run fathom-cc -print-resource-dir
	expect_status 0
	[[ -d $stdout ]] || fail "no folder"
}

test_object_and_program() {
	echo "$IDS" >ids.c
	run fathom-cc -c ids.c
	expect_status 0
	expect_no_stderr
	[[ -f ids.o ]] || fail "no ids.o"
	run fathom-cc ids.o -o ids
	expect_status 0
	expect_no_stderr
	# It finds libfathom, and misses nothing but a target.
	run ./ids
	expect_status 123
	expect_stderr "ids: fathom: "
	run fathom-cc ids.c
	expect_status 0
	[[ -x a.out ]] || fail "no a.out"
}

test_all_kernels() {
	local directory kernel

	[[ $(headers) ]] || fail "no kernel headers: run lab/fathom-lab fetch"
	echo "$IDS" >ids.c
	for directory in $(headers); do
		kernel=${directory##*/linux-headers-}
		run fathom-cc --kernel-headers="$kernel" -Wall -Wextra -O2 \
			-c ids.c
		expect_status 0
		expect_no_stderr
		run fathom-cc --kernel-headers "$kernel" -v -c ids.c
		expect_stderr "kernel headers: $kernel "
		run fathom-cc --kernel-headers="$directory" -M ids.c
		expect_status 0
		expect_stdout "$directory/include/generated/autoconf.h"
	done
}

# What the kernel's headers and macros are made of is no finding about those
# who use them.
test_strict_authors_see_their_own_warnings_only() {
	local directory

	cat >strict.c <<-'END'
		#include <fathom/ids.h>
		#include <linux/sched/signal.h>
		#include <net/tcp.h>
		int main(void)
		{
			struct task_struct *p;
			for_each_process(p)
				pr_info("%d\n", READ_ONCE(p->pid));
			pr_info("done\n");
			return 0;
		}
	END
	for directory in $(headers); do
		run fathom-cc --kernel-headers="${directory##*/linux-headers-}" \
			-Wall -Wextra -Wpedantic -c strict.c
		expect_status 0
		expect_no_stderr
	done
	echo "int main(void) { return 0;; };" >own.c
	run fathom-cc -Wpedantic -c own.c
	expect_stderr own.c:1
}

test_several_files() {
	printf '%s\n' 'int other(void);' "${IDS/init_task.pid/other()}" >one.c
	echo 'int other(void) { return 3; }' >two.c
	run fathom-cc one.c two.c -o both
	expect_status 0
	[[ -x both ]] || fail "no program"
	run fathom-cc -c one.c two.c
	expect_status 0
	[[ -f one.o && -f two.o ]] || fail "not both objects"
	ar rc libtwo.a two.o
	run fathom-cc one.o -L. -ltwo -o both
	expect_status 0
	run fathom-cc one.c two.o -o both
	expect_status 0
}

test_preprocessing() {
	echo "$IDS" >ids.c
	run fathom-cc -E ids.c
	expect_status 0
	expect_no_stderr
	expect_stdout "struct task_struct {"
	run fathom-cc -M ids.c
	expect_status 0
	expect_stdout linux/sched.h
	run fathom-cc -c -MD -MF ids.d ids.c
	expect_status 0
	grep -q fathom/ids.h ids.d || fail "ids.d lacks ids.h"
}

test_assembly_and_bitcode() {
	echo "$IDS" >ids.c
	run fathom-cc -S ids.c
	expect_status 0
	grep -q '^main:' ids.s || fail "no assembly"
	run fathom-cc ids.s -o ids
	expect_status 0
	run fathom-cc -S -emit-llvm ids.c -o -
	expect_status 0
	expect_stdout __fathom_register
}

test_assembly_is_not_given_the_kernels_flags() {
	printf '.text\n.globl f\nf: ret\n.section .note.GNU-stack,""\n' >f.S
	run fathom-cc -c f.S
	expect_status 0
	expect_no_stderr
	[[ -f f.o ]] || fail "no f.o"
	echo "$IDS" >ids.c
	run fathom-cc f.S ids.c
	expect_status 1
	expect_stderr "f.S: assemble this file by a command of its own"
}

test_standard_input() {
	run fathom-cc -x c -c - -o empty.o
	expect_status 0
	[[ -f empty.o ]] || fail "no object"
}

test_linking_only_needs_no_kernel() {
	echo 'int main(void) { return 0; }' >plain.c
	clang-"$FATHOM_LLVM" -c plain.c
	run fathom-cc --kernel-headers=/nowhere plain.o -o plain
	expect_status 0
	expect_no_stderr
}

test_without_kernel_headers() {
	printf '#include <stdio.h>\n#include <stdlib.h>\nint f(void) { return EOF; }\n' >f.c
	run fathom-cc --kernel-headers=none -Wall -c f.c
	expect_status 0
	expect_no_stderr
}

test_response_file() {
	echo "$IDS" >"an ids.c"
	echo '-c "an ids.c" -o ids.o' >arguments
	run fathom-cc @arguments
	expect_status 0
	[[ -f ids.o ]] || fail "no ids.o"
}

test_authors_flags_win() {
	echo 'int n = __OPTIMIZE__; int f(void) { return n; }' >f.c
	run fathom-cc -O2 -Werror -c f.c
	expect_status 0
	echo 'int f(void) { int unused; return 0; }' >f.c
	run fathom-cc -Wall -Werror -c f.c
	expect_status 1
	expect_stderr "unused variable 'unused'"
}

test_errors_have_clangs_status() {
	run fathom-cc nowhere.c
	expect_status 1
	expect_stderr "no such file or directory: 'nowhere.c'"
	echo 'int f(void) { return x; }' >f.c
	run fathom-cc -c f.c
	expect_status 1
	expect_stderr "f.c:1:22: error: use of undeclared identifier 'x'"
	run fathom-cc f.c
	expect_status 1
}

test_other_languages_are_refused() {
	: >f.cpp
	run fathom-cc -c f.cpp
	expect_status 1
	expect_stderr "f.cpp: fathom-cc compiles C"
	run fathom-cc -x c++ -c f.cpp
	expect_status 1
	expect_stderr "-x c++: fathom-cc compiles C"
}

test_static_is_refused() {
	echo "$IDS" >ids.c
	run fathom-cc -static ids.c
	expect_status 1
	expect_stderr "-static: a program needs the shared libfathom"
}

test_kernel_headers_that_are_none() {
	echo "$IDS" >ids.c
	run fathom-cc --kernel-headers=1.2.3-none -c ids.c
	expect_status 1
	expect_stderr 1.2.3-none
	run fathom-cc --kernel-headers=/nowhere -c ids.c
	expect_status 1
	expect_stderr /nowhere
	run fathom-cc -c ids.c --kernel-headers
	expect_status 1
	expect_stderr "--kernel-headers needs"
	run fathom-cc -c ids.c --kernel-headers=
	expect_status 1
	expect_stderr "--kernel-headers needs"
}

# What the linker says comes through, and one line explains it.
check_hint() {
	expect_status 1
	expect_stderr "schedule"
	expect_stderr "\`schedule\` is a function of the kernel without a body in the headers"
	[[ $stderr != *"\`function_of_mine\`"*"of the kernel"* ]] ||
		fail "claims that any function is the kernel's"
}

test_hint_about_kernel_functions() {
	cat >ids.c <<-EOF_C
	#include <fathom/ids.h>
	#include <linux/sched/signal.h>
	int function_of_mine(void);
	int main(void) { schedule(); return function_of_mine(); }
	EOF_C
	run fathom-cc ids.c -o ids
	check_hint
	expect_stderr function_of_mine
	expect_stderr "linker command failed"
	# The same when objects are linked, by whichever linker.
	run fathom-cc -c ids.c
	expect_status 0
	run fathom-cc ids.o -o ids
	check_hint
	if command -v ld.lld-"$FATHOM_LLVM" >/dev/null; then
		run fathom-cc --ld-path="$(command -v ld.lld-"$FATHOM_LLVM")" \
			ids.o -o ids
		check_hint
	fi
}

test_chosen_clang() {
	: >f.c
	run env FATHOM_CLANG=/nowhere/clang fathom-cc -c f.c
	expect_status 1
	expect_stderr "FATHOM_CLANG"
	printf '#!/bin/sh\necho 3.0.0\n' >old-clang
	chmod +x old-clang
	run env FATHOM_CLANG="$PWD/old-clang" fathom-cc -c f.c
	expect_status 1
	expect_stderr "old-clang is version 3.0.0, but the plugin was built for LLVM $FATHOM_LLVM"
	run env FATHOM_CLANG="clang-$FATHOM_LLVM" fathom-cc -c f.c
	expect_status 0
}

test_missing_clang() {
	: >f.c
	mkdir -p tree/bin
	cp "$FATHOM_BIN/fathom-cc" tree/bin
	ln -s "$FATHOM_BIN/../lib" "$FATHOM_BIN/../include" tree
	run tree/bin/fathom-cc -c f.c
	expect_status 0
	run env FATHOM_CLANG=clang-none tree/bin/fathom-cc -c f.c
	expect_status 1
	expect_stderr clang-none
}

test_missing_parts() {
	echo "$IDS" >ids.c
	mkdir -p tree/bin
	cp "$FATHOM_BIN/fathom-cc" tree/bin
	run tree/bin/fathom-cc -c ids.c
	expect_status 1
	expect_stderr "FathomPass.so is not below"
	clang-"$FATHOM_LLVM" -c -x c /dev/null -o empty.o
	run tree/bin/fathom-cc empty.o
	expect_status 1
	expect_stderr "libfathom.so is not below"
}

test_verbose() {
	echo "$IDS" >ids.c
	run fathom-cc -v -c ids.c
	expect_status 0
	expect_stderr "fathom-cc: running: "
	expect_stderr -fpass-plugin=
	run fathom-cc '-###' -c ids.c -o never.o
	expect_status 0
	expect_stderr -cc1
	[[ ! -e never.o ]] || fail "-### compiled"
}

# Every whole program that README and docs/ show.
test_examples_of_the_documents() {
	local source=${BASH_SOURCE[0]%/*}/../.. program count=0

	awk '/^```c$/ { text = ""; inside = 1; next }
	     /^```/ && inside { inside = 0; if (text ~ /int main\(/)
			printf "%s", text >("example-" ++n ".c") }
	     inside { text = text $0 "\n" }' "$source"/README.md "$source"/docs/*.md
	for program in example-*.c; do
		[[ -e $program ]] || break
		count=$((count + 1))
		run fathom-cc -O2 -Wall -Wextra -Werror "$program" -o example
		expect_status 0
		expect_no_stderr
	done
	((count >= 3)) || fail "only $count programs found"
}

# As docs/plain-clang.md says.
test_plain_clang() {
	echo "$IDS" >ids.c
	# shellcheck disable=SC2046 # the words are the point
	run $(fathom cflags --clang) \
		-fpass-plugin="$(fathom cflags --plugin)" $(fathom cflags) \
		ids.c -o ids $(fathom cflags --libs)
	expect_status 0
	run ./ids
	expect_status 123
	expect_stderr "ids: fathom: "
}

run_tests
