/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Included before every source file of an IDS: what the kernel's own build
 * includes, and what makes its headers fit for a program.
 *
 * One file, because a compiler takes what -include names for the author's own
 * code: warnings about the kernel's macros would be the author's.
 */
#pragma GCC system_header

#ifndef FATHOM_PRELUDE_H
#define FATHOM_PRELUDE_H

/* clang-format off: the order matters */
#if __has_include(<linux/compiler-version.h>)
#include <linux/compiler-version.h>
#endif
#include <linux/kconfig.h>
#include "compat-config.h"
#include <linux/compiler_types.h>
#include "compat.h"
/* clang-format on */

/*
 * The kernel's macros are made of these extensions. Where an author's code uses
 * a macro, -Wpedantic would find them there. (Newer releases of clang have
 * warnings that older ones do not know.)
 */
#pragma GCC diagnostic ignored "-Wc23-extensions"
#pragma GCC diagnostic ignored "-Wc2y-extensions"
#pragma GCC diagnostic ignored "-Wgnu-auto-type"
#pragma GCC diagnostic ignored "-Wgnu-pointer-arith"
#pragma GCC diagnostic ignored "-Wgnu-statement-expression-from-macro-expansion"
#pragma GCC diagnostic ignored "-Wgnu-zero-variadic-macro-arguments"
#pragma GCC diagnostic ignored "-Wlanguage-extension-token"

#endif /* FATHOM_PRELUDE_H */
