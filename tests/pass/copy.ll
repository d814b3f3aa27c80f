; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
; A larger struct copied out of the target's memory goes through the runtime, which
; is told the words that are pointers; one of our own stays a memcpy.
; RUN: %fathom %s | FileCheck %s

%big = type { i64, ptr, [4 x i64], ptr }
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare void @see(ptr)

; CHECK: private unnamed_addr constant [8 x i8] c".p....p\00"

; CHECK-LABEL: define void @remote(
; CHECK: call void @__fathom_copy(ptr %a, ptr %p, i64 56, ptr @__fathom_string
define void @remote(ptr %p) {
  %a = alloca %big
  call void @llvm.memcpy.p0.p0.i64(ptr %a, ptr %p, i64 56, i1 false)
  call void @see(ptr %a)
  ret void
}

; CHECK-LABEL: define void @local(
; CHECK-NOT: __fathom_copy
; CHECK: call void @llvm.memcpy
define void @local() {
  %a = alloca %big
  %b = alloca %big
  call void @see(ptr %b)
  call void @llvm.memcpy.p0.p0.i64(ptr %a, ptr %b, i64 56, i1 false)
  call void @see(ptr %a)
  ret void
}

; A few words are read one by one, the pointer as a pointer.
; CHECK-LABEL: define void @small(
; CHECK-NOT: __fathom_copy
; CHECK: call ptr @__fathom_translate(i64 {{.*}}, i64 16, ptr @__fathom_sites
; CHECK: load i64
; CHECK: load ptr
; CHECK: ret void
define void @small(ptr %p) {
  %a = alloca { i64, ptr }
  call void @llvm.memcpy.p0.p0.i64(ptr %a, ptr %p, i64 16, i1 false)
  call void @see(ptr %a)
  ret void
}
