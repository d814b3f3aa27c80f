# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# A guest served to IDSes elsewhere: `fathom agent` beside QEMU, `fathom relay`
# before it. To be sourced after lib.sh.

# Sets REMOTE, the target by way of both, and AGENT_PID and RELAY_PID. Wants
# TARGET, a qemu: one.
remote_begin() {
	local user=() port=$((20000 + $$ % 12000))

	export XDG_CONFIG_HOME=$WORK/config
	rm -rf "$XDG_CONFIG_HOME"
	"$FATHOM" key generate >"$WORK/remote.pub" || return
	"$FATHOM" key generate --agent >"$WORK/remote-agent.pub" || return
	"$FATHOM" key authorize --agent "$WORK/remote.pub" || return
	cp "$WORK/remote-agent.pub" "$XDG_CONFIG_HOME/fathom/agent.pub"
	# Where another user than root can connect to it.
	REMOTE_SOCKET=$(mktemp -u /tmp/fathom-e2e-XXXXXX.sock)
	"$FATHOM" agent --target "$TARGET" --mode 666 \
		--listen "unix:$REMOTE_SOCKET" >"$WORK/agent.log" 2>&1 &
	AGENT_PID=$!
	remote_ready agent || return
	((EUID)) || user=(--user 990)
	"$FATHOM" relay "${user[@]}" --agent "unix:$REMOTE_SOCKET" \
		--listen "tcp:127.0.0.1:$port" >"$WORK/relay.log" 2>&1 &
	RELAY_PID=$!
	remote_ready relay || return
	# shellcheck disable=SC2034 # for the test
	REMOTE=tcp:127.0.0.1:$port
}

remote_ready() {
	local i

	for ((i = 0; i < 100; i++)); do
		! grep -q ': ready on ' "$WORK/$1.log" || return 0
		sleep 0.1
	done
	cat "$WORK/$1.log"
	return 1
}

# Both end well when told to.
remote_end() {
	local status=0

	kill "$RELAY_PID" "$AGENT_PID"
	wait "$RELAY_PID" || status=$?
	wait "$AGENT_PID" || status=$?
	rm -f "$REMOTE_SOCKET"
	return "$status"
}

# says FILE TEXT: within 10 s.
says() {
	local i

	for ((i = 0; i < 100; i++)); do
		! grep -q "$2" "$1" || return 0
		sleep 0.1
	done
	cat "$1"
	return 1
}
