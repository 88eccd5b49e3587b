# A livepatch module as klp-build hands it to Kbuild: klp symbols are undefined and weak.
.section .modinfo,"a"
.asciz "license=GPL"
.asciz "description=x"
.asciz "livepatch=Y"
.text
.globl anchor_klp
anchor_klp: nop
.weak ".klp.sym.vmlinux.saved_command_line,0"
.weak ".klp.sym.ext4.state_show,2"
call ".klp.sym.vmlinux.saved_command_line,0"
call ".klp.sym.ext4.state_show,2"
