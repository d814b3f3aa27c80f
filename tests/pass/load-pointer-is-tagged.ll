; RUN: %opt -passes=fathom-lower,verify -S %s | FileCheck %s
; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

; A pointer loaded from the target through a pointer that is told apart when
; run gets its tag before anybody else sees it; one loaded from the program's
; own memory does not.

; CHECK-LABEL: define i32 @chase(
; CHECK: [[Q:%.*]] = load ptr, ptr %{{.*}}, align 1
; CHECK: [[BITS:%.*]] = ptrtoint ptr [[Q]] to i64
; CHECK-DAG: [[POSITIVE:%.*]] = icmp sgt i64 [[BITS]], 0
; CHECK-DAG: [[REMOTE:%.*]] = icmp sle i64 {{.*}}, 0
; CHECK: [[HOSTILE:%.*]] = and i1 [[POSITIVE]], [[REMOTE]]
; CHECK: br i1 [[HOSTILE]], label %[[TAG:.*]], label %[[JOIN:[^,]*]]
; CHECK: [[TAG]]:
; CHECK: or i64 [[BITS]], -9223372036854775808
; CHECK: [[JOIN]]:
; CHECK: [[SAFE:%.*]] = phi ptr [ [[Q]], {{.*}} ], [ %{{.*}}, %[[TAG]] ]
; The second load is judged by the tagged pointer.
; CHECK: [[DECIDER:%.*]] = ptrtoint ptr [[SAFE]] to i64
; CHECK: icmp sgt i64 [[DECIDER]], 0
define i32 @chase(ptr %p) {
  %q = load ptr, ptr %p
  %v = load i32, ptr %q
  ret i32 %v
}

; Inside the dataflow of certainly remote pointers nothing is tagged.
; CHECK-LABEL: define i32 @kernel_chase(
; CHECK-NOT: or i64
; CHECK: ret i32
define i32 @kernel_chase(ptr addrspace(1) %p) {
  %q = load ptr, ptr addrspace(1) %p
  %r = load ptr, ptr %q
  %v = load i32, ptr %r
  ret i32 %v
}

; Pointers inside of vectors and structs.
; CHECK-LABEL: define <2 x ptr> @vector(
; CHECK: [[V:%.*]] = load <2 x ptr>
; CHECK: icmp sgt <2 x i64>
; CHECK: or <2 x i64>
define <2 x ptr> @vector(ptr addrspace(1) %p) {
  %v = load <2 x ptr>, ptr addrspace(1) %p
  ret <2 x ptr> %v
}

; CHECK-LABEL: define { i32, ptr } @aggregate(
; CHECK: load { i32, ptr }
; CHECK: extractvalue
; CHECK: or i64
; CHECK: insertvalue
define { i32, ptr } @aggregate(ptr addrspace(1) %p) {
  %v = load { i32, ptr }, ptr addrspace(1) %p
  ret { i32, ptr } %v
}
