# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# All files of /proc that Fathom makes of a guest, compared with the guest's own,
# byte by byte. What moves by nature is made alike on both sides first:
# proc_steady.awk has the rules and their reasons. The guest needs e2e-gather.

# Make the guest have what populate/ makes. Sockets of TCP need a peer that does
# not answer: behind a dummy interface.
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

# Both sides are tens of thousands of small files: in memory, if there is room.
sides_begin() {
	SIDES=$(mktemp -d -p /dev/shm fathom-proc.XXXXXX 2>/dev/null ||
		mktemp -d)
	trap 'rm -rf "$SIDES"; lab down 2>/dev/null' EXIT
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

# Ours of TARGET.
snapshot_ours() {
	LIMIT=300 limited "$FATHOM" proc snapshot --target "$1" "$SIDES/ours" \
		2>"$WORK/snapshot.log"
}

# take_snapshot TARGET: ours, and the guest's. With PAUSE set it stands still, so
# that what is read fits together.
take_snapshot() {
	rm -rf "$SIDES/ours" "$SIDES/theirs"
	[[ ! ${PAUSE:-} ]] || lab pause
	snapshot_ours "$1"
	check "snapshot" test $? -le 1
	[[ ! ${PAUSE:-} ]] || lab resume
	if only_refusals_of_zombies >"$WORK/faults"; then
		: >"$WORK/faults"
	else
		echo "not only mounts of zombies are left out" >>"$WORK/faults"
	fi
	list_names >"$WORK/names"
	check "a hundred files at the least" \
		test "$(wc -l <"$WORK/names")" -ge 100
	check "the guest's own /proc" gather
	forget_ended_workers
}

# Kernel threads that do the work of many end when there is little to do; a
# program that looks from inside the guest has seen itself.
# shellcheck disable=SC2016 # the guest's shell expands it
forget_ended_workers() {
	local pid

	guest sh -c 'cd /proc && for pid in [0-9]*; do
			read -r name <$pid/comm && echo "$pid $name"
		done' 2>/dev/null | LC_ALL=C sort >"$WORK/theirs.processes"
	for pid in $(cd "$SIDES/ours" &&
		grep -lE '^Name:.(kworker/.*|fathomfs|sh)$' -- */status |
		cut -d / -f 1); do
		grep -q "^$pid " "$WORK/theirs.processes" ||
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
		grep -lE "^PPid:.[02]\$|^Name:.(${AT_WORK:-none})\$" \
			ours/*/status | grep -v '^ours/1/' |
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

# compare_snapshot TARGET, with PAUSE and AT_WORK (names of processes, with | in
# between, that go on meanwhile): the guest lives on between our look and its own: a
# difference that comes of that does not survive three looks.
compare_snapshot() {
	local try kind count

	for ((try = 1; try <= 3; try++)); do
		# What lasts for a minute only.
		[[ ! ${PAUSE:-} ]] || guest sh -c 'killall -q passing
			/root/e2e-populate passing'
		take_snapshot "$1"
		compare_files
		kinds <"$WORK/bad" | uniq -c | tee "$WORK/bad.kinds" \
			>"$WORK/bad.$try"
		# A page of a guest that runs may be half written: a fault, too.
		[[ -s $WORK/bad || -s $WORK/faults ]] || break
	done
	check "no fault" not grep . "$WORK/faults"
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
