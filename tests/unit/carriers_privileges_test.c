/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* What a relay or an agent gives up before it serves. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "agent_client.h"
#include "child.h"
#include "privileges.h"
#include "sanitized.h"

#include <cmocka.h>

static void users_and_groups(void **state)
{
	uid_t uid;
	gid_t gid;

	(void)state;
	client_no_error(privileges_find_user("daemon", &uid, &gid));
	assert_int_equal(uid, 1);
	assert_int_equal(gid, 1);
	client_no_error(privileges_find_user("54321", &uid, &gid));
	assert_int_equal(uid, 54321);
	assert_int_equal(gid, 54321);
	client_error_says(privileges_find_user("no-such-user", &uid, &gid),
			  "no user no-such-user");
	client_error_says(privileges_find_user("4294967295", &uid, &gid),
			  "no user");
	client_error_says(privileges_find_user("-1", &uid, &gid), "no user");
	client_no_error(privileges_find_group("root", &gid));
	assert_int_equal(gid, 0);
	client_no_error(privileges_find_group("777", &gid));
	assert_int_equal(gid, 777);
	client_error_says(privileges_find_group("no-such-group", &gid),
			  "no group");
	client_error_says(privileges_drop(0, 1), "does not serve as root");
	client_error_says(privileges_drop(1, 0), "does not serve as root");
}

static void filter(void)
{
	struct fathom_error *error =
		privileges_filter_syscalls(PRIVILEGES_ANSWER);

	if (error)
		_exit(1);
}

static void allowed_calls(void)
{
	const struct timespec time = {.tv_nsec = 1};

	filter();
	nanosleep(&time, NULL);
	(void)!write(STDOUT_FILENO, "lives", 5);
	_exit(7);
}

static void opens_a_file(void)
{
	filter();
	_exit(open("/dev/null", O_RDONLY) >= 0 ? 1 : 2);
}

static void makes_a_socket(void)
{
	filter();
	_exit(socket(AF_UNIX, SOCK_STREAM, 0) >= 0 ? 1 : 2);
}

static void executes(void)
{
	filter();
	execl("/bin/true", "true", NULL);
	_exit(2);
}

static void forks(void)
{
	filter();
	_exit(fork() >= 0 ? 1 : 2);
}

/* no_new_privs is what an unprivileged process needs to filter; see seccomp(2).
 * privileges_drop() has set it in the relay, libseccomp does so here.
 */
static void forbidden_calls(void **state)
{
	struct child_result result;

	(void)state;
	/* A sanitizer makes calls of its own. */
	if (!SANITIZED) {
		result = child_run(allowed_calls);
		assert_int_equal(result.status, 7);
		assert_string_equal(result.output, "lives");
	}
	assert_int_equal(child_run(opens_a_file).status, -SIGSYS);
	assert_int_equal(child_run(makes_a_socket).status, -SIGSYS);
	assert_int_equal(child_run(executes).status, -SIGSYS);
	assert_int_equal(child_run(forks).status, -SIGSYS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(users_and_groups),
		cmocka_unit_test(forbidden_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
