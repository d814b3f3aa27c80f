; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
; The optimizer makes one load of two, of members of different objects at the
; same offset: that does not make them one object.
; RUN: %fathom %s | FileCheck %s

; CHECK-DAG: [[A:@__fathom_outline[.0-9]*]] = internal {{.*}} { ptr [[A_PIECES:@[^,]*]], ptr [[A_LINKS:@[^,]*]], i32 2, i32 2, i32 0, i32 0 }
; CHECK-DAG: [[A_PIECES]] = {{.*}} { i32 0, i32 32 }, {{.*}} { i32 1000, i32 8 }]
; CHECK-DAG: [[A_LINKS]] = {{.*}} { ptr [[B:@[^,]*]], i32 0, i32 0, i32 0, i32 0 }, {{.*}} { ptr [[C:@[^,]*]], i32 24, i32 0, i32 0, i32 0 }]
; CHECK-DAG: [[B]] = internal {{.*}} { ptr [[B_PIECES:@[^,]*]], ptr [[B_LINKS:@[^,]*]], i32 2, i32 1, i32 0, i32 0 }
; CHECK-DAG: [[B_PIECES]] = {{.*}} { i32 24, i32 8 }, {{.*}} { i32 2000, i32 8 }]
; CHECK-DAG: [[B_LINKS]] = {{.*}} { ptr [[C]], i32 24, i32 0, i32 0, i32 0 }]
; CHECK-DAG: [[C]] = internal {{.*}} { ptr [[C_PIECES:@[^,]*]], ptr null, i32 1, i32 0, i32 0, i32 0 }
; CHECK-DAG: [[C_PIECES]] = {{.*}} { i32 0, i32 8 }]
define i64 @sunk(ptr %a) {
entry:
  %b = load ptr, ptr %a
  %b.field = getelementptr i8, ptr %b, i64 2000
  %v = load i64, ptr %b.field
  %which = icmp eq i64 %v, 0
  br i1 %which, label %of.a, label %of.b
of.a:
  %a.far = getelementptr i8, ptr %a, i64 1000
  %w = load i64, ptr %a.far
  %a.at = getelementptr i8, ptr %a, i64 24
  br label %both
of.b:
  %b.at = getelementptr i8, ptr %b, i64 24
  br label %both
both:
  %x = phi i64 [ %w, %of.a ], [ 0, %of.b ]
  %at = phi ptr [ %a.at, %of.a ], [ %b.at, %of.b ]
  %c = load ptr, ptr %at
  %y = load i64, ptr %c
  %sum = add i64 %x, %y
  ret i64 %sum
}
