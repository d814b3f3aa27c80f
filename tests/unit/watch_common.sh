# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# What the tests of `fathom watch` share: keys, a watcher, and patience.
# shellcheck source=tools_common.sh
. "$(dirname "$0")/tools_common.sh"
unset FATHOM_REPORT FATHOM_REPORT_KEY FATHOM_WATCH_KEY FATHOM_HEARTBEAT \
	FATHOM_JSON XDG_RUNTIME_DIR
WATCHER=
trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$SCRATCH"' EXIT

# begin INTERVAL: keys of a watcher and of one IDS, called "first".
begin() {
	fathom key generate --watch --key watch.key >watch.pub
	fathom key generate --report --key report.key >report.pub
	fathom key generate --report --key stranger.key >/dev/null
	echo "first $(<report.pub) interval=$1" >authorized
}

# A port that nobody listens at.
free_port() {
	python3 -c 'import socket; s = socket.socket()
s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# start_watch OPTION...: on $PORT, which is chosen the first time.
start_watch() {
	PORT=${PORT:-$(free_port)}
	# The last one was ready, too.
	rm -f watch.err
	fathom watch --listen "127.0.0.1:$PORT" --key watch.key \
		--authorized authorized --output file:log "$@" \
		>watch.out 2>watch.err &
	WATCHER=$!
	await 'grep -q ready watch.err' "the watcher does not start"
}

stop_watch() {
	kill "$WATCHER"
	wait "$WATCHER"
}

# await CONDITION MESSAGE: until the shell code is true, or 8 s are over.
await() {
	local i

	for ((i = 0; i < 1500; i++)); do
		if eval "$1" >/dev/null 2>&1; then
			return 0
		fi
		sleep 0.02
	done
	status='' stdout=$(cat log watch.err 2>&1) stderr=
	fail "$2"
	return 1
}

# How many events of this action there are in the log.
actions() {
	jq -r .event.action log | grep -cx -- "$1"
}

expect_actions() { # ACTION COUNT
	[[ $(actions "$1") == "$2" ]] || {
		status='' stdout=$(jq -rc '[.event.action, .message]' log)
		stderr=$(<watch.err)
		fail "$(actions "$1") events $1 instead of $2"
	}
}

await_action() { # ACTION
	await "(( \$(actions $1) > 0 ))" "no $1"
}

# Messages of the findings in the log, in its order.
findings() {
	jq -r 'select(.event.dataset == "fathom.finding").message' log
}

expect_whole_log() {
	run fathom watch --verify log --watch-key watch.pub
	expect_status 0
}

# The program that reports, which takes a while to compile.
compile_reporter() {
	export FATHOM_NO_CACHE=1
	REPORTER=$SCRATCH/reporter
	fathom-cc --kernel-headers "$HEADERS" -O2 -Wall -Werror \
		"$(dirname "$0")/watch_reporter.c" -o "$REPORTER" || exit 1
}

# ids [OPTION...] -- ARGUMENT...: the program, which reports to $PORT.
ids() {
	local options=()

	while [[ $1 != -- ]]; do
		options+=("$1")
		shift
	done
	shift
	timeout 30 fathom run --target "dump:$DUMP" --report "tls:127.0.0.1:${VIA:-$PORT}" \
		--report-key report.key --watch-key watch.pub "${options[@]}" \
		"$REPORTER" "$@"
}

# Each once, and in order.
expect_findings() { # COUNT
	[[ $(findings) == "$(seq -f 'finding %.0f in swapper/0' "$1")" ]] ||
		fail "found: $(findings)"
}

# start_carrier PORT TO: the network, a process that carries bytes from one port to
# another until it is stopped. While the file "attack" is there, one byte of each
# answer that is long enough is another. Sets CARRIER.
start_carrier() {
	local port=$1

	python3 - "$port" "$2" <<'EOP' &
import os, socket, sys, threading

def carry(source, to, attack):
    try:
        while data := bytearray(source.recv(65536)):
            if attack and len(data) > 40 and os.path.exists("attack"):
                data[-1] ^= 1
            to.sendall(data)
    except OSError:
        pass
    for end in source, to:
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    client, _ = listener.accept()
    try:
        server = socket.create_connection(("127.0.0.1", int(sys.argv[2])))
    except OSError:
        client.close()
        continue
    for args in (client, server, False), (server, client, True):
        threading.Thread(target=carry, args=args, daemon=True).start()
EOP
	# shellcheck disable=SC2034 # the tests'
	CARRIER=$!
	await "(: </dev/tcp/127.0.0.1/$port)" "no carrier"
}

# An IDS that has found something and stays: leaves its process in LASTING.
lasting_ids() {
	ids -- 1 30000 &
	# shellcheck disable=SC2016 # await evaluates it again and again
	await '[[ $(findings) ]]' "no finding"
	# shellcheck disable=SC2034 # the tests'
	LASTING=$(jq -r 'select(.event.dataset == "fathom.finding").fathom.ids.pid' log)
}
