	.text
	.globl foo, gone
foo:	ret
bar:	ret
	.weak baz
baz:	ret
	.section "___ksymtab+foo", "a"
__ksymtab_foo:	.quad foo
	.section "___ksymtab_gpl+bar", "a"
__ksymtab_bar:	.quad bar
	.section "___ksymtab+baz", "a"
__ksymtab_baz:	.quad baz
