# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# The lab's small C programs, host/ and guest/, compiled on first use into the
# cache under a hash of their sources.

helpers_compile() {
	local out=$1 flags=(-O2 -Wall -Wextra -Werror)

	gcc "${flags[@]}" "$LAB_DIR/host/exec.c" -o "$out/lab-exec" &&
		gcc "${flags[@]}" "$LAB_DIR/host/ram-dump.c" -o "$out/lab-ram-dump" &&
		gcc "${flags[@]}" "$LAB_DIR/host/qmp.c" -ljansson -o "$out/lab-qmp" &&
		gcc "${flags[@]}" -static -s "$LAB_DIR/guest/executor.c" \
			-o "$out/executor" &&
		gcc "${flags[@]}" -static -s -pthread "$LAB_DIR/guest/workload.c" \
			-o "$out/workload"
}

# Sets HELPERS.
helpers_build() {
	local hash temporary

	hash=$(cat "$LAB_DIR"/*.h "$LAB_DIR"/{host,guest}/*.c \
		"$LAB_DIR/lib/helpers.sh" | sha256sum | cut -c 1-16)
	HELPERS=$CACHE_DIR/lab/$hash
	[[ ! -d $HELPERS ]] || return 0
	mkdir -p "$CACHE_DIR/lab"
	temporary=$(mktemp -d "$CACHE_DIR/lab/.XXXXXX")
	if ! helpers_compile "$temporary"; then
		rm -rf "$temporary"
		die "the lab's helper programs do not compile"
	fi
	# Another lab may have been faster: what it made is the same.
	mv -T "$temporary" "$HELPERS" 2>/dev/null || rm -rf "$temporary"
}
