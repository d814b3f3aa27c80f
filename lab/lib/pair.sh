# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# Two guests: one to be monitored, with the agent in its firmware, and one for
# IDSes. A virtual network and a piece of shared memory lie between them.

PAIR_ADDRESS=192.168.77.1 PAIR_IDS_ADDRESS=192.168.77.2
PAIR_RELAY_PORT=4711
PAIR_IDS_MEMORY=384M

# Where the device of the shared memory is, in both guests.
PAIR_SHM_SLOT=10
PAIR_SHM_SIZE=4M
PAIR_SHM_FILE=/sys/bus/pci/devices/0000:00:$PAIR_SHM_SLOT.0/resource2

# role: monitored, ids, or nothing for a guest that is alone.

# What the monitored guest makes, the other one uses: $1 is the former's
# directory. ivshmem-plain needs no server beside QEMU; it has no interrupt.
pair_arguments() {
	local directory=$1 mac=$2 server=$3

	[[ $link == ivshmem ]] || printf '%s\n' -netdev \
		"stream,id=link,server=$server,addr.type=unix,addr.path=$directory/link.sock" \
		-device "virtio-net-pci,netdev=link,mac=$mac,romfile=,addr=0x11"
	[[ $link == net ]] || printf '%s\n' -object \
		"memory-backend-file,id=shared,size=$PAIR_SHM_SIZE,mem-path=$(state_get "$pair_name" shared),share=on" \
		-device "ivshmem-plain,memdev=shared,addr=0x$PAIR_SHM_SLOT"
}

# The host reaches the relay by a port of its own that QEMU chooses.
pair_monitored_arguments() {
	pair_arguments "$STATE" 52:54:00:46:54:01 on
	[[ $link == ivshmem ]] || printf '%s\n' -netdev \
		"user,id=host,restrict=on,hostfwd=tcp:127.0.0.1:0-:$PAIR_RELAY_PORT" \
		-device virtio-net-pci,netdev=host,romfile=,addr=0x12
}

pair_ids_arguments() {
	pair_arguments "$(state_directory "$pair_name")" 52:54:00:46:54:02 off
}

# The file of the shared memory, with the monitored guest's other files.
pair_prepare() {
	local directory

	state_set ids "$name-ids"
	[[ $link != net ]] || return 0
	directory=$(guest_ram_directory "$(numfmt --from=iec "$PAIR_SHM_SIZE")")
	state_set shared "$(mktemp "$directory/fathom-lab-$name.XXXXXX")"
}

# What init needs to know.
pair_configuration() {
	case $role in
	monitored) printf 'LAB_ADDRESS=%s\n' "$PAIR_ADDRESS" ;;
	ids) printf 'LAB_ADDRESS=%s\n' "$PAIR_IDS_ADDRESS" ;;
	*) return 0 ;;
	esac
	printf 'LAB_SHM=%s\n' "$PAIR_SHM_FILE"
}

# Two machines have two clocks, so the IDS guest has a key of its own.
pair_add_keys() {
	local root=$1 directory
	directory=$(state_directory "$pair_name")

	[[ $role == ids && -f $directory/ids-guest.key ]] || return 0
	install -D -m 600 "$directory/ids-guest.key" \
		"$root/root/.config/fathom/ids.key"
	install -D -m 644 "$directory/agent.pub" \
		"$root/root/.config/fathom/agent.pub"
}

# The last number of "TCP[HOST_FORWARD] FD 127.0.0.1 PORT 10.0.2.15 4711 …".
pair_host_port() {
	guest_qmp human-monitor-command '{"command-line": "info usernet"}' |
		sed -n 's/.*HOST_FORWARD\] *[0-9]* *127\.0\.0\.1 *\([0-9]*\).*/\1/p'
}

# How the monitored guest can be reached, once a relay listens there.
pair_record() {
	local port

	if [[ $link != ivshmem ]]; then
		state_set link_target "tcp:$PAIR_ADDRESS:$PAIR_RELAY_PORT"
		port=$(pair_host_port)
		[[ $port ]] || die "QEMU does not tell the port of its network"
		state_set host_target "tcp:127.0.0.1:$port"
	fi
	[[ $link == net ]] || state_set shm_target "shm:$PAIR_SHM_FILE"
}

# From here on, the IDS guest is what is started.
pair_become_ids() {
	name=$pair_name-ids role=ids firmware=seabios memory=$PAIR_IDS_MEMORY
	smp=1 processes=0 cmdline='' cpu=max
}
