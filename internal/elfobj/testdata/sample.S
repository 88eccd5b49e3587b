	.text
	.globl	start
	.type	start, @function
start:	nop
	nop
	call	elsewhere
	.size	start, . - start
	.weak	maybe
	.data
	.long	maybe, start + 4
local:	.long	local
	.bss
	.comm	shared, 8, 8
	.globl	zeros
zeros:	.skip	16
	.set	number, 42
	.globl	number
