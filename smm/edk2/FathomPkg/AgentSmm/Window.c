/** @file
  The window through which the agent reads the machine's RAM.

  EDK II keeps SMM from touching memory of the operating system, and rightly
  so. That stays as it is. The window is a second set of page tables, in SMRAM:
  SMM's own top table, and in otherwise unused entries of it all RAM, read-only
  and not executable. It is loaded when a request reads memory and until that
  request is answered. A page fault in SMM ends the machine, hence the window
  maps exactly what the agent's list of RAM says, by whose checks the agent
  goes.

  Paging: Intel SDM volume 3, 4.5.

  Copyright (c) 2026 The Fathom authors
  SPDX-License-Identifier: BSD-2-Clause-Patent
**/

#include "AgentSmm.h"

#include <Register/Intel/ArchitecturalMsr.h>
#include <Register/Intel/Cpuid.h>

//
// 512 GiB each, from the middle of the top table on: the upper half, which SMM
// does not use.
//
#define MAX_SLOTS    64
#define FIRST_SLOT   256
#define WINDOW_BASE  0xFFFF800000000000ULL

#define TABLE_ENTRIES    512
#define ENTRY_PRESENT    BIT0
#define ENTRY_ACCESSED   BIT5
#define ENTRY_LARGE      BIT7
#define ENTRY_NX         BIT63
#define ENTRY_ADDRESS    0x000FFFFFFFFFF000ULL
//
// Without the bit that permits writing; accessed, so that the processor has
// nothing to write into the tables.
//
#define ENTRY_READ_ONLY  (ENTRY_PRESENT | ENTRY_ACCESSED)

#define SHIFT_TOP    39
#define SHIFT_LARGE  21

STATIC UINT64  *mRoot;
STATIC UINT64  *mSlots[MAX_SLOTS];
STATIC UINTN   mSavedCr3;
STATIC UINT64  mNx;

/**
  The table that an entry points to; made if there is none.
**/
STATIC
UINT64 *
TableBelow (
  IN OUT UINT64  *Entry
  )
{
  VOID  *Table;

  if (*Entry != 0) {
    return (UINT64 *)(UINTN)(*Entry & ENTRY_ADDRESS);
  }

  Table = AllocatePages (1);
  if (Table != NULL) {
    ZeroMem (Table, EFI_PAGE_SIZE);
    *Entry = (UINT64)(UINTN)Table | ENTRY_READ_ONLY;
  }

  return Table;
}

/**
  Map the page at Address, of 2 MiB or of 4 KiB.
**/
STATIC
BOOLEAN
MapPage (
  IN UINT64   Address,
  IN BOOLEAN  Large
  )
{
  UINT64  *Table;
  UINT64  *Entry;
  UINTN   Slot;
  UINTN   Shift;

  Slot = (UINTN)(Address >> SHIFT_TOP);
  if (Slot >= MAX_SLOTS) {
    return FALSE;
  }

  if (mSlots[Slot] == NULL) {
    mSlots[Slot] = AllocatePages (1);
    if (mSlots[Slot] == NULL) {
      return FALSE;
    }

    ZeroMem (mSlots[Slot], EFI_PAGE_SIZE);
  }

  Table = mSlots[Slot];
  for (Shift = SHIFT_TOP - 9; Shift >= SHIFT_LARGE; Shift -= 9) {
    Entry = &Table[(Address >> Shift) % TABLE_ENTRIES];
    if (Large && (Shift == SHIFT_LARGE)) {
      *Entry = Address | ENTRY_READ_ONLY | ENTRY_LARGE;
      return TRUE;
    }

    Table = TableBelow (Entry);
    if (Table == NULL) {
      return FALSE;
    }
  }

  Table[(Address >> EFI_PAGE_SHIFT) % TABLE_ENTRIES] = Address | ENTRY_READ_ONLY;
  return TRUE;
}

STATIC
BOOLEAN
MapRange (
  IN UINT64  Start,
  IN UINT64  End
  )
{
  UINT64   Address;
  BOOLEAN  Large;

  for (Address = Start; Address < End; Address += Large ? SIZE_2MB : SIZE_4KB) {
    Large = (Address % SIZE_2MB == 0) && (End - Address >= SIZE_2MB);
    if (!MapPage (Address, Large)) {
      return FALSE;
    }
  }

  return TRUE;
}

/**
  Whether SMM's paging is of the kind that the window is made for. The entry
  point of an SMM driver runs with the tables that its handlers will have.
**/
STATIC
BOOLEAN
PagingFits (
  VOID
  )
{
  CONST UINT64  *Live;
  IA32_CR4      Cr4;
  UINTN         Slot;

  Cr4.UintN = AsmReadCr4 ();
  if (Cr4.Bits.LA57) {
    SAY ("SMM runs with 5-level paging, which the window does not know");
    return FALSE;
  }

  Live = (UINT64 *)(AsmReadCr3 () & ENTRY_ADDRESS);
  for (Slot = FIRST_SLOT; Slot < FIRST_SLOT + MAX_SLOTS; Slot++) {
    if (Live[Slot] != 0) {
      SAY ("SMM uses addresses of the upper half itself");
      return FALSE;
    }
  }

  return TRUE;
}

EFI_STATUS
WindowBuild (
  IN CONST RAM_LIST  *Ram
  )
{
  UINT32  Index;

  if (!PagingFits ()) {
    return EFI_UNSUPPORTED;
  }

  mRoot = AllocatePages (1);
  if (mRoot == NULL) {
    SAY ("not enough SMRAM for page tables");
    return EFI_OUT_OF_RESOURCES;
  }

  for (Index = 0; Index < Ram->Count; Index++) {
    if (!MapRange (Ram->Ranges[Index].start, Ram->Ranges[Index].start + Ram->Ranges[Index].size)) {
      SAY ("not enough SMRAM for the page tables of all RAM, or RAM above 32 TiB");
      return EFI_OUT_OF_RESOURCES;
    }
  }

  return EFI_SUCCESS;
}

/**
  Load the window's tables. SMM's own may have changed since the last time.
**/
STATIC
VOID
WindowOpen (
  VOID
  )
{
  MSR_IA32_EFER_REGISTER  Efer;
  UINTN                   Slot;

  //
  // Where the processor has no NX, its bit is a reserved one.
  //
  Efer.Uint64 = AsmReadMsr64 (MSR_IA32_EFER);
  mNx         = Efer.Bits.NXE ? ENTRY_NX : 0;
  mSavedCr3   = AsmReadCr3 ();
  CopyMem (mRoot, (VOID *)(mSavedCr3 & ENTRY_ADDRESS), EFI_PAGE_SIZE);
  for (Slot = 0; Slot < MAX_SLOTS; Slot++) {
    if (mSlots[Slot] != NULL) {
      mRoot[FIRST_SLOT + Slot] = (UINT64)(UINTN)mSlots[Slot] | ENTRY_READ_ONLY | mNx;
    }
  }

  AsmWriteCr3 ((UINTN)mRoot);
}

VOID
WindowRead (
  IN UINT64  Address,
  OUT VOID   *Buffer,
  IN UINT32  Size
  )
{
  if (mSavedCr3 == 0) {
    WindowOpen ();
  }

  CopyMem (Buffer, (VOID *)(UINTN)(WINDOW_BASE + Address), Size);
}

VOID
WindowClose (
  VOID
  )
{
  if (mSavedCr3 != 0) {
    AsmWriteCr3 (mSavedCr3);
    mSavedCr3 = 0;
  }
}
