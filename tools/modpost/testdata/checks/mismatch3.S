.section .modinfo,"a"
.asciz "license=GPL"
.section .text.exx,"ax"
fn: nop
.section .data,"aw"
dd: .quad 0
.section .rodata,"a"
ee: .quad 0
.section __ex_table,"a"
.long fn-.
.long dd-.
.long dd-.
.long ee-.
.long undefd - .
