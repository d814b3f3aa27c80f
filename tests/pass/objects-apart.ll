; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
; A call may begin a new epoch or not return, another block may not run, and a
; wide span would often cross into another page: translations of their own.
; RUN: %fathom %s | FileCheck %s

declare void @anything()

; CHECK-LABEL: define i32 @across_call(
; CHECK: call ptr @__fathom_translate(i64 {{.*}}, i64 4,
; CHECK: call void @anything()
; CHECK: call ptr @__fathom_translate(i64 {{.*}}, i64 4,
define i32 @across_call(ptr %p) {
  %x = load i32, ptr %p
  call void @anything()
  %b = getelementptr i8, ptr %p, i64 8
  %y = load i32, ptr %b
  %s = add i32 %x, %y
  ret i32 %s
}

; CHECK-LABEL: define i32 @other_block(
; CHECK: call ptr @__fathom_translate(i64 {{.*}}, i64 4,
; CHECK: call ptr @__fathom_translate(i64 {{.*}}, i64 4,
define i32 @other_block(ptr %p) {
  %x = load i32, ptr %p
  %c = icmp eq i32 %x, 0
  br i1 %c, label %more, label %done
more:
  %b = getelementptr i8, ptr %p, i64 8
  %y = load i32, ptr %b
  ret i32 %y
done:
  ret i32 %x
}

; CHECK-LABEL: define i32 @far(
; CHECK: call ptr @__fathom_translate(i64 {{.*}}, i64 4,
; CHECK: call ptr @__fathom_translate(i64 {{.*}}, i64 4,
define i32 @far(ptr %p) {
  %x = load i32, ptr %p
  %b = getelementptr i8, ptr %p, i64 3000
  %y = load i32, ptr %b
  %s = add i32 %x, %y
  ret i32 %s
}
