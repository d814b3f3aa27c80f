/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * SANITIZED: whether AddressSanitizer or ThreadSanitizer is in the program,
 * which have signal handlers and mappings of their own.
 */
#ifndef SANITIZED_H
#define SANITIZED_H

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif

#if defined(__SANITIZE_THREAD__)
#define SANITIZED_THREAD 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SANITIZED_THREAD 1
#endif
#endif

#ifndef SANITIZED
#define SANITIZED 0
#endif

#ifndef SANITIZED_THREAD
#define SANITIZED_THREAD 0
#endif

#endif /* SANITIZED_H */
