.section .modinfo,"a"
.asciz "license=GPL"
.asciz "description=x"
.text
.globl anchor_exporter
anchor_exporter: nop
.section .text
.globl ex
.type ex,@function
ex: nop
.section .export_symbol,"a"
__export_symbol_ex:
.asciz ""
.asciz ""
.balign 8
.quad ex
.section __ksymtab_strings,"aMS",%progbits,1
__kstrtab_ex: .asciz "ex"
__kstrtabns_ex: .asciz ""
.section "___ksymtab+ex","a"
__ksymtab_ex: .long ex - .
.long __kstrtab_ex - .
.long __kstrtabns_ex - .
.section .text
.globl exgpl
.type exgpl,@function
exgpl: nop
.section .export_symbol,"a"
__export_symbol_exgpl:
.asciz "GPL"
.asciz ""
.balign 8
.quad exgpl
.section __ksymtab_strings,"aMS",%progbits,1
__kstrtab_exgpl: .asciz "exgpl"
__kstrtabns_exgpl: .asciz ""
.section "___ksymtab_gpl+exgpl","a"
__ksymtab_exgpl: .long exgpl - .
.long __kstrtab_exgpl - .
.long __kstrtabns_exgpl - .
.section .text
.globl exns
.type exns,@function
exns: nop
.section .export_symbol,"a"
__export_symbol_exns:
.asciz ""
.asciz "NSA"
.balign 8
.quad exns
.section __ksymtab_strings,"aMS",%progbits,1
__kstrtab_exns: .asciz "exns"
__kstrtabns_exns: .asciz "NSA"
.section "___ksymtab+exns","a"
__ksymtab_exns: .long exns - .
.long __kstrtab_exns - .
.long __kstrtabns_exns - .
.section .text
.globl exns2
.type exns2,@function
exns2: nop
.section .export_symbol,"a"
__export_symbol_exns2:
.asciz "GPL"
.asciz "NSB"
.balign 8
.quad exns2
.section __ksymtab_strings,"aMS",%progbits,1
__kstrtab_exns2: .asciz "exns2"
__kstrtabns_exns2: .asciz "NSB"
.section "___ksymtab_gpl+exns2","a"
__ksymtab_exns2: .long exns2 - .
.long __kstrtab_exns2 - .
.long __kstrtabns_exns2 - .
.section .text
.globl exdata
.type exdata,@object
exdata: nop
.section .export_symbol,"a"
__export_symbol_exdata:
.asciz ""
.asciz ""
.balign 8
.quad exdata
.section __ksymtab_strings,"aMS",%progbits,1
__kstrtab_exdata: .asciz "exdata"
__kstrtabns_exdata: .asciz ""
.section "___ksymtab+exdata","a"
__ksymtab_exdata: .long exdata - .
.long __kstrtab_exdata - .
.long __kstrtabns_exdata - .
.section .text
.globl exnot
.type exnot,@notype
exnot: nop
.section .export_symbol,"a"
__export_symbol_exnot:
.asciz ""
.asciz ""
.balign 8
.quad exnot
.section __ksymtab_strings,"aMS",%progbits,1
__kstrtab_exnot: .asciz "exnot"
__kstrtabns_exnot: .asciz ""
.section "___ksymtab+exnot","a"
__ksymtab_exnot: .long exnot - .
.long __kstrtab_exnot - .
.long __kstrtabns_exnot - .
.section .text
.weak exw
.type exw,@function
exw: nop
.section .export_symbol,"a"
__export_symbol_exw:
.asciz ""
.asciz ""
.balign 8
.quad exw
.section __ksymtab_strings,"aMS",%progbits,1
__kstrtab_exw: .asciz "exw"
__kstrtabns_exw: .asciz ""
.section "___ksymtab+exw","a"
__ksymtab_exw: .long exw - .
.long __kstrtab_exw - .
.long __kstrtabns_exw - .
