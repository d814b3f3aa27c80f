# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# What the benchmarks on guests share; to be sourced. Wants LAB, LAB_NAME and
# PROCESSES.

in_guest() {
	"$LAB" exec --name "$LAB_NAME" --timeout 120 -- "$@"
}

# add_processes COUNT: from COUNT to PROCESSES.
add_processes() {
	local missing=$((PROCESSES - $1))

	((missing >= 0)) || die "the guest has $1 processes already"
	# shellcheck disable=SC2016 # the guest's shell expands it
	in_guest sh -c 'while [ $1 -gt 0 ]; do
		setsid sleep 100000 </dev/null >/dev/null 2>&1 &
		set -- $(($1 - 1)); done' sh "$missing"
}

# Where and when: the head of a report.
print_machine() {
	cat <<TEXT
date      $(date --utc '+%Y-%m-%d %H:%M UTC')
machine   $(sed -n '/^model name/ { s/.*: //p; q }' /proc/cpuinfo), $(nproc) cores, Linux $(uname -r); load $(cut -d ' ' -f 1-3 /proc/loadavg)
command   $COMMAND_LINE
TEXT
}
