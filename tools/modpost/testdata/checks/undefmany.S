.section .modinfo,"a"
.asciz "license=GPL"
.asciz "description=x"
.text
.globl anchor_undefmany
anchor_undefmany: nop
.text
call um0
call um1
call um2
call um3
call um4
call um5
call um6
call um7
call um8
call um9
call um10
call um11
call um12
call um13
call um14
