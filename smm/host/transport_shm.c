/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * An agent by way of a relay that shares memory with us: a file on this
 * machine, or a device between two. As with a socket, the connection is given
 * up after any failure, and the next message makes a new one.
 */
#include "transport_shm.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <fathom/error.h>

#include "relay_protocol.h"
#include "ring.h"
#include "ring_area.h"
#include "ring_bell.h"

/* Between looks at slots that are all taken. */
#define CLAIM_AGAIN_NS 2000000L

struct shm {
	struct fathom_transport transport;
	char *path; /* for messages */
	unsigned int dead_ms;
	void *memory;
	size_t size;
	struct ring_area area;
	struct ring_slot *slot; /* NULL: not connected */
	uint64_t mark;		/* of the last claim of ours */
	struct ring requests;
	struct ring replies;
	struct ring_wait wait;
	uint64_t deadline; /* ns, of this exchange */
	/* The relay's sign of life, and since when it is that. */
	uint32_t beat;
	uint64_t beat_since;
};

static struct fathom_error *failed(const struct shm *shm, const char *what)
{
	return fathom_error_create(FATHOM_ERROR_TARGET, "shared memory %s: %s",
				   shm->path, what);
}

static struct fathom_error *nobody_serves(const struct shm *shm)
{
	return failed(
		shm,
		"nobody serves there: is fathom-relay, or fathom agent, running?");
}

static void begin_exchange(struct shm *shm)
{
	uint64_t now = ring_now_ns();

	shm->deadline = now + shm->transport.patience.timeout_ms * 1000000ull;
	shm->beat_since = now;
	shm->transport.failure = FATHOM_INCIDENT_LOST;
}

static struct fathom_error *timed_out(struct shm *shm,
				      struct fathom_error *error)
{
	shm->transport.failure = FATHOM_INCIDENT_TIMEOUT;
	return error;
}

/* While the relay waits for the agent there is no beat, but a bound. */
static bool has_stopped(struct shm *shm, uint32_t state, uint64_t now)
{
	uint32_t beat = atomic_load(&shm->area.header->beat);

	if (beat != shm->beat || state == RING_CALLING) {
		shm->beat = beat;
		shm->beat_since = now;
	}
	return now - shm->beat_since >= shm->dead_ms * 1000000ull;
}

/* Whether there is any use in waiting. */
static struct fathom_error *check_relay(struct shm *shm)
{
	const struct ring_header *header = shm->area.header;
	uint32_t state = atomic_load(&header->state);
	uint64_t now = ring_now_ns();

	if (atomic_load(&header->generation) != shm->area.generation)
		return failed(shm, "the relay has been started anew");
	if (state == RING_ENDED)
		return nobody_serves(shm);
	if (has_stopped(shm, state, now))
		return timed_out(
			shm,
			fathom_error_create(
				FATHOM_ERROR_TARGET,
				"shared memory %s: whoever serves there has stood still for %u ms: it has died, or its machine is paused",
				shm->path, shm->dead_ms));
	if (now >= shm->deadline)
		return timed_out(
			shm,
			fathom_error_create(
				FATHOM_ERROR_TARGET,
				"shared memory %s: no answer within %u ms",
				shm->path, shm->transport.patience.timeout_ms));
	return NULL;
}

static bool is_ours(const struct shm *shm)
{
	return atomic_load(&shm->slot->owner) == shm->mark &&
	       atomic_load(&shm->slot->accepted) == shm->mark;
}

static struct fathom_error *check_connection(struct shm *shm)
{
	struct fathom_error *error = check_relay(shm);

	if (error || is_ours(shm))
		return error;
	return failed(
		shm,
		"the relay has hung up: it cannot reach the agent, or gave our place to others");
}

static struct fathom_error *malformed(const struct shm *shm)
{
	return fathom_error_create(
		FATHOM_ERROR_PROTOCOL,
		"shared memory %s: a ring that holds more than it can: somebody else writes there",
		shm->path);
}

static void tell_relay(struct shm *shm)
{
	ring_bell_ring(&shm->area.header->bell);
}

static void disconnect(struct shm *shm)
{
	uint64_t mine = shm->mark;

	if (!shm->slot)
		return;
	atomic_compare_exchange_strong(&shm->slot->owner, &mine, 0);
	shm->slot = NULL;
	tell_relay(shm);
}

static struct ring_slot *try_to_claim(struct shm *shm)
{
	uint32_t i;

	for (i = 0; i < shm->area.slots; i++) {
		struct ring_slot *slot = ring_area_slot(&shm->area, i);
		uint64_t nobody = 0;

		if (atomic_compare_exchange_strong(&slot->owner, &nobody,
						   shm->mark))
			return slot;
	}
	return NULL;
}

/* Each claim has a mark of its own, so that none is taken for another. */
static struct fathom_error *claim(struct shm *shm)
{
	const struct timespec pause = {.tv_nsec = CLAIM_AGAIN_NS};
	struct fathom_error *error;

	shm->mark++;
	if (!shm->mark)
		shm->mark++;
	while (!(shm->slot = try_to_claim(shm))) {
		error = check_relay(shm);
		if (error)
			return error;
		atomic_fetch_add(&shm->area.header->wanted, 1);
		tell_relay(shm);
		nanosleep(&pause, NULL);
	}
	return NULL;
}

/* Each side begins its indices at 0, and the relay says when it has. */
static struct fathom_error *open_slot(struct shm *shm)
{
	struct ring_slot *slot = shm->slot;
	struct fathom_error *error;
	uint32_t count;

	ring_wait_over(&shm->wait);
	shm->requests = ring_area_requests(&shm->area, slot);
	shm->replies = ring_area_replies(&shm->area, slot);
	atomic_store(&slot->request_written.bytes, 0);
	atomic_store(&slot->reply_read.bytes, 0);
	atomic_store(&slot->opened, shm->mark);
	tell_relay(shm);
	for (;;) {
		count = ring_bell_count(&slot->bell);
		if (atomic_load(&slot->accepted) == shm->mark)
			return NULL;
		error = check_relay(shm);
		if (error)
			return error;
		ring_bell_wait(&slot->bell, count, &shm->wait);
	}
}

/* The header is looked at anew: perhaps another relay serves. */
static struct fathom_error *connect_relay(struct shm *shm)
{
	struct fathom_error *error;
	struct fathom_error *reason;

	reason = ring_area_attach(&shm->area, shm->memory, shm->size);
	if (reason) {
		error = fathom_error_create(reason->code,
					    "shared memory %s: %s", shm->path,
					    reason->message);
		fathom_error_destroy(reason);
		return error;
	}
	shm->beat = atomic_load(&shm->area.header->beat);
	error = check_relay(shm);
	if (!error)
		error = claim(shm);
	return error ? error : open_slot(shm);
}

static struct fathom_error *send_all(struct shm *shm, const void *data,
				     size_t size)
{
	const uint8_t *next = data;

	ring_wait_over(&shm->wait);
	while (size) {
		uint32_t count = ring_bell_count(&shm->slot->bell);
		struct fathom_error *error = check_connection(shm);
		size_t done;

		if (error)
			return error;
		if (!ring_write(&shm->requests, next, size, &done))
			return malformed(shm);
		next += done;
		size -= done;
		if (done) {
			ring_wait_over(&shm->wait);
			continue;
		}
		tell_relay(shm);
		ring_bell_wait(&shm->slot->bell, count, &shm->wait);
	}
	return NULL;
}

static struct fathom_error *receive_all(struct shm *shm, void *data,
					size_t size)
{
	uint8_t *next = data;

	ring_wait_over(&shm->wait);
	while (size) {
		uint32_t count = ring_bell_count(&shm->slot->bell);
		struct fathom_error *error;
		size_t done;

		if (!ring_read(&shm->replies, next, size, &done))
			return malformed(shm);
		next += done;
		size -= done;
		if (done) {
			/* It may wait for the room. */
			tell_relay(shm);
			ring_wait_over(&shm->wait);
			continue;
		}
		error = check_connection(shm);
		if (error)
			return error;
		ring_bell_wait(&shm->slot->bell, count, &shm->wait);
	}
	return NULL;
}

/* Between calls a relay may have been started anew, or let us go. */
static bool is_stale(const struct shm *shm)
{
	return shm->slot && (atomic_load(&shm->area.header->generation) !=
				     shm->area.generation ||
			     !is_ours(shm));
}

static struct fathom_error *converse(struct shm *shm, const void *message,
				     size_t size, void *reply,
				     size_t *reply_size)
{
	uint32_t length = htole32((uint32_t)size);
	struct fathom_error *error = NULL;

	if (is_stale(shm))
		disconnect(shm);
	if (!shm->slot)
		error = connect_relay(shm);
	if (!error)
		error = send_all(shm, &length, sizeof(length));
	if (!error)
		error = send_all(shm, message, size);
	if (error)
		return error;
	tell_relay(shm);
	error = receive_all(shm, &length, sizeof(length));
	if (error)
		return error;
	length = le32toh(length);
	if (length > FATHOM_SEAL_MAX_REPLY)
		return fathom_error_create(
			FATHOM_ERROR_PROTOCOL,
			"shared memory %s: the relay announces a reply of %" PRIu32
			" bytes, where %u are the most",
			shm->path, length, FATHOM_SEAL_MAX_REPLY);
	error = receive_all(shm, reply, length);
	if (!error)
		*reply_size = length;
	return error;
}

static struct fathom_error *exchange(struct fathom_transport *base,
				     const void *message, size_t size,
				     void *reply, size_t *reply_size)
{
	struct shm *shm = (struct shm *)base;
	struct fathom_error *error;

	if (!size || size > FATHOM_SEAL_MAX_REQUEST)
		return fathom_error_create(FATHOM_ERROR_INVALID_ARGUMENT,
					   "a message of %zu bytes", size);
	begin_exchange(shm);
	error = converse(shm, message, size, reply, reply_size);
	if (error)
		disconnect(shm);
	return error;
}

static void destroy(struct fathom_transport *base)
{
	struct shm *shm = (struct shm *)base;

	disconnect(shm);
	if (shm->memory)
		munmap(shm->memory, shm->size);
	free(shm->path);
	free(shm);
}

static const struct fathom_transport_ops ops = {
	.exchange = exchange,
	.destroy = destroy,
};

static struct fathom_error *why_not_opened(const struct shm *shm, int reason)
{
	switch (reason) {
	case ENOENT:
		return nobody_serves(shm);
	case EACCES:
		return failed(
			shm,
			"permission denied: the memory is for fathom-relay's group, or for root");
	default:
		return failed(shm, strerror(reason));
	}
}

static struct fathom_error *map(struct shm *shm, int fd)
{
	struct stat status;
	void *memory;

	if (fstat(fd, &status))
		return failed(shm, strerror(errno));
	if (!S_ISREG(status.st_mode) || status.st_size < (off_t)RING_PAGE)
		return failed(shm, "no shared memory of a relay");
	shm->size = (size_t)status.st_size;
	memory = mmap(NULL, shm->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		      0);
	if (memory == MAP_FAILED)
		return failed(shm, strerror(errno));
	shm->memory = memory;
	return NULL;
}

static struct fathom_error *open_memory(struct shm *shm)
{
	struct fathom_error *error;
	int fd = open(shm->path, O_RDWR | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return why_not_opened(shm, errno);
	error = map(shm, fd);
	close(fd);
	return error;
}

static struct fathom_error *open_it(struct shm *shm, const char *path)
{
	struct fathom_error *error;

	shm->path = strdup(path);
	if (!shm->path)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	/* Where our marks begin: others begin elsewhere. */
	if (getrandom(&shm->mark, sizeof(shm->mark), 0) != sizeof(shm->mark))
		return fathom_error_os(errno, "no random number");
	error = open_memory(shm);
	if (error)
		return error;
	begin_exchange(shm);
	return connect_relay(shm);
}

struct fathom_error *
transport_shm_open(const char *path,
		   const struct fathom_transport_patience *patience,
		   unsigned int dead_ms, struct fathom_transport **ret)
{
	static const struct fathom_transport_patience standard = {
		.timeout_ms = FATHOM_TRANSPORT_TIMEOUT_MS,
		.reconnect_ms = FATHOM_TRANSPORT_RECONNECT_MS,
	};
	struct shm *shm = calloc(1, sizeof(*shm));
	struct fathom_error *error;

	if (!shm)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	shm->transport.ops = &ops;
	shm->transport.patience = patience ? *patience : standard;
	if (!shm->transport.patience.timeout_ms)
		shm->transport.patience.timeout_ms = standard.timeout_ms;
	shm->dead_ms = dead_ms;
	error = open_it(shm, path);
	if (error) {
		destroy(&shm->transport);
		return error;
	}
	*ret = &shm->transport;
	return NULL;
}

struct fathom_error *
fathom_transport_open_shm(const char *path,
			  const struct fathom_transport_patience *patience,
			  struct fathom_transport **ret)
{
	return transport_shm_open(path, patience, TRANSPORT_SHM_DEAD_MS, ret);
}
