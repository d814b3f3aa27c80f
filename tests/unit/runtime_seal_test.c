/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * A sealed process, seen from another one: from root's, if the test is run by
 * root. What it shows, what is found in its memory, what it may do.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fathom/secret.h>
#include <fathom/target.h>

#include "../../smm/agent/crypto.h"
#include "child.h"
#include "runtime_machine.h"
#include "seal.h"

#include <cmocka.h>

/* What is looked for: part of a page that has no such bytes twice. */
#define NEEDLE_OFFSET 1000
#define NEEDLE_SIZE   64

static uint8_t page_byte(size_t i)
{
	return (uint8_t)(i * 37 + (i >> 5) * 11 + 5);
}

static void fail_child(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	_exit(99);
}

static void must(struct fathom_error *error)
{
	if (!error)
		return;
	fprintf(stderr, "%s\n", error->message);
	_exit(98);
}

/* Read a page of the target, of which the target then knows nothing more. */
static const void *read_page(void)
{
	uint8_t *page = (uint8_t *)machine_at(MACHINE_START);
	const void *local;
	size_t i;

	for (i = 0; i < 4096; i++)
		page[i] = page_byte(i);
	local = machine_load(MACHINE_START, 8, NULL, NULL);
	explicit_bzero(page, 4096);
	return local;
}

/* For which target, if at all. */
static const void *be_sealed_for(const char *uri)
{
	const void *local;

	if (uri)
		must(fathom_seal_prepare());
	machine_set_up(NULL);
	local = read_page();
	if (uri)
		must(fathom_seal_close(uri, false));
	return local;
}

static const void *be_sealed(bool sealed)
{
	return be_sealed_for(sealed ? "smi:" : NULL);
}

static uint8_t key_byte(size_t i)
{
	return (uint8_t)(i * 89 + 17);
}

/* Have a private key in libcrypto's memory, and nowhere else. */
static void hold_key(void)
{
	static struct crypto_private_key key;
	uint8_t raw[CRYPTO_KEY_SIZE];
	size_t i;

	for (i = 0; i < sizeof(raw); i++)
		raw[i] = key_byte(i);
	if (!crypto_private_key_load(&key, raw))
		fail_child("key");
	crypto_wipe(raw, sizeof(raw));
}

/* A process that holds a page and a key, and waits. */
struct holder {
	pid_t pid;
	int life; /* it ends when this is closed */
	const void *local;
	bool secret;
};

/* In the child: be one, tell of it, and wait for the test to end. */
static _Noreturn void be_holder(bool sealed, int ready, int life)
{
	struct holder holder = {.local = be_sealed(sealed)};

	hold_key();
	fathom_secret_wipe_stack();
	holder.secret = fathom_secret_active();
	if (write(ready, &holder, sizeof(holder)) != sizeof(holder))
		_exit(97);
	while (read(life, &holder, 1) > 0)
		;
	_exit(0);
}

static struct holder hold(bool sealed)
{
	struct holder holder;
	int ready[2];
	int life[2];
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	assert_int_equal(pipe(life), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		close(life[1]);
		be_holder(sealed, ready[1], life[0]);
	}
	close(life[0]);
	close(ready[1]);
	assert_int_equal(read(ready[0], &holder, sizeof(holder)),
			 sizeof(holder));
	close(ready[0]);
	holder.pid = pid;
	holder.life = life[1];
	return holder;
}

static void release(const struct holder *holder)
{
	close(holder->life);
	kill(holder->pid, SIGKILL);
	waitpid(holder->pid, NULL, 0);
}

/* Larger mappings are AddressSanitizer's book about the others. */
#define SHADOW_SIZE (64ul << 30)

/* How often bytes are in what /proc/PID/mem lets us read. */
static unsigned int search_memory(pid_t pid, uint8_t (*byte)(size_t),
				  size_t offset, size_t needle_size)
{
	static uint8_t buffer[1 << 20];
	uint8_t needle[NEEDLE_SIZE];
	unsigned long start;
	unsigned long end;
	unsigned int found = 0;
	char path[64];
	char line[512];
	FILE *maps;
	size_t i;
	int mem;

	for (i = 0; i < needle_size; i++)
		needle[i] = byte(offset + i);
	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	mem = open(path, O_RDONLY);
	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	maps = fopen(path, "r");
	if (!maps || mem < 0)
		return 0;
	while (fgets(line, sizeof(line), maps)) {
		ssize_t n = 1;

		if (sscanf(line, "%lx-%lx r", &start, &end) != 2 ||
		    line[strcspn(line, " ") + 1] != 'r' ||
		    end - start > SHADOW_SIZE)
			continue;
		for (; start < end && n > 0; start += (unsigned long)n) {
			size_t size = end - start < sizeof(buffer)
					      ? end - start
					      : sizeof(buffer);

			n = pread(mem, buffer, size, (off_t)start);
			if (n > 0 &&
			    memmem(buffer, (size_t)n, needle, needle_size))
				found++;
		}
	}
	fclose(maps);
	close(mem);
	/* The next process starts as a copy of this one. */
	explicit_bzero(needle, sizeof(needle));
	explicit_bzero(buffer, sizeof(buffer));
	return found;
}

static unsigned int find_page(pid_t pid)
{
	return search_memory(pid, page_byte, NEEDLE_OFFSET, NEEDLE_SIZE);
}

/* But for the first and last bytes, where X25519 fixes some bits. */
static unsigned int find_key(pid_t pid)
{
	return search_memory(pid, key_byte, 1, CRYPTO_KEY_SIZE - 2);
}

static bool can_read(const struct holder *holder)
{
	char buffer[64];
	struct iovec ours = {buffer, sizeof(buffer)};
	struct iovec theirs = {(void *)(uintptr_t)holder->local,
			       sizeof(buffer)};

	return process_vm_readv(holder->pid, &ours, 1, &theirs, 1, 0) > 0;
}

/* That the test would see them: it does when the process is not sealed. */
static void a_common_process_shows_all(void **state)
{
	struct holder holder = hold(false);

	(void)state;
	assert_true(can_read(&holder));
	assert_int_not_equal(find_page(holder.pid), 0);
	assert_int_not_equal(find_key(holder.pid), 0);
	release(&holder);
}

static void a_sealed_process_shows_nothing(void **state)
{
	struct holder holder = hold(true);
	bool hidden = holder.secret || geteuid();

	(void)state;
	/* Root may trace; what it may not is look into secret memory. */
	if (hidden) {
		assert_false(can_read(&holder));
		assert_int_equal(find_page(holder.pid), 0);
		assert_int_equal(find_key(holder.pid), 0);
	}
	release(&holder);
	if (!hidden) {
		print_message(
			"this kernel has no memfd_secret (boot it with secretmem.enable=1)\n");
		skip();
	}
}

static void status_of(pid_t pid, const char *name, char *value, size_t size)
{
	char path[64];
	char line[256];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	file = fopen(path, "r");
	assert_non_null(file);
	*value = '\0';
	while (fgets(line, sizeof(line), file)) {
		size_t length = strlen(name);

		if (!strncmp(line, name, length) && line[length] == ':')
			snprintf(value, size, "%s",
				 line + length + 1 +
					 strspn(line + length + 1, "\t "));
	}
	value[strcspn(value, "\n")] = '\0';
	fclose(file);
}

static void privileges_are_gone(void **state)
{
	struct holder holder = hold(true);
	char value[128];

	(void)state;
	status_of(holder.pid, "NoNewPrivs", value, sizeof(value));
	assert_string_equal(value, "1");
	status_of(holder.pid, "Seccomp", value, sizeof(value));
	assert_string_equal(value, "2");
	status_of(holder.pid, "CapEff", value, sizeof(value));
	assert_int_equal(strtoull(value, NULL, 16), 0);
	status_of(holder.pid, "Uid", value, sizeof(value));
	if (!geteuid())
		assert_in_range(strtoul(value, NULL, 10), 61184, 65519);
	status_of(holder.pid, "Groups", value, sizeof(value));
	if (!geteuid())
		assert_string_equal(value, "");
	release(&holder);
}

/* The socket of a relay that only a group may write to. */
static int make_socket(struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	snprintf(address->sun_path, sizeof(address->sun_path),
		 "/tmp/fathom-seal-%d.sock", getpid());
	assert_int_equal(bind(fd, (struct sockaddr *)address, sizeof(*address)),
			 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(chmod(address->sun_path, 0660), 0);
	if (!geteuid())
		assert_int_equal(chown(address->sun_path, 64123, 64124), 0);
	return fd;
}

static struct sockaddr_un relay;

static void connect_to_relay(void)
{
	char uri[sizeof(relay.sun_path) + 8];
	int fd;

	snprintf(uri, sizeof(uri), "smi:%s", relay.sun_path);
	be_sealed_for(uri);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	_exit(fd < 0 ||
	      connect(fd, (struct sockaddr *)&relay, sizeof(relay)) != 0);
}

static void the_relay_stays_in_reach(void **state)
{
	int fd = make_socket(&relay);
	struct child_result child = child_run(connect_to_relay);

	(void)state;
	unlink(relay.sun_path);
	close(fd);
	assert_int_equal(child.status, 0);
}

static void two_sealed_processes_are_two_users(void **state)
{
	struct holder one = hold(true);
	struct holder two = hold(true);
	char first[128];
	char second[128];

	(void)state;
	status_of(one.pid, "Uid", first, sizeof(first));
	status_of(two.pid, "Uid", second, sizeof(second));
	if (!geteuid())
		assert_string_not_equal(first, second);
	release(&one);
	release(&two);
}

/* What a sealed program may still do, and what not. */

static void *add_in_thread(void *arg)
{
	*(int *)arg += 1;
	return NULL;
}

static void do_what_is_allowed(void)
{
	const void *local = be_sealed(true);
	pthread_t thread;
	int number = 0;
	void *memory;

	memory = malloc(1 << 20);
	if (!memory || memcmp(local, "\x05", 1))
		_exit(1);
	memset(memory, 1, 1 << 20);
	free(memory);
	if (pthread_create(&thread, NULL, add_in_thread, &number) ||
	    pthread_join(thread, NULL) || number != 1)
		_exit(2);
	must(fathom_target_refresh(fathom_target_default()));
	machine_load(MACHINE_START + 4096, 8, NULL, NULL);
	if (open("/etc/passwd", O_RDONLY) >= 0 || errno != EPERM)
		_exit(3);
	printf("still here %d\n", number);
	fflush(stdout);
	_exit(0);
}

static void looking_and_printing_go_on(void **state)
{
	struct child_result child = child_run(do_what_is_allowed);

	(void)state;
	assert_string_equal(child.output, "still here 1\n");
	assert_int_equal(child.status, 0);
}

/* Landlock alone, without the system-call filter that hides it. */
static void only_files_sealed(void)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(1),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	int version = (int)syscall(SYS_landlock_create_ruleset, NULL, 0, 1);

	if (version < 1)
		_exit(77);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		_exit(1);
	must(fathom_seal_files(false));
	if (open("/etc/passwd", O_RDONLY) >= 0 || errno != EACCES)
		_exit(2);
	if (open("/tmp/fathom-sealed", O_WRONLY | O_CREAT, 0600) >= 0)
		_exit(3);
	if (version >= 4 &&
	    (!connect(fd, (struct sockaddr *)&address, sizeof(address)) ||
	     errno != EACCES))
		_exit(4);
	_exit(0);
}

static void landlock_denies_by_itself(void **state)
{
	struct child_result child = child_run(only_files_sealed);

	(void)state;
	if (child.status == 77) {
		print_message("this kernel has no Landlock\n");
		skip();
	}
	assert_int_equal(child.status, 0);
}

static void sealed_exec(void)
{
	char *argv[] = {"true", NULL};

	be_sealed(true);
	execv("/bin/true", argv);
}

static void sealed_fork(void)
{
	be_sealed(true);
	if (syscall(SYS_fork) == 0)
		_exit(0);
}

static void sealed_network(void)
{
	be_sealed(true);
	if (socket(AF_INET, SOCK_STREAM, 0) >= 0)
		_exit(0);
}

static void sealed_code(void)
{
	be_sealed(true);
	if (mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
		 -1, 0) != MAP_FAILED)
		_exit(0);
}

static void sealed_ptrace(void)
{
	be_sealed(true);
	ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
}

static void sealed_kill(void)
{
	be_sealed(true);
	kill(getppid(), 0);
}

static void sealed_dumpable(void)
{
	be_sealed(true);
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

/* The connection may have to be made anew. Nobody listens at port 1. */
static void connect_again(void)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(1),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd;

	be_sealed_for("tcp:127.0.0.1:1");
	fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd < 0)
		_exit(1);
	if (!connect(fd, (struct sockaddr *)&address, sizeof(address)) ||
	    errno != ECONNREFUSED)
		_exit(2);
	_exit(0);
}

static void tcp_stays_for_its_targets(void **state)
{
	struct child_result child = child_run(connect_again);

	(void)state;
	assert_int_equal(child.status, 0);
}

static void other_calls_end_the_program(void **state)
{
	static void (*const forbidden[])(void) = {
		sealed_exec,   sealed_fork, sealed_network,  sealed_code,
		sealed_ptrace, sealed_kill, sealed_dumpable,
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(forbidden) / sizeof(forbidden[0]); i++) {
		struct child_result child = child_run(forbidden[i]);

		assert_int_equal(child.status, FATHOM_EXIT_CRASH);
		assert_non_null(strstr(
			child.errors,
			"the program is sealed (fathom run --seal) and may not make system call 0x"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* First: processes start as copies of this one, which has
		 * searched for nothing yet. */
		cmocka_unit_test(a_sealed_process_shows_nothing),
		cmocka_unit_test(a_common_process_shows_all),
		cmocka_unit_test(privileges_are_gone),
		cmocka_unit_test(the_relay_stays_in_reach),
		cmocka_unit_test(two_sealed_processes_are_two_users),
		cmocka_unit_test(landlock_denies_by_itself),
		cmocka_unit_test(looking_and_printing_go_on),
		cmocka_unit_test(tcp_stays_for_its_targets),
		cmocka_unit_test(other_calls_end_the_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
