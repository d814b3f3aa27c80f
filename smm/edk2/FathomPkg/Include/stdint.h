/** @file
  Fixed-width integers for sources that are compiled for hosts as well. The
  types are EDK II's, for those of OpenSSL's UEFI build are, too.

  Copyright (c) 2026 The Fathom authors
  SPDX-License-Identifier: BSD-2-Clause-Patent
**/

#ifndef FATHOM_STDINT_H_
#define FATHOM_STDINT_H_

#include <Base.h>

typedef INT8    int8_t;
typedef INT16   int16_t;
typedef INT32   int32_t;
typedef INT64   int64_t;
typedef UINT8   uint8_t;
typedef UINT16  uint16_t;
typedef UINT32  uint32_t;
typedef UINT64  uint64_t;
typedef UINTN   uintptr_t;

#define INT32_MAX   MAX_INT32
#define INT64_MAX   MAX_INT64
#define UINT8_MAX   MAX_UINT8
#define UINT16_MAX  MAX_UINT16
#define UINT32_MAX  MAX_UINT32
#define UINT64_MAX  MAX_UINT64
#define SIZE_MAX    MAX_UINTN

#define UINT64_C(Value)  Value##ULL

#endif
