/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* <fathom/remote_trans.h>, without a search path that also shows the host's
 * headers. */
#include "../../remote_trans.h"
