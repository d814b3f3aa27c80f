; RUN: %opt -passes=fathom-lower,verify -S %s | FileCheck %s
; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

; Internal functions whose calls are all seen take what their callers give,
; untagged, and so for results.

; CHECK-LABEL: define internal ptr @next(
; CHECK-NOT: icmp sgt
; CHECK-NOT: or i64
; CHECK: ret ptr %n
define internal ptr @next(ptr %p) {
  %q = getelementptr i8, ptr %p, i64 8
  %n = load ptr, ptr %q
  ret ptr %n
}

; CHECK-LABEL: define i32 @walk(
; CHECK-NOT: or i64
; CHECK: ret i32
define i32 @walk(ptr addrspace(1) %list) {
  %p = load ptr, ptr addrspace(1) %list
  %a = call ptr @next(ptr %p)
  %b = call ptr @next(ptr %a)
  %v = load i32, ptr %b
  ret i32 %v
}

; A function whose address is taken may be called by anybody.
@callback = global ptr @called_back
; CHECK-LABEL: define internal i32 @called_back(
; CHECK: icmp sgt i64
define internal i32 @called_back(ptr %p) {
  %v = load i32, ptr %p
  ret i32 %v
}
