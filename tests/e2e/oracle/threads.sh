# shellcheck shell=dash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# Runs in the guest: what ids-samples/threads.c should print, without this
# shell. A kernel thread that wakes now and then does so on a CPU that is idle,
# and so not where it is when nobody asks: its CPU is not told, but "*".

# See pslist.sh.
kernel_name() {
	case $1 in
	kworker/[0-9u]*) name=${1%%[-+]*} ;;
	*) name=$1 ;;
	esac
	name=$(printf %.15s "$name")
}

read_stat() {
	IFS= read -r line <"$1/stat" && IFS= read -r name <"$1/comm" || return
	set -f
	# shellcheck disable=SC2086 # the fields are to be split
	set -- ${line##*) }
	set +f
	state=$1 parent=$2 cpu=${37}
	if [ $(($7 & 0x200000)) != 0 ]; then
		kernel_name "$name"
		cpu='*'
	fi
}

printf '%7s %7s S %4s NAME\n' PID TID CPU
for directory in /proc/[0-9]*/task/[0-9]*; do
	pid=${directory#/proc/}
	pid=${pid%%/*}
	read_stat "$directory" 2>/dev/null || continue
	if [ "$pid" = $$ ] || [ "$parent" = $$ ]; then
		continue
	fi
	printf '%7d %7d %s %4s %s\n' "$pid" "${directory##*/}" "$state" "$cpu" \
		"$name"
done
