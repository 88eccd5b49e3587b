.section .modinfo,"a"
.asciz "license=GPL"
.asciz "description=x"
.text
.globl anchor_dupvm
anchor_dupvm: nop
.section .text
.globl _printk
.type _printk,@function
_printk: nop
.section .export_symbol,"a"
__export_symbol__printk:
.asciz ""
.asciz ""
.balign 8
.quad _printk
.section __ksymtab_strings,"aMS",%progbits,1
__kstrtab__printk: .asciz "_printk"
__kstrtabns__printk: .asciz ""
.section "___ksymtab+_printk","a"
__ksymtab__printk: .long _printk - .
.long __kstrtab__printk - .
.long __kstrtabns__printk - .
