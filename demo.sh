#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# From a fresh Debian 12 to the processes of a kernel that knows nothing of
# being watched. Does its own set-up (packages through sudo when not root).
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"
. lab/steps.sh

LAB=lab/fathom-lab
LAB_NAME=demo
# What a user needs, without the tests.
TARGETS=(FathomPass fathom fathom-static fathom-cc fathom-cli)
# Of a sample's output, lines from its beginning and its end.
FIRST_LINES=10
LAST_LINES=15

usage() {
	cat <<'EOF'
Usage: ./demo.sh [--kernel VERSION] [--keep]

Build Fathom into build/, start a disposable QEMU guest, compile the programs
of ids-samples/ with fathom-cc, run them against the live guest, end it.

  --kernel VERSION  the guest's kernel: 6.1 (default), 6.12, a full release
  --keep            leave the guest running; `lab/fathom-lab down --name demo`
                    ends it
EOF
}

parse_options() {
	kernel=6.1 keep=
	while (($#)); do
		case $1 in
		--kernel)
			(($# > 1)) || {
				usage >&2
				exit 2
			}
			kernel=$2
			shift
			;;
		--keep) keep=1 ;;
		--help | -h)
			usage
			exit 0
			;;
		*)
			usage >&2
			exit 2
			;;
		esac
		shift
	done
}

build() {
	cmake -G Ninja -S . -B build -DCMAKE_BUILD_TYPE=RelWithDebInfo \
		-DBUILD_TESTING=OFF &&
		ninja -C build "${TARGETS[@]}"
}

start_lab() {
	"$LAB" down --name "$LAB_NAME" &&
		"$LAB" up --name "$LAB_NAME" --kernel "$kernel" >build/demo/target
}

end_lab() {
	"$LAB" down --name "$LAB_NAME" 2>/dev/null || true
}

compile_samples() {
	local source headers

	headers=$("$LAB" status --json --name "$LAB_NAME" |
		sed -n 's/.*"headers": "\([^"]*\)".*/\1/p')
	for source in ids-samples/*.c; do
		build/bin/fathom-cc --kernel-headers "$headers" -O2 "$source" \
			-o "build/demo/$(basename "$source" .c)" || return
	done
}

# Run sample $1 and show the beginning and the end of its output.
run_sample() {
	local lines

	build/bin/fathom run --target "$(<build/demo/target)" "build/demo/$1" \
		>"build/demo/$1.out" || return
	lines=$(wc -l <"build/demo/$1.out")
	if ((lines <= FIRST_LINES + LAST_LINES)); then
		shorten <"build/demo/$1.out"
		return
	fi
	head -n "$FIRST_LINES" "build/demo/$1.out" | shorten
	echo "    ... $((lines - FIRST_LINES - LAST_LINES)) more lines in build/demo/$1.out"
	tail -n "$LAST_LINES" "build/demo/$1.out" | shorten
}

shorten() {
	cut -c -"${COLUMNS:-120}"
}

main() {
	local source sample

	parse_options "$@"
	mkdir -p build/demo
	steps_begin build/logs/demo
	trap end_lab EXIT
	trap 'exit 130' INT TERM HUP

	step "Packages" lab/install-packages demo
	step "Linux $kernel and its headers, unpacked into a cache" \
		"$LAB" fetch --kernel "$kernel"
	step "Build into build/" build
	step "A guest with Linux $kernel" start_lab
	echo "    the guest says of itself: $("$LAB" exec \
		--name "$LAB_NAME" uname -sr)"
	step "Compile ids-samples/ with fathom-cc" compile_samples
	for source in ids-samples/*.c; do
		sample=$(basename "$source" .c)
		show "fathom run --target $(<build/demo/target) $sample" \
			run_sample "$sample"
	done
	if [[ $keep ]]; then
		trap - EXIT
		echo "The guest goes on: lab/fathom-lab down --name $LAB_NAME ends it."
	fi
	echo "All done in $(step_seconds "$STEPS_BEGAN")."
}

main "$@"
