.section .modinfo,"a"
.asciz "license=GPL"
.asciz "description=x"
.text
.globl anchor_x_user
anchor_x_user: nop
.text
call exdata
call ex
call dupsym
