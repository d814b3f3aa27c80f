; RUN: %opt -passes=fathom-lower,verify -S %s | FileCheck %s
; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

; What is certainly the program's own costs nothing.
; CHECK-NOT: __fathom_t
; CHECK-NOT: __fathom_c
; CHECK-NOT: __fathom_slot
; CHECK-NOT: __fathom_module

@counter = internal global i64 0
@table = private constant [2 x ptr] [ptr @counter, ptr null]
@per_thread = internal thread_local global i64 0
declare noalias ptr @malloc(i64)
declare ptr @getenv(ptr)
declare i64 @strlen(ptr)
declare i32 @printf(ptr, ...)
@format = private constant [4 x i8] c"%d\0A\00"

; CHECK-LABEL: define i64 @stack(
define i64 @stack(i64 %i) {
  %a = alloca [8 x i64]
  %p = getelementptr [8 x i64], ptr %a, i64 0, i64 %i
  store i64 1, ptr %p
  %v = load i64, ptr %p
  ret i64 %v
}

; CHECK-LABEL: define i64 @globals(
define i64 @globals(i1 %c) {
  %t = call ptr @llvm.threadlocal.address.p0(ptr @per_thread)
  %p = select i1 %c, ptr @counter, ptr %t
  %v = load i64, ptr %p
  store i64 %v, ptr @counter
  ret i64 %v
}

; CHECK-LABEL: define i64 @heap(
define i64 @heap() {
  %p = call noalias ptr @malloc(i64 8)
  store i64 1, ptr %p
  %v = load i64, ptr %p
  ret i64 %v
}

; CHECK-LABEL: define i64 @own_table(
define i64 @own_table(i64 %i) {
  %p = getelementptr [2 x ptr], ptr @table, i64 0, i64 %i
  %q = load ptr, ptr %p
  %v = load i64, ptr %q
  ret i64 %v
}

; CHECK-LABEL: define i64 @libc(
; CHECK: call i64 @strlen(
; CHECK: call i32 (ptr, ...) @printf(
define i64 @libc() {
  %s = call ptr @getenv(ptr @format)
  %n = call i64 @strlen(ptr %s)
  %r = call i32 (ptr, ...) @printf(ptr @format, i64 %n)
  ret i64 %n
}

; Struct arguments and results of the calling convention.
; CHECK-LABEL: define void @conventions(
define void @conventions(ptr sret(i64) %out, ptr byval(i64) %in) {
  %v = load i64, ptr %in
  store i64 %v, ptr %out
  ret void
}

; CHECK-LABEL: define internal i64 @callee(
define internal i64 @callee(ptr %p) {
  %v = load i64, ptr %p
  ret i64 %v
}
; CHECK-LABEL: define i64 @caller(
define i64 @caller() {
  %a = alloca i64
  store i64 3, ptr %a
  %x = call i64 @callee(ptr %a)
  %y = call i64 @callee(ptr @counter)
  %z = add i64 %x, %y
  ret i64 %z
}

declare ptr @llvm.threadlocal.address.p0(ptr)
