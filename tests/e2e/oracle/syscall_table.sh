# shellcheck shell=dash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# Runs in the guest: the table of system calls as /proc/kcore has it: number,
# address, and all the names that kallsyms has for it. Up to the next symbol (the
# kernel's own are sorted), so that there may be padding behind the last one.

# shellcheck disable=SC2016 # awk expands them
range=$(awk '
	begin && $1 != begin { print begin, $1; exit }
	$3 == "sys_call_table" { begin = $1 }' /proc/kallsyms)
begin=${range% *}
end=${range#* }

# 64-bit addresses of the kernel differ in their last 48 bits only.
low() {
	echo $((0x${1#ffff}))
}

# Program headers of kcore: type, flags, offset, address, -, size, -, -.
headers=$(dd if=/proc/kcore bs=64 count=32 2>/dev/null | tail -c +65 |
	od -A n -v -t x8 -w56)
offset=$(echo "$headers" | while read -r type at address _ size _; do
	[ "${type#????????}" = 00000001 ] || continue
	case $address in
	ffff*) ;;
	*) continue ;;
	esac
	inside=$(($(low "$begin") - $(low "$address")))
	if [ $inside -ge 0 ] && [ $inside -lt $((0x$size)) ]; then
		echo $((0x$at + inside))
		break
	fi
done)

count=$((($(low "$end") - $(low "$begin")) / 8))
dd if=/proc/kcore bs=8 skip=$((offset / 8)) count=$count 2>/tmp/said |
	od -A n -v -t x8 -w8 | tr -d ' ' >/tmp/table
if [ ! -s /tmp/table ]; then
	echo "no table at $begin to $end, $offset in kcore: $(cat /tmp/said)" >&2
	exit 1
fi
# shellcheck disable=SC2016 # awk expands them
awk '
	FILENAME == "/tmp/table" { entry[n++] = $1; wanted[$1]; next }
	$1 in wanted && !/\[/ { names[$1] = names[$1] " " $3 }
	END {
		for (i = 0; i < n; i++)
			print i, entry[i] names[entry[i]]
	}' /tmp/table /proc/kallsyms
rm /tmp/table /tmp/said
