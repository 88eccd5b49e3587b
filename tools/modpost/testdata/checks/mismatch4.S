.section .modinfo,"a"
.asciz "license=GPL"
.section .init.data,"aw"
.skip 100
A: .skip 39
B: .skip 61
C: .skip 40
D: .skip 100
E: .skip 0
F: .skip 7
foo.123: .skip 100
$x: .skip 30
L0x: .skip 30
.macro t n
.section .data,"aw"
r\n: .quad .init.data+\n
.endm
t 79
t 80
t 81
t 119
t 120
t 158
t 159
t 160
t 219
t 220
t 221
t 340
t 339
t 341
t 347
t 360
t 446
.section .data,"aw"
.L5 : .quad E
.quad F
nm.55:
.quad foo.123
.quad F+5
.quad $x
.quad L0x
