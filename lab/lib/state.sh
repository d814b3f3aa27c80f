# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# What a lab leaves on the host: one directory with its sockets and files and
# a file `lab` of KEY=VALUE lines, and the RAM file, which may lie elsewhere.

# Short, because a Unix socket's path has at most 107 bytes.
state_root() {
	if [[ -n ${XDG_RUNTIME_DIR:-} && -w ${XDG_RUNTIME_DIR:-} ]]; then
		echo "$XDG_RUNTIME_DIR/fathom-lab"
	elif [[ -w /run/user/$UID ]]; then
		echo "/run/user/$UID/fathom-lab"
	else
		echo "/tmp/fathom-lab-$UID"
	fi
}

# The directory must be ours: in /tmp anybody could have made it.
state_check_root() {
	local root
	root=$(state_root)

	mkdir -p "$root"
	[[ -d $root && ! -L $root && -O $root ]] ||
		die "$root: not a directory of this user"
	((${#root} <= 60)) || die "$root: path too long for sockets"
}

state_directory() {
	echo "$(state_root)/$1"
}

# One `up` at a time for a name; the lock ends with this process.
state_lock() {
	state_check_root
	exec {lock_fd}>"$(state_root)/.$name.lock"
	flock -n "$lock_fd" || die "another 'up' of lab '$name' is at work"
}

state_create() {
	STATE=$(state_directory "$name")
	mkdir -m 700 "$STATE"
}

state_set() {
	printf '%s=%s\n' "$1" "$2" >>"$STATE/lab"
}

# The last value wins.
state_get() {
	local line value=''

	while IFS= read -r line; do
		[[ $line == "$2="* ]] && value=${line#*=}
	done 2>/dev/null <"$(state_directory "$1")/lab"
	printf '%s\n' "$value"
}

# When process $1 started, in clock ticks since boot: tells it from another
# process that has got its number. Its name may hold spaces and parentheses.
process_start() {
	local stat

	read -r stat 2>/dev/null <"/proc/$1/stat" || return
	stat=${stat##*) }
	# shellcheck disable=SC2086 # the fields are to be split
	set -- $stat
	# A zombie is gone already.
	[[ $1 == Z ]] || echo "${20}"
}

boot_id() {
	cat /proc/sys/kernel/random/boot_id
}

state_alive() {
	local pid

	[[ -f $(state_directory "$1")/lab ]] || return 1
	pid=$(state_get "$1" pid)
	[[ -n $pid && $(state_get "$1" boot) == "$(boot_id)" &&
		$(state_get "$1" start) == "$(process_start "$pid")" ]]
}

# Lab $1 is dead and not being started.
state_dead() {
	local root
	root=$(state_root)

	state_alive "$1" && return 1
	(flock -n 9) 9>"$root/.$1.lock"
}

state_remove() {
	local directory ram
	directory=$(state_directory "$1")

	[[ -d $directory ]] || return 0
	for ram in "$(state_get "$1" ram)" "$(state_get "$1" shared)"; do
		[[ -z $ram ]] || rm -f -- "$ram"
	done
	rm -rf -- "$directory"
}

state_names() {
	local directory

	for directory in "$(state_root)"/*/; do
		[[ -d $directory ]] && basename "$directory"
	done
	return 0
}

state_clean_dead() {
	local n

	while read -r n; do
		if state_dead "$n"; then
			say "lab '$n' had ended by itself: removing its files"
			state_remove "$n"
		fi
	done < <(state_names)
}

# The living labs, or the one of --name.
state_asked_for() {
	local n

	while read -r n; do
		if [[ -z $name || $name == "$n" ]] && state_alive "$n"; then
			echo "$n"
		fi
	done < <(state_names)
}

state_list() {
	local n

	printf '%-16s %-8s %-28s %-4s %-7s %s\n' NAME PID KERNEL SMP MEMORY TARGET
	while read -r n; do
		printf '%-16s %-8s %-28s %-4s %-7s %s\n' "$n" \
			"$(state_get "$n" pid)" "$(state_get "$n" kernel)" \
			"$(state_get "$n" smp)" "$(state_get "$n" memory)" \
			"$(state_get "$n" target)"
	done < <(state_asked_for)
}

# Everything but what only fathom-lab itself needs.
state_json() {
	local line key separator='{'

	printf '%s"name": %s' "$separator" "$(json_string "$1")"
	while IFS= read -r line; do
		key=${line%%=*}
		case $key in
		boot | start | helpers) continue ;;
		pid | smp | processes) printf ', "%s": %s' "$key" "${line#*=}" ;;
		*) printf ', "%s": %s' "$key" "$(json_string "${line#*=}")" ;;
		esac
	done <"$(state_directory "$1")/lab"
	printf '}\n'
}

state_list_json() {
	local n separator=''

	printf '['
	while read -r n; do
		printf '%s' "$separator"
		state_json "$n"
		separator=', '
	done < <(state_asked_for)
	printf ']\n'
}
