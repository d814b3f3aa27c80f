# SPDX-License-Identifier: BSD-2-Clause-Patent
# The front-ends of `fathom proc` on a /proc that is made up.
add_executable(fathomfs-fake fake_proc.c)
target_link_libraries(fathomfs-fake PRIVATE fathomfs)
fathom_c_target(fathomfs-fake)

# The same on this machine's own.
add_executable(fathomfs-mirror mirror_proc.c)
target_compile_definitions(fathomfs-mirror PRIVATE _GNU_SOURCE)
target_link_libraries(fathomfs-mirror PRIVATE fathomfs)
fathom_c_target(fathomfs-mirror)
add_executable(proc-probe proc_probe.c)
target_compile_definitions(proc-probe PRIVATE _GNU_SOURCE)
fathom_c_target(proc-probe)

# fathom_proc_test(NAME): proc_NAME_test.sh
function(fathom_proc_test name)
  add_test(NAME unit.proc-${name}
           COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/proc_${name}_test.sh)
  set_tests_properties(unit.proc-${name} PROPERTIES LABELS unit TIMEOUT 300
    ENVIRONMENT "FATHOM_BIN=$<TARGET_FILE_DIR:fathomfs-fake>")
endfunction()

fathom_proc_test(snapshot)
fathom_proc_test(mount)
# AddressSanitizer looks into its own process's /proc, which exec takes away.
if(NOT FATHOM_SANITIZE)
  fathom_proc_test(exec)
endif()
fathom_proc_test(prepare)
