; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
; Private-write mode: what no program can run is a fault when it is reached.
; RUN: %fathom %s | FileCheck %s

; CHECK-LABEL: define i32 @jump(
; CHECK-NEXT: call void @__fathom_unsupported(
; CHECK-NEXT: unreachable
; CHECK-NEXT: }
define i32 @jump() {
  callbr void asm sideeffect "jmp ${0:l}", "!i"() to label %no [label %yes]
no:
  ret i32 0
yes:
  ret i32 1
}

; CHECK-LABEL: define i64 @segment(
; CHECK-NEXT: call void @__fathom_unsupported(
; CHECK-NEXT: unreachable
; CHECK-NEXT: }
define i64 @segment() {
  %v = call i64 asm "movq %gs:0, $0", "=r"()
  ret i64 %v
}

; CHECK-LABEL: define i64 @space(
; CHECK-NEXT: call void @__fathom_unsupported(
; CHECK-NEXT: unreachable
; CHECK-NEXT: }
define i64 @space(ptr addrspace(256) %p) {
  %v = load i64, ptr addrspace(256) %p
  ret i64 %v
}

; CHECK-LABEL: define void @increment(
; CHECK-NEXT: call void @__fathom_unsupported(
; CHECK-NEXT: unreachable
; CHECK-NEXT: }
define void @increment(ptr addrspace(256) %p) {
  %v = atomicrmw add ptr addrspace(256) %p, i32 1 seq_cst
  ret void
}

!llvm.module.flags = !{!0}
!0 = !{i32 7, !"fathom.private-writes", i32 1}
