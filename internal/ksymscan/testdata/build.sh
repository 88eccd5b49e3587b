#!/bin/sh
# Compiles src/ as a module with the installed headers of kernel RELEASE and
# puts the objects, without debug information, into OUT. CROSS_COMPILE is the
# prefix of the binutils, as for Kbuild.
set -eu
release=$1 out=$2
src=$(cd "$(dirname "$0")/src" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$src"/* "$work"
make -C "/usr/src/linux-headers-$release" "M=$work" modules
mkdir -p "$out"
for object in exporter.o assembly.o user.o ksymprobe.o ksymprobe.ko; do
	"${CROSS_COMPILE-}objcopy" --strip-debug -R .comment -R .BTF -R .BTF.base "$work/$object" "$out/$object"
done
cd "$out"
rm -f lib.a
"${CROSS_COMPILE-}ar" rcsD lib.a exporter.o assembly.o
