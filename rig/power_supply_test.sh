#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A power supply through the real libsigrok in place of the relay, at the emulated board: licence and power scenarios
# pass with it as with the relay; whatever becomes of it is an error of the rig's, never the controller's failure; the
# slot's power is said to be unconfirmed where it is; and nothing is left behind. BUILD: the build folder. WIPERIG_SOAK:
# all licence and power scenarios in place of some.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$(realpath "${BUILD:-build}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
	echo "power_supply_test: $*" >&2
	exit 1
}

# slot NAME POWER [SUPPLY [MORE]]: a slot file with these lines in its sections.
slot() {
	printf '[slot]\nunit=emulated\n[board]\n[power]\ndriver=sigrok-supply\n%b' "$2" >"$work/$1.ini"
	[ -z "${3:-}" ] || printf '[supply]\n%b' "$3" >>"$work/$1.ini"
	[ -z "${4:-}" ] || printf '%b' "$4" >>"$work/$1.ini"
}

# run NAME LINK STATUS SCENARIO…
run() {
	local status=0
	WIPERIG_TEST_MARK=$work/$1/ "$build/wiperig" run "${@:4}" --slot "$work/$1.ini" --link "$2" --out "$work/$1-$2" --formats run,timeline \
		>"$work/$1.log" 2>&1 || status=$?
	[ $status = "$3" ] || fail "$1 by $2: exit $status, not $3: $(tail -n 5 "$work/$1.log")"
	local left
	left=$(grep -lzF "WIPERIG_TEST_MARK=$work/$1/" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3 | while read -r pid; do
		[ "$(basename "$(readlink "/proc/$pid/exe")")" != wiperig-sigrok ] || echo "$pid"
	done || true)
	[ -z "$left" ] || fail "$1 by $2: wiperig-sigrok is left behind: $left"
}

# --- in place of the relay ---
slot good 'volts=12.5\namps=1.5\n'
some='*-05*'
[ -z "${WIPERIG_SOAK:-}" ] || some='*'
run good direct 0 scenarios/license scenarios/power --filter "$some"
run good usb 0 scenarios/power --filter PWR-05-progress
# The mains that fail by themselves.
slot mains 'volts=12.5\namps=1.5\n'
run mains direct 0 scenarios/power --filter 'PWR-04-first*'
for link in good-direct good-usb mains-direct; do
	python3 - "$work/$link/run-0001/timeline.jsonl" <<'END' || fail "$link: the supply's readings"
import json, sys
readings = [e for e in map(json.loads, open(sys.argv[1])) if e['type'] == 'power']
on, off = [e for e in readings if e['main']], [e for e in readings if not e['main']]
assert len(on) > 3 and len(off) > 3
assert all((e['mv'], e['ma']) == (12500, 350) for e in on) and all((e['mv'], e['ma']) == (0, 0) for e in off)
END
done

# --- whatever becomes of it ---
# judge FAULT AFTER TEXT POWER [MORE]: the run is an error, in these words, within 20 s, and leaves the slot's power so.
judge() {
	local name="$1-$2${5:+-sampled}" begin
	begin=$(date +%s%N)
	slot "$name" '' "fault=$1\nfault_after=$2\n" "${5:-}"
	run "$name" direct 3 scenarios/power --filter PWR-05-progress
	[ $((($(date +%s%N) - begin) / 1000000)) -lt 20000 ] || fail "$name: more than 20 s"
	python3 - "$work/$name-direct/run-0001/run.json" "$3" "$4" "$work/$name.log" <<'END' || fail "$name: another outcome: $(cat "$work/$name.log")"
import json, sys
run = json.load(open(sys.argv[1]))
case, = run['cases']
assert case['verdict'] == 'error' and sys.argv[2] in case['reason'] and case['power'] == sys.argv[3], case
assert ('NOT CONFIRMED OFF' in open(sys.argv[4]).read()) == (sys.argv[3] == 'unconfirmed')
assert not [r for r in run['requirements'] if r['verdict'] == 'fail'] and not case.get('findings')
END
}
# Most of it is waiting: all at once.
begun=()
outcome() {
	judge "$@" &
	begun+=($!)
}
# As it is opened; turned off once; then on, and off again.
outcome refuse 0 'Connection refused' unconfirmed
outcome mute 0 'power supply' unconfirmed
outcome eof 0 'power supply' unconfirmed
outcome mute 2 'power supply' unconfirmed
outcome eof 2 'power supply' unconfirmed
outcome eof 3 'power supply' unconfirmed
# The connection breaks; over another one it is turned off.
outcome drop 2 'power supply' safe
outcome drop 3 'power supply' safe
outcome deaf 1 'the main power reads off after it was turned on' safe
outcome deaf 2 'the main power reads on after it was turned off' unconfirmed
outcome sticks 1 'says that its output is on, and measures 0.000 V' safe
outcome sticks 2 'says that its output is off, and measures 12.000 V' unconfirmed
# What only the line can tell.
outcome lies 1 'the main power reads on, but its line is low' safe
outcome lies 2 'the main power reads off, but its line is high' unconfirmed
outcome lies 2 'the main power reads off, but its line is high' unconfirmed '[logic]\ndriver=sigrok\n'
for pid in "${begun[@]}"; do wait "$pid"; done

# --- what a slot file may not say ---
refused() {
	slot bad "$1" "$2"
	run bad direct 2 scenarios/power
	grep -qF -- "$3" "$work/bad.log" || fail "not said: $3: $(cat "$work/bad.log")"
}
refused 'volts=many\n' '' '[power] volts=many: expected a number'
refused 'volts=12V\n' '' '[power] volts=12V: expected a number'
refused 'switch=foot\n' '' '[power] switch=foot: must be'
refused '' 'fault=some\n' '[supply] fault=some: must be'
refused '' 'fault_after=-1\n' '[supply] fault_after=-1: expected'
refused 'conn=tcp-raw/127.0.0.1/1\n' '' 'not on an emulated slot'
printf '[slot]\nunit=emulated\n[board]\n[supply]\nfault=none\n' >"$work/bad.ini"
run bad direct 2 scenarios/power
grep -qF '[supply] is for a [power] driver that is a supply' "$work/bad.log" || fail "a [supply] that nobody reaches"
echo "power_supply_test: licence and power scenarios with a supply through libsigrok; every fault is the rig's error"
