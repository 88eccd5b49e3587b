	.text
	.globl zoo, foo
zoo:	ret
foo:	ret
local:	ret
	.section .export_symbol, "a"
__export_symbol_zoo:	.asciz "" ; .asciz "" ; .balign 8 ; .quad zoo
__export_symbol_foo:	.asciz "GPL" ; .asciz "" ; .balign 8 ; .quad foo
__export_symbol_local:	.asciz "" ; .asciz "" ; .balign 8 ; .quad local
