; RUN: %fathom %s | FileCheck %s
; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

; OPTIMIZER_HIDE_VAR and RELOC_HIDE hand on the pointer they are given.

; CHECK-LABEL: define i32 @reloc_hide(
; CHECK-NOT: asm
; CHECK: ptrtoint ptr %p
; CHECK: inttoptr
define i32 @reloc_hide(ptr %p, i64 %offset) {
  %i = call i64 asm "", "=r,0,~{dirflag},~{fpsr},~{flags}"(ptr %p)
  %j = add i64 %i, %offset
  %q = inttoptr i64 %j to ptr
  %v = load i32, ptr %q
  ret i32 %v
}

; CHECK-LABEL: define i32 @hide_local(
; CHECK: call ptr asm
; CHECK-NOT: __fathom
; CHECK: ret i32
define i32 @hide_local() {
  %a = alloca i32
  store i32 1, ptr %a
  %p = call ptr asm "", "=r,0,~{dirflag},~{fpsr},~{flags}"(ptr %a)
  %v = load i32, ptr %p
  ret i32 %v
}
