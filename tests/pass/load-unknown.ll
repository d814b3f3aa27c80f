; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
; A load through an argument: the sign of the pointer decides, then the
; look-aside buffer, then the runtime.
; RUN: %fathom %s | FileCheck %s

; CHECK-LABEL: define i32 @f(
; CHECK: [[TLB:%.*]] = call {{.*}}ptr @llvm.threadlocal.address.p0(ptr {{.*}}@__fathom_tlb)
; CHECK: icmp sgt i64 {{.*}}, 0
; CHECK: br i1
; CHECK: fathom.remote:
; CHECK: add i64 [[ADDR:%.*]], 3
; CHECK: and i64 {{.*}}, -4096
; CHECK: lshr i64 [[ADDR]], 8
; CHECK: and i64 {{.*}}, 524272
; CHECK: icmp eq i64
; CHECK: fathom.miss:
; CHECK: call ptr @__fathom_translate(i64 [[ADDR]], i64 4, ptr @__fathom_site
; CHECK: phi ptr
; CHECK-NEXT: load i32
define i32 @f(ptr %p) {
  %v = load i32, ptr %p
  ret i32 %v
}
