# shellcheck shell=dash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# Runs in the guest: what ids-samples/lsmod.c should print.
printf '%-19s %8s  Used by\n' Module Size
while read -r name size count users _; do
	users=${users%,}
	[ "$users" = - ] && users=
	printf '%-19s %8u  %d%s\n' "$name" "$size" "$count" "${users:+ $users}"
done </proc/modules
