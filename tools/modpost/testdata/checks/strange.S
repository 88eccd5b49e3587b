.section .modinfo,"a"
.asciz "license=GPL"
.asciz "description=x"
.text
.globl anchor_strange
anchor_strange: nop
.section .text
.globl st1
.type st1,@function
st1: nop
.section .export_symbol,"a"
weird_label:
.asciz ""
.asciz ""
.balign 8
.quad st1
.section __ksymtab_strings,"aMS",%progbits,1
__kstrtab_st1: .asciz "st1"
__kstrtabns_st1: .asciz ""
.section "___ksymtab+st1","a"
__ksymtab_st1: .long st1 - .
.long __kstrtab_st1 - .
.long __kstrtabns_st1 - .
.section .text
.globl st2
.type st2,@function
st2: nop
.section .export_symbol,"a"
__export_symbol_other:
.asciz ""
.asciz ""
.balign 8
.quad st2
.section __ksymtab_strings,"aMS",%progbits,1
__kstrtab_st2: .asciz "st2"
__kstrtabns_st2: .asciz ""
.section "___ksymtab+st2","a"
__ksymtab_st2: .long st2 - .
.long __kstrtab_st2 - .
.long __kstrtabns_st2 - .
.section .text
.globl st3
.type st3,@function
st3: nop
.section .export_symbol,"a"
__export_symbol_st3:
.asciz "MIT"
.asciz ""
.balign 8
.quad st3
.section __ksymtab_strings,"aMS",%progbits,1
__kstrtab_st3: .asciz "st3"
__kstrtabns_st3: .asciz ""
.section "___ksymtab+st3","a"
__ksymtab_st3: .long st3 - .
.long __kstrtab_st3 - .
.long __kstrtabns_st3 - .
.section .text
.local st4
.type st4,@function
st4: nop
.section .export_symbol,"a"
__export_symbol_st4:
.asciz ""
.asciz ""
.balign 8
.quad st4
.section __ksymtab_strings,"aMS",%progbits,1
__kstrtab_st4: .asciz "st4"
__kstrtabns_st4: .asciz ""
.section "___ksymtab+st4","a"
__ksymtab_st4: .long st4 - .
.long __kstrtab_st4 - .
.long __kstrtabns_st4 - .
.section .text
.globl st5
.type st5,@function
st5: nop
.section .export_symbol,"a"
__export_symbol_st5:
.asciz ""
.asciz ""
.balign 8
.quad st5
.section __ksymtab_strings,"aMS",%progbits,1
__kstrtab_st5: .asciz "st5"
__kstrtabns_st5: .asciz ""
.section "___ksymtab+st5","a"
__ksymtab_st5: .long st5 - .
.long __kstrtab_st5 - .
.long __kstrtabns_st5 - .
