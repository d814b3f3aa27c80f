/** @file
  What the files of the driver share.

  Copyright (c) 2026 The Fathom authors
  SPDX-License-Identifier: BSD-2-Clause-Patent
**/

#ifndef AGENT_SMM_H_
#define AGENT_SMM_H_

#include <PiSmm.h>

#include <Library/BaseLib.h>
#include <Library/BaseMemoryLib.h>
#include <Library/DebugLib.h>
#include <Library/MemoryAllocationLib.h>
#include <Library/MmServicesTableLib.h>
#include <Library/PcdLib.h>
#include <Library/UefiBootServicesTableLib.h>

#include <fathom/agent.h>
#include <fathom/mailbox.h>
#include <fathom/sealed_agent.h>

/**
  Tell whoever watches the firmware boot why there is no agent. Not DEBUG(),
  which release builds leave out. Never used after boot.
**/
#define SAY(Format, ...)  DebugPrint (DEBUG_ERROR, "Fathom: " Format "\n", ##__VA_ARGS__)

//
// Ram.c
//

#define MAX_RAM_RANGES  256
#define MAX_EXCLUDED    32

/**
  What the firmware calls RAM, less what nobody may read. Sorted; neighbours
  are merged, as fathom/agent.h demands.
**/
typedef struct {
  UINT32                      Count;
  struct fathom_wire_range    Ranges[MAX_RAM_RANGES];
  UINT32                      ExcludedCount;
  struct fathom_wire_range    Excluded[MAX_EXCLUDED];
} RAM_LIST;

/**
  Fill the list from the firmware's memory map, without SMRAM.

  @param[out] Ram  The list; Excluded holds SMRAM.

  @retval EFI_SUCCESS  The list is complete.
  @retval others       It cannot be had or is too long; said on the debug port.
**/
EFI_STATUS
RamFind (
  OUT RAM_LIST  *Ram
  );

/**
  Add memory that must never be read.

  @retval EFI_OUT_OF_RESOURCES  The list is full.
**/
EFI_STATUS
RamExclude (
  IN OUT RAM_LIST  *Ram,
  IN UINT64        Start,
  IN UINT64        Size
  );

//
// Window.c
//

/**
  Build the page tables of the window: all of the list's RAM, nothing else.

  @param[in] Ram  The list.

  @retval EFI_SUCCESS  WindowRead() can be used.
  @retval others       Said on the debug port.
**/
EFI_STATUS
WindowBuild (
  IN CONST RAM_LIST  *Ram
  );

/**
  Copy RAM of the machine. Opens the window if it is not open.

  @param[in]  Address  Physical; the caller has checked it against the list.
  @param[out] Buffer   In SMRAM.
  @param[in]  Size     Bytes.
**/
VOID
WindowRead (
  IN UINT64  Address,
  OUT VOID   *Buffer,
  IN UINT32  Size
  );

/**
  Back to SMM's own page tables, if the window is open.
**/
VOID
WindowClose (
  VOID
  );

//
// Cpus.c
//

/**
  Find the protocol that reads save states.
**/
EFI_STATUS
CpusInitialize (
  VOID
  );

/**
  Read the state of all CPUs that stand in SMM, the one that raised the SMI
  first, if there is one: of several that will do, the agent takes the first.

  @param[in]  Sequence  Which request is being answered.
  @param[out] Cpus      Valid until the next call.
  @param[out] Count     Number of CPUs; may be 0.
**/
VOID
CpusRead (
  IN  UINT64                        Sequence,
  OUT CONST struct fathom_wire_cpu  **Cpus,
  OUT UINT32                        *Count
  );

//
// KeyStore.c
//

/**
  Take the key store out of RAM, where it is wiped, or out of the image.

  @param[out] Keys  In SMRAM; the caller wipes and frees it.
  @param[out] Size  Bytes.

  @retval EFI_SUCCESS    There is one; whether it is valid, the agent tells.
  @retval EFI_NOT_FOUND  There is none; said on the debug port.
**/
EFI_STATUS
KeyStoreTake (
  OUT struct fathom_key_store  **Keys,
  OUT UINTN                    *Size
  );

//
// Platform.c
//

/**
  Check the random number generator, measure the clock.

  @retval EFI_UNSUPPORTED  The processor lacks what the agent needs; said on
                           the debug port.
**/
EFI_STATUS
PlatformInitialize (
  VOID
  );

/**
  Milliseconds since some time. Stands still rather than go back, whatever the
  operating system writes into the time stamp counter.
**/
UINT64
PlatformMilliseconds (
  VOID
  );

//
// Mailbox.c
//

//
// Requests and replies of the agent. A reply has room for 128 pages.
//
#define MAX_REQUEST  FATHOM_WIRE_MAX_REQUEST
#define MAX_REPLY    (SIZE_512KB + SIZE_4KB)

#define MAX_SEALED_REQUEST  (MAX_REQUEST + FATHOM_SEAL_OVERHEAD)
#define MAX_SEALED_REPLY    (MAX_REPLY + FATHOM_SEAL_OVERHEAD)

/**
  Allocate the mailbox in memory that the operating system will leave alone,
  and exclude it from what can be read.

  @retval EFI_SUCCESS  MailboxTake() can be used.
  @retval others       Said on the debug port.
**/
EFI_STATUS
MailboxCreate (
  IN OUT RAM_LIST  *Ram
  );

/**
  Tell the operating system and its VMM where the mailbox is: ACPI table FTHM.
**/
EFI_STATUS
MailboxPublish (
  VOID
  );

/**
  Write the mailbox's header anew: carriers stop at one that somebody has
  overwritten.
**/
VOID
MailboxRestore (
  VOID
  );

/**
  Whether there is a message that has not been answered.

  @param[out] Sequence  Its number.
**/
BOOLEAN
MailboxHasMessage (
  OUT UINT64  *Sequence
  );

/**
  Copy the message out of everybody's reach.

  @param[out] Message  MAX_SEALED_REQUEST bytes.

  @return Bytes of it; 0 when its size is impossible.
**/
UINTN
MailboxTake (
  OUT VOID  *Message
  );

/**
  Answer the message: reply, its size, what it has cost, and last its number.

  @param[in] Sequence  What MailboxHasMessage() gave.
  @param[in] Reply     At most MAX_SEALED_REPLY bytes.
  @param[in] Size      0: silence.
  @param[in] Began     Time stamp counter when the handler began.
**/
VOID
MailboxAnswer (
  IN UINT64      Sequence,
  IN CONST VOID  *Reply,
  IN UINTN       Size,
  IN UINT64      Began
  );

#endif
