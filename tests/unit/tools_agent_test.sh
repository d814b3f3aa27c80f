#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# fathom agent over a synthetic target, and fathom relay before it.
# shellcheck source=tools_common.sh
# shellcheck disable=SC2317 # run_tests calls the tests by name
. "$(dirname "$0")/tools_common.sh"

: "${SYNTHETIC_TARGET:?}"

DUMP=$SCRATCH/dump
"$SYNTHETIC_TARGET" "$DUMP" >/dev/null || exit 1
export XDG_CONFIG_HOME=$SCRATCH/config
# A search for leaks takes system calls that servers do without.
export ASAN_OPTIONS=detect_leaks=0
AGENT_PUB=$XDG_CONFIG_HOME/fathom/agent.pub
fathom key generate >"$SCRATCH/ids.pub" || exit 1
fathom key generate --agent >"$SCRATCH/agent.pub" || exit 1
cp "$SCRATCH/agent.pub" "$AGENT_PUB"
fathom key authorize --agent "$SCRATCH/ids.pub" || exit 1
fathom key generate --key "$SCRATCH/stranger.key" >/dev/null || exit 1
BANNER=$(fathom info --no-cache --target "dump:$DUMP" | grep ^Banner)
SERVERS=()
# Root serves as somebody else.
RELAY_USER=()
((EUID)) || RELAY_USER=(--user 990)

# start LOG COMMAND...: leaves its process in PID, when it is ready.
start() {
	local log=$1 i

	shift
	: >"$log"
	"$@" >"$log" 2>&1 &
	PID=$!
	SERVERS+=("$PID")
	for ((i = 0; i < 100; i++)); do
		grep -q ': ready on ' "$log" && return
		sleep 0.05
	done
	run cat "$log"
	fail "not ready: $*"
}

# stop PID: as a service manager does; it ends well.
stop() {
	kill "$1"
	wait "$1"
	status=$?
	expect_status 0
}

# A port that nobody had a moment ago.
free_port() {
	local port

	while :; do
		port=$((20000 + RANDOM % 12000))
		(: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
	done
	echo "$port"
}

expect_served() {
	run timeout 20 fathom info --no-cache --target "$1"
	expect_status 0
	expect_stdout "$BANNER"
}

test_unix_and_tcp() {
	local port

	port=$(free_port)
	start log fathom agent --target "dump:$DUMP" \
		--listen "unix:$PWD/agent.sock" --listen "tcp:127.0.0.1:$port"
	expect_served "unix:$PWD/agent.sock"
	expect_served "smi:$PWD/agent.sock"
	expect_served "tcp:127.0.0.1:$port"
	expect_served "tcp:localhost:$port"
	stop "$PID"
}

test_ipv6() {
	local port

	port=$(free_port)
	start log fathom agent --target "dump:$DUMP" --listen "tcp:[::1]:$port"
	expect_served "tcp:[::1]:$port"
	stop "$PID"
}

test_shared_memory() {
	local user=()

	((EUID)) || user=(--user 990)
	chmod 777 .
	start log fathom agent --target "dump:$DUMP" --mode 600 "${user[@]}" \
		--listen "shm:$PWD/ring"
	expect_served "shm:$PWD/ring"
	expect_served "shm:$PWD/ring"
	run stat -c '%a %u' ring
	expect_stdout "600 $( ((EUID)) && echo "$EUID" || echo 990)"
	run fathom agent --target "dump:$DUMP" --listen "shm:$PWD/ring"
	expect_status 123
	expect_stderr "somebody else serves there"
	run timeout 20 fathom info --no-cache --target "shm:$PWD/ring" \
		--key "$SCRATCH/stranger.key"
	expect_status 121
	expect_stderr "keeps silent"
	stop "$PID"
	run timeout 20 fathom info --no-cache --target "shm:$PWD/ring" \
		--reconnect 0
	expect_status 121
	expect_stderr "nobody serves there"
}

# Not with sockets: who waits at them does not look into memory.
test_shared_memory_alone() {
	run fathom agent --target "dump:$DUMP" --listen "shm:$PWD/ring" \
		--listen "unix:$PWD/a.sock"
	expect_status 123
	expect_stderr "shared memory is served alone"
	run fathom agent --target dump:nothing --listen "shm:$PWD/ring"
	expect_status 121
}

test_strangers_are_told_nothing() {
	start log fathom agent --target "dump:$DUMP" \
		--listen "unix:$PWD/agent.sock"
	run timeout 20 fathom info --no-cache --target "unix:$PWD/agent.sock" \
		--key "$SCRATCH/stranger.key"
	expect_status 121
	expect_stderr "keeps silent"
	stop "$PID"
	run grep -v 'ready on' log
	expect_no_stdout
}

test_relay_onward() {
	local agent relay port

	port=$(free_port)
	start agent.log fathom agent --target "dump:$DUMP" --mode 666 \
		--listen "unix:$PWD/agent.sock"
	agent=$PID
	chmod 711 .
	start relay.log fathom relay "${RELAY_USER[@]}" --agent "unix:$PWD/agent.sock" \
		--listen "tcp:127.0.0.1:$port"
	relay=$PID
	start relay2.log fathom relay "${RELAY_USER[@]}" --agent "tcp:127.0.0.1:$port" \
		--listen "unix:$PWD/relay.sock" --mode 666
	expect_served "tcp:127.0.0.1:$port"
	expect_served "unix:$PWD/relay.sock"
	stop "$PID"
	stop "$relay"
	stop "$agent"
}

# Whoever takes it over can read memory, and nothing else.
test_confined() {
	start log fathom agent --target "dump:$DUMP" \
		--listen "unix:$PWD/agent.sock"
	run grep -E '^(CapEff|CapInh|CapAmb|NoNewPrivs|Seccomp):' \
		"/proc/$PID/status"
	expect_stdout $'NoNewPrivs:\t1'
	expect_stdout $'Seccomp:\t2'
	if ((EUID)); then
		expect_stdout $'CapEff:\t0000000000000000'
	else
		# CAP_DAC_OVERRIDE and CAP_SYS_PTRACE: to look into QEMU.
		expect_stdout $'CapEff:\t0000000000080002'
	fi
	stop "$PID"
	((EUID)) && return
	start log fathom agent --target "dump:$DUMP" --user 990 \
		--listen "unix:$PWD/agent2.sock"
	run grep -E '^(CapPrm|Uid|Gid):' "/proc/$PID/status"
	expect_stdout $'CapPrm:\t0000000000000000'
	expect_stdout $'Uid:\t990\t990\t990\t990'
	expect_stdout $'Gid:\t990\t990\t990\t990'
	stop "$PID"
}

# An agent, a relay before it, and an IDS that looks again and again, and says
# so a line a time. Wants IDS, a program for this target. $1: for so many seconds
# it looks for a way that is lost.
watch_start() {
	PORT=$(free_port)
	start agent.log fathom agent --target "dump:$DUMP" --mode 666 \
		--listen "unix:$PWD/agent.sock"
	AGENT=$PID
	chmod 711 .
	relay_start
	FATHOM_TIMEOUT=0.5 FATHOM_RECONNECT=$1 ids_start "tcp:127.0.0.1:$PORT"
}

# ids_start TARGET: leaves its process in WATCH.
ids_start() {
	: >out
	fathom run --target "$1" "$IDS" >out 2>err &
	WATCH=$!
	SERVERS+=("$WATCH")
	expect_progress
}

relay_start() {
	start relay.log fathom relay "${RELAY_USER[@]}" \
		--agent "unix:$PWD/agent.sock" --listen "tcp:127.0.0.1:$PORT"
	RELAY=$PID
}

# The IDS says more than it has said.
expect_progress() {
	local lines i

	lines=$(wc -l <out)
	for ((i = 0; i < 400; i++)); do
		(($(wc -l <out) > lines)) && return
		sleep 0.05
	done
	run cat err relay.log agent.log
	fail "the IDS does not go on"
}

# Within 6 s, half a second for an answer and three for a way to be found again
# being what it was given.
expect_watch_ends() {
	local i

	for ((i = 0; i < 120; i++)); do
		kill -0 "$WATCH" 2>/dev/null || break
		sleep 0.05
	done
	wait "$WATCH"
	status=$?
	stderr=$(<err) stdout=
	expect_status 121
	expect_stderr "$1"
	[[ $(wc -l <err) == 1 ]] || fail "not one line"
}

watch_stop() {
	kill "$WATCH" "$AGENT" "$RELAY" 2>/dev/null
	wait "$WATCH" "$AGENT" "$RELAY" 2>/dev/null
}

# Killed and started anew, or paused for a while: the IDS goes on.
test_relay_comes_back() {
	[[ $IDS ]] || return
	watch_start 30
	kill -KILL "$RELAY"
	sleep 0.5
	relay_start
	expect_progress
	kill -STOP "$RELAY"
	sleep 1
	kill -CONT "$RELAY"
	expect_progress
	watch_stop
}

test_agent_comes_back() {
	[[ $IDS ]] || return
	watch_start 30
	kill -KILL "$AGENT"
	sleep 0.5
	start agent.log fathom agent --target "dump:$DUMP" --mode 666 \
		--listen "unix:$PWD/agent.sock"
	AGENT=$PID
	expect_progress
	kill -STOP "$AGENT"
	sleep 1
	kill -CONT "$AGENT"
	expect_progress
	watch_stop
}

# The same where the two share memory.
test_agent_in_memory_comes_back() {
	[[ $IDS ]] || return
	start agent.log fathom agent --target "dump:$DUMP" --listen "shm:$PWD/ring"
	AGENT=$PID
	FATHOM_TIMEOUT=2 FATHOM_RECONNECT=30 ids_start "shm:$PWD/ring"
	kill -KILL "$AGENT"
	sleep 0.5
	start agent.log fathom agent --target "dump:$DUMP" --listen "shm:$PWD/ring"
	AGENT=$PID
	expect_progress
	kill "$WATCH" "$AGENT"
	wait "$WATCH" "$AGENT" 2>/dev/null
}

# What does not come back is said in time.
test_relay_stays_away() {
	[[ $IDS ]] || return
	watch_start 3
	kill -KILL "$RELAY"
	expect_watch_ends "was lost, and not found again within 3000 ms"
	watch_stop
}

test_agent_stands_still() {
	[[ $IDS ]] || return
	watch_start 3
	kill -STOP "$AGENT"
	expect_watch_ends "no answer within"
	kill -CONT "$AGENT"
	# It serves the next one.
	expect_served "tcp:127.0.0.1:$PORT"
	watch_stop
}

# An IDS that is killed or stands still in the middle harms nobody.
test_ids_goes() {
	[[ $IDS ]] || return
	watch_start 3
	kill -STOP "$WATCH"
	expect_served "tcp:127.0.0.1:$PORT"
	kill -KILL "$WATCH"
	expect_served "tcp:127.0.0.1:$PORT"
	watch_stop
}

test_no_reconnecting() {
	run timeout 20 fathom info --target tcp:127.0.0.1:1 --reconnect 0
	expect_status 121
	expect_stderr "nobody listens"
	run fathom info --target tcp:127.0.0.1:1 --reconnect soon
	expect_status 123
	expect_stderr "--reconnect: \`soon' is not a number of seconds"
	run fathom info --target tcp:127.0.0.1:1 --timeout 0
	expect_status 123
	expect_stderr "--timeout: \`0' is not a number of seconds above 0"
}

test_wrong_usage() {
	run fathom agent --target "dump:$DUMP"
	expect_status 123
	expect_stderr "where to listen"
	run fathom agent --listen unix:a.sock
	expect_status 123
	expect_stderr "which target"
	run fathom agent --target smi: --listen "unix:$PWD/a.sock"
	expect_status 123
	expect_stderr "an agent serves qemu:SOCKET or dump:FILE"
	run fathom agent --target "dump:$DUMP" --listen localhost:1
	expect_status 123
	expect_stderr "not an address and a port"
	run fathom agent --target "dump:$DUMP" --listen unix:
	expect_status 123
	expect_stderr "a path of 1 to 107 bytes"
	run fathom agent --target "dump:$DUMP" --listen unix:a.sock --idle 0
	expect_status 123
	expect_stderr "--idle: \`0' is not a number of 1 to 86400"
	run fathom agent --target dump:nothing --listen "unix:$PWD/a.sock"
	expect_status 121
	run fathom relay --agent unix:a.sock
	expect_status 2
	expect_stderr "where to listen"
}

test_key_store_without_keys() {
	fathom key generate --store empty.keys >/dev/null
	run fathom agent --target "dump:$DUMP" --store empty.keys \
		--listen "unix:$PWD/a.sock"
	expect_status 123
	expect_stderr "no keys of IDSes"
}

# Nothing can be compiled for the synthetic target without its headers, nor
# with a sanitizer.
IDS=
if [[ ${FATHOM_TEST_HEADERS:-} ]]; then
	IDS=$SCRATCH/ids
	cat >"$SCRATCH/ids.c" <<'SOURCE'
#include <fathom/ids.h>
#include <linux/sched/task.h>
#include <unistd.h>

int main(void)
{
	for (;;) {
		printf("%d\n", init_task.pid);
		fflush(stdout);
		usleep(20000);
		fathom_refresh();
	}
}
SOURCE
	fathom-cc --kernel-headers "$FATHOM_TEST_HEADERS" -O2 "$SCRATCH/ids.c" \
		-o "$IDS" || exit 1
fi
trap 'kill "${SERVERS[@]}" 2>/dev/null; rm -rf "$SCRATCH"' EXIT
# For users other than root that the servers become.
chmod 711 "$SCRATCH"
run_tests
