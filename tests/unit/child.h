/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Run a function in a child process, for what ends the process.
 */
#ifndef CHILD_H
#define CHILD_H

struct child_result {
	int status;	   /* exit status; -signal if one ended it */
	char output[4096]; /* of stdout */
	char errors[4096]; /* of stderr */
};

/** @p function returning means exit status 0. */
struct child_result child_run(void (*function)(void));

#endif /* CHILD_H */
