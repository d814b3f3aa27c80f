/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Included between the kernel's configuration and everything else: features
 * of the configuration that only add code, never members, and whose code
 * cannot run outside a kernel.
 */
#ifndef FATHOM_COMPAT_CONFIG_H
#define FATHOM_COMPAT_CONFIG_H

/* strlen() and the like would be checked inlines that call fortify_panic(). */
#undef CONFIG_FORTIFY_SOURCE

#endif /* FATHOM_COMPAT_CONFIG_H */
