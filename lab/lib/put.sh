# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# Files into the guest, which has nothing but busybox: a program brings its
# shared libraries and their loader along.

# Where Debian's loader looks, without a cache or a configuration.
PUT_LIBRARIES=lib/x86_64-linux-gnu

# The shared objects that $1 needs, the loader included: as paths on the host.
# A static program, or no program at all, needs none.
put_needed() {
	ldd "$1" 2>/dev/null |
		sed -n 's/^.* => \(\/.*\) (0x.*/\1/p; s/^\t\(\/.*\) (0x.*/\1/p' ||
		true
}

# Add one operand, FILE or FILE=PATH-IN-GUEST, below directory $2.
put_add() {
	local file=${1%%=*} path=/root/${1##*/} root=$2 library

	[[ $1 != *=* ]] || path=${1#*=}
	[[ -f $file && -r $file ]] || die "put: $file: no file that can be read"
	[[ $path == /* && $path != */ ]] ||
		usage_error "put: $path: not an absolute path of a file"
	mkdir -p "$root/$(dirname "$path")"
	cp "$file" "$root/$path"
	while read -r library; do
		case $library in
		*/ld-linux*) install -D "$library" "$root/lib64/${library##*/}" ;;
		*) install -D "$library" "$root/$PUT_LIBRARIES/${library##*/}" ;;
		esac
	done < <(put_needed "$file")
}

put_files() {
	local root=$STATE/put operand

	rm -rf "$root"
	mkdir "$root"
	# shellcheck disable=SC2064 # the path of now
	trap "rm -rf '$root' '$root.tar'" EXIT
	for operand in "$@"; do
		put_add "$operand" "$root"
	done
	# The guest's own directories take the modes of these.
	find "$root" -path "$root/root" -prune -o -type d -exec chmod 755 {} +
	tar -C "$root" --format=ustar --owner=0 --group=0 -cf "$root.tar" .
	"$(state_get "$name" helpers)/lab-exec" "$STATE/exec.sock" \
		"$STATE/exec.lock" "$((${timeout:-60} * 1000))" "$root.tar" \
		tar -x -f - -C /
}
