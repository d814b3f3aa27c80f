# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# Kernels and their headers: Debian's packages, unpacked into the cache as
# kernels/RELEASE/{boot,lib/modules,usr/src}. Nothing is installed.

KERNELS=$CACHE_DIR/kernels

# The release ("6.1.0-56-cloud-amd64") that a meta package stands for, if the
# package lists know it.
kernel_of_meta() {
	apt-cache depends "$1" 2>/dev/null |
		sed -n 's/^ *Depends: linux-image-\([0-9].*\)$/\1/p' | head -n 1
}

# The newest unpacked kernel of series $1.
kernel_newest_cached() {
	local directory

	for directory in "$KERNELS/$1".*/; do
		[[ -d $directory ]] && basename "$directory"
	done | sort -V | tail -n 1
}

kernel_resolve() {
	local release

	if [[ ! $1 =~ ^[0-9]+\.[0-9]+$ ]]; then
		echo "$1"
		return
	fi
	release=$(kernel_of_meta "linux-image-$1-cloud-amd64")
	# Debian's own kernel has no series in the name of its meta package.
	[[ $release ]] || release=$(kernel_of_meta linux-image-cloud-amd64)
	[[ $release == "$1".* ]] || release=$(kernel_newest_cached "$1")
	echo "$release"
}

kernel_common_headers() {
	apt-cache depends "linux-headers-$1" 2>/dev/null |
		sed -n 's/^ *Depends: \(linux-headers-.*-common\)$/\1/p' |
		head -n 1
}

# Download and unpack into directory $2. In a subshell, for its `cd`. Its
# callers ask for its status, so that errexit is off: each step says || exit.
kernel_unpack() (
	local release=$1 directory=$2 deb
	local packages=("linux-image-$release" "linux-headers-$release"
		"$(kernel_common_headers "$release")")

	cd "$directory" || exit
	# The sandbox user could not write to a directory of mode 700.
	apt-get -qq -o APT::Sandbox::User="$(id -un)" download "${packages[@]}" >&2 ||
		exit
	for deb in *.deb; do
		dpkg-deb -x "$deb" . && rm "$deb" || exit
	done
	# Merged /usr or not, this is where depmod looks.
	PATH=$PATH:/sbin:/usr/sbin depmod -b . "$release" || exit
	[[ -f boot/vmlinuz-$release && -d usr/src/linux-headers-$release ]]
)

kernel_get() {
	local release=$1 directory began=$EPOCHREALTIME

	mkdir -p "$KERNELS"
	(
		flock 9
		[[ ! -d $KERNELS/$release ]] || exit 0
		directory=$(mktemp -d "$KERNELS/.$release.XXXXXX")
		trap 'rm -rf "$directory"' EXIT
		say "kernel $release: downloading it and its headers"
		if ! kernel_unpack "$release" "$directory"; then
			# Perhaps the lists are older than what the archive holds.
			as_root apt-get -qq update >&2 || true
			rm -rf "${directory:?}"/*
			kernel_unpack "$release" "$directory" || exit
		fi
		chmod 755 "$directory" &&
			mv "$directory" "$KERNELS/$release" || exit
		say "kernel $release: unpacked into $KERNELS/$release" \
			"($(seconds_since "$began") s)"
	) 9>"$KERNELS/.lock" ||
		die "kernel $release: its packages cannot be had from the archive"
}

# Sets KERNEL_RELEASE and KERNEL_DIR.
kernel_fetch() {
	KERNEL_RELEASE=$(kernel_resolve "$1")
	if [[ -z $KERNEL_RELEASE ]]; then
		as_root apt-get -qq update >&2 || true
		KERNEL_RELEASE=$(kernel_resolve "$1")
	fi
	[[ $KERNEL_RELEASE ]] ||
		die "kernel $1: neither in the package lists nor in $KERNELS"
	KERNEL_DIR=$KERNELS/$KERNEL_RELEASE
	[[ -d $KERNEL_DIR ]] || kernel_get "$KERNEL_RELEASE"
}
