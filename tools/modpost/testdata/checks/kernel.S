/* What vmlinux.o has: exports, the .modinfo and the device tables of modules that are built in, names in
 * symbol_get(), and undefined symbols that the linker script defines. */
.section .modinfo,"a"
.asciz "one.license=GPL"
.asciz "one.file=drivers/one"
.asciz "version=1"
.asciz "import_ns=module:x"
.text
call __start_rodata
.section .no_trim_symbol,"a"
.asciz "exgot"
.balign 8
.section .text
.globl zlast
.type zlast,@function
zlast: nop
.section .export_symbol,"a"
__export_symbol_zlast:
.asciz "GPL"
.asciz ""
.balign 8
.quad zlast
.section __ksymtab_strings,"aMS",%progbits,1
__kstrtab_zlast: .asciz "zlast"
__kstrtabns_zlast: .asciz ""
.section "___ksymtab_gpl+zlast","a"
__ksymtab_zlast: .long zlast - .
.long __kstrtab_zlast - .
.long __kstrtabns_zlast - .
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
.asciz "GPL"
.asciz "NSA"
.balign 8
.quad exns
.section __ksymtab_strings,"aMS",%progbits,1
__kstrtab_exns: .asciz "exns"
__kstrtabns_exns: .asciz "NSA"
.section "___ksymtab_gpl+exns","a"
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
.section .data
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
.section .text
.globl exgot
.type exgot,@function
exgot: nop
.section .export_symbol,"a"
__export_symbol_exgot:
.asciz "GPL"
.asciz ""
.balign 8
.quad exgot
.section __ksymtab_strings,"aMS",%progbits,1
__kstrtab_exgot: .asciz "exgot"
__kstrtabns_exgot: .asciz ""
.section "___ksymtab_gpl+exgot","a"
__ksymtab_exgot: .long exgot - .
.long __kstrtab_exgot - .
.long __kstrtabns_exgot - .
.section .text
.globl module_layout
.type module_layout,@function
module_layout: nop
.section .export_symbol,"a"
__export_symbol_module_layout:
.asciz ""
.asciz ""
.balign 8
.quad module_layout
.section __ksymtab_strings,"aMS",%progbits,1
__kstrtab_module_layout: .asciz "module_layout"
__kstrtabns_module_layout: .asciz ""
.section "___ksymtab+module_layout","a"
__ksymtab_module_layout: .long module_layout - .
.long __kstrtab_module_layout - .
.long __kstrtabns_module_layout - .
.section .text
.globl uncounted
.type uncounted,@function
uncounted: nop
.section .export_symbol,"a"
__export_symbol_uncounted:
.asciz ""
.asciz ""
.balign 8
.quad uncounted
.section __ksymtab_strings,"aMS",%progbits,1
__kstrtab_uncounted: .asciz "uncounted"
__kstrtabns_uncounted: .asciz ""
.section "___ksymtab+uncounted","a"
__ksymtab_uncounted: .long uncounted - .
.long __kstrtab_uncounted - .
.long __kstrtabns_uncounted - .
.macro table module type ident
.section .rodata,"a"
.globl __mod_device_table__kmod_\module\()__\type\()__\ident
.type __mod_device_table__kmod_\module\()__\type\()__\ident,@object
.size __mod_device_table__kmod_\module\()__\type\()__\ident,2f-1f
1:
__mod_device_table__kmod_\module\()__\type\()__\ident:
.endm
table one acpi ids
.ascii "ACPI0001"
.zero 24
.ascii "ACPI0002"
.zero 24
.zero 32
2:
table two acpi two_ids
.ascii "ACPI0002"
.zero 24
.ascii "ACPI0003"
.zero 24
.zero 32
2:
table one of one_of
.zero 64
.ascii "vendor,one"
.zero 118
.zero 8
.zero 200
2:
