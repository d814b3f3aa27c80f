# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# Guests whose firmware has the agent in it, and the keys that it gets.

# PcdFathomKeyStoreAddress in smm/edk2/FathomPkg/FathomOvmf.dsc.
FIRMWARE_KEY_STORE_ADDRESS=0x3000000

# Sets FIRMWARE_CODE and FIRMWARE_VARS.
firmware_build() {
	local paths

	paths=$("$LAB_DIR/../smm/edk2/build.sh") || die "no firmware, no lab"
	FIRMWARE_CODE=${paths%%$'\n'*} FIRMWARE_VARS=${paths##*$'\n'}
}

# The program that makes keys: $FATHOM, this tree's, an installed one.
firmware_fathom() {
	local program

	for program in "${FATHOM:-}" "$LAB_DIR/../build/bin/fathom" fathom; do
		if [[ $program ]] && command -v "$program"; then
			return
		fi
	done
	die "no 'fathom' to make keys with: build it, or use --key-store"
}

# A key pair for the agent, and one for each machine whose IDSes it serves.
firmware_make_keys() {
	local fathom public machine machines=(ids)
	local failed="keys for agent and IDS cannot be made"

	[[ ! $pair ]] || machines+=(ids-guest)
	fathom=$(firmware_fathom) || exit
	"$fathom" key generate --store "$STATE/agent.keys" >"$STATE/agent.pub" ||
		die "$failed"
	for machine in "${machines[@]}"; do
		public=$("$fathom" key generate --key "$STATE/$machine.key") ||
			die "$failed"
		"$fathom" key authorize --store "$STATE/agent.keys" "$public" \
			>/dev/null || die "$failed"
	done
	state_set key "$STATE/ids.key"
	state_set agent_key "$STATE/agent.pub"
}

# In the lab's directory: the variable store, which the guest writes to, and
# the key store.
firmware_prepare() {
	cp "$FIRMWARE_VARS" "$STATE/vars.fd"
	case $key_store in
	'') firmware_make_keys ;;
	none) ;;
	*)
		install -m 600 -- "$key_store" "$STATE/agent.keys" ||
			die "--key-store $key_store: cannot be had"
		;;
	esac
}

# QEMU's arguments, one a line. S3 is off, or such a firmware does not start;
# writing to the flash is SMM's alone. The key store is in RAM before the
# firmware is, which takes it away.
firmware_arguments() {
	printf '%s\n' \
		-global driver=cfi.pflash01,property=secure,value=on \
		-global ICH9-LPC.disable_s3=1 \
		-drive "if=pflash,unit=0,format=raw,readonly=on,file=$FIRMWARE_CODE" \
		-drive "if=pflash,unit=1,format=raw,file=$STATE/vars.fd" \
		-debugcon "file:$STATE/firmware.log" -global isa-debugcon.iobase=0x402 \
		-qmp "unix:$STATE/smi.qmp,server=on,wait=off"
	[[ $key_store == none ]] || printf '%s\n' -device \
		"loader,file=$STATE/agent.keys,addr=$FIRMWARE_KEY_STORE_ADDRESS,force-raw=on"
}

firmware_record() {
	state_set target "smi+qemu:$STATE/smi.qmp"
	state_set qemu_target "qemu:$STATE/lab.qmp"
	state_set firmware_log "$STATE/firmware.log"
	state_set code "$FIRMWARE_CODE"
	state_set vars "$STATE/vars.fd"
	[[ $key_store == none ]] || state_set key_store "$STATE/agent.keys"
}

# The agent says on the debug port whether it is there.
firmware_check() {
	[[ $key_store != none && $agent == needed ]] || return 0
	grep -q '^Fathom: the agent is ready' "$STATE/firmware.log" && return
	say "lab '$name': the firmware's agent does not serve:"
	grep '^Fathom: ' "$STATE/firmware.log" >&2
	exit 1
}
