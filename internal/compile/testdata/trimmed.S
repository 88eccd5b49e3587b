	.text
	.globl kept, gone
kept:	ret
gone:	ret
	.section ".discard.ksym", "a"
__ksym_marker_kept:
__ksym_marker_gone:
	.section "___ksymtab+kept", "a"
__ksymtab_kept:	.quad kept
