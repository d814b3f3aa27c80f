#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# pair_test.sh SOURCE BUILD NAME KERNEL
#
# Two guests: the IDSes in one see the other as it sees itself, by way of a
# network and of shared memory; and they say so when it stands still.
# shellcheck disable=SC2016 # what is quoted so is for the guest's shell
set -uo pipefail

. "$1/tests/e2e/lib.sh"
test_begin "$@"
KERNEL=$4

ids_lab() {
	local command=$1
	shift

	"$SOURCE/lab/fathom-lab" "$command" --name "$LAB_NAME-ids" "$@"
}

in_ids_guest() {
	ids_lab exec --timeout "${LIMIT:-60}" -- env HOME=/root "$@"
}

# Relays are at work whenever somebody looks: whether they sleep, and where, is
# not to be compared. That they are there, is.
mask_relay() {
	sed -E '/ fathom-relay/s/ [RSD] +([0-9*]+ )?/ /'
}

# What does not change by itself is asked for once.
oracle() {
	local kept=$WORK/kept.$1

	if [[ ! -s $kept || $1 == pslist || $1 == threads ]]; then
		lab exec --timeout 240 \
			--input "$SOURCE/tests/e2e/oracle/$1.sh" -- sh |
			mask_relay >"$kept"
	fi
	cat "$kept"
}

# As lib.sh's, in the IDS guest; but by the host's way to the relay, on the host.
run() {
	local target=$1 program=$2
	shift 2

	if [[ $target == "$(lab_get host_target)" ]]; then
		XDG_CACHE_HOME=$CACHE limited "$FATHOM" run --target "$target" \
			"$program" "$@"
	else
		in_ids_guest /root/fathom run --target "$target" \
			"/root/${program##*/}" "$@"
	fi | mask_relay
}

# relay_start NAME USER OPTION...
relay_start() {
	local relay=$1 user=$2
	shift 2

	guest sh -c 'relay=$1 user=$2
		shift 2
		/root/fathom-relay --user "$user" "$@" \
			>"/run/$relay.log" 2>&1 &
		echo $! >"/run/$relay.pid"
		for i in $(seq 150); do
			grep -q ready "/run/$relay.log" && exit
			sleep 0.2
		done
		cat "/run/$relay.log"
		exit 1' sh "$relay" "$user" "$@"
}

relay_ends() {
	guest sh -c 'kill -"$2" "$(cat "/run/$1.pid")"
		for i in $(seq 200); do
			[ "$(cat "/proc/$(cat "/run/$1.pid")/cmdline")" ] ||
				exit 0
			sleep 0.1
		done
		exit 1' sh "$1" "$2"
}

put_everything() {
	local files=() sample program

	for sample in "${samples[@]}"; do
		files+=("$WORK/$sample")
	done
	program=$("$FATHOM" proc build --target "$TARGET" 2>/dev/null)
	objcopy --strip-debug "$program" "$WORK/fathomfs"
	check "files into the IDS guest" ids_lab put "${files[@]}" "$FATHOM" \
		"$WORK/fathomfs" /usr/bin/ps=/root/tools/ps \
		"$(command -v netstat)=/root/tools/netstat"
	check "the relay into the monitored guest" lab put \
		"$BUILD/bin/fathom-relay"
}

# Names without what depends on the locale.
plain() {
	LC_ALL=C sed 's/^ *//; s/  */ /; s/[^ -~]//g; s/?//g' | LC_ALL=C sort
}

# A worker is called after what it did last, which changes between two looks.
plain_names() {
	plain | sed -E 's/( kworker\/[0-9u]+:[0-9]+H?)[-+].*/\1/'
}

# What the guest tells of its processes, one a line.
processes_of_guest() {
	guest sh -c 'for d in /proc/[0-9]*; do
		read -r name <$d/comm && echo "${d#/proc/} $name"
		done 2>/dev/null' | plain_names
}

# The guest lives on meanwhile: as compare_living.
check_ps() {
	local way=$1 target=$2 try

	for try in 1 2 3 4 5; do
		processes_of_guest >"$WORK/ps.before"
		in_ids_guest /root/fathom run --target "$target" /root/fathomfs \
			exec -- /root/tools/ps -e -o pid=,comm= 2>"$WORK/ps.err" |
			plain_names >"$WORK/ps.seen"
		processes_of_guest >"$WORK/ps.after"
		if between "$WORK"/ps.{before,seen,after}; then
			pass "$way: ps: $(wc -l <"$WORK/ps.seen") processes as the guest says (look $try)"
			return
		fi
	done
	cat "$WORK/ps.err" >>"$WORK/ps.before.difference"
	fail "$way: ps" "$WORK/ps.before.difference"
}

# Tools that know nothing of Fathom, in the IDS guest, on the other's /proc.
check_tools() {
	local way=$1 target=$2

	check_ps "$way" "$target"
	in_ids_guest /root/fathom run --target "$target" /root/fathomfs exec \
		-- /root/tools/netstat -tln >"$WORK/netstat" 2>&1
	check "$way: netstat: the port that the relay listens at" \
		grep -qE '^tcp .* 0\.0\.0\.0:4711 .* LISTEN' "$WORK/netstat"
}

check_way() {
	TARGET=$2
	echo "== $1: $TARGET"
	check_samples
	check_tools "$1" "$TARGET"
}

# Of an IDS in the other guest that cannot go on: its status, and the one line
# that says why, in time.
expect_end() {
	local what=$1 pattern=$2 seconds=$3 status=0 began=$SECONDS
	shift 3

	"$@" >"$WORK/out" 2>"$WORK/err" || status=$?
	check "$what: in time ($((SECONDS - began)) s)" \
		test $((SECONDS - began)) -le "$seconds"
	if ((status != 121)); then
		fail "$what: status $status" "$WORK/err"
	elif (($(wc -l <"$WORK/err") != 1)); then
		fail "$what: not one line on standard error" "$WORK/err"
	else
		check "$what: $(cut -c -200 "$WORK/err")" \
			grep -qE "$pattern" "$WORK/err"
	fi
}

check_paused_guest() {
	check "paused: the guest stands still" lab pause
	expect_end "paused, by shared memory" "has stood still for 5000 ms" 9 \
		run "$SHM" "$WORK/version"
	check "paused: the guest goes on" lab resume
	check "paused: and answers" run "$SHM" "$WORK/version"
}

check_ring_relay_dies() {
	check "ring: the relay ends when told to" relay_ends ring TERM
	expect_end "ring: nobody serves" "nobody serves there" 4 \
		run "$SHM" "$WORK/version"
	check "ring: a new relay" relay_start ring 991 --listen "$SHM"
	check "ring: serves" run "$SHM" "$WORK/version"
	check "ring: the relay is killed" relay_ends ring KILL
	expect_end "ring: the relay was killed" "has stood still" 9 \
		run "$SHM" "$WORK/version"
	check "ring: another new one" relay_start ring 991 --listen "$SHM"
	check "ring: serves, too" run "$SHM" "$WORK/version"
}

check_ring_relay_is_confined() {
	guest sh -c 'cat "/proc/$(cat /run/ring.pid)/status"' >"$WORK/status"
	check "ring: serves as another user" \
		grep -qE '^Uid:(.991){4}$' "$WORK/status"
	check "ring: no capability of any kind" \
		test "$(grep -cE '^Cap(Inh|Prm|Eff|Bnd|Amb):.0{16}$' "$WORK/status")" = 5
	check "ring: system calls are filtered" grep -qE '^Seccomp:.2$' \
		"$WORK/status"
	check "ring: a second one is refused" not guest /root/fathom-relay \
		--user 991 --listen "$SHM"
}

check_left_overs() {
	local shared
	shared=$(lab_get shared)

	check "down: both end" lab down
	check "down: the shared memory is gone" test ! -e "$shared"
	check "down: nothing of the IDS guest is left" not ids_lab exec true
}

lab_up --kernel "$KERNEL" --pair
compile_samples
put_everything
LINK=$(lab_get link_target) SHM=$(lab_get shm_target)
check "relay: at the network" relay_start net 990 --listen 0.0.0.0:4711
check "relay: at the shared memory" relay_start ring 991 --listen "$SHM"
check_way "by tcp" "$LINK"
check_way "by shm" "$SHM"
check "from the host by tcp" run "$(lab_get host_target)" "$WORK/version"
check "by shm, sealed" in_ids_guest /root/fathom run --seal --target "$SHM" \
	/root/version
check_ring_relay_is_confined
check_ring_relay_dies
check_paused_guest
check_left_overs
test_end
