; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
; A weak declaration may be missing in the kernel: flag 1.
; RUN: %fathom %s | FileCheck %s

@maybe = extern_weak global i32
; CHECK: @__fathom_symbols = {{.*}}@maybe, ptr @__fathom_slot.maybe, ptr {{[^,]*}}, i64 1 }

define i1 @there() {
  %c = icmp ne ptr @maybe, null
  ret i1 %c
}
