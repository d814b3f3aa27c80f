/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The kernel's headers and the host's <stdio.h> exclude each other. */
#include <fathom/ids.h>
