# SPDX-License-Identifier: BSD-2-Clause-Patent
# Tests of tools/: one in C, the others shell scripts that use the programs.
set(tools ${PROJECT_SOURCE_DIR}/tools)
fathom_unit_test(tools-command-line tools_command_line_test.c
  ${tools}/argument_list.c ${tools}/cc_command.c ${tools}/memory.c
  ${tools}/printable.c ${tools}/response_file.c ${tools}/suggest.c
  ${tools}/undefined_symbols.c
  LIBS fathom-emulator INCLUDES tools)

# fathom_tools_test(NAME VARIABLE=VALUE...): tools_NAME_test.sh
function(fathom_tools_test name)
  add_test(NAME unit.tools-${name}
           COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/tools_${name}_test.sh)
  set_tests_properties(unit.tools-${name} PROPERTIES LABELS unit TIMEOUT 300
    ENVIRONMENT "FATHOM_BIN=$<TARGET_FILE_DIR:fathom-cc>;${ARGN}")
endfunction()

fathom_tools_test(cli)
fathom_tools_test(key)
# Its IDS is a program of clang's, as below.
fathom_tools_test(agent "SYNTHETIC_TARGET=$<TARGET_FILE:synthetic-target>"
                  FATHOM_TEST_HEADERS=$<$<NOT:$<BOOL:${FATHOM_SANITIZE}>>:${FATHOM_TEST_HEADERS}>)
fathom_tools_test(target "SYNTHETIC_TARGET=$<TARGET_FILE:synthetic-target>")
# A program of clang's cannot be linked with a libfathom that gcc has
# instrumented, so those that make one belong to the plain build.
if(NOT FATHOM_SANITIZE)
  fathom_tools_test(cc FATHOM_LLVM=${FATHOM_LLVM_MAJOR})
  fathom_tools_test(functions FATHOM_BUILD=${CMAKE_BINARY_DIR}
                    FATHOM_TEST_HEADERS=${FATHOM_TEST_HEADERS}
                    SYNTHETIC_TARGET=$<TARGET_FILE:synthetic-target>)
  fathom_tools_test(doctor FATHOM_LLVM=${FATHOM_LLVM_MAJOR})
  fathom_tools_test(install FATHOM_BUILD=${CMAKE_BINARY_DIR}
                    FATHOM_LIBDIR=${CMAKE_INSTALL_LIBDIR})
endif()
