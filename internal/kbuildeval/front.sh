#!/bin/sh
# Stands for make while Makefiles are evaluated. GNU make runs as it was called, except where it is to run the kernel's Kbuild:
# that runs with -n, and what it prints goes to a file.
#
# What stands between @ is filled in: the command that runs GNU make, the kernel's build folder, and the folder to write to, or
# nothing to run Kbuild for real.
objtree=@OBJTREE@
runs=@RUNS@

# A shell puts the folder that it starts in into PWD. GNU make does not, and there are Makefiles that use what is there.
pwd=$(tr '\0' '\n' <"/proc/$$/environ" | sed -n 's/^PWD=//p')

kbuild=
extmod=
directory=
for arg; do
	shift
	if [ -n "$directory" ]; then
		directory=
		case ${arg%/} in
		"$objtree" | /lib/modules/*/build | /lib/modules/*/source)
			arg=$objtree
			kbuild=1
			;;
		esac
	else
		case ${arg%/} in
		-C | --directory)
			directory=1
			;;
		-C"$objtree" | --directory="$objtree" | -C/lib/modules/*/build | --directory=/lib/modules/*/build)
			arg=-C$objtree
			kbuild=1
			;;
		M=*)
			extmod=${arg#M=}
			;;
		esac
	fi
	set -- "$@" "$arg"
done

# Kbuild's own calls of make are inside the run that is recorded.
if [ -z "$kbuild" ] || [ -z "$runs" ] || [ -n "$RULES_KBUILD_INSIDE" ]; then
	PWD=$pwd
	exec @MAKE@ "$@"
fi
export RULES_KBUILD_INSIDE=1

# The list of modules, which -n does not write: an empty one lets make go on to the end.
if [ -d "$extmod" ]; then
	[ -e "$extmod/modules.order" ] || : >"$extmod/modules.order"
fi
n=1
while [ -e "$runs/$n.args" ]; do
	n=$((n + 1))
done
printf '%s\n' "$@" >"$runs/$n.args"
PWD=$pwd
@MAKE@ --trace -n "$@" >"$runs/$n.out" 2>"$runs/$n.err"
status=$?
cat "$runs/$n.err" >&2
exit $status
