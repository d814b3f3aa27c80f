; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
; Functions of libc that get a pointer which may be the target's are replaced
; by libfathom's, which are told where the call is. Others stay.
; RUN: %fathom %s | FileCheck %s

declare i64 @strlen(ptr)
declare i32 @printf(ptr, ...)
@format = private constant [3 x i8] c"%s\00"

; CHECK-LABEL: define i64 @remote(
; CHECK: call i64 @__fathom_strlen(ptr @__fathom_site{{.*}}, ptr %p)
define i64 @remote(ptr %p) {
  %n = call i64 @strlen(ptr %p)
  ret i64 %n
}

; CHECK-LABEL: define i64 @local(
; CHECK: call i64 @strlen(ptr %a)
define i64 @local() {
  %a = alloca [8 x i8]
  store i8 0, ptr %a
  %n = call i64 @strlen(ptr %a)
  ret i64 %n
}

; CHECK-LABEL: define i32 @print(
; CHECK: call i32 (ptr, ptr, ...) @__fathom_printf(ptr @__fathom_site{{.*}}, ptr @format, ptr %p)
define i32 @print(ptr %p) {
  %n = call i32 (ptr, ...) @printf(ptr @format, ptr %p)
  ret i32 %n
}

; CHECK-LABEL: define i32 @print_number(
; CHECK: call i32 (ptr, ...) @printf(ptr @format, i32 %x)
define i32 @print_number(i32 %x) {
  %n = call i32 (ptr, ...) @printf(ptr @format, i32 %x)
  ret i32 %n
}
