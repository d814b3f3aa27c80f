/** @file
  The part of C's stddef.h that Fathom's agent needs.

  Copyright (c) 2026 The Fathom authors
  SPDX-License-Identifier: BSD-2-Clause-Patent
**/

#ifndef FATHOM_STDDEF_H_
#define FATHOM_STDDEF_H_

#include <Base.h>

typedef UINTN  size_t;
typedef INTN   ptrdiff_t;

#ifndef offsetof
#define offsetof(Type, Member)  OFFSET_OF (Type, Member)
#endif

#endif
