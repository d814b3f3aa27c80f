/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The mailbox: reserved memory through which a carrier (a relay in the
 * monitored machine, or its VMM) and the SMM agent exchange sealed messages,
 * and the ACPI table "FTHM" that tells where it lies.
 *
 * Nothing in it is believed by the agent: it keeps its own copy of the layout,
 * reads sequence and request_size once, and copies the request in before
 * looking at it. Nothing but sizes and times can be learnt from it.
 */
#ifndef FATHOM_MAILBOX_H
#define FATHOM_MAILBOX_H

#include <stdint.h>

#define FATHOM_MAILBOX_MAGIC   0x00584f424d485446ull /* "FTHMBOX" */
#define FATHOM_MAILBOX_VERSION 1

/** The value that raises our SMI when written to FATHOM_SMI_PORT. */
#define FATHOM_SMI_COMMAND 0x5d
/** APM_CNT of Intel's chipsets (ICH9 data sheet, 12.2). */
#define FATHOM_SMI_PORT 0xb2
/**
 * RBX of a CPU that raises the SMI itself ("FTHMCALL"); RCX is the mailbox's
 * sequence number. So the agent knows which CPU asked; it answers without,
 * too, for a VMM that raises the SMI has no registers.
 */
#define FATHOM_SMI_MAGIC 0x4c4c41434d485446ull

/** At the start of the mailbox. All little endian. */
struct fathom_mailbox {
	/* Set by the firmware at boot. */
	uint64_t magic;
	uint32_t version;
	uint32_t size; /* of the whole mailbox, bytes */
	uint32_t request_offset;
	uint32_t request_capacity;
	uint32_t reply_offset;
	uint32_t reply_capacity;
	uint8_t reserved0[32];

	/* Written by carriers. */
	uint64_t owner;	   /* 0: free. Carriers take it by compare-and-swap */
	uint64_t sequence; /* one more for each call, written last */
	uint32_t request_size;
	uint8_t reserved1[44];

	/* Written by the agent. */
	uint64_t done; /* the sequence number answered, written last */
	/* 0: the agent has nothing to say to this message, nor tells why. */
	uint32_t reply_size;
	uint32_t reserved2;
	uint64_t cycles; /* of the TSC, from the handler's entry to its end */
	uint8_t reserved3[40];
};

/** Body of the ACPI table after its standard header of 36 bytes. */
struct fathom_acpi_body {
	uint64_t mailbox_address; /* physical, 4 KiB aligned */
	uint32_t mailbox_size;	  /* bytes, a multiple of 4 KiB */
	uint16_t smi_port;
	uint8_t smi_command;
	uint8_t version; /* FATHOM_MAILBOX_VERSION */
};
#define FATHOM_ACPI_SIGNATURE	"FTHM"
#define FATHOM_ACPI_HEADER_SIZE 36u

#endif /* FATHOM_MAILBOX_H */
