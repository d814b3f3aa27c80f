; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
; What was inferred from plain loads no longer holds; without the target's
; memory nothing is touched.
; RUN: %fathom %s | FileCheck %s

; CHECK: define i32 @f(ptr %p) {
define i32 @f(ptr %p) memory(argmem: read) willreturn {
  %v = load i32, ptr %p
  ret i32 %v
}
