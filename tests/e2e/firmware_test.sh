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

# A guest whose host is busy stands still at times: that is no lockup.
boot() {
	lab_up --firmware smm --smp 2 --memory $MEMORY --cmdline \
		"memmap=1M\$$TABLES watchdog_thresh=60 rcupdate.rcu_cpu_stall_timeout=120" \
		"$@"
}

# Host and guest are two machines, with two clocks: so each has a key of its own.
make_keys() {
	local which

	"$FATHOM" key generate --store "$WORK/agent.keys" >"$WORK/agent.pub"
	for which in host guest; do
		"$FATHOM" key generate --key "$WORK/$which.key" >"$WORK/$which.pub"
		"$FATHOM" key authorize --store "$WORK/agent.keys" \
			"$(<"$WORK/$which.pub")" >/dev/null
	done
}

# Warnings of the kernel and worse, without times and addresses. Those about
# clocks come and go with the load of the host.
warnings() {
	guest dmesg -r | sed -nE 's/^<[0-4]>\[[^]]*\] *//p' |
		grep -vE '^(tsc|hrtimer|clocksource|hpet): |clock|^APIC calibration' | sed -E 's/\b(0x)?[0-9a-f]{6,}\b/*/g; s/[0-9]+/N/g' |
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

# A processor that cannot make keys: no agent, and the machine is none the worse.
test_guest_without_rdrand() {
	boot --cpu max,rdrand=off --agent optional
	check "without RDRAND: the firmware says why there is no agent" \
		grep -q '^Fathom: the processor has no RDRAND' "$(lab_get firmware_log)"
	check "without RDRAND: the guest has none" \
		not guest grep -qw rdrand /proc/cpuinfo
	check "without RDRAND: no table FTHM" \
		not guest test -e /sys/firmware/acpi/tables/FTHM
	expect_failure "without RDRAND: the IDS says so" 121 FTHM 20 \
		limited "$FATHOM" info --target "$TARGET"
	check "without RDRAND: the key store is not left in RAM" \
		private_key_is_nowhere "$(lab_get ram)"
	guest_is_healthy "without RDRAND"
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
		"$WORK/host.key" "$WORK/agent.pub" \
		"$(lab_get key_store)" "$(lab_get ram)" "$TABLES" \
		"$SMRAM" "$mailbox" "$mailbox_size" "$@"
}

private_key() {
	tail -c "+$((PRIVATE_KEY_OFFSET + 1))" "$(lab_get key_store)" |
		head -c "$PRIVATE_KEY_SIZE"
}

# Where the agent's private key is in file $1: offsets, one a line. Fails when
# it cannot look.
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

private_key_is_nowhere() {
	local file

	for file in "$@"; do
		find_private_key "$file" >"$WORK/key.offsets" || return
		[[ ! -s $WORK/key.offsets ]] || return
	done
}

test_private_key() {
	check "private key: in SMRAM and nowhere else in RAM" \
		private_key_is_in_smram_only
	check "private key: not in the flash" \
		private_key_is_nowhere "$(lab_get code)" "$(lab_get vars)"
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

intruder_start() {
	guest sh -c "/root/firmware-intruder $* >/tmp/intruder 2>&1 &"
}

# It says how often it did what it was told.
check_intruder_ends() {
	local what=$1

	for _ in {1..60}; do
		guest pidof firmware-intruder >/dev/null || break
		sleep 0.5
	done
	guest cat /tmp/intruder >"$WORK/intruder"
	if grep -qE '^[1-9][0-9]* (SMIs|times)$' "$WORK/intruder"; then
		pass "$what: it took place, $(paste -sd ' ' "$WORK/intruder")"
	else
		fail "$what: it took place" "$WORK/intruder"
	fi
}

# under_attack WHAT ARGUMENT...: calls go on beside it, at whatever pace.
under_attack() {
	local what=$1 LIMIT=120
	shift

	intruder_start "$@"
	check "$what: calls are answered meanwhile" probe disturbed
	check_intruder_ends "$what"
	check "$what: the guest goes on" guest true
}

# SMIs that OVMF serves: the guest's variables, which only SMM may write. Both
# get what is theirs.
test_other_services() {
	local image module=kernel/fs/efivarfs/efivarfs.ko

	image=$(lab_get image)
	module=${image%/boot/*}/lib/modules/$(lab_get kernel)/$module
	check "EFI variables: the guest has them" lab put "$module"
	guest insmod /root/efivarfs.ko
	guest mount -t efivarfs efivarfs /sys/firmware/efi/efivars
	under_attack "EFI variables" variables 5
}

# The mailbox's owner is whoever says so: calls may fail, but must end.
under_scribbling() {
	local LIMIT=120 status=0

	intruder_start scribble 6 "$mailbox" "$mailbox_size"
	probe disturbed >"$WORK/scribble.log" 2>&1 || status=$?
	check "mailbox written by the guest: the call ends, with data or a message" \
		test "$status" -le 1
	check_intruder_ends "mailbox written by the guest"
	check "mailbox written by the guest: the agent serves again" \
		probe disturbed
}

# In the guest, by way of the relay: IDS and kernel share the CPUs.
test_many_calls_from_inside() {
	local calls

	compile "$SOURCE/tests/e2e/ids/many_calls.c" "$WORK/many_calls" || return
	check "calls from inside: files" lab put "$FATHOM" \
		"$BUILD/bin/fathom-relay" "$WORK/many_calls" \
		"$WORK/guest.key=/root/.config/fathom/ids.key" \
		"$WORK/agent.pub=/root/.config/fathom/agent.pub"
	guest chmod 600 /root/.config/fathom/ids.key
	guest sh -c '/root/fathom-relay --user 990 >/run/relay.log 2>&1 &
		for i in 1 2 3 4 5 6 7 8 9 10; do
			grep -q ready /run/relay.log && exit
			sleep 0.3
		done'
	check "calls from inside: it ends well" \
		lab exec --timeout 400 -- sh -c 'HOME=/root /root/fathom run \
			--target smi: --statistics /root/many_calls 700 2>&1'
	calls=$(sed -nE 's/.*[ :]([0-9]+) agent calls.*/\1/p' "$WORK/check.log")
	check "calls from inside: $calls" test "${calls:-0}" -ge 2000
	# Its mapping of the mailbox keeps others from mapping it uncached.
	guest killall fathom-relay
}

# guest_is_healthy [WHICH]
guest_is_healthy() {
	local which=${1:+$1: }

	check "${which}the guest still answers" guest true
	warnings >"$WORK/warnings"
	lacking "$WORK/warnings" "$WORK/warnings.plain" >"$WORK/warnings.more"
	check "${which}the kernel warns of nothing that it does not without an agent" \
		not grep . "$WORK/warnings.more"
}

test_guest_without_agent
test_guest_without_rdrand
make_keys
boot --key-store "$WORK/agent.keys"
guest true
lab put "$INTRUDER"
find_mailbox
test_private_key
test_guest_cannot_see_smram
test_probe
under_attack "SMI storm" storm 8
test_other_services
test_many_calls_from_inside
under_scribbling
test_private_key
guest_is_healthy
test_end
