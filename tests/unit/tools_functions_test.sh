#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# fathom-cc --kernel-functions: what an author links, and what he is told. The
# kernel is the synthetic one, and what is built of its source are the few
# functions below.
# shellcheck source=tools_common.sh
# shellcheck disable=SC2317 # run_tests calls the tests by name
. "$(dirname "$0")/tools_common.sh"

: "${FATHOM_BUILD:?}" "${FATHOM_TEST_HEADERS:?}" "${SYNTHETIC_TARGET:?}"

TESTS=$(readlink -f "$(dirname "$0")/..")
LINK_LIBRARY=$TESTS/../proc/kernel/link-library
PREFIX=$SCRATCH/prefix
LIBRARY=$SCRATCH/built/libfathom-kernel-$FATHOM_TEST_HEADERS.o
export FATHOM_NO_CACHE=1

# Fathom's tree, but for what knows where things are kept.
make_prefix() {
	mkdir -p "$PREFIX/bin" "$PREFIX/share/fathom/proc" "$SCRATCH/built"
	cp "$FATHOM_BIN/fathom-cc" "$PREFIX/bin/"
	ln -s "$FATHOM_BUILD/lib" "$FATHOM_BUILD/include" "$PREFIX/"
	cat >"$PREFIX/share/fathom/proc/prepare" <<-END
		#!/bin/sh
		echo "\$*" >>"$SCRATCH/asked"
		[ -e "$LIBRARY" ] || exit 3
		echo "$SCRATCH/built/fathomfs"
	END
	chmod +x "$PREFIX/share/fathom/proc/prepare"
	export PATH=$PREFIX/bin:$PATH
}

compile() {
	run fathom-cc --kernel-headers "$FATHOM_TEST_HEADERS" -O2 -Wall -Werror \
		-I "$TESTS/synthetic" "$@"
}

# A source file of the kernel's, and a stand-in.
make_library() {
	cat >kernel.c <<-'END'
		#include <fathom/ids.h>
		#include <linux/list.h>
		#include "objects.h"
		static const char __fathom_target_data[] __attribute__((used)) = "";
		long kernel_sum(const struct widget *extra);
		int kernel_deep(char *buffer, unsigned long size);
		long kernel_overridden(void);
		int sigprocmask(int how, void *set, void *old);
		char *kstrdup(const char *string, unsigned int flags);

		long kernel_overridden(void) { return 1; }
		long widget_start(long argument) { return argument + 1000; }
		/* With a note in each, and one of the caller's. */
		long kernel_sum(const struct widget *extra)
		{
			long sum = extra->id + kernel_overridden();
			struct widget *widget;

			list_for_each_entry(widget, &widget_list, node)
				sum += widget->id + ++widget->value.low -
				       widget->value.low;
			return sum;
		}
		int kernel_deep(char *buffer, unsigned long size)
		{
			return snprintf(buffer, size, "%s", trap.text);
		}
		/* Others have functions of these names. */
		int sigprocmask(int how, void *set, void *old) { return 42; }
		char *kstrdup(const char *string, unsigned int flags)
		{
			return NULL;
		}
	END
	echo 'long stand_in(void); long stand_in(void) { return 7; }' >own.c
	compile --private-writes -c -Wno-unused-parameter kernel.c own.c
	expect_status 0
	run "$LINK_LIBRARY" "$LIBRARY" "$FATHOM_BUILD/lib/libfathom.so" \
		"$(fathom-cc -print-file-name=libc.so.6)" -- kernel.o own.o
	expect_status 0
	expect_no_stderr
}

CALLER='#include <fathom/ids.h>
	#include "objects.h"
	long kernel_sum(const struct widget *extra);'

make_target() {
	[[ -e $SCRATCH/target ]] || "$SYNTHETIC_TARGET" "$SCRATCH/target" || exit 1
}

run_ids() {
	run fathom run --target "dump:$SCRATCH/target" "$@"
}

test_not_built() {
	rm -f "$LIBRARY"
	echo "$CALLER int main(void) { return kernel_sum(NULL); }" >ids.c
	compile --kernel-functions ids.c -o ids
	expect_status 1
	expect_stderr "those of kernel $FATHOM_TEST_HEADERS are not built"
	expect_stderr "\`fathom proc build --kernel-headers $FATHOM_TEST_HEADERS\`"
	grep -q -- "--release=$FATHOM_TEST_HEADERS .*--if-built" \
		"$SCRATCH/asked" || fail "$(<"$SCRATCH/asked")"
	[[ ! -e ids ]] || fail "a program"
	compile --kernel-functions=/tree ids.c -o ids
	expect_stderr "--kernel-source /tree"
	# There is nothing to link.
	compile --kernel-functions -c ids.c
	expect_status 0
	expect_no_stderr
}

test_hint_what_to_do() {
	rm -f "$LIBRARY"
	printf '%s\n' '#include <fathom/ids.h>' '#include <linux/dcache.h>' \
		'int main(void) { return !d_path(NULL, NULL, 0); }' >ids.c
	compile ids.c -o ids
	expect_status 1
	expect_stderr "\`d_path\` is a function of the kernel without a body"
	expect_stderr "fathom proc build --kernel-headers $FATHOM_TEST_HEADERS"
	make_library
	compile ids.c -o ids
	expect_status 1
	expect_stderr "\`d_path\` is a function of the kernel without a body in the headers: an IDS cannot call it"
	compile --kernel-functions ids.c -o ids
	expect_status 1
	expect_stderr "\`d_path\` is a function of the kernel without a body in the headers, and not among those of --kernel-functions"
	# Not in the headers, and there all the same.
	echo "$CALLER int main(void) { return kernel_sum(NULL); }" >ids.c
	compile ids.c -o ids
	expect_status 1
	expect_stderr "\`kernel_sum\` is a function of the kernel"
	expect_stderr "link it with --kernel-functions"
}

test_programs_only() {
	make_library
	echo "$CALLER int main(void) { return kernel_sum(NULL); }" >ids.c
	compile --kernel-functions -shared -fPIC ids.c -o ids.so
	expect_status 1
	expect_stderr "not to a shared library"
	run fathom-cc --kernel-headers none --kernel-functions ids.c -o ids
	expect_status 1
	expect_stderr "of which kernel?"
}

# Pointers of both kinds, to a function that writes; what it writes is seen by
# the IDS until it looks again.
test_right_answers() {
	make_target
	make_library
	cat >ids.c <<-END
		$CALLER
		long stand_in(void);
		int main(void)
		{
			struct widget mine = {.id = 5};
			unsigned int low = widgets[1].value.low;
			long sum = 5 + 1;

			for (int i = 0; i < WIDGETS; i++)
				sum += widgets[i].id;
			printf("%d ", kernel_sum(&mine) == sum);
			printf("%d ", kernel_sum(&widgets[1]) == sum - 5 +
						 widgets[1].id);
			printf("%u ", widgets[1].value.low - low);
			fathom_refresh();
			printf("%u ", widgets[1].value.low - low);
			printf("%ld\n", stand_in());
			return 0;
		}
	END
	compile --kernel-functions ids.c -o ids
	expect_status 0
	expect_no_stderr
	run_ids ./ids
	expect_status 0
	[[ $stdout == "1 1 2 0 7" ]] || fail "the answers"
	# Objects alone, too, where no option speaks of code.
	compile -c ids.c
	compile --kernel-functions ids.o -o ids
	expect_status 0
	run_ids ./ids
	[[ $stdout == "1 1 2 0 7" ]] || fail "the answers of objects"
}

# A hook is found by comparing what lies in the target with a function's
# address: that is the target's, also when the program can call that function.
test_addresses_are_the_targets() {
	make_target
	make_library
	cat >ids.c <<-END
		$CALLER
		int main(void)
		{
			printf("%ld %d %d\n", widget_start(1),
			       widget_handlers[0] == widget_start,
			       widget_ops_a.start == widget_start);
			return 0;
		}
	END
	compile --kernel-functions ids.c -o ids
	expect_status 0
	run_ids ./ids
	[[ $stdout == "1001 1 1" ]] || fail "addresses"
}

test_faults_are_caught() {
	make_target
	make_library
	cat >ids.c <<-END
		$CALLER
		int kernel_deep(char *buffer, unsigned long size);
		int main(void)
		{
			char buffer[16];

			fathom_try
			{
				kernel_deep(buffer, sizeof(buffer));
			}
			fathom_catch(f)
			{
				printf("%s:%s\n", f->file, f->message);
			}
			kernel_deep(buffer, sizeof(buffer));
			return 0;
		}
	END
	compile --kernel-functions ids.c -o ids
	expect_status 0
	run_ids ./ids
	expect_status 120
	expect_stdout "kernel.c:"
	expect_stderr kernel.c
}

# Names of libc and of libfathom stay theirs; a function of the author's goes
# before the kernel's, for the kernel's code, too.
test_names_of_others() {
	make_target
	make_library
	cat >plain.c <<-'END'
		#include <signal.h>
		int ask(void);
		int ask(void) { return sigprocmask(SIG_BLOCK, 0, 0); }
	END
	run fathom-cc --kernel-headers none -D_GNU_SOURCE -c plain.c
	expect_status 0
	cat >ids.c <<-END
		$CALLER
		#include <linux/slab.h>
		int ask(void);
		long kernel_overridden(void);
		long kernel_overridden(void) { return 100; }
		int main(void)
		{
			struct widget mine = {};
			char *copy = kstrdup("copy", GFP_KERNEL);
			long sum = 0;

			for (int i = 0; i < WIDGETS; i++)
				sum += widgets[i].id;
			printf("%d %s %ld\n", ask(), copy,
			       kernel_sum(&mine) - sum);
			kfree(copy);
			return 0;
		}
	END
	compile --kernel-functions ids.c plain.o -o ids
	expect_status 0
	run_ids ./ids
	[[ $stdout == "0 copy 100" ]] || fail "names"
}

# The author's own code is still held to reading.
test_reading_only() {
	make_library
	cat >ids.c <<-END
		$CALLER
		#include <linux/sched/task.h>
		int main(void)
		{
			init_task.pid = 1;
			return kernel_sum(NULL);
		}
	END
	compile --kernel-functions ids.c -o ids
	expect_status 1
	expect_stderr "ids.c:"
	expect_stderr "only read"
}

make_prefix
run_tests
