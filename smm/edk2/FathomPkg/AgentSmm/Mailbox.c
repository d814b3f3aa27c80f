/** @file
  The mailbox: memory that everybody can write, also while it is being read.
  Each field is read once, nothing but sizes is looked at before the message has
  been copied, and where the parts lie is known here and not read from it.

  Copyright (c) 2026 The Fathom authors
  SPDX-License-Identifier: BSD-2-Clause-Patent
**/

#include "AgentSmm.h"

#include <IndustryStandard/Acpi.h>
#include <Protocol/AcpiTable.h>

//
// A page for the header, so that the parts can be mapped apart.
//
#define REQUEST_OFFSET    SIZE_4KB
#define REQUEST_CAPACITY  (SIZE_64KB + SIZE_4KB)
#define REPLY_OFFSET      (REQUEST_OFFSET + REQUEST_CAPACITY)
#define REPLY_CAPACITY    (SIZE_512KB + 2 * SIZE_4KB)
#define MAILBOX_SIZE      (REPLY_OFFSET + REPLY_CAPACITY)

STATIC_ASSERT (MAX_SEALED_REQUEST <= REQUEST_CAPACITY, "requests do not fit into the mailbox");
STATIC_ASSERT (MAX_SEALED_REPLY <= REPLY_CAPACITY, "replies do not fit into the mailbox");

#define HIGHEST_ADDRESS  0xFFFFFFFFULL

#pragma pack(1)

typedef struct {
  EFI_ACPI_DESCRIPTION_HEADER    Header;
  struct fathom_acpi_body        Body;
} FATHOM_ACPI_TABLE;

#pragma pack()

STATIC_ASSERT (
  OFFSET_OF (FATHOM_ACPI_TABLE, Body) == FATHOM_ACPI_HEADER_SIZE,
  "the standard header has another size"
  );

STATIC volatile struct fathom_mailbox  *mMailbox;
STATIC UINT64                          mAnswered;

VOID
MailboxRestore (
  VOID
  )
{
  mMailbox->version          = FATHOM_MAILBOX_VERSION;
  mMailbox->size             = MAILBOX_SIZE;
  mMailbox->request_offset   = REQUEST_OFFSET;
  mMailbox->request_capacity = REQUEST_CAPACITY;
  mMailbox->reply_offset     = REPLY_OFFSET;
  mMailbox->reply_capacity   = REPLY_CAPACITY;
  mMailbox->magic            = FATHOM_MAILBOX_MAGIC;
}

EFI_STATUS
MailboxCreate (
  IN OUT RAM_LIST  *Ram
  )
{
  EFI_STATUS            Status;
  EFI_PHYSICAL_ADDRESS  Address;

  //
  // Reserved memory is what EDK II lets SMM share with the system, and what
  // /dev/mem lets a relay map.
  //
  Address = HIGHEST_ADDRESS;
  Status  = gBS->AllocatePages (
                   AllocateMaxAddress,
                   EfiReservedMemoryType,
                   EFI_SIZE_TO_PAGES (MAILBOX_SIZE),
                   &Address
                   );
  if (!EFI_ERROR (Status)) {
    Status = RamExclude (Ram, Address, MAILBOX_SIZE);
  }

  if (EFI_ERROR (Status)) {
    SAY ("no memory for the mailbox: %r", Status);
    return Status;
  }

  ZeroMem ((VOID *)(UINTN)Address, MAILBOX_SIZE);
  mMailbox = (struct fathom_mailbox *)(UINTN)Address;
  MailboxRestore ();
  return EFI_SUCCESS;
}

EFI_STATUS
MailboxPublish (
  VOID
  )
{
  EFI_STATUS               Status;
  EFI_ACPI_TABLE_PROTOCOL  *AcpiTable;
  FATHOM_ACPI_TABLE        Table;
  UINTN                    Key;

  ZeroMem (&Table, sizeof (Table));
  CopyMem (&Table.Header.Signature, FATHOM_ACPI_SIGNATURE, sizeof (Table.Header.Signature));
  CopyMem (Table.Header.OemId, "FATHOM", sizeof (Table.Header.OemId));
  CopyMem (&Table.Header.OemTableId, "SMMAGENT", sizeof (Table.Header.OemTableId));
  CopyMem (&Table.Header.CreatorId, "FTHM", sizeof (Table.Header.CreatorId));
  Table.Header.Length        = sizeof (Table);
  Table.Header.Revision      = FATHOM_MAILBOX_VERSION;
  Table.Header.OemRevision   = 1;
  Table.Body.mailbox_address = (UINTN)mMailbox;
  Table.Body.mailbox_size    = MAILBOX_SIZE;
  Table.Body.smi_port        = FATHOM_SMI_PORT;
  Table.Body.smi_command     = FATHOM_SMI_COMMAND;
  Table.Body.version         = FATHOM_MAILBOX_VERSION;
  Table.Header.Checksum      = CalculateCheckSum8 ((UINT8 *)&Table, sizeof (Table));

  Status = gBS->LocateProtocol (&gEfiAcpiTableProtocolGuid, NULL, (VOID **)&AcpiTable);
  if (!EFI_ERROR (Status)) {
    Status = AcpiTable->InstallAcpiTable (AcpiTable, &Table, sizeof (Table), &Key);
  }

  return Status;
}

BOOLEAN
MailboxHasMessage (
  OUT UINT64  *Sequence
  )
{
  *Sequence = mMailbox->sequence;
  return *Sequence != mAnswered;
}

UINTN
MailboxTake (
  OUT VOID  *Message
  )
{
  UINTN  Size;

  Size = mMailbox->request_size;
  if (Size > MAX_SEALED_REQUEST) {
    return 0;
  }

  //
  // Also when the processor guesses that the size is a sane one.
  //
  SpeculationBarrier ();
  CopyMem (Message, (UINT8 *)(UINTN)mMailbox + REQUEST_OFFSET, Size);
  return Size;
}

VOID
MailboxAnswer (
  IN UINT64      Sequence,
  IN CONST VOID  *Reply,
  IN UINTN       Size,
  IN UINT64      Began
  )
{
  if (Size > MAX_SEALED_REPLY) {
    Size = 0;
  }

  if (Size != 0) {
    CopyMem ((UINT8 *)(UINTN)mMailbox + REPLY_OFFSET, Reply, Size);
  }

  mAnswered            = Sequence;
  mMailbox->reply_size = (UINT32)Size;
  mMailbox->cycles     = AsmReadTsc () - Began;
  MemoryFence ();
  mMailbox->done = Sequence;
}
