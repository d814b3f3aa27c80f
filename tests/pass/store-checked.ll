; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
; A store through a pointer that may be the target's looks first; one to the
; program's own memory does not.
; RUN: %fathom %s | FileCheck %s

; CHECK-LABEL: define void @unknown(
; CHECK: icmp sle i64 {{.*}}, 0
; CHECK: call void @__fathom_check_local(ptr %p, ptr
; CHECK: store i32 1, ptr %p
define void @unknown(ptr %p) {
  store i32 1, ptr %p
  ret void
}

; CHECK-LABEL: define void @own(
; CHECK-NEXT: alloca
; CHECK-NEXT: store
; CHECK-NEXT: ret void
define void @own() {
  %a = alloca i32
  store i32 1, ptr %a
  ret void
}
