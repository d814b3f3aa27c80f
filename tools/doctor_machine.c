/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Looks of `fathom doctor` at the machine, and at what fathom-lab needs.
 */
#include "doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <fathom/error.h>

#include "capture.h"
#include "memory.h"

/* RAM of a lab that was not told another size. */
#define LAB_RAM_MIB 512

/* The first line that the program says when all is well; NULL if it fails. */
static char *answer_of(char *const *arguments)
{
	struct captured captured;
	struct fathom_error *error;
	char *line = NULL;

	error = capture(arguments, NULL, &captured);
	if (error) {
		fathom_error_destroy(error);
		return NULL;
	}
	if (!captured.status)
		line = doctor_first_line(captured.output);
	captured_deinit(&captured);
	return line;
}

/* Create the folder and those above it, as `mkdir -p` does. */
static bool make_directories(const char *path)
{
	char *copy = xformat("%s", path);

	for (char *slash = copy + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(copy, 0700);
		*slash = '/';
	}
	mkdir(copy, 0700);
	free(copy);
	return access(path, W_OK | X_OK) == 0;
}

static bool can_write_in(const char *directory)
{
	char *file = xformat("%s/doctor-XXXXXX", directory);
	int fd = -1;

	if (make_directories(directory))
		fd = mkstemp(file);
	if (fd >= 0) {
		unlink(file);
		close(fd);
	}
	free(file);
	return fd >= 0;
}

/* The same folder as the runtime's symbol cache takes. */
void doctor_look_cache(struct doctor_patient *patient,
		       struct doctor_finding *ret)
{
	const char *base = getenv("XDG_CACHE_HOME");
	const char *below = "fathom/symbols";
	char *directory;

	(void)patient;
	if (!base || base[0] != '/') {
		base = getenv("HOME");
		below = ".cache/fathom/symbols";
	}
	if (!base || base[0] != '/') {
		doctor_found(ret, DOCTOR_MISSING,
			     "neither XDG_CACHE_HOME nor HOME is set");
		doctor_mend(ret, "export XDG_CACHE_HOME=/var/tmp/$(id -u)");
		return;
	}
	directory = xformat("%s/%s", base, below);
	if (can_write_in(directory)) {
		doctor_found(ret, DOCTOR_OK, "%s can be written", directory);
	} else {
		doctor_found(ret, DOCTOR_MISSING, "%s cannot be written: %s",
			     directory, strerror(errno));
		doctor_mend(ret, "%smkdir -p %s && %schown $(id -u) %s",
			    geteuid() ? "sudo " : "", directory,
			    geteuid() ? "sudo " : "", directory);
	}
	free(directory);
}

void doctor_look_qemu(struct doctor_patient *patient,
		      struct doctor_finding *ret)
{
	char *answer;

	(void)patient;
	answer = answer_of((char *[]){"qemu-system-x86_64", "--version", NULL});
	if (answer) {
		doctor_found(ret, DOCTOR_OK, "%s", answer);
		free(answer);
		return;
	}
	doctor_found(ret, DOCTOR_MISSING, "qemu-system-x86_64 cannot be run");
	doctor_mend_packages(ret, "qemu-system-x86");
}

void doctor_look_kvm(struct doctor_patient *patient, struct doctor_finding *ret)
{
	int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	int reason = errno;

	(void)patient;
	if (fd >= 0 && ioctl(fd, KVM_GET_API_VERSION, 0) == KVM_API_VERSION) {
		doctor_found(ret, DOCTOR_OK, "/dev/kvm works");
	} else if (fd < 0 && reason == EACCES) {
		doctor_found(
			ret, DOCTOR_MISSING,
			"/dev/kvm is for the group kvm: labs are emulated, slowly");
		doctor_mend(ret, "sudo adduser $USER kvm");
	} else {
		doctor_found(ret, DOCTOR_MISSING,
			     "no /dev/kvm: labs are emulated, slowly");
		doctor_mend(ret, "%smodprobe -a kvm_intel kvm_amd",
			    geteuid() ? "sudo " : "");
	}
	if (fd >= 0)
		close(fd);
}

void doctor_look_busybox(struct doctor_patient *patient,
			 struct doctor_finding *ret)
{
	char *answer;

	(void)patient;
	/* Only the static build starts from an otherwise empty initramfs. */
	answer = answer_of((char *[]){
		"sh", "-c",
		"file=$(command -v busybox) && ! ldd $file >/dev/null 2>&1 && busybox",
		NULL});
	if (answer) {
		doctor_found(ret, DOCTOR_OK, "%s", answer);
		free(answer);
		return;
	}
	doctor_found(ret, DOCTOR_MISSING, "no statically linked busybox");
	doctor_mend_packages(ret, "busybox-static");
}

void doctor_look_archivers(struct doctor_patient *patient,
			   struct doctor_finding *ret)
{
	static const struct {
		const char *program, *package;
	} wanted[] = {
		{"cpio", "cpio"},
		{"xz", "xz-utils"},
		{"modinfo", "kmod"},
	};
	char *packages = xformat("%s", "");

	(void)patient;
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		char *answer = answer_of((char *[]){(char *)wanted[i].program,
						    "--version", NULL});
		char *longer;

		if (answer) {
			free(answer);
			continue;
		}
		longer = xformat("%s%s%s", packages, packages[0] ? " " : "",
				 wanted[i].package);
		free(packages);
		packages = longer;
	}
	if (packages[0]) {
		doctor_found(ret, DOCTOR_MISSING, "cannot be run: %s",
			     packages);
		doctor_mend_packages(ret, packages);
	} else {
		doctor_found(ret, DOCTOR_OK, "cpio, xz and kmod can be run");
	}
	free(packages);
}

void doctor_look_memory(struct doctor_patient *patient,
			struct doctor_finding *ret)
{
	struct statfs status;
	unsigned long long free_mib;

	(void)patient;
	if (statfs("/dev/shm", &status) || status.f_type != TMPFS_MAGIC) {
		doctor_found(
			ret, DOCTOR_MISSING,
			"/dev/shm is no tmpfs: the RAM of labs lies on disk");
		doctor_mend(ret, "%smount -t tmpfs tmpfs /dev/shm",
			    geteuid() ? "sudo " : "");
		return;
	}
	free_mib = (unsigned long long)status.f_bavail * status.f_bsize >> 20;
	if (free_mib < LAB_RAM_MIB) {
		doctor_found(
			ret, DOCTOR_MISSING,
			"/dev/shm has %llu MiB left, a lab takes %d: its RAM lies on disk",
			free_mib, LAB_RAM_MIB);
		doctor_mend(ret, "%smount -o remount,size=2G /dev/shm",
			    geteuid() ? "sudo " : "");
		return;
	}
	doctor_found(ret, DOCTOR_OK, "/dev/shm has %llu MiB left", free_mib);
}
