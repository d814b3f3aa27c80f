; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
; Constant expressions over such a global are woven into the code, also where
; a phi takes them.
; RUN: %prepare %s | FileCheck %s

@head = external global { ptr, ptr }

; CHECK-LABEL: define ptr @joined(
; CHECK: yes:
; CHECK: [[P:%.*]] = load ptr, ptr @__fathom_slot.head
; CHECK: [[Q:%.*]] = getelementptr {{.*}}[[P]], i64 8
; CHECK: phi ptr [ null, %{{.*}} ], [ [[Q]], %yes ]
define ptr @joined(i1 %c) {
entry:
  br i1 %c, label %yes, label %done
yes:
  br label %done
done:
  %p = phi ptr [ null, %entry ], [ getelementptr (i8, ptr @head, i64 8), %yes ]
  ret ptr %p
}

; CHECK-LABEL: define i64 @number(
; CHECK: load ptr, ptr @__fathom_slot.head
; CHECK: ptrtoint
define i64 @number() {
  %v = add i64 ptrtoint (ptr @head to i64), 1
  ret i64 %v
}
