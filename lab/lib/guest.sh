# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# The guest itself: QEMU's life from start to end, and dumps.

# The kernel checks its timer, its CPUs and its time stamp counter against real
# time, which emulated CPUs on a busy host fail. To give up the counter it changes
# its own code while other CPUs execute it, with a breakpoint there meanwhile:
# under emulation one of them may meet that too late, and the guest dies ("Oops:
# int3"). Numbers are seconds; a soft lockup is twice the first.
GUEST_PATIENCE="no_timer_check tsc=nowatchdog watchdog_thresh=60"
GUEST_PATIENCE+=" rcupdate.rcu_cpu_stall_timeout=300"

# The first directory with room for a RAM file of $1 bytes. RAM in a tmpfs is
# as fast as anonymous memory; on a disk the kernel would write it back.
guest_ram_directory() {
	local directory free

	for directory in /dev/shm "$STATE" "$CACHE_DIR"; do
		[[ -d $directory && -w $directory ]] || continue
		free=$(df --output=avail -B 1 "$directory" | tail -n 1)
		if ((free > $1)); then
			echo "$directory"
			return
		fi
	done
	die "no room for a RAM file of $1 bytes in /dev/shm, $STATE or $CACHE_DIR"
}

guest_start() {
	local bytes directory ram machine=q35,accel=tcg extra=()
	bytes=$(numfmt --from=iec "$memory")
	directory=$(guest_ram_directory "$bytes")
	ram=$(mktemp "$directory/fathom-lab-$name.XXXXXX")

	state_set ram "$ram"
	state_set helpers "$HELPERS"
	if [[ $firmware == smm ]]; then
		machine+=,smm=on
		mapfile -t extra < <(firmware_arguments)
	fi
	[[ ! $role ]] || mapfile -t -O "${#extra[@]}" extra < <("pair_${role}_arguments")
	qemu-system-x86_64 -name "fathom-lab-$name" -nodefaults -no-user-config \
		-display none -nic none -no-reboot \
		-machine "$machine,memory-backend=ram" "${extra[@]}" \
		-object "memory-backend-file,id=ram,size=$memory,mem-path=$ram,share=on" \
		-m "$memory" -cpu "$cpu" -smp "$smp" \
		-kernel "$KERNEL_DIR/boot/vmlinuz-$KERNEL_RELEASE" \
		-initrd "$STATE/initramfs.cpio" \
		-append "console=ttyS0 panic=-1 loglevel=4 $GUEST_PATIENCE $cmdline" \
		-chardev "file,id=serial,path=$STATE/serial.log" -serial chardev:serial \
		-qmp "unix:$STATE/lab.qmp,server=on,wait=off" \
		-qmp "unix:$STATE/control.qmp,server=on,wait=off" \
		-chardev "socket,id=exec,path=$STATE/exec.sock,server=on,wait=off" \
		-device virtio-serial-pci \
		-device virtserialport,chardev=exec,name=lab.exec \
		-d guest_errors,cpu_reset -D "$STATE/qemu.log" \
		-pidfile "$STATE/pid" -daemonize {lock_fd}>&- ||
		die "QEMU does not start"
	guest_record
	say "lab '$name': kernel $KERNEL_RELEASE, $smp CPU(s) '$cpu'," \
		"$memory of RAM, QEMU process $(state_get "$name" pid)"
}

guest_record() {
	local pid
	pid=$(<"$STATE/pid")

	[[ $firmware == smm ]] || state_set target "qemu:$STATE/lab.qmp"
	state_set qmp "$STATE/lab.qmp"
	state_set control "$STATE/control.qmp"
	state_set serial "$STATE/serial.log"
	state_set log "$STATE/qemu.log"
	state_set directory "$STATE"
	state_set kernel "$KERNEL_RELEASE"
	state_set image "$KERNEL_DIR/boot/vmlinuz-$KERNEL_RELEASE"
	state_set headers "$KERNEL_DIR/usr/src/linux-headers-$KERNEL_RELEASE"
	state_set smp "$smp"
	state_set memory "$memory"
	state_set cpu "$cpu"
	state_set cmdline "$cmdline"
	state_set processes "$processes"
	state_set firmware "$firmware"
	[[ $firmware == seabios ]] || firmware_record
	state_set boot "$(boot_id)"
	state_set start "$(process_start "$pid")"
	state_set pid "$pid"
}

# The guest takes its first command when its userspace is complete.
guest_wait() {
	local began=$EPOCHREALTIME

	say "lab '$name': waiting for userspace"
	if ! "$HELPERS/lab-exec" "$STATE/exec.sock" "$STATE/exec.lock" \
		"$(($1 * 1000))" /dev/null true; then
		guest_last_words
		exit 1
	fi
	say "lab '$name': ready after $(seconds_since "$began") s"
}

# Of a guest that is not there any more, or never was, and of its QEMU, which
# tells the state of each CPU at its last reset.
guest_last_words() {
	say "lab '$name': the guest's last words were:"
	tail -n 60 "$STATE/serial.log" | printable >&2
	say "lab '$name': and those of QEMU:"
	grep -avE '^(FPR|XMM|DR|CC|FCW)' "$STATE/qemu.log" | tail -n 30 |
		printable >&2
}

# What a guest says must not give orders to a terminal.
printable() {
	LC_ALL=C tr -cd '\t\n -~'
}

# Within two seconds: QEMU closes its sockets before it is gone.
guest_is_gone() {
	local tries

	for ((tries = 0; tries < 20; tries++)); do
		state_alive "$name" || return 0
		sleep 0.1
	done
	return 1
}

# Of lab $1, which may not have come far.
guest_abort() {
	guest_stop "$1"
	state_remove "$1"
}

guest_stop() {
	local pid tries
	pid=$(state_get "$1" pid)

	# Between QEMU's start and guest_record() only the pid file knows it.
	if [[ -z $pid && -f $(state_directory "$1")/pid ]]; then
		pid=$(<"$(state_directory "$1")/pid")
	elif ! state_alive "$1"; then
		return 0
	fi
	[[ $pid ]] || return 0
	kill -TERM "$pid" 2>/dev/null || return 0
	for ((tries = 0; tries < 50; tries++)); do
		[[ -n $(process_start "$pid") ]] || return 0
		sleep 0.1
	done
	kill -KILL "$pid" 2>/dev/null || true
	sleep 0.2
}

# QMP command $1 with arguments $2, its result to standard output.
guest_qmp() {
	"$(state_get "$name" helpers)/lab-qmp" "$STATE/control.qmp" "$@"
}

guest_require() {
	STATE=$(state_directory "$name")
	state_alive "$name" || die "lab '$name' is not up"
}

guest_control() {
	no_operands
	guest_require
	guest_qmp "$1" >/dev/null
}

guest_running() {
	[[ $(guest_qmp query-status) == *'"running": true'* ]]
}

# A guest that stood still before shall do so afterwards, too.
guest_dump() {
	local file was_running=
	file=$(realpath -m -- "$2")

	guest_require
	if guest_running; then
		was_running=1
		trap 'guest_qmp cont >/dev/null' EXIT
		guest_qmp stop >/dev/null
	fi
	case $1 in
	elf)
		guest_qmp dump-guest-memory "{\"paging\": false, \"protocol\":
			$(json_string "file:$file")}" >/dev/null
		;;
	raw | lime)
		"$(state_get "$name" helpers)/lab-ram-dump" "$1" \
			"$(state_get "$name" ram)" "$file"
		;;
	esac
	if [[ $was_running ]]; then
		trap - EXIT
		guest_qmp cont >/dev/null
	fi
}
