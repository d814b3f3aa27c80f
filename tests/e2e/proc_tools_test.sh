#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# proc_tools_test.sh SOURCE BUILD NAME KERNEL all|quick [LAB_OPTION...]
#
# Tools that know nothing of Fathom, as Debian has them, run twice: in a guest,
# and out here by `fathom proc exec`. They must print the same. "quick" leaves
# out whole runs of tools that search, which take minutes.
set -uo pipefail

. "$1/tests/e2e/lib.sh"
. "$1/tests/e2e/proc.sh"
. "$1/tests/e2e/remote.sh"
test_begin "$@"
KERNEL=$4 EXTENT=$5
shift 5
DUMP=$WORK/dump
declare -A started

# In the guest they lie in /root; names of users and services are the host's.
TOOLS=(/usr/bin/{ps,top,pstree,free,uptime,w,lsof,fuser,vmstat,pmap,cat,uname}
	/usr/bin/netstat /usr/sbin/lsmod /usr/bin/stat)

put_tools() {
	local tool files

	# top(1) wants to know its terminal, though it uses none.
	files=(/lib/terminfo/d/dumb=/lib/terminfo/d/dumb)
	for tool in "${TOOLS[@]}"; do
		[[ -e $tool ]] || tool=/bin/${tool##*/}
		[[ -e $tool ]] || tool=/sbin/${tool##*/}
		files+=("$(readlink -f "$tool")=/root/tools/${tool##*/}")
	done
	lab put -- "${files[@]}" /etc/passwd=/etc/passwd /etc/group=/etc/group \
		/etc/services=/etc/services /etc/protocols=/etc/protocols
}

# The same command in the guest, and out here.
in_guest() {
	local tool=$1
	shift

	guest env LC_ALL=C TERM=dumb "/root/tools/$tool" "$@"
}

out_here() {
	LC_ALL=C TERM=dumb LIMIT=${LIMIT:-120} limited \
		"$FATHOM" proc exec --target "$TARGET" -- "$@"
}

# What moves by nature, per tool: prints the rest, one fact a line, sorted.
steady() {
	case $1 in
	# CPU, memory in use, state, time; in the guest, the tool and who runs
	# it. The tree's branches depend on those, too.
	# A terminal's name is looked for in this machine's /dev.
	ps) awk '{ $3 = $4 = $6 = $7 = $8 = $10 = "-"; print }' |
		sed -E 's/[\\|_ ]+/ /g' | grep -vE 'root/tools|executor' ;;
	ps-threads) awk '{ $5 = $7 = $8 = "-"; print }' |
		grep -vE 'root/tools|executor' ;;
	top) awk 'started { print $1, $2, $3, $4 } $1 == "PID" { started = 1 }' |
		grep -vwE 'top|executor' ;;
	pstree) tr -d '\r' | sed -E 's/^[^a-z]*//' | grep -oE '[a-z].*' |
		grep -vE 'executor|pstree' ;;
	# Memory that is there; what of it is free moves.
	free) awk '{ print $1, $2 }' ;;
	uptime) grep -oE 'load average' ;;
	w) sed -n 2p ;;
	vmstat) awk '{ print NF }' ;;
	# What is mapped is looked for by name, and a socket's protocol by
	# following its link, on this machine; so is the device of sockets.
	lsof) grep -avE 'executor|root/tools|lsof' | awk '
		$4 == "mem" {
			name = $0
			sub(/^[^\/]*/, "", name)
			sub(/ \(stat: .*/, "", name)
			print $1, $2, $3, $4, $6, name
			next
		}
		$5 == "sock" { print $1, $2, $3, $4, $5; next }
		{ $7 = ""; print }' ;;
	# Users of a module come in the order of a folder.
	lsmod) awk '{
			count = split($4, users, ",")
			line = $1 " " $2 " " $3
			for (i = 1; i <= count; i++)
				print $1, "is used by", users[i]
			print line
		}' ;;
	*) cat ;;
	esac | LC_ALL=C sort -u
}

# compare WHAT RULE COMMAND...: five looks, as processes come and go.
compare() {
	local what=$1 rule=$2 try
	local file=$WORK/${what// /_}
	shift 2

	for try in 1 2 3 4 5; do
		in_guest "$@" >"$file.guest" 2>"$file.guest.err"
		steady "$rule" <"$file.guest" >"$file.before"
		out_here "$@" >"$file.raw" 2>"$file.err" || {
			fail "$what: status $?" "$file.err"
			return
		}
		steady "$rule" <"$file.raw" >"$file.seen"
		in_guest "$@" 2>&1 | steady "$rule" >"$file.after"
		if between "$file".{before,seen,after}; then
			pass "$what: $(wc -l <"$file.seen") lines as in the guest (look $try)"
			return
		fi
	done
	fail "$what" "$file.before.difference"
}

# start WHAT COMMAND...: meanwhile, others can run.
start() {
	local what=$1
	shift

	out_here "$@" >"$WORK/$what.out" 2>"$WORK/$what.err" </dev/null &
	started[$what]=$!
}

# completes WHAT STATUS...: comes to its end, with one of the statuses.
completes() {
	local what=$1 got=0
	shift

	wait "${started[$what]}" || got=$?
	if [[ " $* " == *" $got "* ]]; then
		pass "$what completes"
	else
		fail "$what: status $got" "$WORK/$what.err"
	fi
}

# From elsewhere, by TCP.
test_remote() {
	local TARGET=$TARGET

	remote_begin >"$WORK/remote.log" 2>&1 || {
		fail "remote: agent and relay" "$WORK/remote.log"
		return
	}
	TARGET=$REMOTE
	compare "remote: ps auxf" ps ps auxf
	compare "remote: netstat" netstat netstat -tulpan
	check "remote: agent and relay end well" remote_end
}

listening_port() {
	guest netstat -ltn | awk '$1 == "tcp" { sub(/.*:/, "", $4); print $4; exit }'
}

test_tools() {
	local pid

	compare "ps auxf" ps ps auxf
	compare "ps -eLf" ps-threads ps -eLf
	compare "top" top top -b -n 1 -w 200
	compare "pstree" pstree pstree -p -A
	compare "free" free free
	compare "uptime" uptime uptime
	compare "w" w w
	compare "vmstat" vmstat vmstat
	compare "netstat" netstat netstat -tulpan
	compare "lsmod" lsmod lsmod
	compare "uname" uname uname -a
	compare "lsof" lsof lsof -n
	# shellcheck disable=SC2016 # the guest's shell expands it
	pid=$(guest sh -c 'for d in /proc/[0-9]*; do
		readlink "$d/exe" >/dev/null && [ "$d" != /proc/1 ] &&
			echo "${d#/proc/}"; done' | sort -n | head -n 1)
	compare "pmap" pmap pmap "$pid"
	# The numbers only: the table is for people.
	compare "fuser" fuser fuser -n tcp "$(listening_port)"
	compare "stat" stat stat -L -c '%n %a %u %g %h %i %s %d %F' \
		/proc/1/exe "/proc/$pid/exe" "/proc/$pid/cwd"
}

test_probes() {
	local pid

	pid=$(guest sh -c 'ls -d /proc/[1-9]*' | sed 's|/proc/||' | sort -n | tail -n 20 | head -n 1)
	check "kill -0 finds a process of the target" out_here bash -c "kill -0 $pid"
	check "a signal to it is refused" not out_here bash -c "kill $pid"
	check "it lives on" guest test -d "/proc/$pid"
	check "a number of nobody" not out_here bash -c "kill -0 4000000"
}

test_sample() {
	out_here "$SOURCE/ids-samples/proc_check.sh" >"$WORK/check.out" 2>"$WORK/check.err"
	check "proc_check.sh: the kernel" grep -qx \
		"kernel: Linux $KERNEL_RELEASE on $(guest hostname)" "$WORK/check.out"
	check "proc_check.sh: modules" grep -qx \
		"modules: $(guest cat /proc/modules | wc -l)" "$WORK/check.out"
	check "proc_check.sh: processes" grep -q "^processes: [1-9]" "$WORK/check.out"
}

test_hunters() {
	start unhide unhide quick
	completes unhide 0
	check "unhide: nothing is hidden" not grep -q "Found HIDDEN" "$WORK/unhide.out"
	[[ $EXTENT != all ]] || return 0
	LIMIT=300 start lynis lynis audit system --quick --no-colors \
		--tests-from-group "kernel processes" --log-file "$WORK/lynis.log" \
		--report-file "$WORK/lynis.report"
	completes lynis 0
}

# Sets `hidden`: a process of the dump that listings pass over from now on.
hide_one() {
	compile "$SOURCE/tests/e2e/ids/hide.c" "$WORK/hide" &&
		run "dump:$DUMP" "$WORK/hide" >"$WORK/hide.out" &&
		"$BUILD/bin/e2e-change-memory" "$DUMP" <"$WORK/hide.out" \
			>/dev/null
	hidden=$(awk '$1 == "hide" { print $2 }' "$WORK/hide.out")
}

# The sample that looks for such things reports it, and nothing else.
test_integrity() {
	compile "$SOURCE/ids-samples/integrity.c" "$WORK/integrity"
	run "$TARGET" "$WORK/integrity" >"$WORK/integrity.out" 2>"$WORK/integrity.err"
	check "integrity: finds process $hidden" grep -q \
		"^critical: hidden_process: process $hidden " "$WORK/integrity.out"
	check "integrity: and nothing else" test 1 = \
		"$(wc -l <"$WORK/integrity.out")"
}

# All that chkrootkit knows, but for `aliens`: that is a search of this machine's
# disk, for as long as this machine's disk takes.
chkrootkit_tests() {
	chkrootkit -l 2>&1 | sed 's/.*tests://' | tr ' ' '\n' |
		grep -vE '^(aliens|)$'
}

# Whole runs, of a dump in which one process is hidden: that one is found, and no
# other. What asks for each of four million numbers takes its time, so at once.
test_whole_hunts() {
	local tests

	check "a dump" lab dump --format elf "$DUMP"
	lab down
	chmod u+w "$DUMP"
	check "with a hidden process" hide_one
	TARGET=dump:$DUMP
	test_integrity
	readarray -t tests < <(chkrootkit_tests)
	LIMIT=600 start chkrootkit chkrootkit "${tests[@]}"
	LIMIT=600 start lynis lynis audit system --quick --no-colors \
		--log-file "$WORK/lynis.log" --report-file "$WORK/lynis.report"
	start unhide-hidden unhide quick
	completes unhide-hidden 1
	check "unhide: finds process $hidden" \
		grep -qx "Found HIDDEN PID: $hidden" "$WORK/unhide-hidden.out"
	check "unhide: and no other" test 1 = \
		"$(grep "Found HIDDEN" "$WORK/unhide-hidden.out" | sort -u | wc -l)"
	completes lynis 0
	check "lynis: all its tests" grep -qE "Tests performed : 2[0-9][0-9]$" \
		"$WORK/lynis.out"
	check "lynis: no trouble with /proc" not grep /proc/ "$WORK/lynis.err"
	completes chkrootkit 0
	check "chkrootkit: finds one hidden process" grep -qE \
		"You have +1 process hidden for readdir command" "$WORK/chkrootkit.out"
	check "chkrootkit: all tests have run" test \
		"$(grep -c "^Checking" "$WORK/chkrootkit.out")" -ge "${#tests[@]}"
	rm -f "$DUMP"
}

lab_up --kernel "$KERNEL" --processes 60 "$@"
KERNEL_RELEASE=$(guest uname -r)
check "tools into the guest" put_tools
check "the guest is populated" populate
LIMIT=1800 check "build" limited "$FATHOM" proc build --target "$TARGET"
test_tools
test_remote
test_probes
test_sample
test_hunters
[[ $EXTENT != all ]] || test_whole_hunts
test_end
