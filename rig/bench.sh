#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# make bench: what cases and steps cost on both links, in turn, then the parts. Figures of this machine as it is now: what is
# to be compared stands side by side in one run. BUILD: the build folder.
set -eu
cd "$(dirname "$0")/.."
. rig/bench_common.sh
build=${BUILD:-build}
rounds=${BENCH_ROUNDS:-3}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# one LINK JOBS: runs every scenario; prints wall seconds, cases, steps.
one() {
	local start end run
	start=$(date +%s%N)
	"$build/wiperig" run scenarios --link "$1" --jobs "$2" --out "$out/$1" >/dev/null 2>&1
	end=$(date +%s%N)
	run=$(find "$out/$1" -mindepth 1 -maxdepth 1 -name 'run-*' | sort | tail -n 1)
	awk -v ns=$((end - start)) -v cases="$(grep -c '"type":"case-end"' "$run/timeline.jsonl")" \
		-v steps="$(grep -c '"type":"step-end"' "$run/timeline.jsonl")" 'BEGIN { print ns / 1e9, cases, steps }'
}

table() { # JOBS
	local link round line
	for round in $(seq "$rounds"); do
		for link in direct usb; do
			one $link "$1" >>"$out/$link.$1"
		done
	done
	for link in direct usb; do
		line=$(head -n 1 "$out/$link.$1")
		awk -v link=$link -v jobs="$1" -v wall="$(cut -d' ' -f1 "$out/$link.$1" | median)" -v cases="$(cut -d' ' -f2 <<<"$line")" \
			-v steps="$(cut -d' ' -f3 <<<"$line")" 'BEGIN {
			printf "%-7s %4d %7.2f s %9.1f %9.0f us\n", link, jobs, wall, cases / wall, 1e6 * wall * jobs / steps }'
	done
}

echo "every scenario, median of $rounds rounds, both links in turn"
printf '%-7s %4s %9s %9s %12s\n' link jobs wall cases/s "step (cpu)"
table 1
[ "$(nproc)" -gt 1 ] && table "$(nproc)"
awk 'NR == FNR { d = $1; next } { u = $1 } END { printf "usb / direct, one job: %.1f times the wall time\n", u / d }' "$out/direct.1" "$out/usb.1"
echo
# part NAME ARGUMENTS…
part() {
	echo "== $1"
	"$build/$1" "${@:2}"
	echo
}
echo "== erases, median of $rounds rounds"
rig/bench_erase.sh
echo
echo "== traces"
reports/bench_traces.sh
echo
part spool_bench "$out/spool"
part monitor_bench
part board_bench
part disk_bench
part explore_bench
part grant_bench "$build/wiperig"
