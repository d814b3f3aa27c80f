; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
; An annotated pointer is the target's without asking, and so is what is read
; through it.
; RUN: %fathom %s | FileCheck %s

; CHECK-LABEL: define i32 @f(
; CHECK-NOT: icmp sgt
; CHECK: icmp eq i64
; CHECK: call ptr @__fathom_translate(i64 {{.*}}, i64 8,
; CHECK-NOT: icmp sgt
; CHECK: call ptr @__fathom_translate(i64 {{.*}}, i64 4,
; CHECK: ret i32
define i32 @f(ptr addrspace(1) %p) {
  %q = load ptr, ptr addrspace(1) %p
  %v = load i32, ptr %q
  ret i32 %v
}
