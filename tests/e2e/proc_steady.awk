# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# proc_steady.awk -v workers=FILE -v to=FOLDER SIDE/NAME...
#
# What is to be compared of files of /proc: each goes to FOLDER/NAME, without
# what moves by nature while nothing happens. Each such rule says why. They hold
# for the guest's kernel threads (FILE lists them) and for its first process,
# which serves the test; other processes stand still. In FOLDER the slashes of
# names are exclamation marks.

# Where what is to be compared of file `path` goes. Sets `name`.
function output_of(path) {
	name = path
	sub(/^[^\/]*\//, "", name)
	path = name
	gsub(/\//, "!", path)
	return to "/" path
}

BEGIN {
	while ((getline number <workers) > 0)
		is_worker[number] = 1
	# Empty files have no lines, but are files.
	for (i = 1; i < ARGC; i++) {
		output = output_of(ARGV[i])
		printf "" >output
		close(output)
	}
}

FNR == 1 {
	close(output)
	output = output_of(FILENAME)
	is_first = name ~ /^1\//
	moves = is_first || is_worker[name + 0]
	kind = name
	if (kind ~ /^[0-9]/)
		kind = "PID/" kind
	sub(/^PID\/[0-9]+\/(task\/[0-9]+\/)?/, "PID/", kind)
	sub(/fdinfo\/[0-9]+$/, "fdinfo/N", kind)
	sub(/^PID\/net\//, "net/", kind)
}

# What a kworker last worked at is part of its name.
moves && kind ~ /^PID\/(stat|status|comm)$/ {
	if (match($0, /kworker\/[^-+) ]*[-+][^) ]*/)) {
		word = substr($0, RSTART, RLENGTH)
		sub(/[-+].*/, "", word)
		$0 = substr($0, 1, RSTART - 1) word \
			substr($0, RSTART + RLENGTH)
	}
}

# Faults, times, the CPU, and what they are at.
moves && kind == "PID/stat" {
	prefix = $0
	sub(/\) [^)]*$/, ") ", prefix)
	count = split(substr($0, length(prefix) + 1), field, " ")
	for (i = 1; i <= count; i++)
		if (i == 1 || (i >= 8 && i <= 15) || i == 33 || i == 37 ||
		    i == 40 || (is_first && (i == 21 || i == 22 || i == 29 ||
		    i == 30)))
			field[i] = "-"
	$0 = prefix
	for (i = 1; i <= count; i++)
		$0 = $0 field[i] " "
}

moves && kind == "PID/status" &&
	/_ctxt_switches:|^State:|^Cpus_allowed/ { next }

# The first process runs commands: its memory, and its children's signals.
is_first && kind == "PID/status" &&
	/^(Vm|Rss|SigBlk|SigPnd|ShdPnd)/ { next }

is_first && kind == "PID/statm" { next }

# How many signals are under way to all of root's processes: to the first, too.
kind == "PID/status" && /^Uid:/ { uid = $2 }
kind == "PID/status" && /^SigQ:/ && uid == 0 { sub(/[0-9]+\//, "-/") }

# Counts of what the process has done.
moves && kind ~ /^PID\/(io|schedstat)$/ { gsub(/[0-9]+/, "-") }

# Where a thread sleeps, unless it was just at work.
moves && kind ~ /^PID\/(wchan|stack|syscall)$/ { next }

# Who asks runs the same program as others do: what is shared changes.
kind ~ /^PID\/smaps/ &&
	/^(Pss(_.*)?|(Shared|Private)_.*|Referenced):/ { sub(/:.*/, "") }

is_first && kind ~ /^PID\/smaps/ { sub(/[0-9]+ kB/, "- kB") }

is_first && kind == "PID/oom_score" { next }

# How long until a timer fires.
kind == "PID/fdinfo/N" { sub(/^it_value: .*/, "it_value: -") }

# The same of connections: when, how often it has fired, and what came of that.
kind ~ /^net\/tcp6?$/ && $6 ~ /^0[1-4]:/ {
	$6 = substr($6, 1, 3) "-"
	$7 = $9 = "-"
	if (NF > 12)
		$13 = $16 = $17 = "-"
}

# Peers that do not answer are asked again, on these interfaces.
kind == "net/dev" && /^ *(lo|dummy0):/ {
	gsub(/ +[0-9]+/, " -")
}

# Counters and timers of the network.
kind ~ /^net\/(netstat|snmp6?|sockstat|protocols|igmp)$/ {
	gsub(/[0-9]+/, "-")
	gsub(/ +/, " ")
}

kind == "net/softnet_stat" { gsub(/[0-9a-f]+/, "-") }

# How often a route was looked for.
kind == "net/fib_triestat" { sub(/= .*/, "= -") }

# Clocks, counters and gauges: names and order only.
kind ~ /^(uptime|loadavg|stat|interrupts|softirqs|vmstat)$/ ||
	kind ~ /^(zoneinfo|buddyinfo|pagetypeinfo|diskstats)$/ ||
	kind ~ /^sys\/fs\/(file|inode)-nr$/ {
	gsub(/[0-9]+/, "-")
	gsub(/ +/, " ")
	gsub(/(- ?)+/, "- ")
}

# Memory comes and goes; how much there is does not.
kind == "meminfo" && !/^(MemTotal|Swap|VmallocT|Huge|Commit[^t])/ {
	sub(/ +[0-9]+/, " -")
}

# The clock of the CPU that happened to ask.
kind == "cpuinfo" { sub(/^cpu MHz.*/, "cpu MHz -") }

{ print >output }
