#!/bin/sh
# Makes needy.ko and greet.ko anew:  build.sh KERNEL_HEADERS  (/usr/src/linux-headers-...)
# The compiler is the one that those headers name. Debug info is dropped to keep them small.
set -eu
cd "$(dirname "$0")"
tmp=$(mktemp -d)
trap 'rm -r "$tmp"' EXIT
cp needy.c ../../../e2e/boot/greet.c "$tmp"
echo 'obj-m := needy.o greet.o' >"$tmp/Makefile"
make -C "$1" M="$tmp" modules
for m in needy greet; do
	strip --strip-debug -R .BTF -R .BTF.base -o "$m.ko" "$tmp/$m.ko"
done
