; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
; Private-write mode: a call of what nobody defines is a fault when it is reached, and
; so is one that hands the target's pointers to code that knows none.
; RUN: %fathom %s | FileCheck %s

; CHECK: c"kernel function missing() is not available outside the kernel\00"
; CHECK: @__fathom_aware.taker = extern_weak global i8

; CHECK-LABEL: define i32 @direct(
; CHECK: icmp eq {{\(?}}ptr @missing, {{(ptr )?}}null
; CHECK: call void @__fathom_unsupported(ptr @__fathom_string
; CHECK-NEXT: unreachable
; CHECK: call i32 @missing(i32 1)
define i32 @direct() {
  %v = call i32 @missing(i32 1)
  ret i32 %v
}

; CHECK-LABEL: define void @given(
; CHECK: icmp slt i64 %{{.*}}, 0
; CHECK: icmp eq {{\(?}}ptr @__fathom_aware.taker, {{(ptr )?}}null
; CHECK: call void @__fathom_unsupported(
; CHECK: call void @taker(ptr %p)
define void @given(ptr %p) {
  call void @taker(ptr %p)
  ret void
}

; CHECK-LABEL: define i64 @indirect(
; CHECK: icmp sle i64 %{{.*}}, 0
; CHECK: %[[F:.*]] = call ptr @__fathom_callee(ptr %f, i64 12345, ptr
; CHECK: %[[TO:.*]] = phi ptr [ %f, %{{.*}} ], [ %[[F]], %{{.*}} ]
; CHECK: call i64 %[[TO]](i64 1)
; CHECK-NOT: kcfi
define i64 @indirect(ptr %f) {
  %v = call i64 %f(i64 1) [ "kcfi"(i32 12345) ]
  ret i64 %v
}

; CHECK: declare extern_weak i32 @missing(i32)
declare i32 @missing(i32)
declare void @taker(ptr)
!llvm.module.flags = !{!0}
!0 = !{i32 7, !"fathom.private-writes", i32 1}
