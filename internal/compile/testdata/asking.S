	.text
	.globl ask
ask:	call __symbol_get
	ret
