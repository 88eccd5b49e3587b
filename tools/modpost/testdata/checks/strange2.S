.section .modinfo,"a"
.asciz "license=GPL"
.asciz "description=x"
.text
.globl anchor_strange2
anchor_strange2: nop
.section .export_symbol,"a"
.quad anchor_strange2
