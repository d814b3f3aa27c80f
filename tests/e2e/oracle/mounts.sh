# shellcheck shell=dash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# Runs in the guest: what ids-samples/mounts.c should print: the lines of
# /proc/1/mounts, but for the options that only overlayfs knows (the module
# keeps them in structures of its own, which no header has).
generic=' ro rw sync dirsync lazytime nosuid nodev noexec noatime nodiratime
relatime nosymfollow '
while read -r device directory type options _; do
	case $type in
	overlay)
		kept=
		IFS=,
		for option in $options; do
			case $generic in
			*[[:space:]]"$option"[[:space:]]*)
				kept=$kept${kept:+,}$option
				;;
			esac
		done
		unset IFS
		;;
	*) kept=$options ;;
	esac
	printf '%s %s %s %s 0 0\n' "$device" "$directory" "$type" "$kept"
done </proc/1/mounts
