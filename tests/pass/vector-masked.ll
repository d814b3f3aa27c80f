; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
; Masked loads are taken lane by lane: what is masked out is not touched.
; RUN: %fathom %s | FileCheck %s

declare <4 x i32> @llvm.masked.load.v4i32.p0(ptr, i32, <4 x i1>, <4 x i32>)

; CHECK-LABEL: define <4 x i32> @f(
; CHECK-NOT: call <4 x i32> @llvm.masked.load
; CHECK: extractelement <4 x i1> %m
; CHECK: call ptr @__fathom_translate(i64 {{.*}}, i64 4,
; CHECK: insertelement <4 x i32>
define <4 x i32> @f(ptr %p, <4 x i1> %m) {
  %v = call <4 x i32> @llvm.masked.load.v4i32.p0(ptr %p, i32 4, <4 x i1> %m, <4 x i32> zeroinitializer)
  ret <4 x i32> %v
}
