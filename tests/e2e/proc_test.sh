#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# proc_test.sh SOURCE BUILD NAME KERNEL [LAB_OPTION...]
#
# Every file of /proc that Fathom makes of a guest's memory is compared with the
# guest's own, byte by byte: of a guest with some 400 processes, among them what
# populate/ makes. What moves by nature is made alike on both sides first:
# proc_steady.awk has the rules and their reasons.
set -uo pipefail

. "$1/tests/e2e/lib.sh"
test_begin "$@"
KERNEL=$4
shift 4

# Both sides are tens of thousands of small files: in memory, if there is room.
SIDES=$(mktemp -d -p /dev/shm fathom-proc.XXXXXX 2>/dev/null || mktemp -d)
trap 'rm -rf "$SIDES"; lab down 2>/dev/null' EXIT

# Sockets of TCP need a peer that does not answer: behind a dummy interface.
populate() {
	lab put "$BUILD/bin/e2e-populate" "$BUILD/bin/e2e-gather" >/dev/null &&
		guest sh -c 'ip link set dummy0 up &&
			ip addr add 10.9.9.1/24 dev dummy0 &&
			ip addr add fd09::1/64 dev dummy0 &&
			ip route add 10.8.0.0/16 via 10.9.9.2 &&
			ip link add dummy1 type dummy &&
			echo 1 >/proc/sys/net/ipv6/conf/dummy1/disable_ipv6 &&
			ip link set dummy1 up arp on &&
			ip addr add 10.7.7.1/24 dev dummy1 &&
			arp -s 10.7.7.7 02:00:00:00:00:09 &&
			/root/e2e-populate && ! ping -c 1 -W 1 10.7.7.7'
}

# The kernel itself refuses to tell the mounts of a process that has ended.
only_refusals_of_zombies() {
	local refused

	grep -v -E '/mount(s|info|stats): Invalid argument$|left out for what is' \
		"$WORK/snapshot.log" && return 1
	while read -r refused; do
		grep -q '^State:.*Z' "$SIDES/ours/$refused/status" || return
	done < <(sed -nE 's#^[^:]*: (([0-9]+/)(task/[0-9]+)?).*: Invalid argument$#\1#p' \
		"$WORK/snapshot.log")
}

# The names of our files, for the guest to tell its own: what is in the folders
# that change, it says itself.
list_names() {
	(cd "$SIDES/ours" &&
		find . \( -type f -o -type l \) -printf '%P\n' |
		grep -vE '/(fd|fdinfo|ns)/[^/]+$' &&
		find . -type d \( -name fd -o -name fdinfo -o -name ns \
			-o -name task \) -printf '%P/\n' &&
		find . -type d -empty -printf '%P\n') | LC_ALL=C sort -u
}

gather() {
	mkdir -p "$SIDES/theirs"
	lab exec --timeout 300 --input "$WORK/names" -- /root/e2e-gather |
		tar xf - -C "$SIDES/theirs"
	# Ours lead to the first process's: nobody asks from inside.
	rm -rf "$SIDES"/{ours,theirs}/mounts
}

test_snapshot() {
	rm -rf "$SIDES/ours" "$SIDES/theirs"
	# What lasts for a minute only.
	guest /root/e2e-populate passing
	# It stands still, so that what is read fits together.
	lab pause
	LIMIT=300 limited "$FATHOM" proc snapshot --target "$TARGET" \
		"$SIDES/ours" 2>"$WORK/snapshot.log"
	check "snapshot" test $? -le 1
	lab resume
	check "no fault" only_refusals_of_zombies
	list_names >"$WORK/names"
	check "the guest's own /proc" gather
	forget_ended_workers
}

# Kernel threads that do the work of many end when there is little to do.
# shellcheck disable=SC2016 # the guest's shell expands it
forget_ended_workers() {
	local pid

	guest sh -c 'cd /proc && for pid in [0-9]*; do
			read -r name <$pid/comm && echo "$pid $name"
		done' 2>/dev/null | LC_ALL=C sort >"$WORK/theirs.processes"
	for pid in $(cd "$SIDES/ours" && grep -l '^kworker/' -- */comm |
		cut -d / -f 1); do
		grep -q "^$pid kworker/" "$WORK/theirs.processes" ||
			rm -rf "$SIDES"/{ours,theirs}/"$pid"
	done
}

# Descriptors that the first process has only while it runs a command.
OF_EXECUTOR='^Only in theirs/1/(task/1/)?fd(info)?: '

# Writes what differs to `bad`, a name each. All files are compared at once, and
# the rules applied to those that are not the same.
compare_files() {
	local side

	(
		cd "$SIDES" || exit
		rm -rf steady
		mkdir -p steady/ours steady/theirs
		LC_ALL=C diff -rq --no-dereference ours theirs >differ
		sed -nE 's#^Files ours/(.*) and theirs/.* differ$#\1#p' differ \
			>changed
		grep -l '^PPid:.[02]$' ours/*/status | grep -v '^ours/1/' |
			cut -d / -f 2 >workers
		for side in ours theirs; do
			sed "s#^#$side/#" changed | LC_ALL=C xargs -r awk \
				-v workers=workers -v to="steady/$side" \
				-f "$SOURCE/tests/e2e/proc_steady.awk"
		done
		{
			grep -vE "^Files |$OF_EXECUTOR" differ
			LC_ALL=C diff -rq steady/ours steady/theirs |
				sed -E 's#^Files steady/ours/(.*) and .*#\1#; y#!#/#'
		} >"$WORK/bad"
	)
}

# A name with numbers of processes, threads and descriptors left out.
kinds() {
	sed -E 's#^Symbolic links ours/(.*) and .*#\1#
		s#^(Only in [a-z]*)/?(.*): (.*)#\1 \2/\3#
		s#(^|[ /])[0-9]+/(task/[0-9]+/?)?#\1PID/#
		s#(fd|fdinfo)/[0-9]*$#\1/N#' | sort
}

# The guest lives on between our look and its own: a difference that comes of
# that does not survive three looks.
test_files() {
	local try kind count

	for ((try = 1; try <= 3; try++)); do
		test_snapshot
		compare_files
		kinds <"$WORK/bad" | uniq -c | tee "$WORK/bad.kinds" \
			>"$WORK/bad.$try"
		[[ -s $WORK/bad ]] || break
	done
	while read -r count kind; do
		fail "$kind: $count differ, such as $(grep -m 1 -F "${kind##*/}" \
			"$WORK/bad")"
	done <"$WORK/bad.kinds"
	find "$SIDES/ours" \( -type f -o -type l \) -printf '%P\n' | kinds |
		uniq -c >"$WORK/good.kinds"
	while read -r count kind; do
		grep -q " $kind\$" "$WORK/bad.kinds" || pass "$kind: $count alike"
	done <"$WORK/good.kinds"
}

# Nobody is hidden, and nobody made up.
test_processes() {
	(cd "$SIDES/ours" && ls -d [0-9]*) | LC_ALL=C sort >"$WORK/processes"
	LC_ALL=C join -v 1 "$WORK/theirs.processes" "$WORK/processes" |
		grep -vE ' (sh|kworker/.*)$' >"$WORK/not-seen"
	check "all $(wc -l <"$WORK/processes") processes are there" \
		test ! -s "$WORK/not-seen"
	LC_ALL=C join -v 2 "$WORK/theirs.processes" "$WORK/processes" \
		>"$WORK/made-up"
	check "no others" test ! -s "$WORK/made-up"
}

# A dump is a picture of the same memory: every byte of every file is the same.
test_dump() {
	rm -rf "${SIDES:?}"/*
	lab pause
	LIMIT=300 limited "$FATHOM" proc snapshot --target "$TARGET" \
		"$SIDES/live" 2>"$WORK/live.log"
	check "dump" lab dump --format elf "$SIDES/dump"
	lab resume
	LIMIT=300 limited "$FATHOM" proc snapshot \
		--target "dump:$SIDES/dump" "$SIDES/dumped" 2>"$WORK/dump.log"
	check "dump: what is left out is the same" \
		cmp "$WORK/live.log" "$WORK/dump.log"
	check "dump: $(find "$SIDES/live" | wc -l) names, every byte the same" \
		diff -rq --no-dereference "$SIDES/live" "$SIDES/dumped"
}

# A module's file in the kernel's package, as the guest takes it.
unpack_module() {
	local image file

	image=$(lab_get image) || return
	file=$(echo "${image%/boot/*}"/lib/modules/*/kernel/"$1".ko*)
	mkdir -p "$WORK/modules"
	case $file in
	*.xz) xz -dc "$file" >"$WORK/modules/${1##*/}.ko" ;;
	*) cp "$file" "$WORK/modules/" ;;
	esac
}

# In the guest: a file system and an interface of modules whose source is not
# among what Fathom compiles.
# shellcheck disable=SC2016 # the guest's shell expands it
STRANGERS='
cd /root && insmod fat.ko && insmod vfat.ko && insmod nls_cp437.ko &&
insmod nls_ascii.ko && dd if=/dev/zero of=/tmp/fat bs=1k count=512 &&
mkdosfs /tmp/fat && mkdir -p /tmp/stranger &&
mount -t vfat -o loop /tmp/fat /tmp/stranger && tunctl -t stranger'

make_strangers() {
	local module

	for module in fs/fat/fat fs/fat/vfat fs/nls/nls_cp437 fs/nls/nls_ascii; do
		unpack_module "$module" || return
	done
	lab put "$WORK"/modules/*.ko && guest sh -c "$STRANGERS"
}

# They cost what only their modules know, and nothing else of the file.
test_strangers() {
	local name theirs=$WORK/strangers.theirs

	check "a file system and an interface of other modules" make_strangers
	limited "$FATHOM" proc snapshot --target "$TARGET" --only 1/mounts \
		--only 1/mountinfo --only 1/net/dev "$WORK/strangers" \
		2>"$WORK/strangers.log"
	check "their files are there" test $? = 0
	for name in mounts mountinfo; do
		guest cat "/proc/1/$name" |
			sed '/ vfat /s/,fmask=[^ ]*/,fathom.options=unknown/' \
				>"$theirs"
		check "$name: but for the options of one" \
			cmp "$theirs" "$WORK/strangers/1/$name"
		check "$name: said, with the module" grep -q \
			"/proc/1/$name: .* module \[vfat\]" "$WORK/strangers.log"
	done
	guest cat /proc/1/net/dev | grep -v stranger: >"$theirs"
	check "net/dev: but for the interface" \
		cmp "$theirs" "$WORK/strangers/1/net/dev"
	check "net/dev: said, with the module" grep -q \
		'/proc/1/net/dev: .* module \[tun\]' "$WORK/strangers.log"
}

lab_up --kernel "$KERNEL" --processes 140 "$@"
LIMIT=1800 check "build" limited "$FATHOM" proc build --target "$TARGET"
check "the guest is populated" populate
# First what may differ from the guest that lives on: its sockets come to rest.
test_dump
test_files
test_processes
test_strangers
test_end
