.section .modinfo,"a"
.asciz "license=GPL"
.asciz "description=x"
.text
.globl anchor_inite
anchor_inite: nop
.section .init.text,"ax"
.globl ie1
.type ie1,@function
ie1: nop
.section .export_symbol,"a"
__export_symbol_ie1:
.asciz ""
.asciz ""
.balign 8
.quad ie1
.section __ksymtab_strings,"aMS",%progbits,1
__kstrtab_ie1: .asciz "ie1"
__kstrtabns_ie1: .asciz ""
.section "___ksymtab+ie1","a"
__ksymtab_ie1: .long ie1 - .
.long __kstrtab_ie1 - .
.long __kstrtabns_ie1 - .
.section .exit.text,"ax"
.globl ie2
.type ie2,@function
ie2: nop
.section .export_symbol,"a"
__export_symbol_ie2:
.asciz ""
.asciz ""
.balign 8
.quad ie2
.section __ksymtab_strings,"aMS",%progbits,1
__kstrtab_ie2: .asciz "ie2"
__kstrtabns_ie2: .asciz ""
.section "___ksymtab+ie2","a"
__ksymtab_ie2: .long ie2 - .
.long __kstrtab_ie2 - .
.long __kstrtabns_ie2 - .
.section .init.data,"aw"
.globl ie3
.type ie3,@object
ie3: nop
.section .export_symbol,"a"
__export_symbol_ie3:
.asciz ""
.asciz ""
.balign 8
.quad ie3
.section __ksymtab_strings,"aMS",%progbits,1
__kstrtab_ie3: .asciz "ie3"
__kstrtabns_ie3: .asciz ""
.section "___ksymtab+ie3","a"
__ksymtab_ie3: .long ie3 - .
.long __kstrtab_ie3 - .
.long __kstrtabns_ie3 - .
