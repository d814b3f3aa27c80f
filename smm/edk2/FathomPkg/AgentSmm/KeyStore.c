/** @file
  How the agent gets its keys. Either they were put into RAM before the
  firmware began, by whoever starts the machine: then they are wiped there
  before anything else runs that is not firmware. Or they are in the image,
  where whoever reads the flash finds them.

  Copyright (c) 2026 The Fathom authors
  SPDX-License-Identifier: BSD-2-Clause-Patent
**/

#include "AgentSmm.h"

#define MAX_STORE_SIZE \
  (sizeof (struct fathom_key_store) + FATHOM_KEY_STORE_MAX * FATHOM_KEY_SIZE)

STATIC
BOOLEAN
IsKeyStore (
  IN CONST VOID  *Store
  )
{
  return ((CONST struct fathom_key_store *)Store)->magic == FATHOM_KEY_STORE_MAGIC;
}

/**
  Copy Size bytes at Source into SMRAM.
**/
STATIC
EFI_STATUS
CopyStore (
  IN  CONST VOID               *Source,
  IN  UINTN                    Size,
  OUT struct fathom_key_store  **Keys
  )
{
  *Keys = AllocateCopyPool (Size, Source);
  if (*Keys == NULL) {
    SAY ("not enough SMRAM for the key store");
    return EFI_OUT_OF_RESOURCES;
  }

  return EFI_SUCCESS;
}

/**
  Bytes of the store that its count of keys asks for, if that is a sane one.
**/
STATIC
UINTN
StoreSize (
  IN CONST struct fathom_key_store  *Store
  )
{
  UINT32  Keys;

  Keys = MIN (Store->count, FATHOM_KEY_STORE_MAX);
  return sizeof (*Store) + Keys * FATHOM_KEY_SIZE;
}

EFI_STATUS
KeyStoreTake (
  OUT struct fathom_key_store  **Keys,
  OUT UINTN                    *Size
  )
{
  EFI_STATUS  Status;
  VOID        *Secret;
  VOID        *BuiltIn;

  Secret = (VOID *)(UINTN)FixedPcdGet64 (PcdFathomKeyStoreAddress);
  if ((Secret != NULL) && IsKeyStore (Secret)) {
    *Size  = StoreSize (Secret);
    Status = CopyStore (Secret, *Size, Keys);
    //
    // All that a store can be, whatever this one says of itself. The caches are
    // written back for those who read memory without them.
    //
    ZeroMem (Secret, MAX_STORE_SIZE);
    AsmWbinvd ();
    return Status;
  }

  BuiltIn = FixedPcdGetPtr (PcdFathomKeyStore);
  *Size   = FixedPcdGetSize (PcdFathomKeyStore);
  if ((*Size > sizeof (struct fathom_key_store)) && IsKeyStore (BuiltIn)) {
    return CopyStore (BuiltIn, *Size, Keys);
  }

  SAY ("no key store, hence no agent");
  return EFI_NOT_FOUND;
}
