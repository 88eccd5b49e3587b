.section .modinfo,"a"
.asciz "license=GPL"
.asciz "description=x"
.text
.globl anchor_suffixes
anchor_suffixes: nop
.globl init_module.7
init_module.7: nop
.globl cleanup_module
cleanup_module: nop
.text
call ex.5
call ex.5.6
call ex.constprop.0
