#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What recording costs: events a second into the spool and into each format; our .sr writer beside sigrok-cli's on the same
# samples; every scenario with all formats against none. BUILD: the build folder. WIPERIG_LIMITS: exit 1 where a limit is missed.
set -eu
cd "$(dirname "$0")/.."
. rig/bench_common.sh
build=${BUILD:-build}
rounds=${BENCH_ROUNDS:-3}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
missed=0


# at_most NAME VALUE LIMIT, at_least NAME VALUE LIMIT
at_most() { limit "$1" "$2" "$3" "at most" "$(awk -v v="$2" -v l="$3" 'BEGIN { print (v <= l) }')"; }
at_least() { limit "$1" "$2" "$3" "at least" "$(awk -v v="$2" -v l="$3" 'BEGIN { print (v >= l) }')"; }
limit() {
	printf '%s: %.2f times (%s %s): %s\n' "$1" "$2" "$4" "$3" "$([ "$5" = 1 ] && echo good || echo MISSED)"
	[ "$5" = 1 ] || missed=1
}

# once FORMATS: every scenario without a logic analyzer; prints wall and CPU seconds.
printf '[slot]\nname=bench\nunit=emulated\n[disk]\nobserve=inline\n[board]\n[logic]\ndriver=none\n' >"$out/slot.ini"
once() {
	local TIMEFORMAT='%R %U %S'
	rm -rf "$out/run"
	{ time "$build/wiperig" run scenarios --slot "$out/slot.ini" --link direct --jobs 1 --formats "$1" --out "$out/run" >/dev/null 2>&1; } 2>&1 |
		awk '{ print $1, $2 + $3 }'
}

all=timeline,run,junit,html,pcapng,blktrace,blktrace-2,log-writes,log-writes-2,vcd,sr,sums
for _ in $(seq "$rounds"); do
	once none >>"$out/off"
	once $all >>"$out/on"
done
echo "every scenario by the direct link, no logic analyzer, one job, median of $rounds rounds in turn"
for how in off on; do
	printf '%-4s wall %6.2f s, cpu %6.2f s\n' $how "$(cut -d' ' -f1 "$out/$how" | median)" "$(cut -d' ' -f2 "$out/$how" | median)"
done
echo "off: --formats none; the spool is written there too, since judging reads it: what it costs is the first line of the table"
ratio() { awk -v a="$(cut -d' ' -f"$1" "$out/on" | median)" -v b="$(cut -d' ' -f"$1" "$out/off" | median)" 'BEGIN { print a / b }'; }
at_most "recording on / off, wall" "$(ratio 1)" 1.5
at_most "recording on / off, cpu" "$(ratio 2)" 1.5
mkdir "$out/formats"
"$build/traces_bench" "$out/run/run-0001" "$out/formats"
rm -r "$out/formats" "$out/run"

# cpu COMMAND…: its CPU seconds.
cpu() {
	local TIMEFORMAT='%U %S'
	{ time "$@" >/dev/null 2>&1; } 2>&1 | awk '{ print $1 + $2 }'
}

# samples NAME: of what is in $out/raw. Both programs as a whole, in CPU time, since the machine may be busy.
samples() {
	local ours theirs round
	rm -f "$out/ours" "$out/theirs"
	for round in $(seq "$rounds"); do
		cpu "$build/traces_bench" --sr "$out/raw" "$out/ours.sr" >>"$out/ours"
		rm -f "$out/theirs.sr"
		cpu sigrok-cli -I binary:numchannels=8:samplerate=1000000 -i "$out/raw" -O srzip -o "$out/theirs.sr" >>"$out/theirs"
	done
	for file in ours theirs; do unzip -p "$out/$file.sr" 'logic-1*' | cmp - "$out/raw"; done
	ours=$(median <"$out/ours") theirs=$(median <"$out/theirs")
	awk -v name="$1" -v n="$(stat -c %s "$out/raw")" -v ours="$ours" -v theirs="$theirs" 'BEGIN {
		printf "%-24s ours %7.1f MSa/s, sigrok-cli -O srzip %6.1f MSa/s\n", name, n / ours / 1e6, n / theirs / 1e6 }'
	at_least "$1" "$(awk -v a="$theirs" -v b="$ours" 'BEGIN { print a / b }')" 5
}

echo "samples of 8 channels into .sr: CPU time of both programs, reading and start included, median of $rounds rounds in turn"
"$build/wiperig" run scenarios/power/cuts.lua --filter 'PWR-05-progress*' --link direct --formats sr --out "$out/one" >/dev/null 2>&1
window=$(find "$out/one" -name 'logic-*-start.sr' | head -n 1)
unzip -p "$window" logic-1-1 >"$out/raw"
samples "a case's first minute"
python3 -c 'import random, sys
random.seed(1)
sys.stdout.buffer.write(b"".join(bytes([random.randrange(256)]) * random.randrange(1, 65) for _ in range(500000))[:16000000])' >"$out/raw"
samples "an edge each 32 samples"
[ $missed = 0 ] || [ -z "${WIPERIG_LIMITS:-}" ]
