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
		@SH@ "$@"
		;;
	esac
	exit 0
	;;
esac
# Hundreds of folders are asked, and most of the time goes into starting processes. So none is started that is not needed: a
# command of plain words needs no shell, and no folder has to be made that is there.
case $2 in
*[!A-Za-z0-9_./=\ -]*) plain= ;;
*) plain=yes ;;
esac
case $plain$2 in
'yesmkdir -p '*)
	missing=
	for dir in ${2#mkdir -p }; do
		[ -d "$dir" ] || missing=yes
	done
	[ "$missing" ] || exit 0
	;;
esac
# The command with its slashes replaced, as the name of a file.
named() {
	set -f
	IFS=/
	set -- $1
	IFS='|'
	note=@NOTES@/"$*"
	unset IFS
	set +f
}
# Kbuild goes into each folder once. One that it came to the end of is not asked again: notes of them are files, named for the command.
case $2 in
*'make -f '*Makefile.build' obj='*)
	if [ "$plain" ] && [ "$PWD" = @TOP@ ] && [ ${#2} -lt 200 ]; then
		named "$2"
	else
		note=@NOTES@/$(printf '%s\n' "$PWD" "$2" | cksum | tr ' ' -)
	fi
	[ ! -e "$note.done" ] || exit 0
	if [ "$plain" ]; then
		$2
	else
		@SH@ "$@"
	fi && {
		: >"$note.ended"
		exit 0
	}
	: >"$note.stopped"
	exit 1
	;;
esac
exec @SH@ "$@"
