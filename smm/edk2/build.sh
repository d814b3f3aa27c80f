#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# Build OVMF with Fathom's SMM driver in it from Debian's source package of
# EDK II. Needs no root. Nothing is done twice: the image is kept under a hash
# of all that went into it, the source tree and its objects are kept, too.
set -euo pipefail

HERE=$(dirname "$(readlink -f "$0")")
SMM_DIR=$(dirname "$HERE")
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/fathom/firmware
# As Debian builds the variant with Secure Boot and SMM, but without a shell.
BUILD_FLAGS=(-D SMM_REQUIRE -D SECURE_BOOT_ENABLE -D FD_SIZE_4MB
	-D BUILD_SHELL=FALSE)

usage() {
	cat <<'END'
Usage: smm/edk2/build.sh [--keys FILE] [--jobs N]

Build UEFI firmware (OVMF) for QEMU with Fathom's agent in it, or find it in
the cache. Prints two paths: the firmware's code and its empty variable store,
both for pflash drives.

  --keys FILE  build this key store (fathom key) into the image. Whoever reads
               the flash reads the agent's private key: docs/provisioning.md
  --jobs N     compile so many files at once (default: as many as CPUs)

Cache: ${XDG_CACHE_HOME:-~/.cache}/fathom/firmware
END
}

say() {
	printf 'firmware: %s\n' "$*" >&2
}

die() {
	say "$@"
	exit 1
}

parse_options() {
	keys='' jobs=$(nproc)
	while (($#)); do
		case $1 in
		--keys | --jobs)
			(($# > 1)) || {
				usage >&2
				exit 2
			}
			printf -v "${1#--}" %s "$2"
			shift
			;;
		--help | -h)
			usage
			exit 0
			;;
		*)
			usage >&2
			exit 2
			;;
		esac
		shift
	done
	[[ $jobs =~ ^[1-9][0-9]*$ ]] || die "--jobs $jobs: no number"
	[[ -z $keys || -r $keys ]] || die "--keys $keys: cannot be read"
}

check_tools() {
	local tool

	for tool in dpkg-source gcc g++ iasl make nasm python3; do
		command -v "$tool" >/dev/null ||
			die "$tool is missing; lab/install-packages firmware"
	done
	[[ -e /usr/include/uuid/uuid.h ]] ||
		die "uuid-dev is missing; lab/install-packages firmware"
}

# The version of EDK II's source package that this Debian's OVMF comes from.
source_version() {
	local version

	version=$(apt-cache show --no-all-versions ovmf 2>/dev/null |
		awk '$1 == "Source:" && $3 { gsub(/[()]/, "", $3); source = $3 }
			$1 == "Version:" { binary = $2 }
			END { print source ? source : binary }')
	[[ $version ]] || die "the package lists do not know ovmf: apt-get update"
	echo "$version"
}

# Names and contents of all of Fathom's files that go into the image.
our_files() {
	(cd "$1" && find agent include/fathom edk2 -type f \
		\( -name '*.[ch]' -o -name '*.nasm' -o -name '*.inf' -o -name '*.dec' \
		-o -name '*.dsc' -o -name build.sh \) -print0 | LC_ALL=C sort -z)
}

# hash SMM_DIRECTORY: one name for everything that the image depends on.
hash() {
	{
		our_files "$1" | (cd "$1" && xargs -0 sha256sum)
		[[ -z $keys ]] || sha256sum <"$keys"
		echo "$version" "${BUILD_FLAGS[@]}"
		gcc --version | head -n 1
		nasm -v
	} | sha256sum | cut -c 1-16
}

# apt-get and apt-cache with lists of source packages of our own, made from the
# machine's: only entries of Debian's release, with deb-src instead of deb.
write_source_lists() {
	local file codename

	# shellcheck source=/dev/null # every Debian has it
	codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
	mkdir -p "$CACHE"/apt/{lists,archives}/partial "$CACHE"/apt/sources
	rm -f "$CACHE"/apt/sources/*
	for file in /etc/apt/sources.list.d/*.sources; do
		[[ ! -f $file ]] ||
			awk -v RS= -v ORS='\n\n' -v FS='\n' -v "name=$codename" '
				$0 ~ "(^|\n)Suites:[ \t]*" name "([- \t\n]|$)" {
					sub(/(^|\n)Types:[^\n]*/, "\nTypes: deb-src")
					print
				}' "$file" >"$CACHE/apt/sources/$(basename "$file")"
	done
	for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
		[[ ! -f $file ]] ||
			sed -nE "s/^deb((-src)?[ \t].*[ \t]$codename([-/][^ \t]*)?[ \t].*)\$/deb-src\1/; s/^deb-src-src/deb-src/p; t; s/^deb-src/&/p" \
				"$file" >"$CACHE/apt/sources/$(basename "$file" .list)-one-line.list"
	done
}

source_apt() {
	local command=$1
	shift

	# The sandbox user could not write to a directory of this user's.
	"$command" -o Dir::Etc::SourceList=/dev/null \
		-o "Dir::Etc::SourceParts=$CACHE/apt/sources" \
		-o "Dir::State::Lists=$CACHE/apt/lists" \
		-o "Dir::Cache=$CACHE/apt" -o APT::Sandbox::User="$(id -un)" "$@"
}

# In a subshell, for its `cd`.
unpack_source() (
	cd "$1" || exit
	write_source_lists &&
		source_apt apt-get -q update &&
		source_apt apt-get -q --only-source source "edk2=$version" &&
		rm -f ./*.xz ./*.dsc && mv edk2-* edk2
)

# Sets EDK2, the source tree with its build tools compiled.
get_source() {
	local directory began=$SECONDS

	EDK2=$CACHE/edk2-$version
	[[ ! -d $EDK2 ]] || return 0
	say "EDK II $version: fetching Debian's source package"
	directory=$(mktemp -d "$CACHE/.edk2.XXXXXX")
	if ! unpack_source "$directory" >"$LOG" 2>&1; then
		tail -n 20 "$LOG" >&2
		rm -rf "$directory"
		die "EDK II $version: its source package cannot be had" \
			"(are the package lists old? apt-get update)"
	fi
	say "EDK II $version: compiling its build tools"
	if ! make -C "$directory/edk2/BaseTools" -j "$jobs" ARCH=X64 \
		>"$LOG" 2>&1; then
		tail -n 40 "$LOG" >&2
		rm -rf "$directory"
		die "EDK II's build tools do not compile; the log is in $LOG"
	fi
	mv "$directory/edk2" "$EDK2"
	rm -rf "$directory"
	say "EDK II $version: ready after $((SECONDS - began)) s"
}

# A copy of our files: what is hashed is what is built, whoever edits them
# meanwhile. Unchanged ones keep their times, so that nothing else is rebuilt.
snapshot() {
	local list=$WORK/files file

	our_files "$SMM_DIR" >"$list"
	while IFS= read -r -d '' file; do
		cmp -s "$SMM_DIR/$file" "$WORK/smm/$file" ||
			install -m 644 -D "$SMM_DIR/$file" "$WORK/smm/$file"
	done <"$list"
	our_files "$WORK/smm" | LC_ALL=C comm -z -13 "$list" - |
		(cd "$WORK/smm" && xargs -0 -r rm -f)
}

# Put FILE.new in FILE's place, which keeps its time when nothing has changed.
replace() {
	if cmp -s "$1.new" "$1"; then
		rm "$1.new"
	else
		mv "$1.new" "$1"
	fi
}

# The key store as a part of the platform's description; none without --keys. An
# image with keys takes none from RAM, where an intruder could have left them
# before a reboot. A file, for command lines are everybody's to read.
write_key_store() {
	local file=$WORK/FathomKeyStore.dsc.inc

	{
		echo '[PcdsFixedAtBuild]'
		[[ -z $keys ]] || printf \
			'gFathomPkgTokenSpaceGuid.PcdFathomKeyStoreAddress|0x0\ngFathomPkgTokenSpaceGuid.PcdFathomKeyStore|{%s}\n' \
			"$(od -An -v -tx1 "$keys" | sed 's/ / 0x/g; s/^ //' |
				tr '\n' ' ' | sed 's/ $//; s/ \+/, /g')"
	} >"$file.new"
	replace "$file"
}

# OVMF's flash layout with our driver among its SMM drivers. Its includes are
# relative to OVMF's directory.
derive_fdf() {
	local fdf=$WORK/FathomOvmf.fdf

	sed -E -e 's|^(!include )([A-Za-z0-9]*\.fdf\.inc)|\1OvmfPkg/\2|' \
		-e '/^INF +OvmfPkg\/CpuHotplugSmm\//a INF  FathomPkg/AgentSmm/AgentSmm.inf' \
		"$EDK2/OvmfPkg/OvmfPkgX64.fdf" >"$fdf.new"
	grep -q FathomPkg "$fdf.new" ||
		die "OvmfPkgX64.fdf has no CpuHotplugSmm: no place for our driver"
	replace "$fdf"
}

configure() {
	local name

	mkdir -p "$WORK/Conf"
	for name in target tools_def build_rule; do
		[[ -e $WORK/Conf/$name.txt ]] ||
			cp "$EDK2/BaseTools/Conf/$name.template" "$WORK/Conf/$name.txt"
	done
}

# A line now and then: how many modules of all have been compiled.
show_progress() {
	awk '/^Building .*\.inf / { count++ }
		/^Building .*\.inf / && count % 50 == 0 {
			printf "firmware: %d modules\n", count; fflush()
		}
		/^Generating (FVMAIN|SECFV)/ { print "firmware: linking " $2; fflush() }'
}

run_build() (
	cd "$WORK" || exit
	export WORKSPACE=$WORK CONF_PATH=$WORK/Conf
	export EDK_TOOLS_PATH=$EDK2/BaseTools PYTHON_COMMAND=python3
	export PACKAGES_PATH=$EDK2:$WORK/smm/edk2:$WORK
	export PATH=$EDK2/BaseTools/BinWrappers/PosixLike:$PATH
	# Another EDK II's settings and make's own job server are no use here.
	unset MAKEFLAGS MAKELEVEL GCC5_BIN
	build -a X64 -t GCC5 -b RELEASE -n "$jobs" \
		-p FathomPkg/FathomOvmf.dsc "${BUILD_FLAGS[@]}" 2>&1 |
		tee "$LOG" | show_progress >&2
)

build_image() {
	local began=$SECONDS out image

	out=$WORK/Build/Fathom/RELEASE_GCC5/FV
	say "building OVMF with Fathom's driver (a few minutes the first time)"
	if ! run_build; then
		# Without the commands, which are long.
		grep -vE '^"|^Building|^make: Nothing' "$LOG" | tail -n 30 >&2 || true
		die "OVMF does not build; the whole log is in $LOG"
	fi
	image=$(mktemp -d "$CACHE/.image.XXXXXX")
	cp "$out/OVMF_CODE.fd" "$image/code.fd"
	cp "$out/OVMF_VARS.fd" "$image/vars.fd"
	rm -rf "${CACHE:?}/$1"
	mv -T "$image" "$CACHE/$1"
	say "built after $((SECONDS - began)) s"
}

print_paths() {
	printf '%s\n' "$CACHE/$1/code.fd" "$CACHE/$1/vars.fd"
}

is_built() {
	[[ -e $CACHE/$1/code.fd && -e $CACHE/$1/vars.fd ]]
}

main() {
	local wanted

	parse_options "$@"
	check_tools
	version=$(source_version)
	wanted=$(hash "$SMM_DIR")
	if is_built "$wanted"; then
		print_paths "$wanted"
		return
	fi
	umask 077
	mkdir -p "$CACHE"
	exec 9>"$CACHE/.lock"
	flock 9
	WORK=$CACHE/work-$version LOG=$CACHE/build.log
	get_source
	mkdir -p "$WORK"
	snapshot
	wanted=$(hash "$WORK/smm")
	if ! is_built "$wanted"; then
		write_key_store
		derive_fdf
		configure
		build_image "$wanted"
	fi
	print_paths "$wanted"
}

main "$@"
