#!/bin/sh
# Makes the files of one kernel line, on a system (a chroot will do) with that
# line's linux-headers, compiler, make and binutils:
#
#	cp -r tools/modpost/testdata /m && cd /m && sh make.sh 6.12 /usr/src/linux-headers-6.12.117+deb13-amd64
#
# real/LINE gets what Kbuild makes of src/: the linked objects without debug
# information, the .mod.c and Module.symvers of the kernel's own modpost, and
# what it read. checks.sh makes checks/expect/LINE.
set -eu
line=$1 headers=$2
tool() { ls /usr/bin/"$1" /usr/bin/x86_64-linux-gnu-"$1" 2>/dev/null | head -n 1; }
objcopy=$(tool objcopy)
here=$PWD

rm -rf build "real/$line"
cp -r src build
mkdir -p "real/$line/sub"
make -C "$headers" M="$here/build" modules
for module in alpha beta-x delta sub/gamma; do
	"$objcopy" --strip-debug --remove-section=.comment "build/$module.o" "real/$line/$module.o"
	cp "build/$module.mod.c" "build/$module.mod" "real/$line/${module%/*}" 2>/dev/null ||
		cp "build/$module.mod.c" "build/$module.mod" "real/$line/"
done
# Module.symvers without the folder that the modules happened to lie in, and of
# the kernel's only the lines that the modules use.
sed "s,	$here/build/,	," build/Module.symvers >"real/$line/Module.symvers"
awk -F'\t' 'NR==FNR { want[$1]; next } $2 in want' - "$headers/Module.symvers" >"real/$line/kernel.symvers" <<-END
	$( (echo module_layout; for o in build/*.o build/sub/*.o; do "$(tool nm)" "$o" | sed -n 's/^ *[Uw] //p'; done) | sort -u)
	END
# One .cmd file after the other, cut to what modpost reads.
for cmd in build/.*.o.cmd build/sub/.*.o.cmd; do
	case $cmd in *.mod.o.cmd | *module-common*) continue ;; esac
	echo "== ${cmd#build/}"
	sed "s,$here/build/,,g" "$cmd" | grep -e '^source_' -e '^deps_' -e '^#SYMVER' -e '^  [^ /]' | grep -v -e '^  arch/' -e '^  include/' || true
done >"real/$line/cmds"
sed -i "s,$here/build/,," "real/$line/"*.mod "real/$line/"sub/*.mod
rm -rf build

sh checks.sh "$line" "$headers/scripts/mod/modpost.real-lsb-64"
