; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
; What a function does with its argument is done with what its callers hand
; over. With one caller, both are one object; with several, each of them has
; what the function reads, and the function knows nothing of theirs.
; RUN: %fathom %s | FileCheck %s

; CHECK-DAG: [[ONE:@__fathom_outline[.0-9]*]] = internal {{.*}} { ptr [[ONE_PIECES:@[^,]*]], ptr null, i32 2, i32 0,
; CHECK-DAG: [[ONE_PIECES]] = {{.*}} { i32 0, i32 8 }, {{.*}} { i32 2000, i32 8 }]
; In the function, and in its only caller.
; CHECK-DAG: {{@__fathom_site[.0-9]*}} = {{.*}}, i32 2000, ptr [[ONE]] }
; CHECK-DAG: {{@__fathom_site[.0-9]*}} = {{.*}}, i32 0, ptr [[ONE]] }
define internal i64 @part(ptr %p) noinline {
  %at = getelementptr i8, ptr %p, i64 2000
  %v = load i64, ptr %at
  ret i64 %v
}

; CHECK-DAG: [[FIRST:@__fathom_outline[.0-9]*]] = internal {{.*}} { ptr [[FIRST_PIECES:@[^,]*]], ptr null, i32 2, i32 0,
; CHECK-DAG: [[FIRST_PIECES]] = {{.*}} { i32 0, i32 8 }, {{.*}} { i32 3008, i32 8 }]
; CHECK-DAG: [[SECOND:@__fathom_outline[.0-9]*]] = internal {{.*}} { ptr [[SECOND_PIECES:@[^,]*]], ptr null, i32 2, i32 0,
; CHECK-DAG: [[SECOND_PIECES]] = {{.*}} { i32 3000, i32 8 }, {{.*}} { i32 5000, i32 8 }]
; CHECK-DAG: {{@__fathom_site[.0-9]*}} = {{.*}}, i32 0, ptr [[FIRST]] }
; CHECK-DAG: {{@__fathom_site[.0-9]*}} = {{.*}}, i32 5000, ptr [[SECOND]] }
; The function itself reads but one place: it has nothing to tell.
; CHECK-DAG: {{@__fathom_site[.0-9]*}} = {{.*}}, i32 0, ptr null }
define internal i64 @shared(ptr %p) noinline {
  %at = getelementptr i8, ptr %p, i64 3000
  %v = load i64, ptr %at
  ret i64 %v
}

define i64 @one_caller(ptr %object) {
  %a = load i64, ptr %object
  %b = call i64 @part(ptr %object)
  %c = add i64 %a, %b
  ret i64 %c
}

define i64 @first_caller(ptr %object) {
  %a = load i64, ptr %object
  %inner = getelementptr i8, ptr %object, i64 8
  %b = call i64 @shared(ptr %inner)
  %c = add i64 %a, %b
  ret i64 %c
}

define i64 @second_caller(ptr %object) {
  %at = getelementptr i8, ptr %object, i64 5000
  %a = load i64, ptr %at
  %b = call i64 @shared(ptr %object)
  %c = add i64 %a, %b
  ret i64 %c
}
