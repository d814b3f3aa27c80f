/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Stand-ins of the kernel's functions, on the target's memory. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include <cmocka.h>

#include <fathom/abi.h>

#include "fake_memory.h"

#define PAGE 4096

/* As the kernel's headers declare them. */
struct rb_node {
	unsigned long color;
	struct rb_node *right, *left;
};
struct rb_root {
	struct rb_node *node;
};
struct rb_node *rb_first(const struct rb_root *root);
struct rb_node *rb_last(const struct rb_root *root);
struct rb_node *rb_next(const struct rb_node *node);
struct rb_node *rb_prev(const struct rb_node *node);
unsigned long _find_first_bit(const unsigned long *map, unsigned long bits);
unsigned long _find_next_bit(const unsigned long *map, unsigned long bits,
			     unsigned long start);
unsigned long _find_first_zero_bit(const unsigned long *map,
				   unsigned long bits);
unsigned long _find_next_zero_bit(const unsigned long *map, unsigned long bits,
				  unsigned long start);
unsigned long _find_next_and_bit(const unsigned long *a, const unsigned long *b,
				 unsigned long bits, unsigned long start);
unsigned long _find_last_bit(const unsigned long *map, unsigned long bits);
unsigned int __bitmap_weight(const unsigned long *map, unsigned int bits);
bool __bitmap_equal(const unsigned long *a, const unsigned long *b,
		    unsigned int bits);
bool __bitmap_intersects(const unsigned long *a, const unsigned long *b,
			 unsigned int bits);
bool __bitmap_subset(const unsigned long *a, const unsigned long *b,
		     unsigned int bits);
void *__fathom_kmalloc(size_t count, size_t size, unsigned int flags);
void *__fathom_krealloc(const void *ptr, size_t count, size_t size,
			unsigned int flags);
void kfree(const void *ptr);
char *kstrdup(const char *string, unsigned int flags);
void *kmemdup(const void *src, size_t size, unsigned int flags);
ssize_t strscpy(char *dst, const char *src, size_t size);
size_t strlcat(char *dst, const char *src, size_t size);
char *strnchr(const char *string, size_t max, int c);
char *strnstr(const char *haystack, const char *needle, size_t max);
char *skip_spaces(const char *string);
bool sysfs_streq(const char *a, const char *b);
int scnprintf(char *buffer, size_t size, const char *format, ...);
int kstrtoint(const char *string, unsigned int base, int *ret);
int kstrtoull(const char *string, unsigned int base, unsigned long long *ret);
int _printk(const char *format, ...);
void panic(const char *format, ...);

struct list_head {
	struct list_head *next, *prev;
};
bool __list_add_valid_or_report(const struct list_head *entry,
				const struct list_head *prev,
				const struct list_head *next);
bool __list_del_entry_valid_or_report(const struct list_head *entry);

static int set_up(void **state)
{
	(void)state;
	fake_memory_reset();
	return 0;
}

static struct rb_node *node_at(size_t index)
{
	return fake_address(PAGE - 100 + index * sizeof(struct rb_node));
}

/* A tree of nodes 0..6 in order, node 3 at the top, over a page's edge. */
static struct rb_root *make_tree(void)
{
	static const signed char parents[] = {1, 3, 1, -1, 5, 3, 5};
	static const signed char lefts[] = {-1, 0, -1, 1, -1, 4, -1};
	static const signed char rights[] = {-1, 2, -1, 5, -1, 6, -1};
	struct rb_root root = {node_at(3)};

	for (size_t i = 0; i < sizeof(parents); i++) {
		struct rb_node node = {
			.color = i & 1,
			.left = lefts[i] < 0 ? NULL : node_at(lefts[i]),
			.right = rights[i] < 0 ? NULL : node_at(rights[i]),
		};

		if (parents[i] >= 0)
			node.color |= (uintptr_t)node_at(parents[i]);
		fake_memory_put(PAGE - 100 + i * sizeof(node), &node,
				sizeof(node));
	}
	fake_memory_put(0, &root, sizeof(root));
	return fake_address(0);
}

static void trees_are_walked_in_order(void **state)
{
	struct rb_root *root = make_tree();
	struct rb_node *node;
	int i;

	(void)state;
	for (i = 0, node = rb_first(root); node; node = rb_next(node), i++)
		assert_ptr_equal(node, node_at(i));
	assert_int_equal(i, 7);
	for (node = rb_last(root); node; node = rb_prev(node))
		assert_ptr_equal(node, node_at(--i));
	assert_int_equal(i, 0);
	memset(fake_memory_map(2), 0, PAGE);
	assert_null(rb_first(fake_address(2 * PAGE)));
}

static void hostile_trees_are_faults(void **state)
{
	struct rb_root *root = make_tree();
	struct rb_node node = {.left = node_at(0), .right = node_at(0)};
	uint64_t local = (uintptr_t)&node;

	(void)state;
	/* A cycle. */
	fake_memory_put(PAGE - 100, &node, sizeof(node));
	assert_fault(rb_first(root));
	/* A pointer into this process. */
	fake_memory_put(0, &local, sizeof(local));
	assert_fault(rb_first(root));
}

static void bitmaps(void **state)
{
	unsigned long map[] = {0x8000000000000001, 0, 0x10};
	unsigned long other[] = {1, 0, ~0ul};
	unsigned long *a = fake_address(PAGE - 8);

	(void)state;
	fake_memory_put(PAGE - 8, map, sizeof(map));
	assert_int_equal(_find_first_bit(a, 192), 0);
	assert_int_equal(_find_next_bit(a, 192, 1), 63);
	assert_int_equal(_find_next_bit(a, 192, 64), 132);
	assert_int_equal(_find_next_bit(a, 192, 133), 192);
	assert_int_equal(_find_next_bit(a, 130, 64), 130);
	assert_int_equal(_find_next_bit(a, 64, 1000), 64);
	assert_int_equal(_find_last_bit(a, 192), 132);
	assert_int_equal(_find_first_zero_bit(a, 192), 1);
	assert_int_equal(_find_next_zero_bit(a, 192, 63), 64);
	assert_int_equal(_find_next_and_bit(a, other, 192, 1), 132);
	assert_int_equal(__bitmap_weight(a, 192), 3);
	assert_int_equal(__bitmap_weight(a, 132), 2);
	assert_int_equal(__bitmap_weight(a, 0), 0);
	assert_true(__bitmap_equal(a, map, 192));
	assert_false(__bitmap_equal(a, other, 192));
	assert_true(__bitmap_equal(a, other, 63));
	assert_true(__bitmap_intersects(a, other, 192));
	assert_false(__bitmap_subset(a, other, 192));
	assert_true(__bitmap_subset(a, other, 63));
	assert_fault(__bitmap_weight(a, 64 * 600));
	assert_fault(_find_first_bit(NULL, 64));
}

static void allocation(void **state)
{
	char *string;
	int *numbers = __fathom_kmalloc(4, sizeof(int), 0);

	(void)state;
	assert_int_equal(numbers[3], 0);
	numbers[3] = 7;
	numbers = __fathom_krealloc(numbers, 100, sizeof(int), 0);
	assert_int_equal(numbers[3], 7);
	kfree(numbers);
	kfree(NULL);
	kfree((void *)16); /* ZERO_SIZE_PTR; NOLINT(clang-analyzer-unix.Malloc)
			    */
	/* Taken from the compiler, which knows that no such size exists. */
	volatile size_t huge = SIZE_MAX / 2;

	assert_null(__fathom_kmalloc(huge, 4, 0));
	fake_memory_put(PAGE - 3, "kernel", 7);
	string = kstrdup(fake_address(PAGE - 3), 0);
	assert_string_equal(string, "kernel");
	kfree(string);
	string = kmemdup(fake_address(PAGE - 3), 7, 0);
	assert_string_equal(string, "kernel");
	assert_int_equal(fake_memory_copies(), 1);
	kfree(string);
	assert_null(kstrdup(NULL, 0));
	assert_fault(kfree(fake_address(0)));
	assert_fault(kmemdup(fake_address(7 * PAGE), 1, 0));
}

static void strings(void **state)
{
	char *s = fake_address(PAGE - 4), buffer[16];
	unsigned long long large;
	int number;

	(void)state;
	fake_memory_put(PAGE - 4, "  -42 on\n", 10);
	assert_ptr_equal(skip_spaces(s), s + 2);
	assert_ptr_equal(strnchr(s, 10, '4'), s + 3);
	assert_null(strnchr(s, 3, '4'));
	assert_ptr_equal(strnstr(s, "on", 10), s + 6);
	assert_null(strnstr(s, "on", 7));
	assert_true(sysfs_streq(s + 6, "on"));
	assert_false(sysfs_streq(s + 6, "one"));
	assert_int_equal(strscpy(buffer, s + 6, sizeof(buffer)), 3);
	assert_int_equal(strscpy(buffer, s + 2, 4), -E2BIG);
	assert_string_equal(buffer, "-42");
	assert_int_equal(kstrtoint(buffer, 10, &number), 0);
	assert_int_equal(number, -42);
	assert_int_equal(kstrtoint(s + 2, 10, &number), -EINVAL);
	assert_int_equal(kstrtoint("2147483648\n", 0, &number), -ERANGE);
	assert_int_equal(kstrtoint("-2147483648\n", 0, &number), 0);
	assert_int_equal(number, INT32_MIN);
	assert_int_equal(kstrtoint("", 0, &number), -EINVAL);
	assert_int_equal(kstrtoull("-1", 0, &large), -EINVAL);
	assert_int_equal(kstrtoull("0xffffffffffffffff", 0, &large), 0);
	assert_true(large == UINT64_MAX);
	assert_int_equal(kstrtoull("0x10000000000000000", 0, &large), -ERANGE);
	assert_int_equal(strlcat(buffer, s + 6, 6), 6);
	assert_string_equal(buffer, "-42on");
	assert_int_equal(scnprintf(buffer, 4, "%s", s), 3);
	assert_string_equal(buffer, "  -");
	assert_int_equal(scnprintf(buffer, 16, "%d", 5), 1);
	assert_fault(kstrtoint("1", 0, fake_address(0)));
}

static void lists_are_checked(void **state)
{
	struct list_head head = {&head, &head}, entry = {NULL, NULL};

	(void)state;
	assert_true(__list_add_valid_or_report(&entry, &head, &head));
	assert_false(__list_add_valid_or_report(&head, &head, &head));
	assert_false(__list_add_valid_or_report(&entry, &head, NULL));
	head.next = head.prev = &entry;
	entry.next = entry.prev = &head;
	assert_true(__list_del_entry_valid_or_report(&entry));
	head.next = &head;
	assert_false(__list_del_entry_valid_or_report(&entry));
	assert_false(__list_add_valid_or_report(&entry, &head, &head));
}

static void messages_go_to_standard_error(void **state)
{
	char text[64] = "";
	int saved = dup(STDERR_FILENO), pipes[2];

	(void)state;
	fake_memory_put(0, "kernel", 7);
	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(dup2(pipes[1], 2), 2);
	_printk("\0016%s %pS\n", (char *)fake_address(0), fake_address(0x10));
	_printk("no level\n");
	if (saved >= 0)
		dup2(saved, 2);
	assert_true(read(pipes[0], text, sizeof(text) - 1) > 0);
	assert_string_equal(text, "kernel fake_symbol\nno level\n");
	close(pipes[0]);
	close(pipes[1]);
	close(saved);
	assert_fault((panic("test"), 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(trees_are_walked_in_order, set_up),
		cmocka_unit_test_setup(hostile_trees_are_faults, set_up),
		cmocka_unit_test_setup(bitmaps, set_up),
		cmocka_unit_test_setup(allocation, set_up),
		cmocka_unit_test_setup(strings, set_up),
		cmocka_unit_test_setup(lists_are_checked, set_up),
		cmocka_unit_test_setup(messages_go_to_standard_error, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
