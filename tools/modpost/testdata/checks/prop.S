.section .modinfo,"a"
.asciz "license=Proprietary"
.asciz "description=x"
.text
.globl anchor_prop
anchor_prop: nop
.text
call printk_gpl
call _printk
call exgpl
call exns
