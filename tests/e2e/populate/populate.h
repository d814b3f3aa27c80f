/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Processes whose /proc is hard to get right. Each becomes what it shall be,
 * and then stands still, so that the guest looks the same from one moment to
 * the next.
 */
#ifndef FATHOM_POPULATE_H
#define FATHOM_POPULATE_H

#include <stddef.h>
#include <sys/types.h>

/** What a process does to become what it shall be. Returns to stand still. */
typedef void scene(void *argument);

__attribute__((noreturn)) void die(const char *what);

/** Ends the process with errno's message if @p result is negative. */
long must(long result, const char *what);

/** Start a process; returns when it stands still. */
pid_t start(scene *run, void *argument);

/** The same as clone() with @p flags does it. */
pid_t start_in(unsigned long flags, scene *run, void *argument);

/** Tell who started this process that it is about to fall asleep. */
void say_ready(void);

__attribute__((noreturn)) void sleep_for_ever(void);

/** Put a file of ours there. */
void write_file(const char *path, const void *bytes, size_t size);
void write_text(const char *path, const char *text);

/** A file that was not there. */
int new_file(const char *path);

/** Of the process's network namespace. */
void bring_up_loopback(void);

void start_attributes(void);
void start_containers(void);
void start_files(void);
void start_memory(void);
void start_names(void);
void start_passing(void);
void start_sleepers(void);
void start_sockets(void);
void start_states(void);
void start_tcp(void);

#endif /* FATHOM_POPULATE_H */
