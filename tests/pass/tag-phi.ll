; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
; Local and target's pointers that meet: the target's is tagged on its way.
; RUN: %fathom %s | FileCheck %s

; CHECK-LABEL: define i32 @f(
; CHECK: remote:
; CHECK: or i64 {{.*}}, -9223372036854775808
; CHECK: join:
; CHECK: icmp sgt i64
define i32 @f(i1 %c, ptr addrspace(1) %p) {
  %a = alloca i32
  store i32 1, ptr %a
  br i1 %c, label %remote, label %join
remote:
  %v = load ptr, ptr addrspace(1) %p
  br label %join
join:
  %q = phi ptr [ %a, %0 ], [ %v, %remote ]
  %r = load i32, ptr %q
  ret i32 %r
}
