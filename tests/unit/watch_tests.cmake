# SPDX-License-Identifier: BSD-2-Clause-Patent
# Tests of findings, heartbeats and `fathom watch`.
pkg_check_modules(LIBSSL REQUIRED IMPORTED_TARGET libssl)

fathom_unit_test(report report_test.c LIBS fathom-static PkgConfig::JANSSON
                 INCLUDES runtime)
foreach(name ids chain)
  fathom_unit_test(watch-${name} watch_${name}_test.c LIBS fathom-watch-parts
                   INCLUDES tools/watch runtime)
endforeach()
