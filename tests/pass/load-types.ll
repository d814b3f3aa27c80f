; RUN: %opt -passes=fathom-lower,verify -S %s | FileCheck %s
; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

; Every type that can be loaded.

; CHECK-LABEL: define void @types(
define void @types(ptr addrspace(1) %p) {
; CHECK: call ptr @__fathom_translate(i64 {{.*}}, i64 16,
; CHECK: load i128, ptr %{{.*}}, align 1
  %a = load i128, ptr addrspace(1) %p, align 16
; CHECK: load double, ptr %{{.*}}, align 1
  %p1 = getelementptr i8, ptr addrspace(1) %p, i64 65536
  %b = load double, ptr addrspace(1) %p1, align 8
; CHECK: call ptr @__fathom_translate(i64 {{.*}}, i64 3,
; CHECK: load i24, ptr %{{.*}}, align 1
  %p2 = getelementptr i8, ptr addrspace(1) %p, i64 131072
  %c = load i24, ptr addrspace(1) %p2, align 4
; CHECK: load <4 x i32>, ptr %{{.*}}, align 1
  %p3 = getelementptr i8, ptr addrspace(1) %p, i64 196608
  %d = load <4 x i32>, ptr addrspace(1) %p3, align 16
; CHECK: load volatile i32, ptr %{{.*}}, align 1
  %p4 = getelementptr i8, ptr addrspace(1) %p, i64 262144
  %e = load volatile i32, ptr addrspace(1) %p4, align 4
; An atomic load is a load.
; CHECK: load atomic i64, ptr %{{.*}} acquire, align 8
  %p5 = getelementptr i8, ptr addrspace(1) %p, i64 327680
  %f = load atomic i64, ptr addrspace(1) %p5 acquire, align 8
; CHECK-NOT: addrspace(1) {{.*}}, align
  ret void
}
