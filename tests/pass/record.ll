; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
; Each module tells the runtime about itself before its own constructors run.
; RUN: %fathom %s | FileCheck %s

@x = external global i32

; CHECK: @__fathom_module = internal constant {{.*}} { i32 4, i32 0,
; CHECK: @llvm.global_ctors = appending global [1 x { i32, ptr, ptr }] [{ i32, ptr, ptr } { i32 0, ptr @__fathom_construct
define i32 @f() {
  %v = load i32, ptr @x
  ret i32 %v
}
; CHECK: define internal void @__fathom_construct()
; CHECK: call void @__fathom_register(ptr @__fathom_module)
