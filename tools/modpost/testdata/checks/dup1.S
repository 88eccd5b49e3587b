.section .modinfo,"a"
.asciz "license=GPL"
.asciz "description=x"
.text
.globl anchor_dup1
anchor_dup1: nop
.section .text
.globl dupsym
.type dupsym,@function
dupsym: nop
.section .export_symbol,"a"
__export_symbol_dupsym:
.asciz ""
.asciz ""
.balign 8
.quad dupsym
.section __ksymtab_strings,"aMS",%progbits,1
__kstrtab_dupsym: .asciz "dupsym"
__kstrtabns_dupsym: .asciz ""
.section "___ksymtab+dupsym","a"
__ksymtab_dupsym: .long dupsym - .
.long __kstrtab_dupsym - .
.long __kstrtabns_dupsym - .
.section .text
.globl dupsym2
.type dupsym2,@function
dupsym2: nop
.section .export_symbol,"a"
__export_symbol_dupsym2:
.asciz ""
.asciz ""
.balign 8
.quad dupsym2
.section __ksymtab_strings,"aMS",%progbits,1
__kstrtab_dupsym2: .asciz "dupsym2"
__kstrtabns_dupsym2: .asciz ""
.section "___ksymtab+dupsym2","a"
__ksymtab_dupsym2: .long dupsym2 - .
.long __kstrtab_dupsym2 - .
.long __kstrtabns_dupsym2 - .
