#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The trace files in the hands of the tools that people have: tshark, blkparse, blkrawverify, btt, fio. First of the unit
# tests' sample run, in which everything happens, then of real runs; then `wiperig report` after kill -9 at many
# instants. BUILD: the build folder. WIPERIG_SOAK: 200 kills in place of 20.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$(realpath "${BUILD:-build}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_CONFIG_HOME=$work # tshark's preferences are the user's business

fail() {
	echo "traces_test: $*" >&2
	exit 1
}

shark() { tshark -r "$@" 2>"$work/tshark.err" || fail "tshark $*: $(cat "$work/tshark.err")"; }

malformed() { shark "$1" -Y '_ws.malformed || _ws.unreassembled' | wc -l; }

# has FILE TEXT…: tshark shows a packet with each text.
has() {
	local file=$1 text
	shark "$file" >"$work/list"
	for text in "${@:2}"; do
		grep -qF -- "$text" "$work/list" || fail "$file: no packet says \"$text\""
	done
}

# What the console said, as the FTDI chip's transfers hold it and as the console's own packets do.
ftdi_bytes() { shark "$1" -Y 'ftdi-ft.if_a_rx_payload' -T fields -e ftdi-ft.if_a_rx_payload | tr -d '\n:,'; }
console_bytes() { shark "$1" -Y 'rtacser.eventtype == 2' -T fields -e data.data | tr -d '\n:,'; }

# json FILE EXPRESSION: a value of a JSON file, in Python's words.
json() { python3 -c 'import json, sys; r = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$1" "$2"; }

# number NAME TEXT: the number that blkparse gives under that name.
number() { grep -o "$1: *[0-9]*" <<<"$2" | grep -o '[0-9]*$' | tail -n 1; }

# check_blktrace RUN NAME DISK: every tool takes it, and its numbers are run.json's.
check_blktrace() {
	local text writes reads flushes aborted sums
	(
		cd "$1"
		cp "$2.blktrace.0" "$work/"
	)
	cd "$work"
	text=$(blkparse -i "$2" -d "$2.bin") || fail "$1: blkparse refuses $2.blktrace.0"
	sums=$(json "$1/run.json" "' '.join(str(d[k]) for d in r['disks'] if d['disk'] == $3 for k in ('writes', 'reads', 'flushes', 'aborted'))")
	read -r writes reads flushes aborted <<<"$sums"
	[ "$(number 'Writes Completed' "$text")" = "$writes" ] || fail "$1: blkparse counts $(number 'Writes Completed' "$text") writes, run.json $writes"
	# blkparse takes a flush for a read of nothing.
	[ "$(number 'Reads Completed' "$text")" = $((reads + flushes)) ] || fail "$1: $2: reads"
	[ $(($(number 'Writes Queued' "$text") + $(number 'Reads Queued' "$text"))) = $((writes + reads + flushes + aborted)) ] || fail "$1: $2: queued"
	blkrawverify "$2" >/dev/null || fail "$1: blkrawverify refuses $2.blktrace.0"
	grep -q '(100.0%) processed' "$2.verify.out" || fail "$1: blkrawverify: $(cat "$2.verify.out")"
	btt -i "$2.bin" >"$work/btt" 2>&1 || fail "$1: btt refuses $2.blktrace.0"
	grep -q '^Q2C' "$work/btt" || fail "$1: btt finds no command"
	cd - >/dev/null
}

# check_fio RUN NAME DISK SIZE: fio replays it, command for command, on a sparse file.
check_fio() {
	local issued wanted
	(cd "$1" && cp "$2.blktrace.0" "$work/")
	truncate -s "$4" "$work/scratch"
	fio --name=replay --read_iolog="$1/$2.blktrace.0" --replay_redirect="$work/scratch" --replay_no_stall=1 \
		--output-format=json --output="$work/fio.json" >/dev/null || fail "$1: fio refuses $2.blktrace.0"
	issued=$(json "$work/fio.json" "'%d %d' % tuple(r['jobs'][0][k]['total_ios'] for k in ('read', 'write'))")
	# Of the commands that a power cut ended, run.json does not say what they were; flushes are none of fio's.
	wanted=$(json "$1/run.json" "next(d['reads'] for d in r['disks'] if d['disk'] == $3)")
	wanted="$wanted $(number 'Writes Queued' "$(cd "$work" && blkparse -i "$2")")"
	[ "$issued" = "$wanted" ] || fail "$1: fio issued $issued reads and writes of $2, run.json has $wanted"
	rm "$work/scratch"
}

# check_run RUN: all that holds for every run.
check_run() {
	local name disk=0
	[ "$(malformed "$1/trace.pcapng")" = 0 ] || fail "$1: malformed packets in trace.pcapng"
	capinfos -o "$1/trace.pcapng" 2>/dev/null | grep -q 'Strict time order: *True' || fail "$1: trace.pcapng is out of order"
	capinfos -k "$1/trace.pcapng" 2>/dev/null | grep -q 'EMULATED' || fail "$1: trace.pcapng does not say EMULATED"
	has "$1/trace.pcapng" 'GET DESCRIPTOR Request DEVICE' 'case begins' 'main power on'
	for name in disk disk2; do
		if [ -e "$1/$name.blktrace.0" ]; then
			check_blktrace "$1" $name $disk
		else
			[ "$(json "$1/run.json" "any(d['disk'] == $disk for d in r.get('disks', []))")" = False ] ||
				fail "$1: disk $disk was observed and has no $name.blktrace.0"
		fi
		disk=1
	done
}

# --- the sample ---
sample=$work/sample
mkdir "$sample"
WIPERIG_TEST_TRACES=$sample "$build/tests" pcapng >"$work/log" || fail "build/tests pcapng failed: $(cat "$work/log")"
check_run "$sample"
has "$sample/trace.pcapng" 'SetLatTimer' 'INTERFACE A RX 35 bytes' 'INTERFACE A TX 4 bytes' 'panel shows: Now erasing'
[ -n "$(ftdi_bytes "$sample/trace.pcapng")" ] || fail "no FTDI payload is dissected"
[ "$(ftdi_bytes "$sample/trace.pcapng")" = "$(console_bytes "$sample/trace.pcapng")" ] || fail "FTDI payload and console differ"
check_fio "$sample" disk 0 256M
check_fio "$sample" disk2 1 256M
# The check sees what is wrong: a descriptor of 10 bytes.
python3 - "$sample" "$work" <<'END'
import sys
data = bytearray(open(sys.argv[1] + '/trace.pcapng', 'rb').read())
at = data.index(bytes.fromhex('1201000200000040'))
packet = at - 64 - 28
data[packet + 20] = data[packet + 24] = 64 + 10
data[at - 64 + 32] = data[at - 64 + 36] = 10
data[at + 10:at + 18] = bytes(8) # where the packet's options are now: none
open(sys.argv[2] + '/bad.pcapng', 'wb').write(data)
END
[ "$(malformed "$work/bad.pcapng")" != 0 ] || fail "a malformed packet was not noticed"

# --- real runs ---
"$build/wiperig" run scenarios/power --link usb --filter '*region=EU*' --out "$work/usb" >"$work/log" 2>&1 || fail "a run failed: $(tail -n 5 "$work/log")"
"$build/wiperig" run scenarios/power --link direct --out "$work/direct" >"$work/log" 2>&1 || fail "a run failed: $(tail -n 5 "$work/log")"
usb=$work/usb/run-0001 direct=$work/direct/run-0001
for run in "$usb" "$direct"; do
	check_run "$run"
	# Made once more, every file is the same, byte for byte.
	cp -r "$run" "$work/again"
	find "$work/again" -type f ! -name spool -delete
	"$build/wiperig" report "$work/again" >"$work/log" || fail "wiperig report: $(cat "$work/log")"
	diff -r "$run" "$work/again" >&2 || fail "$run: a format made once more differs"
	rm -r "$work/again"
done
check_fio "$usb" disk 0 64G
has "$usb/trace.pcapng" 'FTDI FT Request: SetBitMode' 'FTDI FT Request: SetBaudRate' 'INTERFACE B TX 1 bytes' 'URB_BULK'
# libftdi resets a chip while it opens it: what a kernel's usbmon shows, the rig's trace shows.
grep -m 1 'FTDI FT Request' "$work/list" | grep -q 'Request: Reset$' || fail "over USB: the chip's first request is missing"
[ "$(ftdi_bytes "$usb/trace.pcapng")" = "$(console_bytes "$usb/trace.pcapng")" ] || fail "over USB: FTDI payload and console differ"
[ "$(console_bytes "$usb/trace.pcapng" | wc -c)" -gt 500 ] || fail "over USB: hardly a word of the console"
grep -q 'ftdi-ft' < <(shark "$direct/trace.pcapng" -Y ftdi-ft -T fields -e frame.protocols) && fail "an FTDI chip that is not there"

# --- killed ---
kills=20 torn=0
[ -z "${WIPERIG_SOAK:-}" ] || kills=200
for i in $(seq $kills); do
	rm -rf "$work/killed"
	"$build/wiperig" run scenarios --link direct --jobs 2 --out "$work/killed" >/dev/null 2>&1 &
	rig=$!
	# The scenarios are read first, which takes as long as it takes.
	for _ in $(seq 200); do
		[ ! -e "$work/killed/run-0001/spool" ] || break
		sleep 0.05
	done
	sleep "$(awk -v i="$i" 'BEGIN { printf "%.3f", 0.02 + i * 137 % 1000 / 1000 }')"
	kill -9 $rig 2>/dev/null || true
	wait $rig 2>/dev/null || true
	run=$work/killed/run-0001
	[ -e "$run/spool" ] || continue
	# Its workers end by themselves.
	for _ in $(seq 100); do
		flock -n -s "$run/spool" true && break
		sleep 0.05
	done
	sums=$(cd "$run" && sha256sum spool*)
	"$build/wiperig" report "$run" >"$work/log" 2>&1 || fail "kill $i: report: $(cat "$work/log")"
	# Every record is in every format that tells of its kind.
	wanted=$(python3 reports/recovered_check.py "$run" 2>"$work/err") || fail "kill $i: $(tail -n 1 "$work/err")"
	grep -qx "recovered: $wanted records" "$work/log" || fail "kill $i: $wanted records are acknowledged; $(cat "$work/log")"
	[ "$(cd "$run" && sha256sum spool*)" = "$sums" ] || fail "kill $i: report changed the spool"
	[ ! -e "$run/trace.pcapng" ] || [ "$(malformed "$run/trace.pcapng")" = 0 ] || fail "kill $i: malformed packets"
	if grep -q "end is not recorded" "$work/log"; then torn=$((torn + 1)); fi
done
[ $torn -gt $((kills / 4)) ] || fail "only $torn of $kills kills met a run under way"
echo "traces_test: every tool takes every trace; $torn of $kills killed runs recovered whole"
