/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Findings under way: see report_queue.h. */
#include "report_queue.h"

#include <stdlib.h>

#include "report_message.h"

static struct report_queue_entry *entry_of(struct report_queue *queue,
					   uint64_t number)
{
	return &queue->entries[number % REPORT_QUEUE_LENGTH];
}

uint64_t report_queue_waiting(const struct report_queue *queue)
{
	return queue->last - queue->acknowledged;
}

/* Large, and the threads of programs may have small stacks. */
static char *encode(uint64_t number, const struct report_finding *finding,
		    size_t *size)
{
	struct report_message *message = calloc(1, sizeof(*message));
	char *line = NULL;

	if (message) {
		message->type = REPORT_FINDING_MESSAGE;
		message->number = number;
		message->finding = *finding;
		line = report_message_encode(message, size);
	}
	free(message);
	return line;
}

bool report_queue_add(struct report_queue *queue,
		      const struct report_finding *finding)
{
	size_t size = 0;
	char *line = NULL;

	if (report_queue_waiting(queue) < REPORT_QUEUE_LENGTH)
		line = encode(queue->last + 1, finding, &size);
	if (!line || size > REPORT_QUEUE_BYTES - queue->bytes) {
		free(line);
		queue->dropped++;
		return false;
	}
	queue->last++;
	queue->bytes += size;
	*entry_of(queue, queue->last) = (struct report_queue_entry){line, size};
	return true;
}

const struct report_queue_entry *
report_queue_get(const struct report_queue *queue, uint64_t number)
{
	if (number <= queue->acknowledged || number > queue->last)
		return NULL;
	return &queue->entries[number % REPORT_QUEUE_LENGTH];
}

bool report_queue_acknowledge(struct report_queue *queue, uint64_t number)
{
	if (number > queue->last)
		return false;
	while (queue->acknowledged < number) {
		struct report_queue_entry *entry =
			entry_of(queue, ++queue->acknowledged);

		queue->bytes -= entry->size;
		free(entry->line);
		entry->line = NULL;
	}
	return true;
}
