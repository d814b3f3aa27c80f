; RUN: %opt -passes=fathom-lower,verify -S %s | FileCheck %s
; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

; Where code that knows nothing of its origin may see it, a pointer of the
; target carries the tag.
declare void @use(ptr)

; CHECK-LABEL: define ptr @stored_passed_returned(
define ptr @stored_passed_returned(ptr addrspace(1) %p) {
  %room = alloca ptr
  %q = load ptr, ptr addrspace(1) %p
; CHECK: or i64
; CHECK: [[TAGGED:%.*]] = inttoptr i64 %{{.*}} to ptr
; CHECK: store volatile ptr [[TAGGED]], ptr %room
  store volatile ptr %q, ptr %room
; CHECK: or i64
; CHECK: [[TAGGED:%.*]] = inttoptr i64 %{{.*}} to ptr
; CHECK: call void @use(ptr [[TAGGED]])
  call void @use(ptr %q)
; CHECK: or i64
; CHECK: [[TAGGED:%.*]] = inttoptr i64 %{{.*}} to ptr
; CHECK: ret ptr [[TAGGED]]
  ret ptr %q
}

; CHECK-LABEL: define i1 @compared(
; CHECK: or i64
; CHECK: [[TAGGED:%.*]] = inttoptr i64 %{{.*}} to ptr
; CHECK: icmp eq ptr [[TAGGED]], %other
define i1 @compared(ptr addrspace(1) %p, ptr %other) {
  %q = load ptr, ptr addrspace(1) %p
  %same = icmp eq ptr %q, %other
  ret i1 %same
}

; CHECK-LABEL: define i1 @compared_with_null(
; CHECK-NOT: or i64
; CHECK: icmp eq ptr %q, null
define i1 @compared_with_null(ptr addrspace(1) %p) {
  %q = load ptr, ptr addrspace(1) %p
  %same = icmp eq ptr %q, null
  ret i1 %same
}

; CHECK-LABEL: define i32 @joined(
; CHECK: or i64
; CHECK: [[TAGGED:%.*]] = inttoptr i64 %{{.*}} to ptr
; CHECK: [[J:%.*]] = select i1 %c, ptr %mine, ptr [[TAGGED]]
; CHECK: ptrtoint ptr [[J]] to i64
; CHECK: icmp sgt i64
define i32 @joined(ptr addrspace(1) %p, i1 %c) {
  %mine = alloca i32
  store i32 0, ptr %mine
  %q = load ptr, ptr addrspace(1) %p
  %j = select i1 %c, ptr %mine, ptr %q
  %v = load i32, ptr %j
  ret i32 %v
}

; As a number it is what the target has there.
; CHECK-LABEL: define i64 @number(
; CHECK: [[I:%.*]] = ptrtoint ptr %p to i64
; CHECK: [[TOP:%.*]] = lshr i64 [[I]], 56
; CHECK: and i64 [[I]], 9223372036854775807
; CHECK: icmp eq i64 [[TOP]], 128
; CHECK: ret i64
define i64 @number(ptr %p) {
  %i = ptrtoint ptr %p to i64
  ret i64 %i
}
