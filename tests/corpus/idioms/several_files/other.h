/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
#ifndef SEVERAL_FILES_OTHER_H
#define SEVERAL_FILES_OTHER_H

#include <fathom/ids.h>
#include "objects.h"

extern const struct widget *shared;

const struct widget *next_of(const struct widget *widget);
const char *shared_name(void);
unsigned long sum_from(const struct link *link);
int count_calls(void);

#endif
