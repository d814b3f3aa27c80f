# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# Messages and small things that all parts of fathom-lab use.

CACHE_DIR=${XDG_CACHE_HOME:-$HOME/.cache}/fathom

# Standard output is for results: what happens is told on standard error.
say() {
	printf 'fathom-lab: %s\n' "$*" >&2
}

die() {
	say "$@"
	exit 1
}

usage_error() {
	say "$@"
	say "try 'fathom-lab --help'"
	exit 2
}

# Seconds since "$1" (a former $EPOCHREALTIME), with one decimal.
seconds_since() {
	local now=${EPOCHREALTIME/[.,]/} then=${1/[.,]/}
	local tenths=$(((now - then) / 100000))

	echo "$((tenths / 10)).$((tenths % 10))"
}

json_string() {
	local text=$1

	text=${text//\\/\\\\}
	text=${text//\"/\\\"}
	text=${text//$'\n'/\\n}
	text=${text//$'\t'/\\t}
	printf '"%s"' "$text"
}

# Run a command as root: directly, or through sudo where that asks nothing.
as_root() {
	if ((EUID == 0)); then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo -n "$@"
	else
		return 1
	fi
}
