#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# proc_check.sh: an IDS in shell, which knows nothing of Fathom. It looks at
# /proc; `fathom proc exec` makes that the target's:
#
#	fathom proc exec --target qemu:lab.qmp -- ids-samples/proc_check.sh
#
# Prints what an administrator would want to see, and a line that begins with
# ALERT for what is suspicious. Exit status: 1 if there is such a line.
set -u

ALERTS=0

alert() {
	echo "ALERT $*"
	ALERTS=$((ALERTS + 1))
}

# Field $2 of the status of process $1.
status_of() {
	sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status" 2>/dev/null
}

# A program that was deleted, or whose memory has no file, as droppers leave it.
check_program() {
	local pid=$1 program

	program=$(readlink "/proc/$pid/exe" 2>/dev/null) || return
	case $program in
	*' (deleted)' | /memfd:*) alert "process $pid ($(<"/proc/$pid/comm")) runs $program" ;;
	/tmp/* | /dev/shm/* | /var/tmp/*)
		alert "process $pid ($(<"/proc/$pid/comm")) runs $program"
		;;
	esac
}

# One that calls itself a kernel thread, but has a program.
check_disguise() {
	local pid=$1 words

	words=$({ tr '\0' ' ' <"/proc/$pid/cmdline"; } 2>/dev/null)
	[[ $words == \[*\]* ]] && alert "process $pid calls itself $words"
}

# Someone reads what it does.
check_traced() {
	local tracer

	tracer=$(status_of "$1" TracerPid)
	[[ ${tracer:-0} == 0 ]] || alert "process $1 is traced by $tracer"
}

check_processes() {
	local directory pid count=0

	for directory in /proc/[0-9]*; do
		pid=${directory#/proc/}
		count=$((count + 1))
		check_program "$pid"
		check_disguise "$pid"
		check_traced "$pid"
	done
	echo "processes: $count"
	((count)) || alert "there are no processes"
}

# Ports of IPv4 and IPv6 at which a server waits: state 0A.
listening_ports() {
	local number

	cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
		awk '$4 == "0A" { sub(/.*:/, "", $2); print $2 }' | sort -u |
		while read -r number; do
			echo "$((16#$number))"
		done | sort -n | xargs
}

check_modules() {
	local outside

	echo "modules: $(wc -l </proc/modules)"
	# "(O)", "(E)" and the like behind the address: not of this kernel.
	outside=$(awk '$7 ~ /[OE]/ { print $1 }' /proc/modules | xargs)
	[[ -z $outside ]] || alert "modules from elsewhere: $outside"
}

check_kernel() {
	local tainted helper

	echo "kernel: $(uname -sr) on $(uname -n)"
	tainted=$(cat /proc/sys/kernel/tainted)
	[[ ${tainted:-x} == 0 ]] || alert "the kernel is tainted: $tainted"
	# A rootkit's way to be started by the kernel itself.
	helper=$(cat /proc/sys/kernel/core_pattern)
	[[ $helper != \|/tmp/* && $helper != \|/dev/* ]] ||
		alert "core dumps start $helper"
}

check_kernel
check_processes
echo "listening: $(listening_ports)"
check_modules
((ALERTS == 0))
