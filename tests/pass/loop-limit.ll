; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
; A list of the target need not end: its loop counts. One that ends by itself
; does not.
; RUN: %fathom %s | FileCheck %s

; CHECK-LABEL: define void @list(
; CHECK: load i64, ptr @__fathom_loop_limit
; CHECK: phi i64 {{.*}}[ %fathom.limit,
; CHECK: call void @__fathom_loop_exceeded(ptr
define void @list(ptr addrspace(1) %head) {
entry:
  %first = load ptr, ptr addrspace(1) %head
  br label %loop
loop:
  %p = phi ptr [ %first, %entry ], [ %next, %loop ]
  %next = load ptr, ptr %p
  %end = icmp eq ptr %next, null
  br i1 %end, label %done, label %loop
done:
  ret void
}

; CHECK-LABEL: define void @counted(
; CHECK-NOT: __fathom_loop
; CHECK: ret void
define void @counted(ptr %p) {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %i.next, %loop ]
  %v = load volatile i32, ptr %p
  %i.next = add i64 %i, 1
  %end = icmp eq i64 %i.next, 10
  br i1 %end, label %done, label %loop
done:
  ret void
}
