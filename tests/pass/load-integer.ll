; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
; An integer that becomes a pointer is an address of the target: one of the
; lower half is tagged, and so never local.
; RUN: %fathom %s | FileCheck %s

; CHECK-LABEL: define i32 @f(
; CHECK: call ptr @__fathom_translate
define i32 @f(i64 %address) {
  %p = inttoptr i64 %address to ptr
  %v = load i32, ptr %p
  ret i32 %v
}
