; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
; No span for a loop that calls something, for one that ends when the memory
; says so, and for pointers of unknown origin, which are tagged one by one.
; RUN: %fathom %s | FileCheck %s --implicit-check-not=__fathom_span

declare void @anything(i32)

; CHECK-LABEL: define void @calls(
define void @calls(ptr %p, i64 %n) {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %i.next, %loop ]
  %q = getelementptr i32, ptr %p, i64 %i
  %v = load i32, ptr %q
  call void @anything(i32 %v)
  %i.next = add nuw i64 %i, 1
  %more = icmp ult i64 %i.next, %n
  br i1 %more, label %loop, label %done
done:
  ret void
}

; CHECK-LABEL: define i64 @string(
; CHECK: call void @__fathom_loop_exceeded
define i64 @string(ptr %p) {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %i.next, %loop ]
  %q = getelementptr i8, ptr %p, i64 %i
  %v = load i8, ptr %q
  %i.next = add i64 %i, 1
  %end = icmp eq i8 %v, 0
  br i1 %end, label %done, label %loop
done:
  ret i64 %i
}
