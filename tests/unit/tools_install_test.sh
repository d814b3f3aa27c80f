#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# cmake --install under a prefix, and work from there.
# shellcheck source=tools_common.sh
# shellcheck disable=SC2317 # run_tests calls the tests by name
. "$(dirname "$0")/tools_common.sh"

: "${FATHOM_BUILD:?}" "${FATHOM_LIBDIR:?}"

PREFIX=$SCRATCH/prefix
cmake --install "$FATHOM_BUILD" --prefix "$PREFIX" >"$SCRATCH/log" 2>&1 || {
	cat "$SCRATCH/log"
	exit 1
}
PATH=$PREFIX/bin:$PATH

test_files() {
	local file

	for file in bin/fathom bin/fathom-cc include/fathom/ids.h \
		include/fathom/error.h "$FATHOM_LIBDIR/libfathom.so" \
		"$FATHOM_LIBDIR/libfathom.a" "$FATHOM_LIBDIR/libfathomfs.a" \
		share/fathom/proc/{prepare,kernel/{build,link-library},include/fathom/proc.h} \
		"$FATHOM_LIBDIR/fathom/FathomPass.so" \
		"$FATHOM_LIBDIR/pkgconfig/fathom.pc" \
		share/bash-completion/completions/fathom \
		share/bash-completion/completions/fathom-cc \
		share/man/man1/fathom{,-cc,-run,-proc,-info,-symbols,-cflags,-doctor,-key,-agent,-watch}.1 \
		lib/systemd/system/fathom-{relay,relay-onward,agent@,watch}.service
	do
		[[ -f $PREFIX/$file ]] || fail "no $file"
	done
}

test_compile_and_start() {
	printf '%s\n' '#include <fathom/ids.h>' \
		'#include <linux/sched/signal.h>' \
		'int main(void) { return init_task.pid; }' >ids.c
	run fathom-cc -v ids.c -o ids
	expect_status 0
	expect_stderr "-fpass-plugin=$PREFIX/$FATHOM_LIBDIR/fathom/FathomPass.so"
	expect_stderr "-isystem $PREFIX/include/"
	run ldd ./ids
	expect_stdout "$PREFIX/$FATHOM_LIBDIR/libfathom.so"
	run ./ids
	expect_status 123
	expect_stderr "ids: fathom: "
}

test_fathom_starts() {
	run fathom --version
	expect_status 0
	run fathom cflags --plugin
	[[ $stdout == "$PREFIX/"* ]] || fail "plugin of another tree"
}

test_prefix_may_move() {
	cp -a "$PREFIX" moved
	run moved/bin/fathom cflags --plugin --libs
	expect_status 0
	expect_stdout "$PWD/moved/$FATHOM_LIBDIR"
	[[ $stdout != *"$PREFIX"* ]] || fail "still the old place"
}

test_pkg_config() {
	export PKG_CONFIG_PATH=$PREFIX/$FATHOM_LIBDIR/pkgconfig
	printf '%s\n' '#include <fathom/target.h>' \
		'int main(void) { fathom_target_close(NULL); }' >tool.c
	# shellcheck disable=SC2046 # the words are the point
	run cc tool.c -o tool $(pkg-config --cflags --libs fathom)
	expect_status 0
	run env LD_LIBRARY_PATH="$PREFIX/$FATHOM_LIBDIR" ./tool
	expect_status 0
}

# What bash offers after the words.
completions() {
	(
		# shellcheck source=/dev/null
		. "$PREFIX/share/bash-completion/completions/fathom"
		compopt() { :; }
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
		_fathom
		printf '%s\n' "${COMPREPLY[@]}"
	)
}

test_help_manual_and_completion_agree() {
	local command manual offered option

	for command in run proc info symbols cflags doctor key agent watch; do
		manual=$(man -l "$PREFIX/share/man/man1/fathom-$command.1" | col -b)
		offered=$(completions fathom "$command" --)
		run fathom "$command" --help
		while read -r option; do
			# argp's own.
			[[ $option != --usage ]] || continue
			grep -qxF -- "$option" <<<"$offered" ||
				fail "no completion of $command $option"
			[[ $option == --help || $manual == *"$option"* ]] ||
				fail "no $option in the manual of $command"
		done < <(grep -oE -- '--[a-z][a-z-]+' <<<"$stdout" | sort -u)
	done
}

test_completion_knows_the_labs_kernels() {
	local release=9.9.9-of-the-lab

	mkdir -p "cache/fathom/kernels/9.9/usr/src/linux-headers-$release/include/generated"
	touch "cache/fathom/kernels/9.9/usr/src/linux-headers-$release/include/generated/utsrelease.h"
	XDG_CACHE_HOME=$PWD/cache run completions fathom cflags --kernel-headers 9.9
	expect_stdout "$release"
}

test_nothing_names_the_build_tree() {
	# The libraries' debug information does; text must not.
	run grep -rlI -e "$FATHOM_BUILD" "$PREFIX"
	expect_no_stdout
	run env LC_ALL=C readelf -d "$PREFIX/bin/fathom" "$PREFIX/bin/fathom-cc" \
		"$PREFIX/$FATHOM_LIBDIR/libfathom.so"
	[[ $stdout != *"$FATHOM_BUILD"* ]] || fail "run path of the build tree"
}

test_man_pages() {
	local page

	for page in "$PREFIX"/share/man/man1/*.1; do
		run man --warnings -l "$page"
		expect_status 0
		expect_no_stderr
		expect_stdout "SEE ALSO"
	done
}

run_tests
