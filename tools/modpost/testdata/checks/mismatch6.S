/* Targets whose symbols have names that assemblers make. */
.section .modinfo,"a"
.asciz "license=GPL"
.asciz "description=x"
.text
.globl anchor_mismatch6
anchor_mismatch6: nop
.globl caller
caller:
	call "$near"
	call "$far"
	call .Lnear
	call .Lfar
.section .init.text,"ax"
.globl "$near", "$far", .Lnear, .Lfar
named: nop
"$near": nop
.Lnear: nop
	.skip 60
"$far": nop
.Lfar: nop
