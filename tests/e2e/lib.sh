# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# What the end-to-end tests share: a lab of one's own, checks that count, and
# the comparison of what an IDS saw with what the guest says of itself.
#
# A test is run as TEST SOURCE_DIRECTORY BUILD_DIRECTORY NAME...; it works in
# BUILD/e2e/NAME and begins with test_begin "$@".

test_begin() {
	SOURCE=$1 BUILD=$2 NAME=$3
	WORK=$BUILD/e2e/$NAME
	FATHOM=$BUILD/bin/fathom
	FATHOM_CC=$BUILD/bin/fathom-cc
	# Another build's tests may be running, too.
	LAB_NAME=e2e-$NAME-$(sha256sum <<<"$BUILD" | cut -c 1-4)
	CHECKS=0 FAILURES=0
	# A symbol cache of our own: a user's must neither help nor be spoilt.
	# The lab's kernels stay where they are.
	CACHE=$WORK/cache
	rm -rf "$WORK"
	mkdir -p "$WORK"
	trap 'lab down 2>/dev/null' EXIT
	trap 'exit 130' INT TERM HUP
}

test_end() {
	echo "$CHECKS checks, $FAILURES failed"
	((FAILURES == 0))
}

pass() {
	CHECKS=$((CHECKS + 1))
	echo "ok   $1"
}

# fail WHAT [FILE]: the file says more.
fail() {
	CHECKS=$((CHECKS + 1))
	FAILURES=$((FAILURES + 1))
	echo "FAIL $1"
	[[ $# -lt 2 ]] || head -n 40 "$2" | cut -c -240 | sed 's/^/     /'
	return 1
}

# check WHAT COMMAND...
check() {
	local what=$1
	shift

	if "$@" >"$WORK/check.log" 2>&1; then
		pass "$what"
	else
		fail "$what" "$WORK/check.log"
	fi
}

not() {
	! "$@"
}

lab() {
	local command=$1
	shift

	"$SOURCE/lab/fathom-lab" "$command" --name "$LAB_NAME" "$@"
}

# Ask the guest.
guest() {
	lab exec -- "$@"
}

# lab_up OPTION...: sets TARGET and HEADERS, and the keys for an agent in
# firmware; lab_get tells the rest.
lab_up() {
	lab down
	FATHOM=$FATHOM lab up --json "$@" >"$WORK/lab.json" || exit 1
	TARGET=$(lab_get target)
	HEADERS=$(lab_get headers)
	if [[ $TARGET == smi+qemu:* ]]; then
		FATHOM_KEY=$(lab_get key)
		FATHOM_AGENT_KEY=$(lab_get agent_key)
		export FATHOM_KEY FATHOM_AGENT_KEY
	fi
}

lab_get() {
	jq -r ".$1" "$WORK/lab.json"
}

# machine_up CMDLINE OPTION...: as lab_up, the guest that KERNEL, SMP, MEMORY,
# LA57 and PTI describe.
machine_up() {
	local cmdline=$1 cpu=max pti=pti=on
	shift

	[[ $LA57 == on ]] || cpu=max,la57=off
	[[ $PTI == on ]] || pti=nopti
	lab_up --kernel "$KERNEL" --smp "$SMP" --memory "$MEMORY" \
		--cpu "$cpu" --cmdline "$pti $cmdline" "$@"
}

# The guest is what the test asked for; else it would prove nothing.
check_guest() {
	local has_la57=off has_pti=off

	! guest grep -qw la57 /proc/cpuinfo || has_la57=on
	! guest sh -c 'dmesg | grep -q "page tables isolation: enabled"' ||
		has_pti=on
	check "guest: $SMP CPUs" \
		test "$(guest grep -c ^processor /proc/cpuinfo)" = "$SMP"
	check "guest: LA57 $LA57" test "$has_la57" = "$LA57"
	check "guest: PTI $PTI" test "$has_pti" = "$PTI"
}

# A busy process for each CPU but one: emulated CPUs that never rest would
# hardly let the others work.
make_busy() {
	local i

	BUSY=yes
	lab put "$BUILD/bin/e2e-busy" >/dev/null || return
	for ((i = 1; i < SMP; i++)); do
		guest /root/e2e-busy
	done
}

# BUSY stays: there may be others that do not stand still.
make_idle() {
	((SMP == 1)) || guest killall e2e-busy
}

# compile SOURCE_FILE PROGRAM [HEADERS]
compile() {
	"$FATHOM_CC" --kernel-headers "${3:-$HEADERS}" -O2 -Wall "$1" -o "$2"
}

# Run a program, but not for longer than LIMIT seconds.
limited() {
	timeout -k 5 "${LIMIT:-60}" "$@"
}

# run TARGET PROGRAM [ARGUMENT]...
run() {
	local target=$1
	shift

	XDG_CACHE_HOME=$CACHE limited "$FATHOM" run --target "$target" "$@"
}

# Lines of $1, in any order, that $2 lacks; both sorted.
lacking() {
	comm -23 "$1" "$2"
}

# What an IDS saw ($2) must lie between what the guest said before ($1) and
# after ($3): nothing that was there both times is missing, nothing is made up.
between() {
	local before=$1 seen=$2 after=$3

	comm -12 "$before" "$after" >"$before.both"
	sort -u "$before" "$after" >"$before.either"
	{
		lacking "$before.both" "$seen" | sed 's/^/not seen: /'
		lacking "$seen" "$before.either" | sed 's/^/made up:  /'
	} >"$before.difference"
	[[ -s $seen && ! -s $before.difference ]]
}

# Sets samples: the programs of ids-samples/.
compile_samples() {
	local source

	samples=()
	for source in "$SOURCE"/ids-samples/*.c; do
		samples+=("$(basename "$source" .c)")
		compile "$source" "$WORK/${samples[-1]}" 2>"$WORK/compile.log" ||
			fail "compile ${samples[-1]}" "$WORK/compile.log"
	done
}

# All of them, each against its oracle.
check_samples() {
	local sample

	for sample in "${samples[@]}"; do
		case $sample in
		version | lsmod | mounts) compare_exactly "$sample" ;;
		pslist | threads) compare_living "$sample" ;;
		syscall_table) compare_syscall_table ;;
		integrity) expect_nothing "$sample" ;;
		*) fail "$sample: nobody has said what it should print" ;;
		esac
	done
}

# The guest as the oracle: compare sample $1's output with oracle/$1.sh, line
# by line in any order. The guest lives on meanwhile, and a worker thread may
# come and go: such a difference does not survive five looks.
compare_living() {
	local sample=$1 try

	for try in 1 2 3 4 5; do
		oracle "$sample" | "settle_$sample" >"$WORK/$sample.before"
		run_sample "$sample" || return
		oracle "$sample" | "settle_$sample" >"$WORK/$sample.after"
		"mask_$sample" "$WORK/$sample".{before,after,raw} |
			"settle_$sample" >"$WORK/$sample.seen"
		if between "$WORK/$sample".{before,seen,after}; then
			pass "$sample: $(wc -l <"$WORK/$sample.seen") lines as the guest says (look $try)"
			return
		fi
	done
	fail "$sample" "$WORK/$sample.before.difference"
}

mask_pslist() {
	cat "$3"
}

# In a guest whose CPUs are kept busy (BUSY is set) tasks that run and sleep by
# turns, on this CPU and on that, do not stand still for a look: neither state
# nor CPU of such tasks is compared there. Guests at rest compare them, but for
# those of the executor, which passes on what the oracle says while that looks.
settle() {
	if [[ ${BUSY:-} ]]; then
		sed -E "$1"
	else
		sed -E "/^ *1 .* executor/ $1"
	fi | LC_ALL=C sort
}

settle_pslist() {
	settle 's/^(( *[0-9]+){3}) [RSDI] /\1 - /'
}

settle_threads() {
	settle 's/^(( *[0-9]+){2}) [RSDI] +[0-9*]+ /\1 - - /'
}

# The CPU of threads for which the guest does not tell it.
mask_threads() {
	awk '
		FILENAME != ARGV[3] { if ($4 == "*") hidden[$1, $2]; next }
		($1, $2) in hidden { $0 = substr($0, 1, 18) "   *" substr($0, 23) }
		{ print }' "$@"
}

# The same of what does not change by itself: every byte.
compare_exactly() {
	local sample=$1

	oracle "$sample" >"$WORK/$sample.oracle"
	run_sample "$sample" || return
	if [[ -s $WORK/$sample.oracle ]] &&
		cmp -s "$WORK/$sample.oracle" "$WORK/$sample.raw"; then
		pass "$sample: $(wc -l <"$WORK/$sample.raw") lines as the guest says"
	else
		diff "$WORK/$sample.oracle" "$WORK/$sample.raw" >"$WORK/$sample.diff"
		fail "$sample" "$WORK/$sample.diff"
	fi
}

# A kernel as it should be: no finding.
expect_nothing() {
	local sample=$1

	run_sample "$sample" || return
	if [[ -s $WORK/$sample.raw ]]; then
		fail "$sample: finds something" "$WORK/$sample.raw"
	else
		pass "$sample: finds nothing"
	fi
}

# A function may have several names, of which the sample prints one; behind
# the table's end the oracle may go on with padding, which is zeroes.
compare_syscall_table() {
	local sample=syscall_table

	# A guest that hardly gets a CPU may not get at its own table.
	oracle $sample >"$WORK/$sample.oracle" ||
		oracle $sample >"$WORK/$sample.oracle"
	[[ -s $WORK/$sample.oracle ]] ||
		fail "$sample: the guest says nothing" || return
	run_sample $sample || return
	if awk '
		FNR == NR {
			if ($2 !~ /^0*$/)
				last = $1
			address[$1] = $2
			$1 = $2 = ""
			names[FNR - 1] = $0 " "
			next
		}
		$1 != FNR - 1 || $2 != address[$1] || $2 ~ /^0*$/ ||
			!index(names[$1], " " $3 " ") { print; bad = 1 }
		{ seen = $1 }
		END { exit bad || seen != last || seen < 300 }
		' "$WORK/$sample.oracle" "$WORK/$sample.raw" >"$WORK/$sample.diff"; then
		pass "$sample: $(wc -l <"$WORK/$sample.raw") entries as the guest says"
	else
		fail "$sample" "$WORK/$sample.diff"
	fi
}

run_sample() {
	run "$TARGET" "$WORK/$1" >"$WORK/$1.raw" 2>"$WORK/$1.err" ||
		fail "$1: fathom run ended with status $?" "$WORK/$1.err" || return
	[[ ! -s $WORK/$1.err ]] ||
		fail "$1: messages on standard error" "$WORK/$1.err"
}

# What the guest says, in the sample's own format. Emulated CPUs that are kept
# busy, on a busy host, need their time to say it.
oracle() {
	local status

	lab exec --timeout 240 --input "$SOURCE/tests/e2e/oracle/$1.sh" -- sh
	status=$?
	((status == 0)) ||
		echo "oracle $1: the guest's shell ended with status $status" >&2
	return "$status"
}

# Where there is RAM above 4 GiB, most processes live there: what they are
# called must have come from there.
check_high_memory() {
	[[ $MEMORY == 6G ]] || return
	compile "$SOURCE/tests/e2e/ids/high_memory.c" "$WORK/high_memory" \
		2>"$WORK/compile.log" ||
		fail "compile high_memory" "$WORK/compile.log"
	run "$TARGET" "$WORK/high_memory" 2>"$WORK/high.err" |
		LC_ALL=C sort >"$WORK/high"
	# shellcheck disable=SC2016 # the guest's shell expands it
	guest sh -c 'for d in /proc/[0-9]*; do
		read -r name <$d/comm && echo "${d#/proc/} $name"
		done 2>/dev/null' | LC_ALL=C sort >"$WORK/high.guest"
	LC_ALL=C comm -12 "$WORK/high" "$WORK/high.guest" >"$WORK/high.same"
	check "above 4 GiB: $(wc -l <"$WORK/high.same") processes" \
		test "$(wc -l <"$WORK/high.same")" -gt 20
}

# expect_failure WHAT STATUS PATTERN SECONDS COMMAND...: `run` or `limited` end
# in time with that status, and one line on standard error that matches.
expect_failure() {
	local what=$1 status=$2 pattern=$3 LIMIT=$4 got=0
	shift 4

	"$@" >"$WORK/out" 2>"$WORK/err" </dev/null || got=$?
	expect_message "$what" "$status" "$pattern" "$got"
}

# The second half: of a command whose status $4 and output are known already.
expect_message() {
	local what=$1 status=$2 pattern=$3 got=$4

	if ((got == 124)) && ((status != 124)); then
		fail "$what: still running after the time allowed" "$WORK/err"
	elif ((got != status)); then
		fail "$what: status $got instead of $status" "$WORK/err"
	elif (($(wc -l <"$WORK/err") != 1)); then
		fail "$what: not one line on standard error" "$WORK/err"
	elif ! grep -qE -- "$pattern" "$WORK/err"; then
		fail "$what: the message lacks /$pattern/" "$WORK/err"
	else
		pass "$what: $(cut -c -150 "$WORK/err")"
	fi
}
