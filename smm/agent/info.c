/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* INFO: the machine and the limits of its agent. */
#include "core.h"

uint32_t agent_info(struct fathom_agent *agent, const uint8_t *body,
		    size_t length, uint8_t *reply, size_t room, size_t *used)
{
	struct fathom_wire_info info = {
		.range_count = agent->range_count,
		.max_request = agent->limits.max_request,
		.max_reply = agent->limits.max_reply,
		.max_items = agent->limits.max_items,
		.c_bit_mask = agent->c_bit_mask,
	};
	uint64_t cpu_bytes;
	uint64_t range_bytes;
	uint32_t status;

	(void)body;
	if (length)
		return FATHOM_WIRE_MALFORMED;
	status = agent_load_cpus(agent);
	if (status)
		return status;
	info.cpu_count = agent->cpu_count;
	info.kernel_cpu = agent_kernel_cpu(agent);
	info.flags = agent->cpu_count ? 0 : FATHOM_INFO_NO_CPU_STATE;
	cpu_bytes = (uint64_t)agent->cpu_count * sizeof(*agent->cpus);
	range_bytes = (uint64_t)agent->range_count * sizeof(*agent->ranges);
	if (sizeof(info) + cpu_bytes + range_bytes > room)
		return FATHOM_WIRE_TOO_LARGE;
	__builtin_memcpy(reply, &info, sizeof(info));
	reply += sizeof(info);
	if (cpu_bytes)
		__builtin_memcpy(reply, agent->cpus, cpu_bytes);
	reply += cpu_bytes;
	if (range_bytes)
		__builtin_memcpy(reply, agent->ranges, range_bytes);
	*used = sizeof(info) + cpu_bytes + range_bytes;
	return FATHOM_WIRE_OK;
}
