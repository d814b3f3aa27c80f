#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# agent_freestanding_test.sh LIBRARY: the agent core wants nothing of its
# surroundings but the two functions that compilers call by themselves.
set -euo pipefail

symbols() {
	nm "$1" "$library" | awk -v field="$2" 'NF == field { print $field }' |
		LC_ALL=C sort -u
}

library=$1
foreign=$(LC_ALL=C comm -23 <(symbols --undefined-only 2) \
	<(symbols --defined-only 3))
[[ $(symbols --defined-only 3) == *fathom_agent_handle* ]] || {
	echo "this is no agent core: $library" >&2
	exit 1
}
for symbol in $foreign; do
	case $symbol in
	memcpy | memset | _GLOBAL_OFFSET_TABLE_ | __asan_* | __ubsan_*) ;;
	*)
		echo "the agent core wants $symbol" >&2
		exit 1
		;;
	esac
done
