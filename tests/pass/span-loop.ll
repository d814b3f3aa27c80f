; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
; A counted loop over an array asks once for all of it, and runs over the
; local copy; access by access only if that cannot be had.
; RUN: %fathom %s | FileCheck %s

; CHECK-LABEL: define i64 @sum(
; CHECK: [[SPAN:%.*]] = call ptr @__fathom_span(ptr %p, ptr %p, i64 {{.*}}, i64 4, i64 4)
; CHECK: icmp ne ptr [[SPAN]], null
; CHECK-DAG: getelementptr i8, ptr [[SPAN]], i64
; CHECK-DAG: load i32, ptr {{.*}}, !fathom.span
; CHECK-DAG: call ptr @__fathom_translate(i64 {{.*}}, i64 4,
define i64 @sum(ptr %p, i64 %n) {
entry:
  %none = icmp eq i64 %n, 0
  br i1 %none, label %done, label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %i.next, %loop ]
  %s = phi i64 [ 0, %entry ], [ %s.next, %loop ]
  %q = getelementptr i32, ptr %p, i64 %i
  %v = load i32, ptr %q
  %w = zext i32 %v to i64
  %s.next = add i64 %s, %w
  %i.next = add nuw i64 %i, 1
  %more = icmp ult i64 %i.next, %n
  br i1 %more, label %loop, label %done
done:
  %r = phi i64 [ 0, %entry ], [ %s.next, %loop ]
  ret i64 %r
}
