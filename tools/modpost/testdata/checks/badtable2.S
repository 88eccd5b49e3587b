.section .modinfo,"a"
.asciz "license=GPL"
.asciz "description=x"
.text
.globl anchor_badtable2
anchor_badtable2: nop
.section .rodata
.globl __mod_pci__x_device_table
.type __mod_pci__x_device_table,@object
__mod_pci__x_device_table: .quad 1,2,3,4
.size __mod_pci__x_device_table,31
.globl __mod_device_table__kmod_badtable2__pci__y
.type __mod_device_table__kmod_badtable2__pci__y,@object
__mod_device_table__kmod_badtable2__pci__y: .quad 1,2,3,4
.size __mod_device_table__kmod_badtable2__pci__y,31
