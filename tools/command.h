/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The commands of `fathom`.
 */
#ifndef FATHOM_TOOLS_COMMAND_H
#define FATHOM_TOOLS_COMMAND_H

struct command {
	const char *name;
	const char *summary; /* one line of `fathom help` */
	/*
	 * argv[0] is "fathom NAME", so that argp's messages say what to type.
	 * Returns the exit status of the process.
	 */
	int (*run)(int argc, char **argv);
};

int command_run(int argc, char **argv);
int command_info(int argc, char **argv);
int command_symbols(int argc, char **argv);
int command_cflags(int argc, char **argv);
int command_doctor(int argc, char **argv);
int command_key(int argc, char **argv);
int command_proc(int argc, char **argv);
int command_agent(int argc, char **argv);
int command_relay(int argc, char **argv);
int command_watch(int argc, char **argv);

#endif /* FATHOM_TOOLS_COMMAND_H */
