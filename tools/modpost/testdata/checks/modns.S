.section .modinfo,"a"
.asciz "license=GPL"
.asciz "description=x"
.text
.globl anchor_modns
anchor_modns: nop
.section .text
.globl mn1
.type mn1,@function
mn1: nop
.section .export_symbol,"a"
__export_symbol_mn1:
.asciz "GPL"
.asciz "module:modnsuser,other*"
.balign 8
.quad mn1
.section __ksymtab_strings,"aMS",%progbits,1
__kstrtab_mn1: .asciz "mn1"
__kstrtabns_mn1: .asciz "module:modnsuser,other*"
.section "___ksymtab_gpl+mn1","a"
__ksymtab_mn1: .long mn1 - .
.long __kstrtab_mn1 - .
.long __kstrtabns_mn1 - .
.section .text
.globl mn2
.type mn2,@function
mn2: nop
.section .export_symbol,"a"
__export_symbol_mn2:
.asciz ""
.asciz "module:zzz"
.balign 8
.quad mn2
.section __ksymtab_strings,"aMS",%progbits,1
__kstrtab_mn2: .asciz "mn2"
__kstrtabns_mn2: .asciz "module:zzz"
.section "___ksymtab+mn2","a"
__ksymtab_mn2: .long mn2 - .
.long __kstrtab_mn2 - .
.long __kstrtabns_mn2 - .
