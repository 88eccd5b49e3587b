.section .modinfo,"a"
.asciz "license=GPL"
.asciz "description=x"
.text
.globl anchor_modnsuser
anchor_modnsuser: nop
.text
call mn1
call mn2
