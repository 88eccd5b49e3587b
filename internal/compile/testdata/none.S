	.text
	.globl foo
foo:	ret
