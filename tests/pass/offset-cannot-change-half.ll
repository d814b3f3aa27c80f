; RUN: %opt -passes=fathom-lower,verify -S %s | FileCheck %s
; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

; A pointer computed with a hostile offset does not leave the function as one
; of the program's: its base says where it belongs.
declare void @use(ptr)

; CHECK-LABEL: define void @passed(
; CHECK-DAG: [[D:%.*]] = ptrtoint ptr %q to i64
; CHECK-DAG: [[B:%.*]] = ptrtoint ptr %p to i64
; CHECK-DAG: [[POSITIVE:%.*]] = icmp sgt i64 [[D]], 0
; CHECK-DAG: [[REMOTE:%.*]] = icmp sle i64 [[B]], 0
; CHECK: [[BAD:%.*]] = and i1 [[POSITIVE]], [[REMOTE]]
; CHECK: [[SAFE:%.*]] = select i1 [[BAD]], ptr %{{.*}}, ptr %q
; CHECK: call void @use(ptr [[SAFE]])
define void @passed(ptr %p, i64 %i) {
  %q = getelementptr i8, ptr %p, i64 %i
  call void @use(ptr %q)
  ret void
}
