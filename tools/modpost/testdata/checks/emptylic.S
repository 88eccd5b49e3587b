.section .modinfo,"a"
.asciz "license="
.asciz "description=x"
.text
.globl anchor_emptylic
anchor_emptylic: nop
.text
call exgpl
