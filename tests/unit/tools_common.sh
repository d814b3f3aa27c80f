# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# What the shell tests of the tools share. A test is a function test_*; they
# are run in a folder of their own each, and all of them, though one fails.
#
# FATHOM_BIN is the folder of the tools under test. None of the author's own
# settings reach them.
set -u

: "${FATHOM_BIN:?}"
unset FATHOM_TARGET FATHOM_SYSTEM_MAP FATHOM_LOOP_LIMIT FATHOM_MAX_MEMORY \
	FATHOM_NO_CACHE FATHOM_STATISTICS FATHOM_CLANG
export PATH=$FATHOM_BIN:$PATH LC_ALL=C

SCRATCH=$(mktemp -d)
trap 'rm -rf "$SCRATCH"' EXIT
# A cache of their own, but for the kernel headers that fathom-lab keeps.
KERNELS=${XDG_CACHE_HOME:-$HOME/.cache}/fathom/kernels
export XDG_CACHE_HOME=$SCRATCH/cache
mkdir -p "$XDG_CACHE_HOME/fathom"
ln -s "$KERNELS" "$XDG_CACHE_HOME/fathom/kernels"

FAILED=false
TEST=

fail() {
	printf '%s: %s\n' "$TEST" "$*"
	FAILED=true
	# The call that was judged, for whoever mends it.
	printf '  status %s\n  stdout: %s\n  stderr: %s\n' "$status" \
		"${stdout:0:1000}" "$(tail -c 1000 <<<"$stderr")"
}

# run COMMAND...: leaves status, stdout and stderr for the expect_* functions.
run() {
	"$@" >"$SCRATCH/stdout" 2>"$SCRATCH/stderr" </dev/null
	status=$?
	stdout=$(<"$SCRATCH/stdout")
	stderr=$(<"$SCRATCH/stderr")
}

expect_status() {
	[[ $status == "$1" ]] || fail "exit status $status instead of $1"
}

expect_stdout() {
	[[ $stdout == *"$1"* ]] || fail "standard output lacks: $1"
}

expect_stderr() {
	[[ $stderr == *"$1"* ]] || fail "standard error lacks: $1"
}

expect_no_stdout() {
	[[ -z $stdout ]] || fail "unexpected standard output"
}

expect_no_stderr() {
	[[ -z $stderr ]] || fail "unexpected standard error"
}

# The output is JSON for which the expression of jq(1) is true.
expect_json() {
	jq -e "$1" >/dev/null 2>&1 <<<"$stdout" ||
		fail "not JSON with: $1"
}

# Run all functions test_* of the script; the exit status tells the result.
run_tests() {
	local name

	for name in $(compgen -A function test_); do
		TEST=$name status='' stdout='' stderr=''
		mkdir "$SCRATCH/$name"
		cd "$SCRATCH/$name" || exit 1
		"$name"
	done
	$FAILED && exit 1
	exit 0
}
