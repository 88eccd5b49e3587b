.section .modinfo,"a"
.asciz "license=GPL"
.asciz "description=x"
.text
.globl anchor_notrim
anchor_notrim: nop
.section .no_trim_symbol,"a"
.asciz "ex"
.balign 8
.asciz "exgpl"
