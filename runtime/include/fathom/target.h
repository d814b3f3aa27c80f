/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * A target: the monitored system as libfathom's users (tools, and compiled
 * IDS programs through the start-up code) see it.
 */
#ifndef FATHOM_TARGET_H
#define FATHOM_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fathom/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Exit statuses of an IDS program that libfathom had to end. (`fathom run`
 * itself adds 125: it failed, 126: cannot execute, 127: not found, as env(1)
 * and timeout(1) do.)
 */
#define FATHOM_EXIT_REPORT   118 /* findings that the watcher has not got */
#define FATHOM_EXIT_CRASH    119 /* a crash of its own: NULL, no stack left */
#define FATHOM_EXIT_FAULT    120 /* an uncaught fault */
#define FATHOM_EXIT_TARGET   121 /* the target cannot be reached or used */
#define FATHOM_EXIT_MISMATCH 122 /* program and target do not fit */
#define FATHOM_EXIT_USAGE    123 /* no target given, bad setting */

/** An open target: channel to its agent, view, symbols. Thread-safe. */
struct fathom_target;

/** Zero-initialise and set @ref size; unset members mean the default. */
struct fathom_target_options {
	size_t size;		/* sizeof(struct fathom_target_options) */
	const char *system_map; /* path; used when kallsyms cannot be found */
	bool no_cache;		/* neither read nor write the symbol cache */
	/*
	 * Paths of key files, for targets whose agent is behind a sealed
	 * channel: the IDS's private key (default: ids.key), and the agent's
	 * public key (agent.pub), both in ${XDG_CONFIG_HOME:-~/.config}/fathom.
	 */
	const char *key;
	const char *agent_key;
	/*
	 * Bytes of the view that may be in memory; pages that exceed them go to
	 * a nameless file in TMPDIR or /var/tmp. 0: no bound.
	 */
	uint64_t max_memory;
	/*
	 * For targets behind a relay or agent elsewhere, in milliseconds. How
	 * long to wait for an answer; 0: the default, 20 s. And how long a
	 * connection that was lost is tried to be had again before a read
	 * fails; 0: the default, 10 s; FATHOM_NO_RECONNECT: not at all.
	 */
	uint32_t timeout_ms;
	uint32_t reconnect_ms;
};

#define FATHOM_NO_RECONNECT UINT32_MAX

/**
 * Connect to a target.
 *
 * @param[in] uri qemu:SOCKET, dump:FILE, smi:[SOCKET], smi+qemu:SOCKET,
 * unix:SOCKET, tcp:HOST:PORT or shm:PATH; see fathom(1).
 * @param[in] options NULL for the defaults.
 * @param[out] ret Destroyed by @ref fathom_target_close().
 */
struct fathom_error *
fathom_target_open(const char *uri, const struct fathom_target_options *options,
		   struct fathom_target **ret);

/** NULL does nothing. */
void fathom_target_close(struct fathom_target *target);

/** The target that compiled IDS programs of this process read. */
struct fathom_target *fathom_target_default(void);

struct fathom_cpu_info {
	uint64_t cr0, cr3, cr4, efer, idt_base, gdt_base, gs_base,
		kernel_gs_base, lstar, rip;
	bool has_lstar, user_mode;
};

struct fathom_ram_range {
	uint64_t start, size;
};

/** What @ref fathom_target_info() tells. Owned by the target. */
struct fathom_target_info {
	const char *uri;
	const char *banner;   /* linux_banner without the newline */
	const char *release;  /* "6.1.0-56-cloud-amd64" */
	const char *build_id; /* lower-case hex; NULL if unknown */
	uint64_t kernel_base; /* virtual address of _text */
	uint64_t kaslr_offset;
	uint64_t page_table_root;   /* physical, of swapper_pg_dir */
	unsigned int paging_levels; /* 4 or 5 */
	bool pti;
	const char *symbol_source; /* "kallsyms", "cache", "System.map" */
	size_t symbol_count;
	size_t cpu_count;
	const struct fathom_cpu_info *cpus; /* empty for raw dumps */
	size_t range_count;
	const struct fathom_ram_range *ranges;
};
const struct fathom_target_info *
fathom_target_info(const struct fathom_target *target);

/** Read kernel memory, any length, at any alignment; all or an error. */
struct fathom_error *fathom_target_read(struct fathom_target *target,
					uint64_t address, void *buffer,
					size_t size);

/** Read through the page tables with physical root @p root. */
struct fathom_error *fathom_target_read_space(struct fathom_target *target,
					      uint64_t root, uint64_t address,
					      void *buffer, size_t size);

struct fathom_symbol_info {
	uint64_t address;
	char type; /* as in /proc/kallsyms: T t D d R r B b A ... */
	const char *name;
};

/** Address of the first symbol called @p name. */
struct fathom_error *fathom_symbol_address(struct fathom_target *target,
					   const char *name, uint64_t *ret);

/**
 * The symbol that covers @p address: the last one that does not start after
 * it. FATHOM_ERROR_SYMBOL outside the kernel image.
 */
struct fathom_error *fathom_symbol_at(struct fathom_target *target,
				      uint64_t address,
				      struct fathom_symbol_info *ret);

/** Symbol number @p index in order of address; false past the last. */
bool fathom_symbol_get(struct fathom_target *target, size_t index,
		       struct fathom_symbol_info *ret);

/**
 * Start a new epoch: forget the view, so that the next read sees the target
 * as it is then. On failure the epoch goes on.
 *
 * Waits for the reads of other threads to finish. What these hold in registers
 * of the epoch that ends stays readable until the refresh after this one; a
 * thread that is still in the middle of one object by then crashes. So leave
 * more time between two refreshes than a thread needs to look at an object,
 * or let the threads agree on when to refresh. Fails with FATHOM_ERROR_TARGET
 * if the target has gone, or its kernel has been restarted.
 */
struct fathom_error *fathom_target_refresh(struct fathom_target *target);

/** Counters since the target was opened. */
struct fathom_statistics {
	uint64_t agent_calls;
	uint64_t pages_fetched;
	uint64_t bytes_fetched; /* memory in the replies */
	uint64_t epochs;
	uint64_t slow_paths;	/* calls of __fathom_translate */
	uint64_t pages_evicted; /* out of memory, to a file */
	uint64_t round_trips;	/* calls under way together count once */
};
void fathom_target_statistics(struct fathom_target *target,
			      struct fathom_statistics *ret);

#ifdef __cplusplus
}
#endif

#endif /* FATHOM_TARGET_H */
