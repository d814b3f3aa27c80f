// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <net/packet/af_packet.c>

#include "fathom-proc.h"

FATHOM_RECORDS(packet, packet_seq_ops)
