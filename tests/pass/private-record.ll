; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
; Private-write mode: module, sites and symbols say so; functions that may be called
; by way of the target's tables are listed with their types.
; RUN: %fathom %s | FileCheck %s

; CHECK-DAG: @__fathom_site = private unnamed_addr constant { {{.*}} } { ptr null, ptr null, i32 0, i32 65536, i32 0, i32 4,
; CHECK-DAG: @__fathom_symbols = private constant {{.*}} i64 4 }]
; CHECK-DAG: @__fathom_functions = private constant [2 x {{.*}} { ptr @__fathom_string{{.*}}, ptr @shown, i64 3735928559 }, {{.*}} ptr @in_table, i64 0 }]
; CHECK-DAG: @__fathom_module = internal constant {{.*}} { i32 4, i32 1,
@x = external global i32
@table = global [1 x ptr] [ptr @in_table]

define i32 @shown() !kcfi_type !1 {
  %v = call i32 @inner()
  ret i32 %v
}

define internal i32 @in_table() {
  ret i32 1
}

define internal i32 @inner() noinline {
  %v = load i32, ptr @x
  ret i32 %v
}

!llvm.module.flags = !{!0}
!0 = !{i32 7, !"fathom.private-writes", i32 1}
!1 = !{i32 -559038737}
