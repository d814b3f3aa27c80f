/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Events are traced by nobody here: a file that would define them does not. */
#undef CREATE_TRACE_POINTS
