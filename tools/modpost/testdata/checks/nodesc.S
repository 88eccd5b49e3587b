.section .modinfo,"a"
.asciz "license=GPL"
.text
.globl anchor_nodesc
anchor_nodesc: nop
