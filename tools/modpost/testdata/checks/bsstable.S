.section .modinfo,"a"
.asciz "license=GPL"
.asciz "description=x"
.text
.globl anchor_bsstable
anchor_bsstable: nop
.bss
.globl __mod_pci__x_device_table
.type __mod_pci__x_device_table,@object
__mod_pci__x_device_table: .skip 40
.size __mod_pci__x_device_table,40
.globl __mod_device_table__kmod_bsstable__pci__y
.type __mod_device_table__kmod_bsstable__pci__y,@object
__mod_device_table__kmod_bsstable__pci__y: .skip 40
.size __mod_device_table__kmod_bsstable__pci__y,40
