/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Constants that the kernel patches into its code: plain variables here. */
#include <asm-generic/runtime-const.h>
