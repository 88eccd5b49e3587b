#!/bin/sh
# make's shell while it says what it would do. Kbuild marks some recipes with +, which run in spite of -n; they can be told from what
# make asks of a shell otherwise by the trap that removes their target. Of them, only a script of the kernel's may run, for the
# sub-makes that it starts: those say what they would do, and what comes after them fails, for want of anything that is built.
# The environment that make gives it is written to a file.
case $2 in
*'trap - HUP; kill -s HUP'*)
	case $2 in
	*scripts/*.sh*)
		env >@ENV@
		sh "$@"
		;;
	esac
	exit 0
	;;
esac
# Kbuild goes into each folder once. One that it came to the end of is not asked again: notes of them are files, named for the command.
case $2 in
*'make -f '*Makefile.build' obj='*)
	note=@NOTES@/$(printf '%s\n' "$PWD" "$2" | cksum | tr ' ' -)
	[ ! -e "$note.done" ] || exit 0
	if sh "$@"; then
		: >"$note.ended"
		exit 0
	fi
	: >"$note.stopped"
	exit 1
	;;
esac
exec sh "$@"
