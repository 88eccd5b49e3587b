#!/bin/sh
# Makes the objects of this folder with GNU binutils for x86 (2.44 made those
# that are here). many.o has 65,500 sections, so that section numbers do not
# fit in 16 bits; it is kept compressed.
set -eu
cd "$(dirname "$0")"
as --64 -o x86_64.o sample.S
as --32 -o i386.o sample.S
{
	awk 'BEGIN { for (i = 0; i < 65500; i++) printf ".section s%d,\"a\"\n", i }'
	echo '.globl last'
	echo 'last: .byte 1'
} >many.S
as --64 -o many.o many.S
gzip -9nf many.o
rm many.S
