#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# firmware_test.sh SOURCE BUILD NAME
#
# The agent in firmware against an IDS of ill will (firmware/probe.c) and an
# intruder in the guest (firmware/intruder.c): nothing is disclosed, the IDS
# gets answers or messages, the guest stays healthy.
set -uo pipefail

. "$1/tests/e2e/lib.sh"
test_begin "$@"
PROBE=$BUILD/bin/firmware-probe
INTRUDER=$BUILD/bin/firmware-intruder

# Set aside from the guest's kernel: memory for page tables of the probe's own.
TABLES=0x8000000
# q35's RAM of 512 MiB ends with 16 MiB of TSEG.
MEMORY=512M
SMRAM=0x1f000000
SMRAM_END=0x20000000
PRIVATE_KEY_OFFSET=16
PRIVATE_KEY_SIZE=32

boot() {
	lab_up --firmware smm --smp 2 --memory $MEMORY \
		--cmdline "memmap=1M\$$TABLES" "$@"
}

# Warnings of the kernel and worse, without times and addresses. Those about
# clocks come and go with the load of the host.
warnings() {
	guest dmesg -r | sed -nE 's/^<[0-4]>\[[^]]*\] *//p' |
		grep -vE '^(tsc|hrtimer|clocksource): |clock' | sed -E 's/\b(0x)?[0-9a-f]{6,}\b/*/g; s/[0-9]+/N/g' |
		LC_ALL=C sort -u
}

# What a guest says whose firmware is the same, but without an agent.
test_guest_without_agent() {
	boot --key-store none
	warnings >"$WORK/warnings.plain"
	check "without a key store: the firmware says why there is no agent" \
		grep -q '^Fathom: no key store' "$(lab_get firmware_log)"
	check "without a key store: no table FTHM" \
		not guest test -e /sys/firmware/acpi/tables/FTHM
	# Any keys will do.
	export FATHOM_KEY=$WORK/ids.key FATHOM_AGENT_KEY=$WORK/ids.pub
	"$FATHOM" key generate --key "$FATHOM_KEY" >"$FATHOM_AGENT_KEY"
	expect_failure "without an agent: the IDS says so" 121 FTHM 20 \
		limited "$FATHOM" info --target "$TARGET"
}

# Address and size of the mailbox, as the guest's relay would find them.
find_mailbox() {
	local high

	read -r mailbox high mailbox_size < <(guest hexdump -s 36 -n 12 -v \
		-e '1/4 "%u "' /sys/firmware/acpi/tables/FTHM)
	check "table FTHM: mailbox at $mailbox, $mailbox_size bytes" \
		test "$high" = 0 -a "$((mailbox % 4096))" = 0 -a \
		"$mailbox_size" -gt 100000
}

# probe [ARGUMENT]: its own output says what failed.
probe() {
	limited "$PROBE" "$(lab_get target | sed 's/^[^:]*://')" \
		"$(lab_get key)" "$(lab_get agent_key)" "$(lab_get ram)" \
		"$TABLES" "$SMRAM" "$mailbox" "$mailbox_size" "$@"
}

private_key() {
	tail -c "+$((PRIVATE_KEY_OFFSET + 1))" "$(lab_get key_store)" |
		head -c "$PRIVATE_KEY_SIZE"
}

# Where the agent's private key is in file $1: offsets, one a line.
find_private_key() {
	private_key | python3 -c '
import mmap, sys
key = sys.stdin.buffer.read()
assert len(key) == int(sys.argv[2])
with open(sys.argv[1], "rb") as file:
    data = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
    at = data.find(key)
    while at >= 0:
        print(at)
        at = data.find(key, at + 1)' "$1" "$PRIVATE_KEY_SIZE"
}

# Nothing outside SMRAM. That it is found inside shows that looking works.
private_key_is_in_smram_only() {
	local at inside=0

	find_private_key "$(lab_get ram)" >"$WORK/key.offsets" || return
	while read -r at; do
		((at >= SMRAM && at < SMRAM_END)) || return
		inside=$((inside + 1))
	done <"$WORK/key.offsets"
	((inside > 0))
}

test_private_key() {
	check "private key: in SMRAM and nowhere else in RAM" \
		private_key_is_in_smram_only
	check "private key: not in the flash" \
		test -z "$(find_private_key "$(lab_get code)" &&
			find_private_key "$(lab_get vars)")"
	check "private key: not in fw_cfg" guest /root/firmware-intruder \
		firmware-files "$(private_key | od -An -v -tx1 | tr -d ' \n')"
}

# The guest cannot read what it has no business with either.
test_guest_cannot_see_smram() {
	check "SMRAM: the guest sees nothing but ones" test "$(guest \
		devmem $((SMRAM + 0x100000)) 32)" = 0xFFFFFFFF
}

test_probe() {
	local LIMIT=900

	if probe >"$WORK/probe.log" 2>&1; then
		pass "probe: $(grep -c ' OK \]' "$WORK/probe.log") attacks refused"
		grep ' calls' "$WORK/probe.log"
	else
		grep -v '  OK \]\|RUN ' "$WORK/probe.log" >"$WORK/probe.failed"
		fail "probe" "$WORK/probe.failed"
	fi
}

# under_attack WHAT ARGUMENT...: calls go on beside it, at whatever pace.
under_attack() {
	local what=$1 LIMIT=120
	shift

	guest sh -c "/root/firmware-intruder $* >/tmp/intruder 2>&1 &"
	check "$what: calls are answered meanwhile" probe disturbed
	for _ in {1..60}; do
		guest pidof firmware-intruder >/dev/null || break
		sleep 0.5
	done
	check "$what: it took place" test -n \
		"$(guest grep -E '^[1-9][0-9]* (SMIs|times)' /tmp/intruder)"
	check "$what: the guest goes on" guest true
}

# The mailbox's owner is whoever says so: calls may fail, but must end.
under_scribbling() {
	local LIMIT=120

	guest sh -c "/root/firmware-intruder scribble 6 $mailbox $mailbox_size \
		>/tmp/intruder 2>&1 &"
	probe disturbed >"$WORK/scribble.log" 2>&1
	check "mailbox written by the guest: the call ends in time" \
		test $? -ne 124
	for _ in {1..60}; do
		guest pidof firmware-intruder >/dev/null || break
		sleep 0.5
	done
	check "mailbox written by the guest: it took place" test -n \
		"$(guest grep -E '^[1-9][0-9]* times' /tmp/intruder)"
}

test_guest_is_healthy() {
	check "the guest still answers" guest true
	warnings >"$WORK/warnings"
	lacking "$WORK/warnings" "$WORK/warnings.plain" >"$WORK/warnings.more"
	check "the kernel warns of nothing that it does not without an agent" \
		not grep . "$WORK/warnings.more"
}

test_guest_without_agent
boot
guest true
lab put "$INTRUDER"
find_mailbox
test_private_key
test_guest_cannot_see_smram
test_probe
under_attack "SMI storm" storm 8
test_private_key
test_guest_is_healthy
under_scribbling
test_end
