; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
; A loop over a list: what it reads of each object, and the pointer that leads
; to the next one, by which the runtime gets many with one call. All is told
; from the list's member, which lies 1000 bytes into the object.
; RUN: %fathom %s | FileCheck %s

; CHECK: [[LIST:@__fathom_outline]] = internal externally_initialized global {{.*}} { ptr [[PIECES:@[^,]*]], ptr [[LINKS:@[^,]*]], i32 3, i32 1, i32 0, i32 0 }
; CHECK: [[PIECES]] = private unnamed_addr constant [3 x {{.*}} { i32 -1000, i32 4 }, {{.*}} { i32 8, i32 8 }, {{.*}} { i32 1000, i32 8 }]
; CHECK: [[LINKS]] = private unnamed_addr constant [1 x {{.*}} { ptr [[LIST]], i32 8, i32 0, i32 0, i32 0 }]
; The first access of the group is at its own offset.
; CHECK: @__fathom_sites = {{.*}}, i32 -1000, ptr [[LIST]] }
define i64 @list(ptr %head) {
entry:
  br label %loop
loop:
  %node = phi ptr [ %head, %entry ], [ %next, %loop ]
  %sum = phi i64 [ 0, %entry ], [ %sum.next, %loop ]
  %object = getelementptr i8, ptr %node, i64 -1000
  %id = load i32, ptr %object
  %field = getelementptr i8, ptr %object, i64 2000
  %v = load i64, ptr %field
  %wide = zext i32 %id to i64
  %both = add i64 %v, %wide
  %sum.next = add i64 %sum, %both
  %next.at = getelementptr i8, ptr %node, i64 8
  %next = load ptr, ptr %next.at
  %done = icmp eq ptr %next, %head
  br i1 %done, label %out, label %loop
out:
  ret i64 %sum.next
}
