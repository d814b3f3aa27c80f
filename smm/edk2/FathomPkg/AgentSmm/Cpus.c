/** @file
  The processors' state at the SMI, from their save states.

  The handler runs on whichever CPU the firmware elects, so the one that asked
  has to be looked for: it holds a magic number and the request's number in its
  registers. A VMM that raises the SMI has none; a hostile system may give as
  many CPUs as it likes the same. So this decides nothing but an order.

  Copyright (c) 2026 The Fathom authors
  SPDX-License-Identifier: BSD-2-Clause-Patent
**/

#include "AgentSmm.h"

#include <Protocol/SmmCpu.h>
#include <Register/Intel/ArchitecturalMsr.h>
#include <Register/Intel/Cpuid.h>

#define MAX_CPUS  512

//
// What the PI specification does not number, by layout of the save state, which
// its revision tells: AMD64 (APM volume 2, table 10-1; QEMU's, too) or Intel 64
// (SDM volume 3, table 32-3). Offsets from SMBASE + 0xFC00.
//
#define SAVE_STATE_SIZE        0x400
#define SAVE_STATE_REVISION    0x2FC
#define REVISION_AMD64         0x0064
#define AMD64_GS_BASE          0x258
#define AMD64_EFER             0x2D0
#define INTEL64_EFER           0x3E0

#define CPL_MASK  3

typedef struct {
  EFI_SMM_SAVE_STATE_REGISTER    Register;
  UINT8                          Width;
  UINT16                         Offset; // in struct fathom_wire_cpu
} REGISTER_FIELD;

#define FIELD(Register, Width, Member) \
  { EFI_SMM_SAVE_STATE_REGISTER_##Register, Width, OFFSET_OF (struct fathom_wire_cpu, Member) }

STATIC CONST REGISTER_FIELD  mFields[] = {
  FIELD (CR0,     8, cr0),
  FIELD (CR3,     8, cr3),
  FIELD (CR4,     4, cr4),
  FIELD (IDTBASE, 8, idt_base),
  FIELD (GDTBASE, 8, gdt_base),
  FIELD (RIP,     8, rip)
};

STATIC EFI_SMM_CPU_PROTOCOL    *mSmmCpu;
STATIC struct fathom_wire_cpu  mCpus[MAX_CPUS];

EFI_STATUS
CpusInitialize (
  VOID
  )
{
  EFI_STATUS  Status;

  Status = gMmst->MmLocateProtocol (&gEfiSmmCpuProtocolGuid, NULL, (VOID **)&mSmmCpu);
  if (EFI_ERROR (Status)) {
    SAY ("cannot read save states: %r", Status);
  }

  return Status;
}

/**
  A register as the CPU had it at the SMI.

  @return FALSE when the CPU is not in SMM or has no such register.
**/
STATIC
BOOLEAN
ReadRegister (
  IN  UINTN                        Cpu,
  IN  EFI_SMM_SAVE_STATE_REGISTER  Register,
  IN  UINTN                        Width,
  OUT UINT64                       *Value
  )
{
  *Value = 0;
  return !EFI_ERROR (mSmmCpu->ReadSaveState (mSmmCpu, Width, Register, Cpu, Value));
}

STATIC
BOOLEAN
IsCaller (
  IN UINTN   Cpu,
  IN UINT64  Sequence
  )
{
  UINT64  Magic;
  UINT64  Asked;

  return ReadRegister (Cpu, EFI_SMM_SAVE_STATE_REGISTER_RBX, 8, &Magic) &&
         ReadRegister (Cpu, EFI_SMM_SAVE_STATE_REGISTER_RCX, 8, &Asked) &&
         (Magic == FATHOM_SMI_MAGIC) && (Asked == Sequence);
}

/**
  What only the raw save state holds.
**/
STATIC
VOID
ReadRawState (
  IN     UINTN                   Cpu,
  IN OUT struct fathom_wire_cpu  *State
  )
{
  CONST UINT8  *Raw;
  UINT32       Revision;

  if (gMmst->CpuSaveStateSize[Cpu] < SAVE_STATE_SIZE) {
    return;
  }

  Raw      = gMmst->CpuSaveState[Cpu];
  Revision = ReadUnaligned32 ((UINT32 *)(Raw + SAVE_STATE_REVISION));
  if ((Revision & 0xFFFF) == REVISION_AMD64) {
    State->gs_base = ReadUnaligned64 ((UINT64 *)(Raw + AMD64_GS_BASE));
    State->efer    = ReadUnaligned64 ((UINT64 *)(Raw + AMD64_EFER));
  } else {
    State->efer = ReadUnaligned64 ((UINT64 *)(Raw + INTEL64_EFER));
  }
}

/**
  Registers that an SMI does not change and does not save. They can be read on
  the CPU that executes this, and of it alone.
**/
STATIC
VOID
ReadOwnMsrs (
  IN OUT struct fathom_wire_cpu  *State
  )
{
  State->lstar          = AsmReadMsr64 (MSR_IA32_LSTAR);
  State->kernel_gs_base = AsmReadMsr64 (MSR_IA32_KERNEL_GS_BASE);
  State->flags         |= FATHOM_CPU_HAS_LSTAR;
}

STATIC
BOOLEAN
ReadCpu (
  IN  UINTN                   Cpu,
  OUT struct fathom_wire_cpu  *State
  )
{
  UINTN   Index;
  UINT64  Value;

  ZeroMem (State, sizeof (*State));
  State->index = (UINT32)Cpu;
  for (Index = 0; Index < ARRAY_SIZE (mFields); Index++) {
    if (!ReadRegister (Cpu, mFields[Index].Register, mFields[Index].Width, &Value)) {
      return FALSE;
    }

    CopyMem ((UINT8 *)State + mFields[Index].Offset, &Value, sizeof (Value));
  }

  if (ReadRegister (Cpu, EFI_SMM_SAVE_STATE_REGISTER_CS, 4, &Value) && ((Value & CPL_MASK) == CPL_MASK)) {
    State->flags |= FATHOM_CPU_USER_MODE;
  }

  ReadRawState (Cpu, State);
  if (Cpu == gMmst->CurrentlyExecutingCpu) {
    ReadOwnMsrs (State);
  }

  return TRUE;
}

STATIC
VOID
MakeFirst (
  IN UINTN  Index
  )
{
  struct fathom_wire_cpu  State;

  CopyMem (&State, &mCpus[Index], sizeof (State));
  CopyMem (&mCpus[Index], &mCpus[0], sizeof (State));
  CopyMem (&mCpus[0], &State, sizeof (State));
}

VOID
CpusRead (
  IN  UINT64                        Sequence,
  OUT CONST struct fathom_wire_cpu  **Cpus,
  OUT UINT32                        *Count
  )
{
  UINTN    Cpu;
  UINT32   Found;
  BOOLEAN  Asked;

  Found = 0;
  Asked = FALSE;
  for (Cpu = 0; Cpu < gMmst->NumberOfCpus && Found < MAX_CPUS; Cpu++) {
    if (!ReadCpu (Cpu, &mCpus[Found])) {
      continue;
    }

    if (!Asked && IsCaller (Cpu, Sequence)) {
      Asked = TRUE;
      MakeFirst (Found);
    }

    Found++;
  }

  *Cpus  = mCpus;
  *Count = Found;
}
