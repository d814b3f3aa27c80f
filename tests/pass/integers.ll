; RUN: %opt -passes=fathom-lower,verify -S %s | FileCheck %s
; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

; An integer that becomes a pointer is an address of the target ...
; CHECK-LABEL: define i32 @plain(
; CHECK-NOT: icmp sgt
; CHECK: call ptr @__fathom_translate
define i32 @plain(i64 %i) {
  %p = inttoptr i64 %i to ptr
  %v = load i32, ptr %p
  ret i32 %v
}

; ... unless it was made of a local pointer, ...
; CHECK-LABEL: define i32 @made_of_local(
; CHECK-NOT: __fathom
; CHECK: ret i32
define i32 @made_of_local() {
  %a = alloca [8 x i32]
  %i = ptrtoint ptr %a to i64
  %j = and i64 %i, -16
  %p = inttoptr i64 %j to ptr
  %v = load i32, ptr %p
  ret i32 %v
}

; ... which is followed where it has to be told apart when run.
; CHECK-LABEL: define i32 @made_of_unknown(
; CHECK: [[LOCAL:%fathom.local[0-9]*]] = icmp sgt i64 %{{.*}}, 0
; CHECK: [[MARKED:%.*]] = or i64 %j, -9223372036854775808
; CHECK: [[TAGGED:%.*]] = select i1 %{{.*}}, i64 [[MARKED]], i64 %j
; CHECK: [[I:%.*]] = select i1 [[LOCAL]], i64 %j, i64 [[TAGGED]]
; CHECK: inttoptr i64 [[I]] to ptr
define i32 @made_of_unknown(ptr %q, i64 %offset) {
  %i = ptrtoint ptr %q to i64
  %j = add i64 %i, %offset
  %p = inttoptr i64 %j to ptr
  %v = load i32, ptr %p
  ret i32 %v
}

; CHECK-LABEL: define i32 @through_phi(
; CHECK: phi i1 [ true, %entry ], [ false, %other ]
; CHECK: select i1 %fathom.local
define i32 @through_phi(i1 %c, i64 %number) {
entry:
  %a = alloca i32
  store i32 0, ptr %a
  %i = ptrtoint ptr %a to i64
  br i1 %c, label %join, label %other
other:
  br label %join
join:
  %j = phi i64 [ %i, %entry ], [ %number, %other ]
  %p = inttoptr i64 %j to ptr
  %v = load i32, ptr %p
  ret i32 %v
}

; A pointer read out of an integer variable is an integer, too.
; CHECK-LABEL: define i32 @kept_in_variable(
; CHECK: load ptr, ptr %room
; CHECK-NOT: icmp sgt
; CHECK: call ptr @__fathom_translate
define i32 @kept_in_variable(i64 %i) {
  %room = alloca i64
  store volatile i64 %i, ptr %room
  %p = load ptr, ptr %room
  %v = load i32, ptr %p
  ret i32 %v
}
