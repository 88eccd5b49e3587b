.section .modinfo,"a"
.text
.globl anchor_nolic
anchor_nolic: nop
