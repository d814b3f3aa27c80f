; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
; Private-write mode: a store goes where a load comes from. One to the program's
; own memory is left alone; what is told apart when run takes the same path. The
; runtime is asked before each write, not the TLB: it can be taken back.
; RUN: %fathom %s | FileCheck %s

; CHECK-LABEL: define void @kernel(
; CHECK-NOT: fathom.hit
; CHECK: %[[LOCAL:.*]] = call ptr @__fathom_translate_write(i64 %{{.*}}, i64 4, ptr
; CHECK: %[[AT:.*]] = phi ptr [ %[[LOCAL]], %fathom.remote ]
; CHECK: store i32 1, ptr %[[AT]], align 1
define void @kernel(ptr addrspace(1) %p) {
  store i32 1, ptr addrspace(1) %p
  ret void
}

; CHECK-LABEL: define void @unknown(
; CHECK: icmp sgt i64 {{.*}}, 0
; CHECK: %[[AT:.*]] = phi ptr [ %p, %0 ]
; CHECK: store i32 1, ptr %[[AT]], align 1
; CHECK-NOT: __fathom_check_local
define void @unknown(ptr %p) {
  store i32 1, ptr %p
  ret void
}

; What goes into the target's memory is not tagged there.
; CHECK-LABEL: define void @pointer(
; CHECK: %[[V:.*]] = select i1 %{{.*}}, ptr %q, ptr %{{.*}}
; CHECK: store ptr %[[V]], ptr %fathom.address
define void @pointer(ptr %p, ptr %q) {
  store ptr %q, ptr %p
  ret void
}

; CHECK-LABEL: define void @own(
; CHECK-NEXT: alloca
; CHECK-NEXT: store
; CHECK-NEXT: ret void
define void @own() {
  %a = alloca i32
  store i32 1, ptr %a
  ret void
}

; CHECK-LABEL: define void @set(
; CHECK: call ptr @__fathom_memset(ptr @__fathom_site{{.*}}, ptr %p, i32 %{{.*}}, i64 %n)
define void @set(ptr %p, i8 %c, i64 %n) {
  call void @llvm.memset.p0.i64(ptr %p, i8 %c, i64 %n, i1 false)
  ret void
}

; CHECK-LABEL: define void @copy(
; CHECK: call void @__fathom_copy(ptr %p, ptr %a, i64 100, ptr null, ptr @__fathom_site
define void @copy(ptr %p) {
  %a = alloca [100 x i8]
  call void @llvm.memcpy.p0.p0.i64(ptr %p, ptr %a, i64 100, i1 false)
  ret void
}

; A copy of what straddles two chunks of the view would not see the store.
; CHECK-LABEL: define i32 @between(
; CHECK: call ptr @__fathom_translate(i64 %{{.*}}, i64 4,
; CHECK: call ptr @__fathom_translate_write(
; CHECK: call ptr @__fathom_translate(i64 %{{.*}}, i64 4,
define i32 @between(ptr %p, ptr %q) {
  %a = load i32, ptr %p
  store i32 %a, ptr %q
  %next = getelementptr i8, ptr %p, i64 4
  %b = load i32, ptr %next
  ret i32 %b
}

declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
!llvm.module.flags = !{!0}
!0 = !{i32 7, !"fathom.private-writes", i32 1}
; The runtime is told: the module has flag 1.
; CHECK: !{i32 7, !"fathom.private-writes", i32 1}
