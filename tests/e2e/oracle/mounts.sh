# shellcheck shell=dash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# Runs in the guest: what ids-samples/mounts.c should print. Of the options
# that belong to a filesystem it knows tmpfs's only.
generic=' ro rw sync dirsync lazytime nosuid nodev noexec noatime nodiratime
relatime nosymfollow '
while read -r device directory type options _; do
	case $type in
	tmpfs | devtmpfs | rootfs) kept=$options ;;
	*)
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
	esac
	printf '%s %s %s %s 0 0\n' "$device" "$directory" "$type" "$kept"
done </proc/1/mounts
