; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
; Private-write mode: memory operands of assembly are in the view; values are left
; alone; a string instruction gets the program's own memory only.
; RUN: %fathom %s | FileCheck %s

; CHECK-LABEL: define void @increment(
; CHECK: call ptr @__fathom_translate_write(i64 %{{.*}}, i64 8,
; CHECK: call ptr @__fathom_translate_write(i64 %{{.*}}, i64 8,
; CHECK: call void asm sideeffect "lock; incq $0", "=*m,*m,~{memory}"(ptr elementtype(i64) %fathom.address{{.*}}, ptr elementtype(i64) %fathom.address
define void @increment(ptr %p) {
  call void asm sideeffect "lock; incq $0", "=*m,*m,~{memory}"(ptr elementtype(i64) %p, ptr elementtype(i64) %p)
  ret void
}

; Its "1" is a number, not the other operand.
; CHECK-LABEL: define void @immediate(
; CHECK: call void asm sideeffect "lock; addq $$1, $0", "=*m,*m,~{memory}"(ptr elementtype(i64) %fathom.address{{.*}}, ptr elementtype(i64) %fathom.address
define void @immediate(ptr %p) {
  call void asm sideeffect "lock; addq $$1, $0", "=*m,*m,~{memory}"(ptr elementtype(i64) %p, ptr elementtype(i64) %p)
  ret void
}

; CHECK-LABEL: define ptr @exchange(
; CHECK: %[[V:.*]] = call ptr asm "xchgq $0, $1", "=r,=*m,0,*m"(
; CHECK: select i1 %{{.*}}, ptr %{{.*}}, ptr
; CHECK: ret ptr
define ptr @exchange(ptr %p, ptr %q) {
  %v = call ptr asm "xchgq $0, $1", "=r,=*m,0,*m"(ptr elementtype(ptr) %p, ptr %q, ptr elementtype(ptr) %p)
  ret ptr %v
}

; CHECK-LABEL: define void @hint(
; CHECK-NOT: fathom
; CHECK: call void asm sideeffect "prefetcht0 $0", "*m"(ptr elementtype(i8) %p)
define void @hint(ptr %p) {
  call void asm sideeffect "prefetcht0 $0", "*m"(ptr elementtype(i8) %p)
  ret void
}

; CHECK-LABEL: define void @value(
; CHECK-NEXT: call void asm sideeffect "movq $0, %rax", "r,~{rax}"(ptr %p)
define void @value(ptr %p) {
  call void asm sideeffect "movq $0, %rax", "r,~{rax}"(ptr %p)
  ret void
}

; CHECK-LABEL: define void @string(
; CHECK: call void @__fathom_check_local(ptr %p
; CHECK: asm sideeffect "rep stosb"
define void @string(ptr %p) {
  call void asm sideeffect "rep stosb", "{di},{cx},{ax},~{memory}"(ptr %p, i64 8, i32 0)
  ret void
}

; What moves memory to memory could move a pointer past its tag.
; CHECK-LABEL: define void @move(
; CHECK: call void @__fathom_check_local(ptr %p
; CHECK: call void @__fathom_check_local(ptr %q
; CHECK: asm sideeffect "movq $1, %rax
define void @move(ptr %p, ptr %q) {
  call void asm sideeffect "movq $1, %rax; movq %rax, $0", "=*m,*m,~{rax}"(ptr elementtype(i64) %p, ptr elementtype(i64) %q)
  ret void
}

!llvm.module.flags = !{!0}
!0 = !{i32 7, !"fathom.private-writes", i32 1}
