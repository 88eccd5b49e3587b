.section .modinfo,"a"
.asciz "license=GPL"
.asciz "description=x"
.asciz "import_ns=module:foo"
.asciz "import_ns=module:bar"
.text
.globl anchor_nsx
anchor_nsx: nop
