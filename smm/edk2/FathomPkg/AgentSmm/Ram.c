/** @file
  What is RAM, by the firmware's own memory map at boot, and what of it nobody
  may read. Nothing that the operating system says counts.

  Copyright (c) 2026 The Fathom authors
  SPDX-License-Identifier: BSD-2-Clause-Patent
**/

#include "AgentSmm.h"

#include <Protocol/SmmAccess2.h>

/**
  Whether memory of this type is RAM for sure. Reserved memory may be anything.
**/
STATIC
BOOLEAN
IsRam (
  IN UINT32  Type
  )
{
  switch (Type) {
    case EfiLoaderCode:
    case EfiLoaderData:
    case EfiBootServicesCode:
    case EfiBootServicesData:
    case EfiRuntimeServicesCode:
    case EfiRuntimeServicesData:
    case EfiConventionalMemory:
    case EfiACPIReclaimMemory:
    case EfiACPIMemoryNVS:
      return TRUE;
    default:
      return FALSE;
  }
}

STATIC
UINT64
RangeEnd (
  IN CONST struct fathom_wire_range  *Range
  )
{
  return Range->start + Range->size;
}

/**
  Put a range where it belongs by address, or make a neighbour larger.
**/
STATIC
EFI_STATUS
AddRange (
  IN OUT RAM_LIST  *Ram,
  IN UINT64        Start,
  IN UINT64        Size
  )
{
  struct fathom_wire_range  *Ranges;
  UINT32                    Index;

  Ranges = Ram->Ranges;
  for (Index = 0; Index < Ram->Count && RangeEnd (&Ranges[Index]) < Start; Index++) {
  }

  if ((Index < Ram->Count) && (RangeEnd (&Ranges[Index]) == Start)) {
    Ranges[Index].size += Size;
    if ((Index + 1 < Ram->Count) && (RangeEnd (&Ranges[Index]) == Ranges[Index + 1].start)) {
      Ranges[Index].size += Ranges[Index + 1].size;
      Ram->Count--;
      CopyMem (
        &Ranges[Index + 1],
        &Ranges[Index + 2],
        (Ram->Count - Index - 1) * sizeof (Ranges[0])
        );
    }

    return EFI_SUCCESS;
  }

  if ((Index < Ram->Count) && (Start + Size == Ranges[Index].start)) {
    Ranges[Index].start = Start;
    Ranges[Index].size += Size;
    return EFI_SUCCESS;
  }

  if (Ram->Count == MAX_RAM_RANGES) {
    return EFI_OUT_OF_RESOURCES;
  }

  CopyMem (&Ranges[Index + 1], &Ranges[Index], (Ram->Count - Index) * sizeof (Ranges[0]));
  Ranges[Index].start = Start;
  Ranges[Index].size  = Size;
  Ram->Count++;
  return EFI_SUCCESS;
}

EFI_STATUS
RamExclude (
  IN OUT RAM_LIST  *Ram,
  IN UINT64        Start,
  IN UINT64        Size
  )
{
  if (Ram->ExcludedCount == MAX_EXCLUDED) {
    return EFI_OUT_OF_RESOURCES;
  }

  Ram->Excluded[Ram->ExcludedCount].start = Start;
  Ram->Excluded[Ram->ExcludedCount].size  = Size;
  Ram->ExcludedCount++;
  return EFI_SUCCESS;
}

/**
  Add RAM, but for what is excluded.

  @param[in] Index  The first excluded range to look at: those before do not
                    touch this piece.
**/
STATIC
EFI_STATUS
AddAllowed (
  IN OUT RAM_LIST  *Ram,
  IN UINT64        Start,
  IN UINT64        End,
  IN UINT32        Index
  )
{
  EFI_STATUS                      Status;
  CONST struct fathom_wire_range  *Hole;

  for ( ; Index < Ram->ExcludedCount; Index++) {
    Hole = &Ram->Excluded[Index];
    if ((RangeEnd (Hole) <= Start) || (Hole->start >= End)) {
      continue;
    }

    Status = EFI_SUCCESS;
    if (Start < Hole->start) {
      Status = AddAllowed (Ram, Start, Hole->start, Index + 1);
    }

    if (EFI_ERROR (Status) || (RangeEnd (Hole) >= End)) {
      return Status;
    }

    Start = RangeEnd (Hole);
  }

  return AddRange (Ram, Start, End - Start);
}

STATIC
EFI_STATUS
ExcludeSmram (
  IN OUT RAM_LIST  *Ram
  )
{
  EFI_STATUS                Status;
  EFI_SMM_ACCESS2_PROTOCOL  *Access;
  EFI_SMRAM_DESCRIPTOR      Smram[MAX_EXCLUDED];
  UINTN                     Size;
  UINTN                     Index;

  Status = gBS->LocateProtocol (&gEfiSmmAccess2ProtocolGuid, NULL, (VOID **)&Access);
  if (EFI_ERROR (Status)) {
    return Status;
  }

  Size   = sizeof (Smram);
  Status = Access->GetCapabilities (Access, &Size, Smram);
  if (EFI_ERROR (Status)) {
    return Status;
  }

  for (Index = 0; Index < Size / sizeof (Smram[0]); Index++) {
    Status = RamExclude (Ram, Smram[Index].PhysicalStart, Smram[Index].PhysicalSize);
    if (EFI_ERROR (Status)) {
      return Status;
    }
  }

  return Size == 0 ? EFI_NOT_FOUND : EFI_SUCCESS;
}

/**
  The firmware's memory map.

  @param[out] Map             In SMRAM; the caller frees it.
  @param[out] Size            Bytes.
  @param[out] DescriptorSize  Bytes of one descriptor.
**/
STATIC
EFI_STATUS
GetMemoryMap (
  OUT EFI_MEMORY_DESCRIPTOR  **Map,
  OUT UINTN                  *Size,
  OUT UINTN                  *DescriptorSize
  )
{
  EFI_STATUS  Status;
  UINTN       Key;
  UINT32      Version;

  *Size  = 0;
  Status = gBS->GetMemoryMap (Size, NULL, &Key, DescriptorSize, &Version);
  if (Status != EFI_BUFFER_TOO_SMALL) {
    return EFI_DEVICE_ERROR;
  }

  *Map = AllocatePool (*Size);
  if (*Map == NULL) {
    return EFI_OUT_OF_RESOURCES;
  }

  Status = gBS->GetMemoryMap (Size, *Map, &Key, DescriptorSize, &Version);
  if (EFI_ERROR (Status)) {
    FreePool (*Map);
  }

  return Status;
}

STATIC
EFI_STATUS
AddMemoryMap (
  IN OUT RAM_LIST  *Ram
  )
{
  EFI_STATUS             Status;
  EFI_MEMORY_DESCRIPTOR  *Map;
  EFI_MEMORY_DESCRIPTOR  *Entry;
  UINTN                  Size;
  UINTN                  DescriptorSize;
  UINTN                  Offset;
  UINT64                 Bytes;

  Status = GetMemoryMap (&Map, &Size, &DescriptorSize);
  for (Offset = 0; !EFI_ERROR (Status) && Offset < Size; Offset += DescriptorSize) {
    Entry = (EFI_MEMORY_DESCRIPTOR *)((UINT8 *)Map + Offset);
    Bytes = EFI_PAGES_TO_SIZE (Entry->NumberOfPages);
    if (IsRam (Entry->Type) && (Bytes != 0)) {
      Status = AddAllowed (Ram, Entry->PhysicalStart, Entry->PhysicalStart + Bytes, 0);
    }

    if (EFI_ERROR (Status)) {
      FreePool (Map);
      return Status;
    }
  }

  if (!EFI_ERROR (Status)) {
    FreePool (Map);
  }

  return Status;
}

EFI_STATUS
RamFind (
  OUT RAM_LIST  *Ram
  )
{
  EFI_STATUS  Status;

  ZeroMem (Ram, sizeof (*Ram));
  Status = ExcludeSmram (Ram);
  if (EFI_ERROR (Status)) {
    SAY ("cannot learn where SMRAM is: %r", Status);
    return Status;
  }

  Status = AddMemoryMap (Ram);
  if (EFI_ERROR (Status)) {
    SAY ("cannot learn what is RAM: %r", Status);
  }

  return Status;
}
