.section .modinfo,"a"
.asciz "license=GPL"
.macro f sec fl name
.section \sec,"\fl"
.globl \name
.type \name,@function
\name: nop
nop
.size \name,.-\name
.endm
.macro d sec fl name tgt
.section \sec,"\fl"
.type \name,@object
\name: .quad \tgt
.size \name,8
.endm
f .text "ax" tfun
call ifun
call efun
call mifun
call mefun
f .text.unlikely "ax" tufun
call ifun
f .ref.text "ax" reffun
call ifun
f .init.text "ax" ifun
call efun
call mifun
call mefun
f .exit.text "ax" efun
call ifun
call mefun
call mifun
f .meminit.text "ax" mifun
call ifun
call efun
call mefun
f .memexit.text "ax" mefun
call efun
call ifun
f .text "ax" foo.constprop.0
call ifun
f .head.text "ax" hfun
call ifun
call efun
d .data "aw" plain ifun
d .data "aw" plain_e efun
d .data "aw" plain_m mifun
d .data "aw" plain_me mefun
d .data "aw" x_template ifun
d .data "aw" x_template_e efun
d .data "aw" x_timer ifun
d .data "aw" x_sht ifun
d .data "aw" x_ops ifun
d .data "aw" y_ops efun
d .data "aw" x_probe ifun
d .data "aw" x_probe_one ifun
d .data "aw" x_console ifun
d .data "aw" xdriver ifun
d .data "aw" ydriver efun
d .data "aw" zdriver mifun
d .data "aw" wdriver mefun
d .data "aw" y_ops.llvm.123 efun
d .data "aw" __param_x idat
d .data "aw" __param_y ifun
d .data "aw" __param_ops_y ifun
d .data.rel "aw" rplain ifun
d .data.rel.ro "aw" roplain ifun
d .data..read_mostly "aw" rmplain ifun
d .rodata "a" rdplain ifun
d .init.data "aw" idat ifun
d .init.data "aw" idat_e efun
d .exit.data "aw" edat ifun
d .pci_fixup_early "a" pfe ifun
d .pci_fixup_final "a" pff ifun
d .pci_fixup_final "a" pffe efun
d .pci_fixup_suspend_late "a" pfsl ifun
d ___ksymtab+tfun "a" __ksymtab_tfun ifun
d ___ksymtab_gpl+ufun "a" __ksymtab_ufun efun
d .data "aw" tosect .init.text
d .data "aw" tosect1 .init.text+1
d .data "aw" tosect100 .init.text+100
d .data "aw" todata .init.data+8
.section .data,"aw"
.Lloc: .quad ifun
.section .data.rel,"aw"
.quad ifun
.section .data.anon,"aw"
.quad ifun
.section __ex_table,"a"
.long tfun - .
.long .text - .
.long altfun - .
.long rdplain - .
.long oddfun - .
.long oddfun+40 - .
.long ifun - .
f .altinstr_replacement "ax" altfun
f .oddtext "ax" oddfun
call ifun
.section .strange,"",@progbits
.quad 1
.section .strange2,"",@nobits
.skip 4
.section .debug_x,"",@progbits
.quad ifun
.section .fixup,"ax"
fx: call ifun
.section .ltext.x,"ax"
lx: call ifun
.section .text,"ax"
call __init_begin
.section .init.text,"ax"
.globl __init_begin
__init_begin: nop
_sinittext: nop
call _sinittext
.section .text,"ax"
call _sinittext
call _einittext
.section .init.text,"ax"
_einittext: nop
