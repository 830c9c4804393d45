#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the README shows under "Run your own firmware" is done to the letter, in an empty folder,
# with nothing but what `make install` installs: blocks whose first line names a file become that
# file, the lines of `sh` blocks are run one by one. A line is to succeed, or to end with the code N that it says in a
# comment "# exit N".
# Usage: rig/readme_test.sh [BUILD]
set -u
build=${1:-${BUILD:-build}}
root=$(pwd)
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
failed=0

make -s install BUILD="$build" PREFIX="$work/usr" DESTDIR= >"$work/install.log" 2>&1 || {
	echo "FAILED  make install"
	sed 's/^/        /' "$work/install.log"
	exit 1
}
PATH="$work/usr/bin:$PATH"
CPATH="$work/usr/include"
export PATH CPATH
unset WIPERIG_SCENARIOS

# The fenced blocks of a section, each in a file NN.KIND.
blocks() {
	awk -v section="$1" -v folder="$2" '
		/^## / { on = ($0 == "## " section) }
		on && /^```/ {
			if (open) { close(file); open = 0; next }
			kind = substr($0, 4); file = sprintf("%s/%02d.%s", folder, ++n, kind == "" ? "text" : kind); open = 1
			printf "" > file
			next
		}
		on && open { print > file }' "$root/README.md"
}

# "/* mine.c */", "-- first.lua", "# bench.ini": the file that a block is.
name_of() {
	sed -n '1s#^\(/\*\|--\|\#\) \([A-Za-z0-9_.-]*\.[a-z]*\)\( \*/\)\{0,1\}$#\2#p' "$1"
}

run_lines() {
	while IFS= read -r line; do
		wanted=$(printf '%s\n' "$line" | sed -n 's/.*# exit \([0-9]*\).*/\1/p')
		[ -n "${line%%#*}" ] || continue
		(cd "$2" && sh -c "$line") >"$work/log" 2>&1 </dev/null
		got=$?
		[ "$got" -eq "${wanted:-0}" ] && continue
		echo "README: exit $got, not ${wanted:-0}: $line"
		cat "$work/log"
		return 1
	done <"$1"
}

follow() {
	folder=$(mktemp -d "$work/section-XXXXXX")
	mkdir "$folder/blocks" "$folder/here"
	blocks "$1" "$folder/blocks"
	ran=0
	for block in "$folder"/blocks/*; do
		file=$(name_of "$block")
		case $block in
		*.sh)
			run_lines "$block" "$folder/here" || return 1
			ran=1
			;;
		*) [ -z "$file" ] || cp "$block" "$folder/here/$file" ;;
		esac
	done
	[ "$ran" -eq 1 ] || echo "README: section \"$1\" has no sh block"
	[ "$ran" -eq 1 ]
}

for section in 'Run your own firmware'; do
	if follow "$section" >"$work/section.log" 2>&1; then
		echo "ok      README: $section"
	else
		echo "FAILED  README: $section"
		sed 's/^/        /' "$work/section.log"
		failed=1
	fi
done
exit $failed
