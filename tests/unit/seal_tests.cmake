# SPDX-License-Identifier: BSD-2-Clause-Patent
# Tests of sealed messages: cryptography, the agent's side, the IDS's side.
set(FATHOM_SEAL_RIG seal_rig.c agent_machine.c)
fathom_unit_test(seal-agent seal_agent_test.c ${FATHOM_SEAL_RIG}
                 LIBS fathom-seal INCLUDES smm/agent)
fathom_unit_test(seal-vectors seal_vectors_test.c LIBS fathom-seal
                 INCLUDES smm/agent)
fathom_unit_test(seal-channel seal_channel_test.c agent_client.c ${FATHOM_SEAL_RIG}
                 LIBS fathom-channel INCLUDES smm/agent smm/host)
fathom_unit_test(seal-wipe seal_wipe_test.c agent_client.c ${FATHOM_SEAL_RIG}
                 LIBS fathom-channel INCLUDES smm/agent smm/host)
fathom_unit_test(seal-memory seal_memory_test.c ${FATHOM_SEAL_RIG}
                 LIBS fathom-seal INCLUDES smm/agent)
fathom_unit_test(seal-loopback seal_loopback_test.c agent_client.c
                 LIBS fathom-loopback INCLUDES smm/agent smm/host)
fathom_unit_test(seal-broken seal_broken_test.c ${FATHOM_SEAL_RIG}
                 LIBS fathom-seal INCLUDES smm/agent)
foreach(function crypto_sha256 crypto_hkdf crypto_x25519 crypto_open noise_split)
  target_link_options(unit-seal-broken PRIVATE LINKER:--wrap=${function})
endforeach()
fathom_unit_test(seal-example seal_example_test.c LIBS fathom-seal
                 INCLUDES smm/agent)
target_compile_definitions(unit-seal-example PRIVATE
  FATHOM_PROTOCOL_DOCUMENT="${PROJECT_SOURCE_DIR}/docs/protocol.md")
