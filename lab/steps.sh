# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# Steps of demo.sh and test.sh: each says what it does, keeps its output in a
# log that is shown when it fails, and tells how long it took.

STEP_LOGS=
STEP_PASSED=0
STEP_FAILED=()
STEPS_BEGAN=$EPOCHREALTIME
STEP_BOLD='' STEP_RED='' STEP_PLAIN=''
if [[ -t 1 ]]; then
	STEP_BOLD=$'\e[1m' STEP_RED=$'\e[31m' STEP_PLAIN=$'\e[0m'
fi

# steps_begin DIRECTORY: keep the logs there.
steps_begin() {
	STEP_LOGS=$1
	mkdir -p "$STEP_LOGS"
	STEPS_BEGAN=$EPOCHREALTIME
}

# Seconds since "$1" (a former $EPOCHREALTIME), with one decimal.
step_seconds() {
	local now=${EPOCHREALTIME/[.,]/} then=${1/[.,]/}
	local tenths=$(((now - then) / 100000))

	echo "$((tenths / 10)).$((tenths % 10)) s"
}

step_log() {
	local name=${1,,}

	echo "$STEP_LOGS/${name//[^a-z0-9]/-}.log"
}

# Called with a step's title, status and start.
step_end() {
	if (($2 == 0)); then
		STEP_PASSED=$((STEP_PASSED + 1))
		echo "    done in $(step_seconds "$3")"
	else
		STEP_FAILED+=("$1")
		echo "    ${STEP_RED}FAILED${STEP_PLAIN} (status $2) after $(step_seconds "$3")"
	fi
	return "$2"
}

# step TITLE COMMAND...: run it, output into the log.
step() {
	local title=$1 began=$EPOCHREALTIME status=0 log
	shift

	log=$(step_log "$title")
	echo "${STEP_BOLD}==> $title${STEP_PLAIN}"
	"$@" >"$log" 2>&1 </dev/null || status=$?
	if ((status)); then
		tail -n "${STEP_TAIL:-60}" "$log" | sed 's/^/    | /'
		echo "    the whole output is in $log"
	fi
	step_end "$title" "$status" "$began"
}

# show TITLE COMMAND...: the same, but the output is what it is for.
show() {
	local title=$1 began=$EPOCHREALTIME status=0
	shift

	echo "${STEP_BOLD}==> $title${STEP_PLAIN}"
	"$@" </dev/null || status=$?
	step_end "$title" "$status" "$began"
}
