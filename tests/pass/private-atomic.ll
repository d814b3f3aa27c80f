; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
; Private-write mode: atomic operations stay such, in the view; a pointer that comes
; out of the target's memory by one is tagged.
; RUN: %fathom %s | FileCheck %s

; CHECK-LABEL: define i32 @add(
; CHECK: %[[AT:.*]] = phi ptr
; CHECK: atomicrmw add ptr %[[AT]], i32 1 seq_cst
define i32 @add(ptr %p) {
  %v = atomicrmw add ptr %p, i32 1 seq_cst
  ret i32 %v
}

; CHECK-LABEL: define ptr @exchange(
; CHECK: select i1 %{{.*}}, ptr %q, ptr
; CHECK: %[[V:.*]] = atomicrmw xchg ptr %{{.*}}, ptr %{{.*}} seq_cst
; CHECK: or i64 %{{.*}}, -9223372036854775808
; CHECK: %[[REMOTE:.*]] = icmp sle i64 %{{.*}}, 0
; CHECK: %[[R:.*]] = select i1 %[[REMOTE]], ptr %{{.*}}, ptr %[[V]]
; CHECK: ret ptr %[[R]]
define ptr @exchange(ptr %p, ptr %q) {
  %v = atomicrmw xchg ptr %p, ptr %q seq_cst
  ret ptr %v
}

; CHECK-LABEL: define i1 @compare(
; CHECK: cmpxchg ptr %fathom.address, i32 %a, i32 %b acquire monotonic
define i1 @compare(ptr %p, i32 %a, i32 %b) {
  %v = cmpxchg ptr %p, i32 %a, i32 %b acquire monotonic
  %r = extractvalue { i32, i1 } %v, 1
  ret i1 %r
}

; Waiting for the target has a limit.
; CHECK-LABEL: define void @spin(
; CHECK: call void @__fathom_loop_exceeded(
define void @spin(ptr %p) {
entry:
  br label %loop
loop:
  %v = atomicrmw xchg ptr %p, i8 1 acquire
  %free = icmp eq i8 %v, 0
  br i1 %free, label %done, label %loop
done:
  ret void
}

!llvm.module.flags = !{!0}
!0 = !{i32 7, !"fathom.private-writes", i32 1}
