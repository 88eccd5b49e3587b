#!/bin/sh
# Compiles getter.c with CC and FLAGS to OUT: see README.md for those in use.
set -eu
cc=$1 out=$2
shift 2
"$cc" -O2 -std=gnu11 -ffreestanding -fno-common -fno-asynchronous-unwind-tables -fno-stack-protector "$@" \
	-c -o "$out" "$(dirname "$0")/getter.c"
