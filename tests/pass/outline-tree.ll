; SPDX-License-Identifier: BSD-2-Clause-Patent
; Copyright (c) 2026 The Fathom authors
; A tree: links to itself by way of left, right, and a parent with a colour in
; its low bits; what is in the nodes is a string elsewhere, 16 bytes of it.
; RUN: %fathom %s | FileCheck %s

; CHECK: [[TREE:@__fathom_outline]] = internal {{.*}} { ptr [[PIECES:@[^,]*]], ptr [[LINKS:@[^,]*]], i32 1, i32 4, i32 0, i32 0 }
; CHECK-DAG: [[PIECES]] = {{.*}} [{{[^]]*}} { i32 0, i32 32 }]
; CHECK-DAG: [[LINKS]] = {{.*}} { ptr [[TREE]], i32 0, i32 0, i32 0, i32 0 }, {{.*}} { ptr [[TREE]], i32 8, i32 0, i32 0, i32 0 }, {{.*}} { ptr [[TREE]], i32 16, i32 0, i32 0, i32 0 }, {{.*}} { ptr [[TEXT:@[^,]*]], i32 24, i32 0, i32 0, i32 0 }]
; CHECK-DAG: [[TEXT]] = internal {{.*}} { ptr [[BYTES:@[^,]*]], ptr null, i32 1, i32 0, i32 0, i32 0 }
; CHECK-DAG: [[BYTES]] = {{.*}} { i32 0, i32 16 }]

declare i32 @puts(ptr)

define i64 @tree(ptr %root) {
entry:
  br label %loop
loop:
  %node = phi ptr [ %root, %entry ], [ %next, %left ], [ %next.r, %right ], [ %up, %none ]
  %left.of = load ptr, ptr %node
  %no.left = icmp eq ptr %left.of, null
  br i1 %no.left, label %try.right, label %left
left:
  %next = phi ptr [ %left.of, %loop ]
  br label %loop
try.right:
  %right.at = getelementptr i8, ptr %node, i64 8
  %right.of = load ptr, ptr %right.at
  %no.right = icmp eq ptr %right.of, null
  br i1 %no.right, label %none, label %right
right:
  %next.r = phi ptr [ %right.of, %try.right ]
  br label %loop
none:
  %parent.at = getelementptr i8, ptr %node, i64 16
  %coloured = load i64, ptr %parent.at
  %parent = and i64 %coloured, -4
  %up = inttoptr i64 %parent to ptr
  %text.at = getelementptr i8, ptr %node, i64 24
  %text = load ptr, ptr %text.at
  %r = call i32 @puts(ptr %text)
  %top = icmp eq ptr %up, null
  br i1 %top, label %out, label %loop
out:
  ret i64 0
}
