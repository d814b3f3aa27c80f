; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
; The program's own memory costs nothing.
; RUN: %fathom %s | FileCheck %s --implicit-check-not=__fathom_translate --implicit-check-not=__fathom_tlb

@own = internal global [4 x i32] zeroinitializer
declare noalias ptr @malloc(i64)

; CHECK-LABEL: define i32 @stack(
define i32 @stack(i32 %x) {
  %a = alloca [8 x i32]
  %p = getelementptr [8 x i32], ptr %a, i64 0, i64 3
  store i32 %x, ptr %p
  %v = load i32, ptr %p
  ret i32 %v
}

; CHECK-LABEL: define i32 @heap(
define i32 @heap() {
  %p = call ptr @malloc(i64 64)
  store i32 1, ptr %p
  %q = getelementptr i8, ptr %p, i64 8
  %v = load i32, ptr %q
  ret i32 %v
}

; CHECK-LABEL: define i32 @static(
define i32 @static(i64 %i) {
  %p = getelementptr [4 x i32], ptr @own, i64 0, i64 %i
  %v = load i32, ptr %p
  ret i32 %v
}

; CHECK-LABEL: define i32 @either(
define i32 @either(i1 %c) {
  %a = alloca i32
  store i32 5, ptr %a
  %p = select i1 %c, ptr %a, ptr @own
  %v = load i32, ptr %p
  ret i32 %v
}
