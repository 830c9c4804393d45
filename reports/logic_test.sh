#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Logic analyzer files in the hands of the tools that people have: sigrok-cli shows every channel of each .sr and its UART
# decoder reads what the console said, byte for byte; vcd2fst takes the VCD with every change. BUILD: the build folder.
# WIPERIG_SOAK: every whole-case window is decoded, in place of two, and of all power scenarios every .sr is looked at and
# every change of the VCD, in place of each twelfth and of the cuts in erases.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$(realpath "${BUILD:-build}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
	echo "logic_test: $*" >&2
	exit 1
}

wiperig() {
	local status=0
	"$build/wiperig" "$@" >"$work/log" 2>&1 || status=$?
	return $status
}

lines="main_power good_5v reset disk_busy erase_active panel_switch console_tx marker"

# check_channels RUN [NTH]: sigrok-cli finds every line in each .sr, or in each NTH one.
check_channels() {
	local bad
	find "$1" -name 'logic-*.sr' | sort | awk -v n="${2:-1}" 'NR % n == 0' >"$work/picked"
	bad=$(lines=$lines xargs -a "$work/picked" -n 1 -P 2 sh -c '
		shown=$(sigrok-cli -i "$0" --show 2>&1 | sed -n "s/^- \(.*\): logic$/\1/p" | tr "\n" " ")
		[ "$shown" = "$lines " ] || echo "$0: sigrok-cli shows $shown"') || fail "$1: $bad"
	[ -z "$bad" ] || fail "$bad"
	xargs -a "$work/picked" python3 -c "$(cat <<'END'
import sys, zipfile
for path in sys.argv[1:]:
    archive = zipfile.ZipFile(path)
    assert archive.testzip() is None, path
    assert archive.comment.startswith(b'EMULATED') and b'# EMULATED' in archive.read('metadata'), path
END
	)" || fail "$1: a .sr does not say EMULATED"
}

decode() { sigrok-cli -i "$1" -P uart:rx=console_tx:baudrate=115200 -B uart=rx; }

# What the console said in each window, by the timeline alone: NAME OF FILE, what of CASE's console log it is, in hex.
windows() {
	python3 - "$1/timeline.jsonl" <<'END'
import json, sys
said, windows = {}, {}
def bytes_sent(hexed):
    data, at, found = bytes.fromhex(hexed), 0, 0
    while at < len(data):
        number, shift = 0, 0
        while True:
            byte, at = data[at], at + 1
            number |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                break
        found, at = found + (number & 1), at + 1
    return found
for line in open(sys.argv[1]):
    event = json.loads(line)
    case = event['case_no']
    if event['type'] == 'console-rx':
        said[case] = said.get(case, '') + event['hex']
    if event['type'] == 'lines':
        window = windows.setdefault((case, event['window']), [event['sent'], 0])
        window[1] += bytes_sent(event['hex'])
for (case, window), (sent, count) in sorted(windows.items()):
    text = said.get(case, '')[2 * sent:2 * (sent + count)]
    assert len(text) == 2 * count, (case, window, 'the console log ends early')
    print('%05d-%02d' % (case, window), text or '-')
END
}

# check_console RUN [WHOLE]: every window says what the console log has there; of whole-case windows only the WHOLE shortest.
check_console() {
	local name text file decoded all=0 said=0
	windows "$1" >"$work/windows"
	[ "$(wc -l <"$work/windows")" = "$(find "$1" -name 'logic-*.sr' | wc -l)" ] || fail "$1: not one .sr a window"
	find "$1" -name '*-start.sr' -printf '%s %f\n' | sort -n | awk -v n="${2:-999999}" 'NR > n { print $2 }' >"$work/skip"
	while read -r name text; do
		file=$(basename "$1"/logic-"$name"-*.sr)
		! grep -qx "$file" "$work/skip" || continue
		decoded=$(decode "$1/$file" | od -An -v -tx1 | tr -d ' \n')
		[ "${decoded:--}" = "$text" ] || fail "$1/$file: the decoder reads ${decoded:-nothing}, the console said $text"
		all=$((all + 1))
		[ "$text" = - ] || said=$((said + 1))
	done <"$work/windows"
	[ $said -gt 0 ] || fail "$1: the console said nothing in any window"
	echo "$all windows are the console log, $said of them with text"
}

# changes FILE: time, line and value of each change, of a VCD.
changes() {
	awk '/^\$var/ { name[$4] = $5; next } /^#/ { now = substr($1, 2); next }
		/^[01xzX]/ && !/^\$/ { code = substr($1, 2); print now, name[code], tolower(substr($1, 1, 1)) }' "$1" | sort -s -k1,1n -k2,2
}

# check_vcd RUN: GTKWave's own reader has every change.
check_vcd() {
	vcd2fst "$1/logic.vcd" "$work/logic.fst" >/dev/null 2>&1 || fail "vcd2fst refuses $1/logic.vcd"
	fst2vcd "$work/logic.fst" >"$work/back.vcd" 2>/dev/null || fail "fst2vcd refuses what vcd2fst made"
	changes "$1/logic.vcd" >"$work/ours"
	changes "$work/back.vcd" >"$work/theirs"
	cmp -s "$work/ours" "$work/theirs" || fail "$1/logic.vcd: vcd2fst has other changes: $(diff "$work/ours" "$work/theirs" | head -n 5)"
	[ "$(wc -l <"$work/ours")" -gt 1000 ] || fail "$1/logic.vcd: hardly a change"
	grep -q EMULATED "$1/logic.vcd" || fail "$1/logic.vcd does not say EMULATED"
}

# --- all of the power scenarios, then the cuts in the middle of erases in detail ---
wiperig run scenarios/power --link direct --formats sr,vcd --out "$work/power" || fail "a run failed: $(tail -n 5 "$work/log")"
if [ -n "${WIPERIG_SOAK:-}" ]; then
	check_channels "$work/power/run-0001"
	check_vcd "$work/power/run-0001"
else
	check_channels "$work/power/run-0001" 12
fi
wiperig run scenarios/power --filter 'PWR-05*' --link direct --formats timeline,sr,vcd --out "$work/cuts" || fail "a run failed: $(tail -n 5 "$work/log")"
run=$work/cuts/run-0001
check_channels "$run"
check_vcd "$run"
if [ -n "${WIPERIG_SOAK:-}" ]; then check_console "$run"; else check_console "$run" 2; fi
[ -n "$(find "$run" -name '*-power.sr')" ] || fail "no window around a power cut after the first minute"
# Some cut comes while the drive is busy with an erase: then all falls with the power.
awk '{ seen[$1] = seen[$1] $2 "=" $3 " " } END { for (t in seen) if (seen[t] ~ /disk_busy=0 erase_active=0 .*main_power=0/) found++; exit !found }' \
	"$work/ours" || fail "no cut in the middle of an erase is in logic.vcd"

# --- by USB the same ---
wiperig run scenarios/power --filter 'PWR-05*lose,mode=3,times=2*' --link direct --out "$work/one" || fail "a run failed: $(tail -n 5 "$work/log")"
wiperig run scenarios/power --filter 'PWR-05*lose,mode=3,times=2*' --link usb --out "$work/usb" || fail "a run failed: $(tail -n 5 "$work/log")"
check_channels "$work/usb/run-0001"
check_console "$work/usb/run-0001" 1
[ "$(find "$work/usb" -name 'logic-*.sr' | wc -l)" = "$(find "$work/one" -name 'logic-*.sr' | wc -l)" ] || fail "by USB other windows are kept"

# --- a failure after the first minute ---
cat >"$work/late.lua" <<'END'
scenario {
  id = "LATE", title = "Something is wrong after a while", requirements = { "PWR-01" },
  steps = { power.on {}, wait.ready {}, wait.time { duration = "90 s" }, expect.panel { is = "nonsense" } },
}
END
wiperig run "$work/late.lua" --link direct --out "$work/late" && fail "a run with a failing step passed"
[ -e "$work/late/run-0001/logic-00001-02-failure.sr" ] || fail "no window around the failure: $(ls "$work/late/run-0001")"

# --- a slot without an analyzer ---
printf '[slot]\nunit=emulated\n[board]\n[logic]\ndriver=none\n' >"$work/blind.ini"
wiperig run scenarios/power --filter 'PWR-05-progress' --slot "$work/blind.ini" --link direct --out "$work/blind" || fail "a run failed: $(tail -n 5 "$work/log")"
[ -z "$(find "$work/blind" -name 'logic*')" ] || fail "files of lines that nobody has seen"

# --- another analyzer ---
printf '[slot]\nunit=emulated\n[board]\nreset_ms=30\n[logic]\nchannels=reset,console_tx\nrate=2M\n' >"$work/two.ini"
wiperig run scenarios/power --filter 'PWR-05-progress' --slot "$work/two.ini" --link direct --out "$work/two" || fail "a run failed: $(tail -n 5 "$work/log")"
lines="reset console_tx"
check_channels "$work/two/run-0001"
check_console "$work/two/run-0001" 0
echo "logic_test: every tool takes every file"
