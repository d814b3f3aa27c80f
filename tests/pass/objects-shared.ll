; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
; Members that are surely read together share one translation, from the lowest
; byte to the highest, and each is told of to the runtime.
; RUN: %fathom %s | FileCheck %s

; CHECK: @__fathom_sites = {{.*}} i32 0, i32 4, i32 1, i32 0, ptr null }, {{.*}} i32 24, i32 8, i32 0, i32 0, ptr null }]

; CHECK-LABEL: define i64 @together(
; CHECK: call ptr @__fathom_translate(i64 {{.*}}, i64 32, ptr @__fathom_sites)
; CHECK-NOT: __fathom_translate
; CHECK: ret i64
define i64 @together(ptr %p) {
  %a = getelementptr i8, ptr %p, i64 8
  %x = load i32, ptr %a
  %b = getelementptr i8, ptr %p, i64 32
  %y = load i64, ptr %b
  %z = zext i32 %x to i64
  %s = add i64 %z, %y
  ret i64 %s
}
