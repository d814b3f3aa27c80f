/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Memory dumps, one opener per format.
 */
#ifndef FATHOM_HOST_DUMP_H
#define FATHOM_HOST_DUMP_H

#include <stddef.h>
#include <stdint.h>

#include "emulator.h"
#include "segments.h"

/** An open dump file whose format is being found out. */
struct dump_file {
	const char *path; /* for messages; not owned */
	int fd;
	uint64_t size;
};

/** A dump that holds memory as it is, at places known once and for all. */
struct file_dump {
	struct emulator_source source;
	char *path;
	int fd;
	struct segments segments;
	struct dump_page *pages; /* DUMP_PAGES of them, or NULL */
};

/*
 * Pages that were looked into, which is to say page tables and what holds
 * pointers: an agent in this process goes there again and again, eight bytes at
 * a time, and each look would be a system call.
 */
#define DUMP_PAGES     256u
#define DUMP_PAGE_SIZE 4096u
struct dump_page {
	uint64_t tag; /* its address, and 1: there is one */
	uint8_t bytes[DUMP_PAGE_SIZE];
};

/**
 * Read all @p size bytes at @p offset.
 *
 * @param[in] what Named in the message when the file ends before.
 */
struct fathom_error *dump_read_at(const struct dump_file *file, uint64_t offset,
				  void *buffer, size_t size, const char *what);

/** Takes over the descriptor of @p file if it succeeds. */
struct fathom_error *file_dump_create(const struct dump_file *file,
				      struct file_dump **ret);

/*
 * Each takes over the descriptor if it succeeds. Messages need not name the
 * file.
 */
struct fathom_error *dump_open_raw(const struct dump_file *file,
				   struct emulator_source **ret);
struct fathom_error *dump_open_lime(const struct dump_file *file,
				    struct emulator_source **ret);
struct fathom_error *dump_open_elf(const struct dump_file *file,
				   struct emulator_source **ret);
struct fathom_error *dump_open_kdumpfile(const struct dump_file *file,
					 struct emulator_source **ret);

/**
 * Take the CPUs from the "QEMU" notes among ELF notes.
 *
 * @param[out] cpus,count For the caller to free; none is no error.
 */
struct fathom_error *dump_notes_cpus(const void *notes, size_t size,
				     struct fathom_wire_cpu **cpus,
				     uint32_t *count);

/** Largest area of ELF notes that is read: some 4000 CPUs' worth. */
#define DUMP_MAX_NOTES (8u << 20)

#endif /* FATHOM_HOST_DUMP_H */
