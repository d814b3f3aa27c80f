// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
/* This file defines what our linux/slab.h has made macros of. */
#include <linux/slab.h>
#undef kstrdup
#undef kvfree
#include <mm/util.c>
