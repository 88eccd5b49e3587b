.section .modinfo,"a"
.asciz "license=GPL"
.asciz "description=x"
.text
.globl anchor_othermod
anchor_othermod: nop
.text
call mn1
call mn2
