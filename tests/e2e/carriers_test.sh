#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# carriers_test.sh SOURCE BUILD NAME KERNEL SMP MEMORY LA57 PTI [attacks]
#
# A guest with the agent in its firmware and everything that leads there:
# smi+qemu: from the host, smi: with IDS and relay in the guest, both while all
# its CPUs are busy; IDSes that are sealed; relays that die, stand still or were
# taken over; what relay and mailbox get to see.
# shellcheck disable=SC2016 # what is quoted so is for the guest's shell
set -uo pipefail

. "$1/tests/e2e/lib.sh"
. "$1/tests/e2e/proc.sh"
test_begin "$@"
sides_begin
KERNEL=$4 SMP=$5 MEMORY=$6 LA57=$7 PTI=$8 ATTACKS=${9:-}
RELAY_USER=990
# What all programs are run with, beside their target.
RUN_OPTIONS=()

# Host and guest are two machines, with two clocks: so each has a key of its own.
make_keys() {
	local which

	rm -f "$WORK"/*.key "$WORK/agent.keys"
	"$FATHOM" key generate --store "$WORK/agent.keys" >"$WORK/agent.pub"
	for which in host guest stranger; do
		"$FATHOM" key generate --key "$WORK/$which.key" >"$WORK/$which.pub"
	done
	for which in host guest; do
		"$FATHOM" key authorize --store "$WORK/agent.keys" \
			"$(<"$WORK/$which.pub")"
	done
}

boot() {
	make_keys >/dev/null
	machine_up secretmem.enable=1 --firmware smm \
		--key-store "$WORK/agent.keys"
	HOST_TARGET=$TARGET
	export FATHOM_KEY=$WORK/host.key FATHOM_AGENT_KEY=$WORK/agent.pub
}

# The home of everything in the guest is /root; its shell has no PATH to it.
in_guest() {
	lab exec -- env HOME=/root "$@"
}

# As lib.sh's, but smi: and tcp: targets are those of programs in the guest.
run() {
	local target=$1 program=$2
	shift 2

	if [[ $target == smi:* || $target == tcp:* ]]; then
		lab exec --timeout "${LIMIT:-60}" -- env HOME=/root \
			/root/fathom run "${RUN_OPTIONS[@]}" \
			--target "$target" "/root/${program##*/}" "$@"
	else
		XDG_CACHE_HOME=$CACHE limited "$FATHOM" run \
			"${RUN_OPTIONS[@]}" --target "$target" "$program" "$@"
	fi
}

# The relay is at work whenever somebody in the guest looks: whether it sleeps,
# and where, is not to be compared. That it is there, is.
oracle() {
	lab exec --input "$SOURCE/tests/e2e/oracle/$1.sh" -- sh | mask_relay
}

mask_relay() {
	sed -E '/ fathom-relay/s/ [RSD] +([0-9*]+ )?/ /'
}

# An IDS in the guest sees itself; its oracle does not.
mask_pslist() {
	grep -v ' /root/pslist$' "$3" | mask_relay
}

# The guest does not tell the CPU of some threads: lib.sh has the reason.
mask_threads() {
	awk '
		FILENAME != ARGV[3] { if ($4 == "*") hidden[$1, $2]; next }
		$NF == "threads" { next }
		($1, $2) in hidden { $0 = substr($0, 1, 18) "   *" substr($0, 23) }
		{ print }' "$@" | mask_relay
}

put_everything() {
	local files=() sample

	for sample in "${samples[@]}"; do
		files+=("$WORK/$sample")
	done
	for sample in watch_forever look_twice high_memory; do
		compile "$SOURCE/tests/e2e/ids/$sample.c" "$WORK/$sample"
		files+=("$WORK/$sample")
	done
	check "files into the guest" lab put "${files[@]}" "$FATHOM" \
		"$BUILD/bin/fathom-relay" "$BUILD/bin/e2e-relay-attack" \
		"$BUILD/bin/e2e-search-memory" \
		"$WORK/guest.key=/root/.config/fathom/ids.key" \
		"$WORK/agent.pub=/root/.config/fathom/agent.pub" \
		"$WORK/stranger.key=/root/stranger.key" \
		"$WORK/stranger.pub=/root/stranger.pub"
	guest chmod 600 /root/.config/fathom/ids.key /root/stranger.key
}

relay_start() {
	guest sh -c "/root/fathom-relay --user $RELAY_USER --listen 127.0.0.1:4711 \
		>/run/relay.log 2>&1 & echo \$! >/run/relay.pid
		for i in 1 2 3 4 5 6 7 8 9 10; do
			grep -q ready /run/relay.log && exit
			sleep 0.3
		done; cat /run/relay.log; exit 1"
}

relay_signal() {
	guest sh -c 'kill -"$1" $(cat /run/relay.pid)' sh "$1"
}

relay_status() {
	guest sh -c 'cat /proc/$(cat /run/relay.pid)/status'
}

check_relay_is_confined() {
	relay_status >"$WORK/status"
	check "relay: serves as another user" \
		grep -qE "^Uid:(.$RELAY_USER){4}$" "$WORK/status"
	check "relay: and as no group but that user's" \
		grep -qE "^Gid:(.$RELAY_USER){4}$" "$WORK/status"
	check "relay: no further groups" grep -qE '^Groups:[[:space:]]*$' \
		"$WORK/status"
	check "relay: no capability of any kind" \
		test "$(grep -cE '^Cap(Inh|Prm|Eff|Bnd|Amb):.0{16}$' "$WORK/status")" = 5
	check "relay: no new privileges" grep -qE '^NoNewPrivs:.1$' "$WORK/status"
	check "relay: system calls are filtered" grep -qE '^Seccomp:.2$' \
		"$WORK/status"
	check "relay: the socket is its user's" test \
		"$(guest stat -c '%a %u %g' /run/fathom/relay.sock)" = \
		"660 $RELAY_USER $RELAY_USER"
	guest sh -c 'ls -l /proc/$(cat /run/relay.pid)/fd' >"$WORK/fds"
	check "relay: neither /dev/mem nor anything else is open" \
		not grep -qE '/dev/mem|/sys/' "$WORK/fds"
	check "relay: a second one is refused" not guest /root/fathom-relay \
		--user "$RELAY_USER"
}

# Both ways to the agent at once, twice each. (Commands in the guest take turns;
# so those two are one command.)
check_several_at_once() {
	local status=0 pids=() i

	for i in 1 2; do
		run "$HOST_TARGET" "$WORK/version" >"$WORK/at-once.$i" 2>&1 &
		pids+=($!)
	done
	in_guest sh -c 'for i in 3 4; do
			/root/fathom run --target smi: /root/version 2>&1 \
				>/run/at-once.$i &
		done
		wait
		cat /run/at-once.*' >"$WORK/at-once.guest" || status=$?
	for i in "${pids[@]}"; do
		wait "$i" || status=$?
	done
	check "four IDSes at once, by two ways" test "$status" = 0
	for i in 1 2; do
		check "four IDSes at once: number $i" \
			cmp "$WORK/at-once.$i" "$WORK/version.oracle"
	done
	cat "$WORK"/version.oracle{,} >"$WORK/at-once.both"
	check "four IDSes at once: those in the guest" \
		cmp "$WORK/at-once.guest" "$WORK/at-once.both"
}

# Of an IDS that could not finish: its status, and one line that says why.
expect_defeat() {
	local what=$1 pattern=$2 seconds=$3 status=0 began=$SECONDS
	shift 3

	LIMIT=60 "$@" >"$WORK/out" 2>"$WORK/err" || status=$?
	check "$what: in time ($((SECONDS - began)) s)" \
		test $((SECONDS - began)) -le "$seconds"
	if ((status != 120 && status != 121)); then
		fail "$what: status $status" "$WORK/err"
	elif (($(grep -c . "$WORK/err") != 1)); then
		fail "$what: not one line on standard error" "$WORK/err"
	elif ! grep -qE "$pattern" "$WORK/err"; then
		fail "$what: the message lacks /$pattern/" "$WORK/err"
	else
		pass "$what: $(cut -c -200 "$WORK/err")"
	fi
}

attack_start() {
	guest sh -c "/root/e2e-relay-attack /run/attack.sock \
		/run/fathom/relay.sock $1 $2 >/run/attack.log 2>&1 &
		echo \$! >/run/attack.pid
		for i in 1 2 3 4 5 6 7 8 9 10; do
			grep -q ready /run/attack.log && exit
			sleep 0.2
		done; exit 1"
}

attack_stop() {
	guest killall e2e-relay-attack
}

# A relay that was taken over when the session was there already: from the
# tenth message on. Nothing that it does is taken for the agent's answer.
check_attacks() {
	local how

	attack_start nothing 0
	check "attack: a relay in between that does nothing" \
		run smi:/run/attack.sock "$WORK/version"
	attack_stop
	for how in flip-request flip-reply flip-header old-reply \
		old-reply-alone echo silence cut-short garbage; do
		attack_start "$how" 10
		expect_defeat "attack: $how" "relay|agent|carrier" 45 \
			run smi:/run/attack.sock "$WORK/pslist"
		attack_stop
	done
	check_lost_connections
	# Said twice, a request is answered once, and that answer is lost.
	attack_start repeat-request 10
	expect_defeat "attack: repeat-request" "relay|agent|carrier" 45 \
		run smi:/run/attack.sock "$WORK/pslist"
	attack_stop
	# From the first message on: there is no session at all.
	attack_start flip-request 0
	expect_defeat "attack: no handshake gets through" "agent" 45 \
		run smi:/run/attack.sock "$WORK/version"
	attack_stop
	check_replayed_handshakes
	check_crossed_sessions
	check "attack: the agent serves on" run smi: "$WORK/version"
}

# A connection that is lost is made anew, and the IDS goes on; but not if it was
# told not to look for one.
check_lost_connections() {
	local how RUN_OPTIONS

	for how in hang-up late; do
		RUN_OPTIONS=(--timeout 3)
		attack_start "$how" 10
		check "attack: $how: the IDS goes on" \
			run smi:/run/attack.sock "$WORK/pslist"
		attack_stop
		RUN_OPTIONS+=(--reconnect 0)
		attack_start "$how" 10
		expect_defeat "attack: $how" "relay|agent|carrier" 20 \
			run smi:/run/attack.sock "$WORK/pslist"
		attack_stop
	done
}

# The hello of an earlier session, in place of all that the IDS says: the agent
# does not take it. And its old answer, to a new hello: the IDS does not.
check_replayed_handshakes() {
	attack_start replay-hello 10
	expect_defeat "attack: replay-hello" "agent keeps silent" 20 \
		run smi:/run/attack.sock "$WORK/pslist"
	attack_stop
	guest cat /run/attack.log >"$WORK/attack.log"
	check "attack: replay-hello: it was said $(grep -c replayed "$WORK/attack.log") times" \
		grep -q '^replayed hello: 0 bytes' "$WORK/attack.log"
	check "attack: replay-hello: the agent never answered" \
		not grep -q '^replayed hello: [1-9]' "$WORK/attack.log"
	attack_start replay-welcome 10
	expect_defeat "attack: replay-welcome" \
		"answer to the handshake is not the agent's" 20 \
		run smi:/run/attack.sock "$WORK/pslist"
	attack_stop
}

# An IDS is given replies that are another's.
check_crossed_sessions() {
	attack_start others-reply 10
	run smi:/run/attack.sock "$WORK/version" >/dev/null 2>&1
	expect_defeat "attack: others-reply" "relay|agent|carrier" 45 \
		run smi:/run/attack.sock "$WORK/pslist"
	attack_stop
}

# Who must not be served, and whom not to believe.
check_wrong_keys() {
	expect_defeat "an IDS that the agent does not know" "keeps silent" 20 \
		in_guest /root/fathom run --target smi: --key /root/stranger.key \
		/root/version
	expect_defeat "another agent's key" "agent" 20 \
		in_guest /root/fathom run --target smi: \
		--agent-key /root/stranger.pub /root/version
	expect_defeat "from the host, the same" "keeps silent" 20 \
		env FATHOM_KEY="$WORK/stranger.key" "$FATHOM" info --no-cache \
		--target "$HOST_TARGET"
	guest chmod 644 /root/.config/fathom/ids.key
	check "a private key that others may read" not \
		in_guest /root/fathom info --target smi:
	guest chmod 600 /root/.config/fathom/ids.key
}

watcher_start() {
	guest sh -c 'HOME=/root /root/fathom run --target smi: \
		/root/watch_forever >/run/watch.out 2>/run/watch.err &
		echo $! >/run/watch.pid
		for i in $(seq 60); do
			[ -s /run/watch.out ] && exit
			sleep 0.5
		done; exit 1'
}

# ended PID-FILE: within 30 s. A process that nobody has reaped yet has no
# command line any more.
ended() {
	guest sh -c 'for i in $(seq 60); do
			[ "$(cat "/proc/$(cat "$1")/cmdline" 2>/dev/null)" ] || exit 0
			sleep 0.5
		done; exit 1' sh "$1"
}

watched_lines() {
	guest sh -c 'wc -l </run/watch.out'
}

# more_lines_than COUNT: soon.
more_lines_than() {
	local i

	for i in {1..20}; do
		sleep 1
		(($(watched_lines) <= $1)) || return 0
	done
	return 1
}

check_relay_dies() {
	local lines

	check "relay: an IDS at work" watcher_start
	relay_signal STOP
	sleep 3
	lines=$(watched_lines)
	relay_signal CONT
	check "relay: stood still for a while; the IDS goes on" \
		more_lines_than "$lines"
	relay_signal KILL
	check "relay: killed; the IDS ends" ended /run/watch.pid
	guest cat /run/watch.err >"$WORK/watch.err"
	check "relay: killed; the IDS says so" test \
		"$(grep -c 'relay .*: ' "$WORK/watch.err")" = 1
	relay_start
	check "relay: a new one takes over" run smi: "$WORK/version"
	check "relay: and from the host, too" run "$HOST_TARGET" "$WORK/version"
	relay_signal TERM
	check "relay: ends when told to" ended /run/relay.pid
	relay_start
}

# The relay's own memory, and the mailbox that it maps, byte by byte.
relay_memory() {
	guest sh -c '
		pid=$(cat /run/relay.pid)
		while read -r range access rest; do
			case $access in
			rw*) ;;
			*) continue ;;
			esac
			start=$((0x${range%-*} / 4096))
			end=$((0x${range#*-} / 4096))
			dd if=/proc/$pid/mem bs=4096 skip=$start \
				count=$((end - start)) 2>/dev/null
		done </proc/$pid/maps'
}

# The same mailbox as the host sees it in the guest's RAM.
mailbox_memory() {
	local address size

	guest cat /sys/firmware/acpi/tables/FTHM >"$WORK/FTHM"
	address=$(od -A n -t u8 -j 36 -N 8 "$WORK/FTHM")
	size=$(od -A n -t u4 -j 44 -N 4 "$WORK/FTHM")
	dd if="$(lab_get ram)" bs=4096 skip=$((address / 4096)) \
		count=$((size / 4096)) 2>/dev/null
}

# found WHAT PATTERN FILE: as bytes.
found() {
	LC_ALL=C grep -qaP "$1" "$2"
}

# What a reader of relay and mailbox would like to find: messages of wire.h in
# the clear (magic, version, READ or FOLLOW or a reply), and what the kernel's
# memory holds.
PLAINTEXT=(
	'FTHM\x01\x00[\x01-\x08]\x00' 'FTHM\x01\x00[\x81-\x88]\x00'
	'Linux version' 'swapper/' 'kthreadd' 'postgres'
)

# Sealed messages, of a session that stands: what is there to be read.
SEALED='FTHS\x01\x00[\x03\x04]\x00'

# On a busy machine the relay may be caught between two messages.
catch_messages() {
	local try

	for try in 1 2 3 4 5 6 7 8; do
		sleep 1
		relay_signal STOP
		relay_memory >"$WORK/relay.memory"
		mailbox_memory >"$WORK/mailbox.memory"
		relay_signal CONT
		! { found "$SEALED" "$WORK/relay.memory" &&
			found "$SEALED" "$WORK/mailbox.memory"; } || return 0
	done
}

check_nothing_is_to_be_read() {
	local pattern where

	check "plaintext: an IDS at work" watcher_start
	catch_messages
	guest sh -c 'kill $(cat /run/watch.pid)'
	# The search finds what is there: sealed messages here, text elsewhere.
	for where in relay mailbox; do
		check "plaintext: sealed messages in the $where" \
			found "$SEALED" "$WORK/$where.memory"
	done
	check "plaintext: the search would find it" \
		found 'postgres' "$(lab_get ram)"
	for where in relay mailbox; do
		for pattern in "${PLAINTEXT[@]}"; do
			check "plaintext: no /$pattern/ in the $where" \
				not found "$pattern" "$WORK/$where.memory"
		done
	done
	rm -f "$WORK"/{relay,mailbox}.memory
}

# A guest that stands still answers nobody; that is no attack.
check_paused_guest() {
	check "paused: the guest stands still" lab pause
	expect_failure "paused" 121 "paused" 20 \
		run "$HOST_TARGET" "$WORK/version"
	check "paused: the guest goes on" lab resume
	check "paused: and answers" run "$HOST_TARGET" "$WORK/version"
}

check_healthy() {
	guest dmesg >"$WORK/dmesg"
	check "the guest's kernel has nothing to complain about" \
		not grep -E 'WARNING:|BUG:|Oops|soft lockup|detected stall|MCE' "$WORK/dmesg"
	guest cat /run/relay.log >"$WORK/relay.log"
}

# Which CPU asked is found by what the relay has put into its registers: that
# CPU comes first, and it was executing the relay. As QEMU numbers CPUs, and as
# they differ: by the address of the descriptor table that each has of its own.
check_asking_cpu() {
	local cpu first last tables

	((SMP > 1)) || return 0
	mapfile -t tables < <("$FATHOM" info --no-cache --json \
		--target "$(lab_get qemu_target)" | jq -r '.cpus[].gdt_base')
	check "CPU that asked: QEMU knows $SMP of them" \
		test "$(printf '%s\n' "${tables[@]}" | sort -u | wc -l)" = "$SMP" ||
		return
	read -r first last < <(guest sh -c \
		'sed -n "s/^\([0-9a-f]*\)-\([0-9a-f]*\) r-xp .*fathom-relay$/0x\1 0x\2/p" \
			/proc/$(cat /run/relay.pid)/maps')
	for ((cpu = 0; cpu < SMP; cpu++)); do
		guest sh -c 'taskset -p "$1" "$(cat /run/relay.pid)"' sh \
			"$(printf %x $((1 << cpu)))" >/dev/null
		in_guest taskset "$(printf %x $((1 << cpu)))" \
			/root/fathom info --json --target smi: >"$WORK/asking.json"
		check "CPU that asked: $cpu" test "${tables[cpu]}" = \
			"$(jq -r '.cpus[0].gdt_base' "$WORK/asking.json")"
		check "CPU that asked: $cpu: it was executing the relay" \
			between_addresses "$first" \
			"$(jq -r '.cpus[0].rip' "$WORK/asking.json")" "$last"
	done
	guest sh -c 'taskset -p ffff "$(cat /run/relay.pid)"' >/dev/null
}

between_addresses() {
	(($1 && $1 <= $2 && $2 < $3))
}

# A process of its own user and without files sees the same.
check_sealed_samples() {
	local RUN_OPTIONS=(--seal)

	check_samples
}

# An IDS that has looked and waits to be told to look again.
waiting_start() {
	guest sh -c 'HOME=/root; export HOME
		rm -f /run/waiting.*
		mkfifo /run/waiting.in
		/root/fathom run "$@" --target smi:/run/short/relay.sock \
			/root/look_twice <>/run/waiting.in \
			>/run/waiting.out 2>/run/waiting.err &
		echo $! >/run/waiting.pid
		for i in $(seq 40); do
			[ -s /run/waiting.out ] && exit
			sleep 0.5
		done; cat /run/waiting.err; exit 1' sh "$@"
}

# Its pages hold the names of processes; root looks for one of them.
search_waiting() {
	guest sh -c '/root/e2e-search-memory "$(cat /run/waiting.pid)" postgres' \
		>"$WORK/search"
}

waiting_ends_well() {
	guest sh -c 'echo >/run/waiting.in'
	ended /run/waiting.pid
	guest cat /run/waiting.err
	[[ $(guest grep -c processes /run/waiting.out) == 2 ]]
}

# A relay that lets idle clients go, and an IDS that is idle: sealed, it still
# finds its way back. What it has seen is in no memory that even root can read.
check_sealed_memory() {
	guest sh -c "/root/fathom-relay --user $RELAY_USER --idle 2 \
		--socket /run/short/relay.sock >/run/short.log 2>&1 &
		echo \$! >/run/short.pid; sleep 1"
	check "sealed: a common IDS waits" waiting_start
	search_waiting
	check "sealed: what a common one read is found: $(<"$WORK/search")" \
		grep -q 'the text in [1-9]' "$WORK/search"
	guest sh -c 'kill $(cat /run/waiting.pid)'
	check "sealed: a sealed IDS waits" waiting_start --seal
	search_waiting
	check "sealed: what a sealed one read is not: $(<"$WORK/search")" \
		grep -qE '^[1-9].* [1-9][0-9]* unreadable, the text in 0$' \
		"$WORK/search"
	sleep 3
	check "sealed: the relay has let it go" test "$(guest sh -c \
		'ls -l /proc/$(cat /run/short.pid)/fd | grep -c socket:')" = 1
	check "sealed: it reads again" \
		waiting_ends_well
	guest sh -c 'kill $(cat /run/short.pid)'
}

# Of process $1, each with the line that says where.
forget_faults() {
	awk -v file=" (/proc/)?$1/" '
		!/^  / { skips = $0 ~ file }
		!skips { print }' "$WORK/snapshot.log" >"$WORK/snapshot.rest"
	mv "$WORK/snapshot.rest" "$WORK/snapshot.log"
}

# As proc.sh's, but of smi: it is made in the guest; not all of it, for agent, relay
# and program take turns on its emulated CPUs. Nor descriptors and Unix sockets:
# the program's own way to the relay is among them.
SOME=(--only '*/stat' --only '*/status' --only '*/cmdline' --only '*/maps'
	--only net/tcp --only net/route --only modules --only version)

snapshot_ours() {
	local status pid

	if [[ $1 != smi:* ]]; then
		LIMIT=300 limited "$FATHOM" proc snapshot --target "$1" \
			"$SIDES/ours" 2>"$WORK/snapshot.log"
		return
	fi
	mkdir -p "$SIDES/ours"
	in_guest_within 300 sh -c 'cd /run && rm -rf ours
		/root/fathom run --target smi: /root/fathomfs "$@" snapshot ours
		status=$?
		tar cf - -C ours .
		exit $status' sh "${SOME[@]}" 2>"$WORK/snapshot.log" |
		tar xf - -C "$SIDES/ours"
	status=$?
	# They are at work for who looks.
	for pid in $(guest cat /run/relay.pid) $(cd "$SIDES/ours" &&
		grep -lx 'Name:.fathomfs' -- */status | cut -d / -f 1); do
		rm -rf "$SIDES/ours/$pid"
		forget_faults "$pid"
	done
	return "$status"
}

in_guest_within() {
	lab exec --timeout "$1" -- env HOME=/root "${@:2}"
}

# /proc as the agent in firmware shows it, to the host and to a program in the
# guest. SMIs need a guest that runs.
check_proc() {
	local AT_WORK=fathom-relay program

	program=$("$FATHOM" proc build --target "$HOST_TARGET" 2>/dev/null)
	objcopy --strip-debug "$program" "$WORK/fathomfs"
	check "/proc: files into the guest" lab put "$WORK/fathomfs" \
		"$BUILD/bin/e2e-gather"
	compare_snapshot "$HOST_TARGET"
	compare_snapshot smi:
}

boot
check_guest
make_busy
compile_samples
TARGET=$HOST_TARGET
check_samples
put_everything
check "relay: starts" relay_start
check_relay_is_confined
check_asking_cpu
TARGET=smi:
check_samples
make_idle
check_sealed_samples
check_sealed_memory
check_high_memory
check_proc
check_several_at_once
check "by TCP" run tcp:127.0.0.1:4711 "$WORK/version"
check_wrong_keys
if [[ $ATTACKS ]]; then
	TARGET=$HOST_TARGET
	check_sealed_samples
	check_attacks
	check_relay_dies
fi
check_nothing_is_to_be_read
check_paused_guest
check_healthy
test_end
