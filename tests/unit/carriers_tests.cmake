# SPDX-License-Identifier: BSD-2-Clause-Patent
# What carries sealed messages, and the keys of those who send them.
fathom_unit_test(carriers-mailbox carriers_mailbox_test.c fake_firmware.c
                 agent_client.c LIBS fathom-carriers pthread INCLUDES smm/host)
foreach(test relay places)
  fathom_unit_test(carriers-${test} carriers_${test}_test.c relay_client.c
                   relay_fixture.c fake_firmware.c agent_client.c
                   LIBS fathom-relay-parts fathom-carriers pthread
                   INCLUDES smm/host)
endforeach()
fathom_unit_test(carriers-privileges carriers_privileges_test.c agent_client.c
                 child.c LIBS fathom-relay-parts INCLUDES smm/host)
fathom_unit_test(carriers-attack carriers_attack_test.c hostile_relay.c
                 agent_client.c ${PROJECT_SOURCE_DIR}/tools/served_target.c
                 LIBS fathom-server fathom-loopback fathom-carriers pthread
                 INCLUDES smm/host smm/agent tools)
fathom_unit_test(carriers-qemu carriers_qemu_test.c fake_firmware.c fake_monitor.c
                 agent_client.c LIBS fathom-carriers fathom-emulator
                 PkgConfig::JANSSON pthread INCLUDES smm/host)
fathom_unit_test(runtime-key-file runtime_key_file_test.c agent_client.c
                 LIBS fathom-static INCLUDES runtime)
fathom_unit_test(carriers-ring carriers_ring_test.c agent_client.c
                 LIBS fathom-relay-parts pthread INCLUDES smm/host)
fathom_unit_test(carriers-shm carriers_shm_test.c agent_client.c child.c
                 LIBS fathom-relay-parts fathom-carriers pthread
                 INCLUDES smm/host)
