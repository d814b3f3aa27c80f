// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
/* This file defines what our linux/gfp.h has made macros of. */
#include <linux/gfp.h>
#undef __get_free_pages
#undef get_zeroed_page
#undef free_pages
#include <mm/page_alloc.c>
