; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
; Nothing is told of the program's own memory, of objects that come with their
; page anyway, or of what is too far away to be a member.
; RUN: %fathom %s | FileCheck %s

; CHECK-NOT: @__fathom_outline

@own = internal global { ptr, ptr, [4096 x i8], i64 } zeroinitializer

define i64 @local_list() {
  %head = alloca { ptr, [1000 x i8], i64 }
  store ptr %head, ptr %head
  %next = load ptr, ptr @own
  %at = getelementptr i8, ptr %head, i64 1008
  %v = load i64, ptr %at
  %w = load i64, ptr getelementptr (i8, ptr @own, i64 4112)
  %sum = add i64 %v, %w
  ret i64 %sum
}

; Small, and its pointer is not followed.
define ptr @small(ptr %p) {
  %a = load i64, ptr %p
  %at = getelementptr i8, ptr %p, i64 256
  %pointer = load ptr, ptr %at
  %is = icmp eq i64 %a, 0
  %r = select i1 %is, ptr %pointer, ptr null
  ret ptr %r
}

define i64 @far(ptr %p) {
  %a = load i64, ptr %p
  %at = getelementptr i8, ptr %p, i64 8388608
  %b = load i64, ptr %at
  %sum = add i64 %a, %b
  ret i64 %sum
}

; An index that the compiler does not know.
define i64 @array(ptr %p, i64 %i) {
  %a = load i64, ptr %p
  %at = getelementptr i64, ptr %p, i64 %i
  %b = load i64, ptr %at
  %sum = add i64 %a, %b
  ret i64 %sum
}
; CHECK: define i64 @array(
