#!/bin/sh
# Makes checks/expect/LINE: what the modpost of a kernel line says about the
# objects of checks/, which are assembled if they are not there, and writes.
#
#	cd tools/modpost/testdata && sh checks.sh 6.12 /usr/lib/linux-kbuild-6.12/scripts/mod/modpost.real-lsb-64
set -eu
line=$1 modpost=$2
as=$(ls /usr/bin/as /usr/bin/x86_64-linux-gnu-as 2>/dev/null | head -n 1)

cd checks
for s in *.S; do
	[ -e "${s%.S}.o" ] || "$as" -o "${s%.S}.o" "$s"
	n=${s%.S}
	echo "$n.o" >"$n.mod"
	{
		printf 'source_%s.o := %s.S\n\ndeps_%s.o := \\\n\n' "$n" "$n" "$n"
		sed 's/^/#SYMVER /' crcs
	} >".$n.o.cmd"
done
rm -rf "expect/$line"
mkdir -p "expect/$line"

# The flags that the line's modpost has.
known() {
	case $line in
	6.1) echo "$1" | sed 's/-[tbx]\>//g; s/-u keep//; s/!M//' ;;
	6.12) echo "-M $1" | sed 's/-[bx]\>//g; s/-M \(.*\)!M/\1/' ;;
	*) echo "-M $1" | sed 's/-M \(.*\)!M/\1/' ;;
	esac
}

# try NAME ARGUMENT... notes what modpost does with the objects in list.
try() {
	name=$1
	shift
	rm -f ./*.mod.c .vmlinux.export.c Module.symvers
	{
		"$modpost" "$@" -o Module.symvers -T list 2>&1 && echo "exit 0" || echo "exit 1"
		for f in $(ls .vmlinux.export.c ./*.mod.c Module.symvers 2>/dev/null); do
			echo "== ${f#./}"
			cat "$f"
		done
	} >"expect/$line/$name"
}

while IFS='|' read -r name flags objects; do
	case $name in '' | \#*) continue ;; esac
	for o in $objects; do echo "$o.o"; done >list
	# shellcheck disable=SC2046
	try "$name" $(known "$flags") -i vm.symvers
done <cases
while IFS='|' read -r name flags vmlinux objects; do
	case $name in '' | \#*) continue ;; esac
	for o in $objects; do echo "$o.o"; done >list
	cp "$vmlinux.o" vmlinux.o
	echo "$vmlinux.o" >.vmlinux.objs
	# shellcheck disable=SC2046
	try "$name" $(known "$flags") vmlinux.o
done <vmlinux-cases
rm -f ./*.mod.c ./*.mod .*.o.cmd list Module.symvers vmlinux.o .vmlinux.objs .vmlinux.export.c
