; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
; A global that nobody here defines becomes a slot that start-up fills.
; RUN: %prepare %s | FileCheck %s

@target = external global { i64, i32 }
@mine = global i32 3

; CHECK: @__fathom_slot.target = linkonce_odr hidden externally_initialized global i64 0, comdat
; CHECK-NOT: @__fathom_slot.mine

; CHECK-LABEL: define i32 @field(
; CHECK: [[P:%.*]] = load ptr, ptr @__fathom_slot.target
; CHECK: [[A:%.*]] = getelementptr {{.*}}[[P]]
; CHECK: load i32, ptr [[A]]
define i32 @field() {
  %v = load i32, ptr getelementptr ({ i64, i32 }, ptr @target, i64 0, i32 1)
  ret i32 %v
}

; CHECK-LABEL: define i32 @own(
; CHECK-NEXT: load i32, ptr @mine
define i32 @own() {
  %v = load i32, ptr @mine
  ret i32 %v
}
