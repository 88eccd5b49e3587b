/* Places that more than one symbol, or none, could name: which one messages take differs between kernels. */
.section .modinfo,"a"
.asciz "license=GPL"
.asciz "description=x"
.text
.globl anchor_mismatch5
anchor_mismatch5: nop
one_name:
other_name:
	call .init.text+8
	call .exit.text+8
.section .init.text,"ax"
	nop
upper_first = . + 3
	nop
	nop
lower_second:
	nop
	.skip 60
	nop
.section .exit.text,"ax"
	nop
lower_first:
	.skip 6
upper_second:
	nop
/* Two sections of one name. */
.section .text,"ax",@progbits,unique,1
	.skip 4
far_name:
	call .init.text+40
	call lower_second
.section .text,"ax",@progbits,unique,2
	.skip 12
	call .init.text
near_name:
	call .init.text
/* Memory that can be plugged, before 6.5. */
.section .meminit.text,"ax"
.globl memfun
.type memfun,@function
memfun.constprop.0: call lower_second
memfun: call lower_second
.section .meminit.data,"aw"
memdat: .quad lower_second
.section .data,"aw"
__param_x: .quad memdat
__param_ops_x: .quad memfun
x_timer: .quad memdat
x_driver: .quad memdat
y: .quad memdat
.section .head.text,"ax"
	call memfun
.section ___ksymtab+memfun,"a"
.long memfun - .
.section __ex_table,"a"
.long .odd - .
.long .meminit.text - .
.section .odd,"ax"
	.skip 8
