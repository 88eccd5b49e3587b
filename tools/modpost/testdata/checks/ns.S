.section .modinfo,"a"
.asciz "license=GPL"
.asciz "description=x"
.text
.globl anchor_ns
anchor_ns: nop
.text
call exns
call exns2
call exns
