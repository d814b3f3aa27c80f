/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * `fathom info`: what a target is.
 */
#include "command.h"

#include <argp.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <fathom/target.h>

#include "json_output.h"
#include "printable.h"
#include "target_options.h"

struct info_options {
	struct target_options target;
	bool json;
};

static const struct argp_option options[] = {
	{"json", 'j', NULL, 0, "Write JSON", 0},
	{},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct info_options *info = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &info->target;
		return 0;
	case 'j':
		info->json = true;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "`%s' is one argument too many", argument);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{&target_options_argp, 0, NULL, 0},
	{},
};

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.doc = "Say what a target is: its kernel, CPUs and memory.\v"
	       "Exit status: 0, 121 if the target cannot be reached or used, 123 for "
	       "wrong usage.",
	.children = children,
};

struct report {
	const struct fathom_target_info *info;
	struct fathom_statistics statistics;
	double seconds; /* from the URI to a target that can be read */
};

static uint64_t ram_size(const struct fathom_target_info *info)
{
	uint64_t size = 0;

	for (size_t i = 0; i < info->range_count; i++)
		size += info->ranges[i].size;
	return size;
}

static size_t user_mode_cpus(const struct fathom_target_info *info)
{
	size_t count = 0;

	for (size_t i = 0; i < info->cpu_count; i++)
		count += info->cpus[i].user_mode;
	return count;
}

static void print_text(const char *label, const char *text)
{
	char *copy = printable(text);

	printf("%-12s%s\n", label, copy ? copy : "unknown");
	free(copy);
}

static void print_cpus(const struct fathom_target_info *info)
{
	size_t user = user_mode_cpus(info);

	if (!info->cpu_count)
		printf("%-12sunknown (no registers in this image)\n", "CPUs");
	else
		printf("%-12s%zu (%zu in kernel mode, %zu in user mode)\n",
		       "CPUs", info->cpu_count, info->cpu_count - user, user);
}

static void print_human(const struct report *report)
{
	const struct fathom_target_info *info = report->info;
	uint64_t ram = ram_size(info);

	print_text("Target", info->uri);
	print_text("Banner", info->banner);
	print_text("Release", info->release);
	print_text("Build ID", info->build_id);
	printf("%-12s0x%" PRIx64 " (moved by KASLR: 0x%" PRIx64 ")\n", "Base",
	       info->kernel_base, info->kaslr_offset);
	printf("%-12s%u levels, root at physical 0x%" PRIx64 ", PTI %s\n",
	       "Paging", info->paging_levels, info->page_table_root,
	       info->pti ? "on" : "off");
	print_cpus(info);
	printf("%-12s%" PRIu64 " MiB in %zu range%s\n", "RAM", ram >> 20,
	       info->range_count, info->range_count == 1 ? "" : "s");
	printf("%-12s%zu, from %s\n", "Symbols", info->symbol_count,
	       info->symbol_source ? info->symbol_source : "nowhere");
	printf("%-12s%.3f s, %" PRIu64 " agent calls, %" PRIu64
	       " KiB fetched\n",
	       "Start-up", report->seconds, report->statistics.agent_calls,
	       report->statistics.bytes_fetched >> 10);
}

static json_t *json_cpu(const struct fathom_cpu_info *cpu)
{
	json_t *result = json_object();

	json_object_set_new(result, "mode",
			    json_string(cpu->user_mode ? "user" : "kernel"));
	json_object_set_new(result, "rip", json_address(cpu->rip));
	json_object_set_new(result, "cr0", json_address(cpu->cr0));
	json_object_set_new(result, "cr3", json_address(cpu->cr3));
	json_object_set_new(result, "cr4", json_address(cpu->cr4));
	json_object_set_new(result, "efer", json_address(cpu->efer));
	json_object_set_new(result, "idt_base", json_address(cpu->idt_base));
	json_object_set_new(result, "gdt_base", json_address(cpu->gdt_base));
	json_object_set_new(result, "gs_base", json_address(cpu->gs_base));
	json_object_set_new(result, "kernel_gs_base",
			    json_address(cpu->kernel_gs_base));
	json_object_set_new(result, "lstar",
			    cpu->has_lstar ? json_address(cpu->lstar)
					   : json_null());
	return result;
}

static json_t *json_cpus(const struct fathom_target_info *info)
{
	json_t *result = json_array();

	for (size_t i = 0; i < info->cpu_count; i++)
		json_array_append_new(result, json_cpu(&info->cpus[i]));
	return result;
}

static json_t *json_ranges(const struct fathom_target_info *info)
{
	json_t *result = json_array();

	for (size_t i = 0; i < info->range_count; i++) {
		json_t *range = json_object();

		json_object_set_new(range, "start",
				    json_address(info->ranges[i].start));
		json_object_set_new(range, "size",
				    json_integer(info->ranges[i].size));
		json_array_append_new(result, range);
	}
	return result;
}

static json_t *json_start_up(const struct report *report)
{
	const struct fathom_statistics *statistics = &report->statistics;
	json_t *result = json_object();

	json_object_set_new(result, "seconds", json_real(report->seconds));
	json_object_set_new(result, "agent_calls",
			    json_integer(statistics->agent_calls));
	json_object_set_new(result, "pages_fetched",
			    json_integer(statistics->pages_fetched));
	json_object_set_new(result, "bytes_fetched",
			    json_integer(statistics->bytes_fetched));
	return result;
}

static void print_json(const struct report *report)
{
	const struct fathom_target_info *info = report->info;
	json_t *result = json_object();

	json_object_set_new(result, "uri", json_text(info->uri));
	json_object_set_new(result, "banner", json_text(info->banner));
	json_object_set_new(result, "release", json_text(info->release));
	json_object_set_new(result, "build_id", json_text(info->build_id));
	json_object_set_new(result, "kernel_base",
			    json_address(info->kernel_base));
	json_object_set_new(result, "kaslr_offset",
			    json_address(info->kaslr_offset));
	json_object_set_new(result, "page_table_root",
			    json_address(info->page_table_root));
	json_object_set_new(result, "paging_levels",
			    json_integer(info->paging_levels));
	json_object_set_new(result, "pti", json_boolean(info->pti));
	json_object_set_new(result, "symbol_source",
			    json_text(info->symbol_source));
	json_object_set_new(result, "symbol_count",
			    json_integer(info->symbol_count));
	json_object_set_new(result, "cpus", json_cpus(info));
	json_object_set_new(result, "ram_bytes", json_integer(ram_size(info)));
	json_object_set_new(result, "ram", json_ranges(info));
	json_object_set_new(result, "start_up", json_start_up(report));
	json_print(result);
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

int command_info(int argc, char **argv)
{
	struct info_options info = {};
	struct fathom_target *target;
	struct report report;
	double start;

	argp_parse(&argp, argc, argv, 0, NULL, &info);
	start = now();
	target = target_options_open(&info.target);
	report.seconds = now() - start;
	report.info = fathom_target_info(target);
	fathom_target_statistics(target, &report.statistics);
	if (info.json)
		print_json(&report);
	else
		print_human(&report);
	fathom_target_close(target);
	return EXIT_SUCCESS;
}
