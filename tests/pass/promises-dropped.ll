; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
; RUN: %prepare %s | FileCheck %s
; The target keeps none of the promises of C's types: the optimizer must not
; build on them.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

; CHECK-LABEL: define i8 @promised(ptr %p)
; CHECK-NOT: mustprogress
; CHECK: getelementptr i8, ptr %p
; CHECK: load i8, ptr %q, align 1{{$}}
define i8 @promised(ptr dereferenceable(8) %p) mustprogress {
  %q = getelementptr inbounds i8, ptr %p, i64 4
  %v = load i8, ptr %q, align 1, !range !0, !noundef !1
  ret i8 %v
}

; Those about the program's own variables are kept.
; CHECK-LABEL: define i8 @own(
; CHECK: getelementptr inbounds
; CHECK: load i8, ptr %q, align 1, !range
define i8 @own() {
  %a = alloca [8 x i8]
  store i8 0, ptr %a
  %q = getelementptr inbounds i8, ptr %a, i64 0
  %v = load i8, ptr %q, align 1, !range !0
  ret i8 %v
}

!0 = !{i8 0, i8 2}
!1 = !{}
