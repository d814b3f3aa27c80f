; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
; As a number, a tagged pointer is what the target had there.
; RUN: %fathom %s | FileCheck %s

; CHECK-LABEL: define i64 @number(
; CHECK: [[N:%.*]] = ptrtoint ptr %p to i64
; CHECK: lshr i64 [[N]], 56
; CHECK: icmp eq i64 {{.*}}, 128
; CHECK: [[R:%.*]] = select i1
; CHECK: ret i64 [[R]]
define i64 @number(ptr %p) {
  %n = ptrtoint ptr %p to i64
  ret i64 %n
}
