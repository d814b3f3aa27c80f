/** @file
  What the agent's sources ask of their platform.

  Copyright (c) 2026 The Fathom authors
  SPDX-License-Identifier: BSD-2-Clause-Patent
**/

#include "AgentSmm.h"

#include <Library/TimerLib.h>
#include <Register/Intel/Cpuid.h>

#include "../../../agent/platform.h"

//
// Intel's advice for RDRAND: ten tries, then the hardware is broken (SDM
// volume 1, 7.3.17).
//
#define RANDOM_TRIES  10

#define CALIBRATION_MICROSECONDS  2000
#define CALIBRATION_TRIES         5

STATIC UINT64  mTicksPerMillisecond;
STATIC UINT64  mLastTicks;
STATIC UINT64  mTicks;

/**
  Measure how fast the time stamp counter runs. Rate limits need no better. A
  virtual machine may stand still in some of the tries: the shortest counts.
**/
STATIC
VOID
MeasureClock (
  VOID
  )
{
  UINT64  Began;
  UINT64  Least;
  UINTN   Try;

  Least = MAX_UINT64;
  for (Try = 0; Try < CALIBRATION_TRIES; Try++) {
    Began = AsmReadTsc ();
    MicroSecondDelay (CALIBRATION_MICROSECONDS);
    mLastTicks = AsmReadTsc ();
    Least      = MIN (Least, mLastTicks - Began);
  }

  mTicksPerMillisecond = DivU64x32 (Least, CALIBRATION_MICROSECONDS / 1000);
  if (mTicksPerMillisecond == 0) {
    mTicksPerMillisecond = 1;
  }
}

EFI_STATUS
PlatformInitialize (
  VOID
  )
{
  CPUID_VERSION_INFO_ECX  Features;

  AsmCpuid (CPUID_VERSION_INFO, NULL, NULL, &Features.Uint32, NULL);
  if (!Features.Bits.RDRAND) {
    SAY ("the processor has no RDRAND, and keys are made of nothing else");
    return EFI_UNSUPPORTED;
  }

  MeasureClock ();
  return EFI_SUCCESS;
}

UINT64
PlatformMilliseconds (
  VOID
  )
{
  UINT64  Now;

  Now = AsmReadTsc ();
  if (Now > mLastTicks) {
    mTicks += Now - mLastTicks;
  }

  mLastTicks = Now;
  return DivU64x64Remainder (mTicks, mTicksPerMillisecond, NULL);
}

STATIC
BOOLEAN
Random64 (
  OUT UINT64  *Value
  )
{
  UINTN  Try;

  for (Try = 0; Try < RANDOM_TRIES; Try++) {
    if (AsmRdRand64 (Value)) {
      return TRUE;
    }
  }

  return FALSE;
}

/**
  Keys are made of this: see smm/agent/platform.h. Two equal numbers in a row
  mean a generator that is stuck, as some have been after sleep.
**/
bool
fathom_platform_random (
  void    *buffer,
  size_t  size
  )
{
  UINT8   *Bytes;
  UINT64  Value;
  UINT64  Last;
  UINTN   Part;

  if (!Random64 (&Last)) {
    return false;
  }

  for (Bytes = buffer; size > 0; Bytes += Part, size -= Part) {
    if (!Random64 (&Value) || (Value == Last)) {
      return false;
    }

    Last = Value;
    Part = MIN (size, sizeof (Value));
    CopyMem (Bytes, &Value, Part);
  }

  return true;
}
