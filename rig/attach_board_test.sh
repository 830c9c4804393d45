#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The README's section "Attach your board", followed to the letter in an empty folder. BUILD: the build folder.
set -eu
cd "$(dirname "$0")/.."
build=$(realpath "${BUILD:-build}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

awk '/^## Attach your board$/ { on = 1; next } /^## / { on = 0 } on && sub(/^    /, "")' README.md >"$work/commands"
[ "$(grep -c '^wiperig ' "$work/commands")" -eq 3 ] || { echo "the README's commands:"; cat "$work/commands"; exit 1; }
mkdir "$work/empty"
cd "$work/empty"
PATH=$build:$PATH bash -e "$work/commands" >"$work/output" 2>&1 || { cat "$work/output"; exit 1; }
has() { grep -q "$1" "$work/output" || { echo "no \"$1\" in:"; cat "$work/output"; exit 1; }; }
has '^the board can: status panel press$'
has ' 0 failed, [0-9]* skipped'
[ "$(grep -c '^requirements: [1-9][0-9]* of .* judged ([1-9][0-9]* pass, 0 fail)' "$work/output")" -eq 2 ] || { cat "$work/output"; exit 1; }
echo "an adapter of three functions, on both links"
