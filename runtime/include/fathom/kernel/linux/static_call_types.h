/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* No list of the calls to be patched: __SCT__NAME is an ordinary function. */
#include_next <linux/static_call_types.h>

#ifndef FATHOM_KERNEL_LINUX_STATIC_CALL_TYPES_H
#define FATHOM_KERNEL_LINUX_STATIC_CALL_TYPES_H

#undef __STATIC_CALL_ADDRESSABLE
#define __STATIC_CALL_ADDRESSABLE(name)
#undef __STATIC_CALL_MOD_ADDRESSABLE
#define __STATIC_CALL_MOD_ADDRESSABLE(name)

#endif /* FATHOM_KERNEL_LINUX_STATIC_CALL_TYPES_H */
