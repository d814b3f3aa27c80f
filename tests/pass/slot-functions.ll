; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
; A function whose address is taken may be the target's. A direct call keeps
; its strong reference: the linker names what is missing.
; RUN: %fathom %s | FileCheck %s

declare i32 @handler(i32)
declare i32 @helper(i32)

; CHECK-DAG: @__fathom_slot.handler =
; CHECK-NOT: @__fathom_slot.helper

; CHECK-LABEL: define i1 @is_handler(
; CHECK: load ptr, ptr @__fathom_slot.handler
; CHECK: icmp eq
define i1 @is_handler(ptr %f) {
  %c = icmp eq ptr %f, @handler
  ret i1 %c
}

; CHECK-LABEL: define i32 @call(
; CHECK: call i32 @helper(i32 1)
define i32 @call() {
  %v = call i32 @helper(i32 1)
  ret i32 %v
}
