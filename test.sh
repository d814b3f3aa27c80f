#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# All tests. Does its own set-up on a fresh Debian 12.
# shellcheck disable=SC2317 # many functions are called through step()
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"
. lab/steps.sh

SUITES=(build lint unit pass e2e)
OTHER_LLVMS=(16 22)
# Many of them wait for a time to pass.
UNIT_JOBS=$((2 * $(nproc)))
# How the end-to-end tests, cmocka, lit, those of tools, CTest, sanitizers and
# compilers put it.
FAILED_CHECK='^FAIL |\[  FAILED  \]|^FAIL: |^test_[a-z0-9_]+: |\*\*\*(Failed|Timeout|Exception)|Sanitizer: |: error: '

usage() {
	cat <<'EOF'
Usage: ./test.sh [SUITE]...

Install what is missing, build and run the tests: all, or those of the suites
named:

  build  gcc and clang without a warning, with ASan and UBSan, and the pass for
         the oldest and the newest LLVM
  lint   clang-format, clang-tidy, cppcheck, shellcheck
  unit   fast tests, also under ASan and UBSan; those with threads under TSan
  pass   the pass's tests of generated code, also with the other LLVMs
  e2e    real kernels in QEMU, each asked what Fathom should have seen; what
         fails is tried once more, and shown

Logs lie in build/logs/test. Exit status: 0 when everything passed, else 1; 2
for bad usage.
EOF
}

# What was compiled before, in whichever folder, is not compiled again.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1 \
	CCACHE_SLOPPINESS=pch_defines,time_macros
configure_and_build() {
	local directory=$1
	shift

	cmake -G Ninja -S . -B "$directory" -DBUILD_TESTING=ON \
		-DCMAKE_C_COMPILER_LAUNCHER=ccache \
		-DCMAKE_CXX_COMPILER_LAUNCHER=ccache "$@" && ninja -C "$directory"
}

# The default build, which the other suites use; by gcc.
build_default() {
	configure_and_build build -DCMAKE_BUILD_TYPE=RelWithDebInfo \
		-DCMAKE_C_COMPILER=gcc -DCMAKE_CXX_COMPILER=g++
}

build_clang() {
	configure_and_build build-clang -DCMAKE_BUILD_TYPE=RelWithDebInfo \
		-DCMAKE_C_COMPILER=clang-19 -DCMAKE_CXX_COMPILER=clang++-19
}

build_sanitized() {
	configure_and_build build-asan -DCMAKE_BUILD_TYPE=RelWithDebInfo \
		-DFATHOM_SANITIZE=ON
}

build_threads() {
	cmake -G Ninja -S . -B build-tsan -DBUILD_TESTING=ON \
		-DCMAKE_BUILD_TYPE=RelWithDebInfo \
		-DFATHOM_SANITIZE_THREAD=ON \
		-DCMAKE_C_COMPILER_LAUNCHER=ccache \
		-DCMAKE_CXX_COMPILER_LAUNCHER=ccache &&
		ninja -C build-tsan threads-tests
}

build_pass_for() {
	configure_and_build "build-llvm$1" -DFATHOM_PASS_ONLY=ON \
		-DLLVM_DIR="/usr/lib/llvm-$1/lib/cmake/llvm"
}

# run_ctest DIRECTORY JOBS ARGUMENTS...: CTest counts what it ran.
run_ctest() {
	local directory=$1 jobs=$2
	shift 2

	ctest --test-dir "$directory" --output-on-failure --no-tests=error \
		--timeout 600 -j "$jobs" "$@"
}

wanted() {
	[[ " ${suites[*]} " == *" $1 "* ]]
}

# The default build is what everything else needs.
suite_build() {
	step "Build with gcc into build/" build_default || finish
	if wanted unit; then
		step "Build with ASan and UBSan into build-asan/" build_sanitized || :
		step "Build what has threads with TSan into build-tsan/" \
			build_threads || :
	fi
	if wanted build; then
		step "Build with clang 19 into build-clang/" build_clang || :
	fi
	if wanted build || wanted pass; then
		for llvm in "${OTHER_LLVMS[@]}"; do
			step "Build the pass for LLVM $llvm" build_pass_for "$llvm" || :
		done
	fi
}

suite_lint() {
	step "Format (clang-format)" tests/lint/lint format || :
	step "Shell scripts (shellcheck)" tests/lint/lint shell || :
	step "C (cppcheck)" tests/lint/lint cppcheck || :
	step "C and C++ (clang-tidy)" tests/lint/lint tidy || :
}

suite_unit() {
	step "Unit tests" run_ctest build "$UNIT_JOBS" -L unit -LE pass || :
	step "Unit tests under ASan and UBSan" \
		run_ctest build-asan "$UNIT_JOBS" -L unit -LE "pass|fuzz" || :
	step "Unit tests that have threads, under TSan" \
		run_ctest build-tsan "$UNIT_JOBS" -L threads || :
}

suite_pass() {
	step "Tests of generated code, LLVM 19" \
		run_ctest build "$(nproc)" -L pass || :
	for llvm in "${OTHER_LLVMS[@]}"; do
		step "Tests of generated code, LLVM $llvm" \
			run_ctest "build-llvm$llvm" "$(nproc)" || :
	done
}

suite_e2e() {
	local title="Real kernels in QEMU"

	# Emulated CPUs on a busy host: a guest may starve, or be lost. A mistake of
	# ours is one the second time, too; and the first is not kept silent.
	if step "$title" run_ctest build 2 -L e2e --repeat until-pass:2; then
		why_failed "$title" || :
	fi
}

# The guests of the e2e tests would build it, too, but not show how.
suite_firmware() {
	step "OVMF with Fathom's agent, built into a cache" smm/edk2/build.sh || :
}

fetch_kernels() {
	lab/fathom-lab fetch --kernel 6.1 && lab/fathom-lab fetch --kernel 6.12
}

# The numbers of all CTest runs: "97% tests passed, 1 tests failed out of 36".
count_tests() {
	sed -n 's/.*tests passed, \([0-9]*\) tests failed out of \([0-9]*\).*/\1 \2/p' \
		"$STEP_LOGS"/*.log |
		awk '{ failed += $1; all += $2 } END { print all - failed, failed + 0 }'
}

# What failed checks of the step said of themselves: after a long run, a log of
# thousands of lines is not at hand, or its end says nothing of them.
why_failed() {
	grep -aE -A 8 "$FAILED_CHECK" "$(step_log "$1")" | cut -c -240 |
		head -n 30 | sed 's/^/    | /'
}

# Print the summary and exit.
finish() {
	local passed failed title

	read -r passed failed < <(count_tests)
	echo
	echo "Summary: $STEP_PASSED steps passed, ${#STEP_FAILED[@]} failed," \
		"in $(step_seconds "$STEPS_BEGAN")"
	for title in "${STEP_FAILED[@]}"; do
		echo "  FAILED: $title"
		why_failed "$title" || :
	done
	echo "$passed passed, $failed failed"
	((${#STEP_FAILED[@]} == 0))
	exit
}

parse_options() {
	local suite

	suites=("$@")
	for suite in "$@"; do
		case $suite in
		--help | -h)
			usage
			exit 0
			;;
		esac
		[[ " ${SUITES[*]} " == *" $suite "* ]] || {
			usage >&2
			exit 2
		}
	done
	((${#suites[@]})) || suites=("${SUITES[@]}")
}

main() {
	local suite

	parse_options "$@"
	rm -rf build/logs/test
	steps_begin build/logs/test
	step "Packages" lab/install-packages demo test firmware || finish
	step "Kernels and their headers, unpacked into a cache" fetch_kernels ||
		finish
	if wanted build || wanted e2e; then
		suite_firmware
	fi
	suite_build
	for suite in lint unit pass e2e; do
		! wanted "$suite" || "suite_$suite"
	done
	finish
}

main "$@"
