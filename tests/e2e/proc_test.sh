#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# proc_test.sh SOURCE BUILD NAME KERNEL [LAB_OPTION...]
#
# Every file of /proc that Fathom makes of a guest's memory is compared with the
# guest's own, byte by byte. What moves by nature is made alike on both sides
# first: each such rule says why.
set -uo pipefail

. "$1/tests/e2e/lib.sh"
test_begin "$@"
KERNEL=$4
shift 4

# Directories of processes and threads in the patterns below.
TASK='([0-9]+/)(task/[0-9]+/)?'

# Prints what is to be compared of file $1 (its name in /proc), from standard
# input.
steady() {
	case $1 in
	# Who asks runs the guest's first process, and work for kernel threads:
	# faults, times, the CPU, and what they are at.
	*/stat) no_work | awk '{
			prefix = $0; sub(/\) [^)]*$/, ") ", prefix)
			rest = substr($0, length(prefix) + 1)
			count = split(rest, field, " ")
			for (i = 1; i <= count; i++)
				if ((i >= 8 && i <= 15) || i == 37 || i == 40 || i == 1)
					field[i] = "-"
			if (prefix ~ /^1 /)
				field[21] = field[22] = field[30] = "-"
			printf "%s", prefix
			for (i = 1; i <= count; i++)
				printf "%s%s", field[i], i < count ? " " : "\n"
		}' ;;
	*/status) no_work | sed -E '/_ctxt_switches:|^State:|^Cpus_allowed/d' |
		steady_memory "$1" '/^(Vm(HWM|RSS)|Rss|VmPTE|SigBlk)/d' ;;
	*/comm) no_work ;;
	*/statm) steady_memory "$1" 's/.*//' ;;
	# Counts of what the process has done.
	*/io | */schedstat) sed -E 's/[0-9]+/-/g' ;;
	# Where a thread sleeps, unless it was just at work.
	*/wchan | */stack | */syscall) steady_sleep "$1" ;;
	# Who asks runs the same program as others do: what is shared changes.
	*/smaps | */smaps_rollup) sed -E \
		's/^(Pss(_.*)?|(Shared|Private)_.*|Referenced): .*/\1/' |
		steady_memory "$1" 's/[0-9]+ kB/- kB/' ;;
	*/oom_score) steady_memory "$1" 's/.*//' ;;
	# Counters and timers of the network.
	*/net/netstat | */net/snmp | */net/snmp6 | */net/softnet_stat | \
		*/net/sockstat | */net/protocols | */net/igmp)
		sed -E 's/[0-9]+/-/g; s/ +/ /g' ;;
	# Clocks, counters and gauges: names and order only.
	uptime | loadavg | stat | interrupts | softirqs | vmstat | zoneinfo | \
		buddyinfo | pagetypeinfo | diskstats | sys/fs/file-nr | \
		sys/fs/inode-nr) sed -E 's/[0-9]+/-/g; s/ +/ /g; s/(- ?)+/- /g' ;;
	# Memory comes and goes; how much there is does not.
	meminfo) sed -E '/^(MemTotal|Swap|VmallocT|Huge|Commit[^t])/!s/[0-9]+/-/;
		s/ +/ /g' ;;
	# The clock of the CPU that happened to ask.
	cpuinfo) sed -E 's/^(cpu MHz.*: ).*/\1-/' ;;
	*) cat ;;
	esac
}

# The first process is busy with asking.
steady_memory() {
	if [[ $1 == 1/* ]]; then
		sed -E "$2"
	else
		cat
	fi
}

steady_sleep() {
	if [[ $1 == 1/* ]] || is_kernel_thread "$1"; then
		echo -
	else
		cat
	fi
}

is_kernel_thread() {
	[[ ! -s $WORK/ours/${1%%/*}/cmdline ]]
}

# What a kworker last worked at is part of its name.
no_work() {
	sed -E 's/(kworker\/[^-) ]*)[-+][^) ]*/\1/'
}

# In the guest: the files named on standard input, as a tar archive. Those of
# /proc have no size that tar could trust.
# shellcheck disable=SC2016 # the guest's shell expands it
GATHER='
rm -rf /tmp/proc && mkdir -p /tmp/proc && cd /proc || exit
while read -r file; do
	directory=${file%/*}
	[ "$directory" = "$file" ] || mkdir -p "/tmp/proc/$directory"
	if [ -h "$file" ]; then
		ln -s "$(readlink "$file")" "/tmp/proc/$file"
	elif [ -e "$file" ]; then
		cat "$file" >"/tmp/proc/$file"
	fi
done 2>/dev/null
cd /tmp/proc && tar cf - . && rm -rf /tmp/proc'

gather() {
	mkdir -p "$WORK/theirs"
	lab exec --timeout 300 --input "$WORK/names" -- sh -c "$GATHER" \
		>"$WORK/theirs.tar" && tar xf "$WORK/theirs.tar" -C "$WORK/theirs"
}

# Is file $1 the same on both sides?
same() {
	local ours=$WORK/ours/$1 theirs=$WORK/theirs/$1

	if [[ -h $ours ]]; then
		[[ $(readlink "$ours") == "$(readlink "$theirs")" ]]
		return
	fi
	[[ -f $theirs ]] || return
	cmp -s "$ours" "$theirs" && return
	cmp -s <(steady "$1" <"$ours") <(steady "$1" <"$theirs")
}

# Ours lead to the first process's: nobody asks from inside.
is_other_by_design() {
	[[ $1 == mounts || $1 == net ]]
}

# The kernel itself refuses to tell the mounts of a process that has ended.
only_refusals_of_zombies() {
	local refused

	grep -v -E '/mount(s|info|stats): Invalid argument$|left out for what is' \
		"$WORK/snapshot.log" && return 1
	while read -r refused; do
		grep -q '^State:.*Z' "$WORK/ours/$refused/status" || return
	done < <(sed -nE 's#^[^:]*: (([0-9]+/)(task/[0-9]+)?).*: Invalid argument$#\1#p' \
		"$WORK/snapshot.log")
}

test_snapshot() {
	rm -rf "$WORK/ours" "$WORK/theirs"
	# It stands still, so that what is read fits together.
	lab pause
	limited "$FATHOM" proc snapshot --target "$TARGET" "$WORK/ours" \
		2>"$WORK/snapshot.log"
	check "snapshot" test $? -le 1
	lab resume
	check "no fault" only_refusals_of_zombies
	(cd "$WORK/ours" && find . \( -type f -o -type l \) -printf '%P\n') |
		sort >"$WORK/names"
	check "the guest's own /proc" gather
}

declare -A good bad

compare_files() {
	local name kind

	good=() bad=()
	while read -r name; do
		is_other_by_design "$name" && continue
		kind=$(sed -E "s#^$TASK#PID/#; s#(fd|fdinfo)/[0-9]+\$#\1/N#" <<<"$name")
		if same "$name"; then
			good[$kind]=$((${good[$kind]:-0} + 1))
		else
			bad[$kind]+=" $name"
		fi
	done <"$WORK/names"
}

# The guest lives on between our look and its own: a difference that comes of
# that does not survive three looks.
test_files() {
	local try kind

	for ((try = 1; try <= 3; try++)); do
		test_snapshot
		compare_files
		((${#bad[@]})) || break
	done
	for kind in "${!bad[@]}"; do
		fail "$kind:$(cut -c 1-200 <<<"${bad[$kind]}")"
	done
	for kind in "${!good[@]}"; do
		[[ ${bad[$kind]:-} ]] || pass "$kind: ${good[$kind]} alike"
	done
}

# Nobody is hidden, and nobody made up.
test_processes() {
	guest sh -c 'cd /proc && ls -d [0-9]*' | sort >"$WORK/theirs.processes"
	(cd "$WORK/ours" && ls -d [0-9]*) | sort >"$WORK/ours.processes"
	# The guest's list has the shell and the ls that made it.
	check "all processes" test "$(lacking "$WORK/theirs.processes" \
		"$WORK/ours.processes" | wc -l)" -le 3
	check "no others" test "$(lacking "$WORK/ours.processes" \
		"$WORK/theirs.processes" | wc -l)" -le 1
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

lab_up --kernel "$KERNEL" --processes 40 "$@"
LIMIT=1800 check "build" limited "$FATHOM" proc build --target "$TARGET"
test_files
test_processes
test_strangers
test_end
