; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
; A static initialiser that names a kernel global is set at start-up, and the
; optimizer is told so.
; RUN: %fathom %s | FileCheck %s

@thing = external global i32
@table = internal constant { i64, ptr } { i64 7, ptr getelementptr (i8, ptr @thing, i64 4) }

; CHECK: @table = internal externally_initialized global { i64, ptr } { i64 7, ptr null }
; CHECK: @__fathom_relocations = {{.*}} @table{{.*}}@__fathom_slot.thing, i64 4

define ptr @get() {
  %p = load ptr, ptr getelementptr ({ i64, ptr }, ptr @table, i64 0, i32 1)
  ret ptr %p
}
