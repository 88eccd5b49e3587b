.section .modinfo,"a"
.asciz "license=GPL"
.asciz "description=x"
.asciz "import_ns=NSA"
.asciz "import_ns=NSB"
.text
.globl anchor_nsok
anchor_nsok: nop
.text
call exns
call exns2
