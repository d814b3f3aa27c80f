/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The hook: see hook.h. */
#include "hook.h"

#include <err.h>
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* How often to look whether one has ended, when there is nothing else to do. */
#define LOOK_NS 10000000

/* Its input: a file, so that nobody has to wait until it is read. */
static int input_of(const char *event)
{
	size_t size = strlen(event);
	int fd = memfd_create("fathom-event", MFD_CLOEXEC);

	if (fd < 0)
		return -1;
	if (write(fd, event, size) == (ssize_t)size &&
	    write(fd, "\n", 1) == 1 && !lseek(fd, 0, SEEK_SET))
		return fd;
	close(fd);
	return -1;
}

/* A group of its own, to be killed as a whole; signals as they are usual. */
static int spawn(const char *path, int input, pid_t *pid)
{
	char *arguments[] = {(char *)path, NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	int status;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP |
						      POSIX_SPAWN_SETSIGMASK |
						      POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
	/* Our standard output is for events. */
	posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
	status =
		posix_spawn(pid, path, &files, &attributes, arguments, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attributes);
	return status;
}

static void start(struct watch_hook *hook, size_t place, const char *event,
		  uint64_t now)
{
	int input = input_of(event);
	pid_t pid = 0;
	int status;

	status = input < 0 ? errno : spawn(hook->path, input, &pid);
	if (input >= 0)
		close(input);
	if (status) {
		warnx("hook %s: %s", hook->path, strerror(status));
		hook->lost++;
		return;
	}
	hook->running[place].pid = pid;
	hook->running[place].since = now;
}

static void forget(struct watch_hook_event *event)
{
	free(event->about);
	free(event->text);
	*event = (struct watch_hook_event){0};
}

static bool start_next(struct watch_hook *hook, uint64_t now)
{
	size_t place = 0;

	while (place < WATCH_HOOKS && hook->running[place].pid)
		place++;
	if (place == WATCH_HOOKS || !hook->count)
		return false;
	start(hook, place, hook->queue[hook->first].text, now);
	forget(&hook->queue[hook->first]);
	hook->first = (hook->first + 1) % WATCH_HOOKS_QUEUE;
	hook->count--;
	return true;
}

static struct watch_hook_event *waiting(struct watch_hook *hook, size_t number)
{
	return &hook->queue[(hook->first + number) % WATCH_HOOKS_QUEUE];
}

/* Where an event about that belongs; NULL if there is no room. */
static struct watch_hook_event *place_for(struct watch_hook *hook,
					  const char *about)
{
	size_t i;

	for (i = 0; i < hook->count; i++)
		if (!strcmp(waiting(hook, i)->about, about))
			return waiting(hook, i);
	return i < WATCH_HOOKS_QUEUE ? waiting(hook, i) : NULL;
}

static bool put(struct watch_hook *hook, const char *about, const char *text)
{
	struct watch_hook_event *place = place_for(hook, about);
	struct watch_hook_event event;

	if (!place)
		return false;
	event = (struct watch_hook_event){strdup(about), strdup(text)};
	if (!event.about || !event.text) {
		forget(&event);
		return false;
	}
	hook->count += !place->about;
	forget(place);
	*place = event;
	return true;
}

/* Not of each: whoever causes them must not fill another log. */
static void warn_of_lost(struct watch_hook *hook, uint64_t now)
{
	if (hook->lost == hook->told_lost ||
	    (hook->told_lost && now - hook->told_at < WATCH_HOOK_MS))
		return;
	warnx("hook %s: no room; events it was not run for so far: %llu",
	      hook->path, (unsigned long long)hook->lost);
	hook->told_lost = hook->lost;
	hook->told_at = now;
}

void watch_hook_run(struct watch_hook *hook, const char *about,
		    const char *event, uint64_t now)
{
	if (!hook->path)
		return;
	if (!put(hook, about, event))
		hook->lost++;
	watch_hook_tick(hook, now);
}

/* One that has ended, or has had its time. */
static void look_after(struct watch_hook *hook, size_t place, uint64_t now)
{
	pid_t pid = hook->running[place].pid;

	if (!pid)
		return;
	if (waitpid(pid, NULL, WNOHANG)) {
		hook->running[place].pid = 0;
		return;
	}
	if (now - hook->running[place].since < WATCH_HOOK_MS)
		return;
	hook->killed++;
	warnx("hook %s: killed after %d s", hook->path, WATCH_HOOK_MS / 1000);
	kill(-pid, SIGKILL);
	waitpid(pid, NULL, 0);
	hook->running[place].pid = 0;
}

void watch_hook_tick(struct watch_hook *hook, uint64_t now)
{
	size_t i;

	for (i = 0; i < WATCH_HOOKS; i++)
		look_after(hook, i, now);
	while (start_next(hook, now))
		;
	warn_of_lost(hook, now);
}

static bool is_busy(const struct watch_hook *hook)
{
	size_t i;

	for (i = 0; i < WATCH_HOOKS; i++)
		if (hook->running[i].pid)
			return true;
	return hook->count;
}

static void kill_all(const struct watch_hook *hook)
{
	size_t i;

	for (i = 0; i < WATCH_HOOKS; i++)
		if (hook->running[i].pid)
			kill(-hook->running[i].pid, SIGKILL);
}

void watch_hook_finish(struct watch_hook *hook, uint64_t (*clock)(void))
{
	const struct timespec wait = {.tv_nsec = LOOK_NS};
	uint64_t deadline = clock() + WATCH_HOOK_MS;

	while (is_busy(hook) && clock() < deadline) {
		watch_hook_tick(hook, clock());
		nanosleep(&wait, NULL);
	}
	kill_all(hook);
	while (hook->count)
		forget(waiting(hook, --hook->count));
}
