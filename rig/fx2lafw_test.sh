#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A logic analyzer on USB: an emulated FX2 with fx2lafw beside a free-running board, through umockdev, libusb, libsigrok
# and wiperig-sigrok to the rig, which takes all of it for hardware, in real time. BUILD: the build folder.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$(realpath "${BUILD:-build}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export WIPERIG_TEST_MARK=$work

fail() {
	echo "fx2lafw_test: $*" >&2
	exit 1
}

# slot NAME LOGIC [CONSOLE]: a slot file with these lines about its analyzer and its console.
slot() {
	printf '%s\n' '[slot]' unit=sacrificial '[unit]' host=iR2270 region=EU serial=ABC01234 '[usb]' driver=libusb vid=1209 pid=0001 \
		'[console]' driver=ftdi-console "${3:-baud=115200}" '[power]' driver=ftdi-relay '[logic]' driver=sigrok sigrok=fx2lafw >"$work/$1.ini"
	printf '%b' "$2" >>"$work/$1.ini"
}
cat >"$work/lines.lua" <<'LUA'
scenario {
  id = "LINES", title = "Start and power cycle in real time", requirements = { "PWR-01" }, unit = { host = "iR2270", region = "EU" },
  steps = {
    power.on {}, wait.ready { within = "1 min" },
    power.cycle { off = "200 ms" }, wait.ready { within = "1 min" }, expect.unit { state = "ready" }, power.off {},
  },
}
LUA
# run NAME STATUS SLOT EMULATION…: that scenario in that slot; no process may be left.
run() {
	local status=0
	timeout 120 "$build/wiperig" emulate "${@:4}" -- "$build/wiperig" run "$work/lines.lua" --slot "$work/$3.ini" --out "$work/$1" \
		>"$work/$1.log" 2>&1 || status=$?
	[ $status = "$2" ] || fail "$1: exit $status, not $2: $(cat "$work/$1.log")"
}

# --- unmodified sigrok finds it, and what it samples is what the lines are: on, and nothing happens on the console ---
timeout 60 "$build/wiperig" emulate --analyzer -- sigrok-cli -d fx2lafw --config samplerate=24M --samples 2400000 -O binary \
	-o "$work/samples" 2>"$work/log" || fail "sigrok-cli: $(cat "$work/log")"
python3 - "$work/samples" <<'END' || fail "other samples than those of a unit that is ready"
import sys
POWER, GOOD_5V, RESET, TX = 1, 2, 4, 64
samples = open(sys.argv[1], 'rb').read()
assert len(samples) == 2400000 and set(samples) == {POWER | GOOD_5V | RESET | TX}, set(samples)
END

# --- the rig with it; side by side, since real time is mostly waiting ---
slot good 'rate=1M\n'
slot some 'rate=2M\nconn=1d50.608c\nchannels=main_power:D0,console_tx:D6,marker:D7\n'
slot swapped 'rate=1M\nchannels=main_power:D6,console_tx:D0,marker:D7\n'
slot optional 'rate=1M\nrequired=false\nchannels=main_power:D0,marker:D7\n' baud=57600
declare -A jobs
begin=$(date +%s)
start() { run "$@" & jobs[$1]=$!; }
start good 0 good --analyzer
start some 0 some --analyzer
start swapped 3 swapped --analyzer
start pulled 3 good --pull-analyzer 60
start tolerated 0 optional --pull-analyzer 60
for name in "${!jobs[@]}"; do wait "${jobs[$name]}" || fail "$name"; done
took=$(($(date +%s) - begin))
[ $took -lt 60 ] || fail "it took $took s"

# decoded NAME: sigrok-cli's UART decoder reads in the window what came from the console, all of it.
decoded() {
	sigrok-cli -i "$work/$1"/run-0001/logic-00001-01-start.sr -P uart:rx=console_tx:baudrate=115200 -B uart=rx >"$work/$1.decoded"
	python3 - "$work/$1" <<'END'
import json, sys
events = map(json.loads, open(sys.argv[1] + '/run-0001/timeline.jsonl'))
came = b''.join(bytes.fromhex(e['hex']) for e in events if e['type'] == 'console-rx')
assert len(came) > 100 and came == open(sys.argv[1] + '.decoded', 'rb').read()
END
}
for name in good some; do decoded $name || fail "$name: sigrok-cli decodes something else than came from the console"; done
! decoded swapped 2>"$work/log" || fail "what main power says is the console's"
grep -q 'one of them is not to be trusted' "$work/swapped/run-0001/timeline.jsonl" || fail "nobody says that the wires are swapped"

# The main power's edges are where the rig switched it: before its read-back was on record, by no more than such a command takes.
for name in good some; do
	python3 - "$work/$name/run-0001" <<'END' || fail "$name: the power's edges"
import json, sys
events = [json.loads(line) for line in open(sys.argv[1] + '/timeline.jsonl')]
switched = [(e['time_ns'], e['main']) for e in events if e['type'] == 'power'][:4]
name, now, edges = None, 0, []
for line in open(sys.argv[1] + '/logic.vcd'):
    if line.startswith('$var') and line.split()[4] == 'main_power':
        name = line.split()[3]
    elif line.startswith('#'):
        now = int(line[1:])
    elif line[0] in '01' and line[1:].strip() == name:
        edges.append((now, line[0] == '1'))
edges = edges[1:] if not edges[0][1] else edges
assert [on for _, on in edges] == [on for _, on in switched] == [True, False, True, False], (edges, switched)
assert all(-10**6 < at - edge < 10**9 for (edge, _), (at, _) in zip(edges, switched)), (edges, switched)
told = json.load(open(sys.argv[1] + '/run.json'))['cases'][0]['lines']
assert told['windows'] == 1 and 0 < told['error_ns'] < 10**6, told
END
done

# judged NAME: how many cases the console line's monitor judged; nobody found anything.
judged() {
	python3 - "$work/$1/run-0001/run.json" <<'END'
import json, sys
run = json.load(open(sys.argv[1]))
assert not any(c['findings'] for c in run['cases'])
print([m['cases_judged'] for m in run['monitors'] if m['monitor'] == 'console-line'][0])
END
}
for expected in 'good 1' 'some 1' 'pulled 0' 'tolerated 0'; do
	name=${expected% *}
	[ "$(judged "$name")" = "${expected#* }" ] || fail "$name: judged $(judged "$name")"
done

# --- it was pulled: somebody says so, and what was seen before stays ---
for name in pulled tolerated; do
	grep -q 'logic analyzer' "$work/$name/run-0001/timeline.jsonl" || fail "$name: nobody says so"
	[ -s "$work/$name/run-0001/logic-00001-01-start.sr" ] || fail "$name: what was seen is not there"
done
# What a byte takes is the console's speed.
for expected in good:86806 tolerated:173611; do
	grep '"type":"lines"' "$work/${expected%:*}/run-0001/timeline.jsonl" | grep -vq "\"byte_ns\":${expected#*:}," && fail "$expected: not the console's speed"
done
left=$(grep -lzF "WIPERIG_TEST_MARK=$work" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3 | while read -r pid; do
	[ "$(basename "$(readlink "/proc/$pid/exe")")" != wiperig-sigrok ] || echo "$pid"
done || true)
[ -z "$left" ] || fail "wiperig-sigrok is left behind: $left"
# A kernel's bus has none.
status=0
"$build/wiperig" emulate --front usbip --analyzer -- true 2>"$work/log" || status=$?
[ $status = 2 ] && grep -q 'no analyzer' "$work/log" || fail "usbip with an analyzer: exit $status: $(cat "$work/log")"
echo "fx2lafw_test: an FX2 through umockdev and libsigrok: known samples, console and power as they were, swapped wires and a pull told"
