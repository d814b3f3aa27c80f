/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The state of all IDSes: see state_file.h. */
#include "state_file.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "key_file.h"

struct watch_state_file {
	char *path;
	char *new_path;
	uint64_t written;
	bool failing;
};

static const char *const presences[] = {
	[WATCH_NEVER] = "never seen",
	[WATCH_CONNECTED] = "connected",
	[WATCH_GONE] = "gone",
	[WATCH_ENDED] = "ended",
};

static json_t *standing_alarms(const struct watch_ids *ids)
{
	json_t *alarms = json_array();
	unsigned int alarm;

	for (alarm = 0; alarms && alarm < WATCH_ALARMS; alarm++)
		if (ids->standing & 1u << alarm)
			json_array_append_new(
				alarms, json_string(watch_alarm_name(alarm)));
	return alarms;
}

static json_t *state_of(const struct watch_ids *ids, uint64_t now)
{
	char key[FATHOM_KEY_TEXT_LENGTH + 1];

	fathom_key_encode(ids->key, key);
	return json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o}",
		"name", ids->name, "key", key, "state",
		presences[ids->presence], "program", ids->origin.name, "host",
		ids->origin.hostname, "target", ids->origin.target, "pid",
		(json_int_t)ids->origin.pid, "interval_ms",
		(json_int_t)ids->interval_ms, "since_ms",
		(json_int_t)(now - ids->since), "beat_ms",
		(json_int_t)(ids->has_beat ? now - ids->beat_at : 0), "beats",
		(json_int_t)ids->beats, "epochs", (json_int_t)ids->beat.epochs,
		"answered", (json_int_t)ids->beat.answered, "faults",
		(json_int_t)ids->beat.faults, "findings",
		(json_int_t)ids->findings, "alarms", (json_int_t)ids->alarms,
		"standing", standing_alarms(ids));
}

json_t *watch_state(const struct watch_authorized *authorized, uint64_t now)
{
	json_t *all = json_array();
	char time[32];
	size_t i;

	report_time_text(time, report_now());
	for (i = 0; all && i < authorized->count; i++)
		json_array_append_new(all, state_of(&authorized->ids[i], now));
	return json_pack("{s:s, s:I, s:o}", "time", time, "pid",
			 (json_int_t)getpid(), "ids", all);
}

/* Whole or not at all: whoever reads it never sees a half. */
static bool replace(struct watch_state_file *file, const json_t *state)
{
	int fd = open(file->new_path,
		      O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
		      0644);
	bool ok;

	if (fd < 0)
		return false;
	ok = !json_dumpfd(state, fd, JSON_COMPACT);
	if (close(fd))
		ok = false;
	return ok && !rename(file->new_path, file->path);
}

struct fathom_error *watch_state_file_create(const char *path,
					     struct watch_state_file **ret)
{
	struct watch_state_file *file = calloc(1, sizeof(*file));
	struct watch_authorized nobody = {0};
	struct fathom_error *error = NULL;
	json_t *state;

	if (!file || !(file->path = strdup(path)) ||
	    asprintf(&file->new_path, "%s.new", path) < 0) {
		watch_state_file_destroy(file);
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	}
	state = watch_state(&nobody, 0);
	if (!replace(file, state)) {
		error = fathom_error_os(errno, "%s", path);
		watch_state_file_destroy(file);
	} else {
		*ret = file;
	}
	json_decref(state);
	return error;
}

void watch_state_file_write(struct watch_state_file *file,
			    const struct watch_authorized *authorized,
			    uint64_t now)
{
	json_t *state;
	bool ok;

	if (!file || (file->written && now - file->written < WATCH_STATE_MS))
		return;
	file->written = now;
	state = watch_state(authorized, now);
	ok = state && replace(file, state);
	if (!ok && !file->failing)
		warn("%s", file->path);
	file->failing = !ok;
	json_decref(state);
}

void watch_state_file_destroy(struct watch_state_file *file)
{
	if (!file)
		return;
	if (file->path)
		unlink(file->path);
	free(file->path);
	free(file->new_path);
	free(file);
}
