.section .modinfo,"a"
.asciz "license=GPL"
.asciz "description=x"
.text
.globl anchor_selfimp
anchor_selfimp: nop
.section .export_symbol,"a"
__export_symbol_nodef:
.asciz ""
.asciz ""
.balign 8
.quad nodef
.section __ksymtab_strings,"aMS",%progbits,1
__kstrtab_nodef: .asciz "nodef"
__kstrtabns_nodef: .asciz ""
.section "___ksymtab+nodef","a"
__ksymtab_nodef: .long nodef - .
.long __kstrtab_nodef - .
.long __kstrtabns_nodef - .
.text
call nodef
