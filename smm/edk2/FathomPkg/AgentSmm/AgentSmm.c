/** @file
  Fathom's agent in System Management Mode: the entry point, and the handler
  that answers when port 0xB2 is written. All that is hard is in smm/agent,
  which is the same on hosts.

  Copyright (c) 2026 The Fathom authors
  SPDX-License-Identifier: BSD-2-Clause-Patent
**/

#include "AgentSmm.h"

#include <Library/IoLib.h>
#include <Library/SmmCpuRendezvousLib.h>

//
// Of one SCAN: some milliseconds.
//
#define MAX_SCAN  SIZE_1MB

STATIC RAM_LIST                    mRam;
STATIC struct fathom_agent         mAgent;
STATIC struct fathom_sealed_agent  *mSealedAgent;
STATIC VOID                        *mMessage;
STATIC UINT64                      mSequence;

STATIC
UINT32
PortRead (
  VOID    *Context,
  UINT64  Address,
  VOID    *Buffer,
  UINT32  Size
  )
{
  WindowRead (Address, Buffer, Size);
  return FATHOM_WIRE_OK;
}

STATIC
UINT32
PortCpus (
  VOID                          *Context,
  CONST struct fathom_wire_cpu  **Cpus,
  UINT32                        *Count
  )
{
  CpusRead (mSequence, Cpus, Count);
  return FATHOM_WIRE_OK;
}

STATIC
UINT64
PortMilliseconds (
  VOID  *Context
  )
{
  return PlatformMilliseconds ();
}

STATIC CONST struct fathom_agent_port         mPort       = { PortRead, PortCpus, NULL };
STATIC CONST struct fathom_sealed_agent_port  mSealedPort = { PortMilliseconds };

/**
  The root handler: called at every SMI, whoever raised it.

  The command port keeps its last value, so that SMIs from other sources look
  like ours; the mailbox's sequence number tells them apart.
**/
STATIC
EFI_STATUS
EFIAPI
AgentSmiHandler (
  IN EFI_HANDLE  DispatchHandle,
  IN CONST VOID  *Context         OPTIONAL,
  IN OUT VOID    *CommBuffer      OPTIONAL,
  IN OUT UINTN   *CommBufferSize  OPTIONAL
  )
{
  UINT64      Began;
  UINTN       Size;
  CONST VOID  *Reply;

  Began = AsmReadTsc ();
  if (IoRead8 (FATHOM_SMI_PORT) != FATHOM_SMI_COMMAND) {
    return EFI_WARN_INTERRUPT_SOURCE_QUIESCED;
  }

  MailboxRestore ();
  if (!MailboxHasMessage (&mSequence)) {
    return EFI_WARN_INTERRUPT_SOURCE_QUIESCED;
  }

  //
  // The other CPUs may still be on their way. One call shall be one picture.
  //
  SmmWaitForAllProcessor (TRUE);
  Reply = NULL;
  Size  = MailboxTake (mMessage);
  if (Size != 0) {
    Size = fathom_sealed_agent_handle (mSealedAgent, mMessage, Size, &Reply);
    WindowClose ();
  }

  MailboxAnswer (mSequence, Reply, Size, Began);
  return EFI_WARN_INTERRUPT_SOURCE_QUIESCED;
}

/**
  Memory of SMM, page-aligned and zeroed.
**/
STATIC
VOID *
AllocateSmram (
  IN UINTN  Size
  )
{
  VOID  *Buffer;

  Buffer = AllocatePages (EFI_SIZE_TO_PAGES (Size));
  if (Buffer != NULL) {
    ZeroMem (Buffer, EFI_PAGES_TO_SIZE (EFI_SIZE_TO_PAGES (Size)));
  }

  return Buffer;
}

STATIC
VOID
SetUpAgent (
  VOID
  )
{
  mAgent.port               = &mPort;
  mAgent.ranges             = mRam.Ranges;
  mAgent.range_count        = mRam.Count;
  mAgent.excluded           = mRam.Excluded;
  mAgent.excluded_count     = mRam.ExcludedCount;
  mAgent.limits.max_request = MAX_REQUEST;
  mAgent.limits.max_reply   = MAX_REPLY;
  mAgent.limits.max_items   = FATHOM_WIRE_MAX_ITEMS;
  mAgent.limits.max_scan    = MAX_SCAN;
}

/**
  Start the agent behind its sealed messages. There is no other way to it.
**/
STATIC
EFI_STATUS
StartSealedAgent (
  IN CONST struct fathom_key_store  *Keys,
  IN UINTN                          Size
  )
{
  struct fathom_sealed_agent_settings  Settings;

  ZeroMem (&Settings, sizeof (Settings));
  mMessage     = AllocateSmram (MAX_SEALED_REQUEST);
  mSealedAgent = AllocateSmram (fathom_sealed_agent_size ());

  Settings.port      = &mSealedPort;
  Settings.agent     = &mAgent;
  Settings.keys      = Keys;
  Settings.keys_size = Size;
  Settings.request   = AllocateSmram (MAX_REQUEST);
  Settings.reply     = AllocateSmram (MAX_SEALED_REPLY);
  if ((mMessage == NULL) || (mSealedAgent == NULL) ||
      (Settings.request == NULL) || (Settings.reply == NULL))
  {
    SAY ("not enough SMRAM for the agent");
    return EFI_OUT_OF_RESOURCES;
  }

  if (!fathom_sealed_agent_start (mSealedAgent, &Settings)) {
    SAY ("the key store is not valid, or the cryptography fails its self-test");
    return EFI_DEVICE_ERROR;
  }

  return EFI_SUCCESS;
}

/**
  The parts in their order. The key store is taken first, so that nothing can
  keep it from being wiped.
**/
STATIC
EFI_STATUS
StartAgent (
  IN CONST struct fathom_key_store  *Keys,
  IN UINTN                          Size
  )
{
  EFI_STATUS  Status;

  Status = PlatformInitialize ();
  if (!EFI_ERROR (Status)) {
    Status = CpusInitialize ();
  }

  if (!EFI_ERROR (Status)) {
    Status = RamFind (&mRam);
  }

  if (!EFI_ERROR (Status)) {
    Status = MailboxCreate (&mRam);
  }

  if (!EFI_ERROR (Status)) {
    Status = WindowBuild (&mRam);
  }

  if (!EFI_ERROR (Status)) {
    SetUpAgent ();
    Status = StartSealedAgent (Keys, Size);
  }

  return Status;
}

/**
  Entry point: start the agent, register its handler, tell where the mailbox
  is. When anything fails, there is no agent; the machine boots all the same.

  @retval EFI_SUCCESS  The agent answers.
  @retval others       Why not, said on the debug port.
**/
EFI_STATUS
EFIAPI
AgentSmmEntry (
  IN EFI_HANDLE        ImageHandle,
  IN EFI_SYSTEM_TABLE  *SystemTable
  )
{
  EFI_STATUS               Status;
  EFI_HANDLE               Handle;
  struct fathom_key_store  *Keys;
  UINTN                    Size;

  Status = KeyStoreTake (&Keys, &Size);
  if (EFI_ERROR (Status)) {
    return Status;
  }

  Status = StartAgent (Keys, Size);
  ZeroMem (Keys, Size);
  FreePool (Keys);
  if (EFI_ERROR (Status)) {
    return Status;
  }

  Handle = NULL;
  Status = gMmst->MmiHandlerRegister (AgentSmiHandler, NULL, &Handle);
  if (!EFI_ERROR (Status)) {
    Status = MailboxPublish ();
    if (EFI_ERROR (Status)) {
      gMmst->MmiHandlerUnRegister (Handle);
    }
  }

  if (EFI_ERROR (Status)) {
    SAY ("the agent cannot be reached: %r", Status);
    fathom_sealed_agent_stop (mSealedAgent);
    return Status;
  }

  SAY ("the agent is ready");
  return EFI_SUCCESS;
}
