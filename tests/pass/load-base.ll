; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
; The pointer that an index is added to decides, so that a hostile index
; cannot make a local address of it.
; RUN: %fathom %s | FileCheck %s

; CHECK-LABEL: define i32 @f(
; CHECK: [[BASE:%.*]] = ptrtoint ptr %p to i64
; CHECK: icmp sgt i64 [[BASE]], 0
define i32 @f(ptr %p, i64 %i) {
  %q = getelementptr i32, ptr %p, i64 %i
  %v = load i32, ptr %q
  ret i32 %v
}
