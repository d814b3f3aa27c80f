// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
/* It defines what kernel-source.h calls otherwise. */
#undef kernel_sprintf

#include <lib/vsprintf.c>
