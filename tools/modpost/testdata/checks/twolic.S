.section .modinfo,"a"
.asciz "license=GPL"
.asciz "license=BSD"
.asciz "description=x"
.text
.globl anchor_twolic
anchor_twolic: nop
.text
call exgpl
