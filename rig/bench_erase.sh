#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What a whole erase costs on the direct link: wall time over the disk's commands, the program's own start included, with the
# spool and every monitor; then with every trace and report beside them. BUILD: the build folder.
set -eu
cd "$(dirname "$0")/.."
. rig/bench_common.sh
build=${BUILD:-build}
rounds=${BENCH_ROUNDS:-3}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
cp -r scenarios/lib rig/bench_erase.lua "$out"

# erase CASE FIRMWARE SLOT FORMATS SHOWN-AS
erase() {
	local start end run=$out/runs/run-0001
	: >"$out/walls"
	for _ in $(seq "$rounds"); do
		rm -rf "$out/runs"
		start=$(date +%s%N)
		"$build/wiperig" run "$out/bench_erase.lua" --filter "$1" --slot "$3" --formats "$4" --out "$out/runs" >/dev/null 2>&1 ||
			{ echo "$1 with $2: the run failed"; exit 1; }
		end=$(date +%s%N)
		echo $((end - start)) >>"$out/walls"
	done
	[ -e "$run/run.json" ] || "$build/wiperig" report "$run" >/dev/null
	jq -r --argjson wall "$(median <"$out/walls")" '([.disks[] | .reads + .writes + .flushes] | add) as $n |
		[$n, $wall / 1e9, $wall / $n / 1e3, .measures[0].value / 60] | @tsv' "$run/run.json" |
		awk -v row="$1" -v firmware="$2" -v shown="$5" '{
			printf "%-14s %-10s %-16s %9d %8.2f s %8.1f us %9.1f min\n", row, firmware, shown, $1, $2, $3, $4 }'
}

printf '%-14s %-10s %-16s %9s %10s %11s %13s\n' erase firmware writes commands wall "a command" "virtual time"
while read -r formats shown; do
	erase "mode-3-40GB" reference emulated "$formats" "$shown"
	erase "mode-1-4TB" reference emulated "$formats" "$shown"
	erase "mode-3-64MB" reference emulated "$formats" "$shown"
	erase "mode-3-64MB" bytewise fixtures/bytewise/bytewise.ini "$formats" "$shown"
done <<'END'
none spool
timeline,run,junit,html,pcapng,blktrace,blktrace-2,sums every file
END
