# SPDX-License-Identifier: BSD-2-Clause-Patent
# Tests of findings, heartbeats and `fathom watch`. Those with programs that
# fathom-cc compiles are in corpus/, which has what they look at.
pkg_check_modules(LIBSSL REQUIRED IMPORTED_TARGET libssl)

fathom_unit_test(report report_test.c LIBS fathom-static PkgConfig::JANSSON
                 INCLUDES runtime)
foreach(name ids chain hook outputs)
  fathom_unit_test(watch-${name} watch_${name}_test.c LIBS fathom-watch-parts
                   INCLUDES tools/watch runtime)
endforeach()

# An IDS that does not behave, and those who are none.
add_executable(watch-peer watch_peer.c)
target_compile_definitions(watch-peer PRIVATE _GNU_SOURCE)
target_include_directories(watch-peer PRIVATE ${PROJECT_SOURCE_DIR}/runtime
                           ${PROJECT_SOURCE_DIR}/smm/host)
target_link_libraries(watch-peer PRIVATE fathom-static PkgConfig::JANSSON
                      PkgConfig::LIBSSL)
fathom_c_target(watch-peer)

add_test(NAME unit.watch-hostile
         COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/watch_hostile_test.sh)
set_tests_properties(unit.watch-hostile PROPERTIES LABELS unit TIMEOUT 300
  ENVIRONMENT "FATHOM_BIN=$<TARGET_FILE_DIR:fathom-cc>;FATHOM_PEER=$<TARGET_FILE:watch-peer>")

# An IDS over a fake agent.
add_executable(watch-machine watch_machine.c runtime_machine.c fake_channel.c)
target_compile_definitions(watch-machine PRIVATE _GNU_SOURCE)
target_include_directories(watch-machine PRIVATE ${PROJECT_SOURCE_DIR}/runtime)
target_link_libraries(watch-machine PRIVATE fathom-static PkgConfig::JANSSON)
fathom_c_target(watch-machine)

add_test(NAME unit.watch-agent
         COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/watch_agent_test.sh)
set_tests_properties(unit.watch-agent PROPERTIES LABELS unit TIMEOUT 300
  ENVIRONMENT "FATHOM_BIN=$<TARGET_FILE_DIR:fathom-cc>;FATHOM_MACHINE=$<TARGET_FILE:watch-machine>")
# Two threads report for a program, whatever its own do.
set_property(TEST unit.watch-agent APPEND PROPERTY LABELS threads)
add_dependencies(threads-tests watch-machine fathom-cli)
