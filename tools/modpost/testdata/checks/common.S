.section .modinfo,"a"
.asciz "license=GPL"
.asciz "description=x"
.text
.globl anchor_common
anchor_common: nop
.comm com1,4
.comm __gnu_lto_x,1
.comm com2.5,4
