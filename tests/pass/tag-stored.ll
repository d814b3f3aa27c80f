; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
; A pointer of the target that is stored obeys the rule of signs from then on.
; RUN: %fathom %s | FileCheck %s

; CHECK-LABEL: define void @keep(
; CHECK: [[V:%.*]] = load ptr, ptr %fathom.address
; CHECK: or i64 {{.*}}, -9223372036854775808
; CHECK: [[T:%.*]] = inttoptr i64 {{.*}} to ptr
; CHECK: store ptr [[T]], ptr %slot
define void @keep(ptr addrspace(1) %p) {
  %slot = alloca ptr
  %v = load ptr, ptr addrspace(1) %p
  store ptr %v, ptr %slot
  call void @see(ptr %slot)
  ret void
}
declare void @see(ptr)
