# shellcheck shell=dash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# Runs in the guest: what ids-samples/pslist.c should print, without this
# shell and what it runs.

# task_struct.comm of a kernel thread, of which /proc tells more: a worker's
# current work, and names longer than 15 bytes.
kernel_name() {
	case $1 in
	kworker/[0-9u]*) name=${1%%[-+]*} ;;
	*) name=$1 ;;
	esac
	name=$(printf %.15s "$name")
}

# Sets state, parent, start (in ticks), name; fails when the process has ended.
read_stat() {
	IFS= read -r line <"$1/stat" && IFS= read -r name <"$1/comm" || return
	set -f
	# The name in parentheses may itself hold any of these characters.
	# shellcheck disable=SC2086 # the fields are to be split
	set -- ${line##*) }
	set +f
	state=$1 parent=$2 start=${20}
	[ $(($7 & 0x200000)) = 0 ] || kernel_name "$name"
}

read_user() {
	while read -r key user _; do
		[ "$key" != Uid: ] || return 0
	done <"$1/status"
	return 1
}

# As the sample: at most 4095 bytes, without the zeroes at the end. No other
# control characters are left when the zeroes have become ones.
one=$(printf '\001')
arguments() {
	head -c 4095 "$1/cmdline" | tr '\000-\037\177' '\001?' |
		sed "s/$one*\$//; s/$one/ /g"
}

printf '%7s %7s %10s S %11s %-15s COMMAND\n' PID PPID UID START NAME
for directory in /proc/[0-9]*; do
	pid=${directory#/proc/}
	{ read_stat "$directory" && read_user "$directory"; } 2>/dev/null || continue
	if [ "$pid" = $$ ] || [ "$parent" = $$ ]; then
		continue
	fi
	command=$(arguments "$directory" 2>/dev/null)
	printf '%7d %7d %10u %s %8u.%02u %-15s %s\n' "$pid" "$parent" "$user" \
		"$state" $((start / 100)) $((start % 100)) "$name" \
		"${command:-[$name]}"
done
