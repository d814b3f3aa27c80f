# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# The guest's root file system: busybox, the two programs of guest/, modules.

# The first two are what exec needs; the others give lsmod something to list,
# with dependencies among them.
INITRAMFS_MODULES=(virtio_pci virtio_console loop dummy bridge 8021q overlay tun)

# Modules in the order of loading, as paths on the host; built-in ones have
# none. Depending on the kernel a module may be built in or not exist.
initramfs_module_files() {
	local module wanted=("${INITRAMFS_MODULES[@]}")

	[[ ! $role ]] || wanted+=(virtio_net)
	# For `fathom proc exec`.
	[[ $role != ids ]] || wanted+=(fuse)
	for module in "${wanted[@]}"; do
		PATH=$PATH:/sbin:/usr/sbin modprobe -d "$KERNEL_DIR" \
			-S "$KERNEL_RELEASE" --show-depends "$module" 2>/dev/null |
			sed -n 's/^insmod \([^ ]*\).*/\1/p' || true
	done | awk '!seen[$0]++'
}

initramfs_add_modules() {
	local root=$1 file base

	mkdir -p "$root/lib/modules"
	: >"$root/lib/modules/order"
	while read -r file; do
		base=${file##*/}
		case $base in
		*.ko.xz) xz -dc "$file" >"$root/lib/modules/${base%.xz}" ;;
		*.ko) cp "$file" "$root/lib/modules/" ;;
		*) die "$file: unknown compression" ;;
		esac
		echo "${base%.xz}" >>"$root/lib/modules/order"
	done < <(initramfs_module_files)
}

initramfs_build() {
	local root=$STATE/root

	mkdir -p "$root"/{bin,etc,dev,root}
	cp "$(command -v busybox)" "$root/bin/busybox"
	cp "$HELPERS/executor" "$HELPERS/workload" "$root/bin/"
	cp "$LAB_DIR/guest/init" "$root/init"
	# busybox --install comes later: the interpreter of /init must be there.
	ln -s busybox "$root/bin/sh"
	chmod 755 "$root/init" "$root"/bin/*
	printf 'root:x:0:0:root:/root:/bin/sh\n' >"$root/etc/passwd"
	printf 'LAB_NAME=%s\nLAB_PROCESSES=%s\n' "$name" "$processes" \
		>"$root/etc/lab.conf"
	pair_configuration >>"$root/etc/lab.conf"
	initramfs_add_modules "$root"
	chmod -R go+rX "$root"
	pair_add_keys "$root"
	(cd "$root" && find . | LC_ALL=C sort |
		cpio --quiet -o -H newc -R 0:0) >"$STATE/initramfs.cpio"
	rm -rf "$root"
}
