#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A logic analyzer through the real libsigrok, at the emulated board: what it records is what the board did, within the
# stated error; and whatever becomes of it, the run goes on or ends as an error, as the slot file says, within 5 s, and
# leaves nothing behind. BUILD: the build folder. WIPERIG_SOAK: 1,000 acquisitions in a row in place of 50.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$(realpath "${BUILD:-build}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export WIPERIG_TEST_MARK=$work

fail() {
	echo "logic_analyzer_test: $*" >&2
	exit 1
}

# slot NAME LOGIC [ANALYZER]: a slot file with these lines in its sections.
slot() {
	printf '[slot]\nunit=emulated\n[board]\n[logic]\n%b' "$2" >"$work/$1.ini"
	[ -z "${3:-}" ] || printf '[analyzer]\n%b' "$3" >>"$work/$1.ini"
}

# run NAME LINK STATUS [OPTION…]: runs PWR-05-progress in that slot.
run() {
	local status=0
	"$build/wiperig" run scenarios/power --filter PWR-05-progress --slot "$work/$1.ini" --link "$2" --out "$work/$1-$2" \
		"${@:4}" >"$work/log" 2>&1 || status=$?
	[ $status = "$3" ] || fail "$1 by $2: exit $status, not $3: $(tail -n 5 "$work/log")"
	nobody_left "$1 by $2"
}

# No process that this test has caused.
nobody_left() {
	local left
	left=$(grep -lzF "WIPERIG_TEST_MARK=$work" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3 | while read -r pid; do
		[ "$(basename "$(readlink "/proc/$pid/exe")")" != wiperig-sigrok ] || echo "$pid"
	done || true)
	[ -z "$left" ] || fail "$1: wiperig-sigrok is left behind: $left"
}

# --- the same edges as the board's own ---
slot exact ''
slot sampled 'driver=sigrok\nrate=2M\n'
slot fast 'driver=sigrok\nrate=2M\n' 'ppm=37\njitter_us=200\npath_us=200\n'
slot slow 'driver=sigrok\n' 'ppm=-80\njitter_us=200\npath_us=200\nseed=3\n'
slot unmarked 'driver=sigrok\nrate=2M\nchannels=console_tx,reset,main_power,erase_active\n' 'ppm=-80\njitter_us=200\n'
run exact direct 0
for link in direct usb; do run sampled $link 0; run fast $link 0; done
for name in slow unmarked; do run $name direct 0; done

# compare RUN LEAST MOST: every edge is that of the exact run within the stated error, which is from LEAST to MOST us, and
# half of them are within 20 us where it is less than 100.
compare() {
	python3 - "$work/exact-direct/run-0001/logic.vcd" "$work/$1/run-0001" "$2" "$3" <<'END' || fail "$1: other edges"
import json, statistics, sys
LINES = ('main_power', 'reset', 'erase_active', 'console_tx')
def edges(path):
    names, found, now, last = {}, {}, 0, {}
    for line in open(path):
        if line.startswith('$var'):
            names[line.split()[3]] = line.split()[4]
        elif line.startswith('#'):
            now = int(line[1:])
        elif line[0] in '01xX':
            name, value = names[line[1:].strip()], line[0]
            # Between windows nobody knows.
            if {last.get(name, 'x'), value} == {'0', '1'} and now > 1e5:
                found.setdefault(name, []).append((now, value))
            last[name] = value
    return found
exact, sampled = edges(sys.argv[1]), edges(sys.argv[2] + '/logic.vcd')
parts = [e for e in map(json.loads, open(sys.argv[2] + '/timeline.jsonl')) if e['type'] == 'lines']
assert parts and all('sent' not in e for e in parts)
bars = {e['window']: e['error_ns'] for e in parts}
bar, offs = max(bars.values()), []
told = json.load(open(sys.argv[2] + '/run.json'))['cases'][0]['lines']
assert told == {'windows': len(bars), 'error_ns': bar, 'path_ns': parts[-1].get('path_ns', 0)}, told
html = open(sys.argv[2] + '/report.html').read()
assert 'times ± %.1f µs (99.7 %%)' % (bar / 1000) in html
assert all(float(sys.argv[3]) * 1000 <= b <= float(sys.argv[4]) * 1000 for b in bars.values()), bars
for line in LINES:
    a, b = exact.get(line, []), sampled.get(line, [])
    assert len(a) == len(b) > 1, (line, len(a), len(b))
    assert [v for _, v in a] == [v for _, v in b], line
    for (t, _), (u, _) in zip(a, b):
        assert abs(u - t) <= bar, (line, t, u, bar)
        offs.append(abs(u - t))
assert statistics.median(offs) <= 20000 or bar > 100000, statistics.median(offs)
END
}
compare sampled-direct 0.5 2
compare sampled-usb 0.5 2
compare fast-direct 5 60
compare fast-usb 5 60
compare slow-direct 5 60
compare unmarked-direct 4720 30000 # 80 ppm of 59 s
for name in sampled-direct sampled-usb fast-direct; do
	[ "$(cd "$work/$name/run-0001" && ls logic-*.sr)" = "$(cd "$work/exact-direct/run-0001" && ls logic-*.sr)" ] || fail "$name: other windows"
done

# --- what the lines say is what the unit says ---
# decoded RUN: sigrok-cli's UART decoder reads in each window what came from the console: one part of it after the other.
decoded() {
	local file
	rm -f "$work"/decoded-*
	for file in "$1"/logic-00001-*.sr; do
		sigrok-cli -i "$file" -P uart:rx=console_tx:baudrate=115200 -B uart=rx >"$work/decoded-$(basename "$file")"
	done
	python3 - "$1/timeline.jsonl" "$work"/decoded-* <<'END'
import json, sys
came = b''.join(bytes.fromhex(e['hex']) for e in map(json.loads, open(sys.argv[1])) if e['type'] == 'console-rx')
at = said = 0
for name in sys.argv[2:]:
    text = open(name, 'rb').read()
    at = came.find(text, at) + len(text)
    if at < len(text):
        sys.exit(name)
    said += len(text) > 0
assert said > 3 and len(open(sys.argv[2], 'rb').read()) > 500
END
}
decoded "$work/slow-direct/run-0001" || fail "sigrok-cli decodes something else than came from the console"
# finds DEFECT MONITOR: in both kinds of slot it is the controller's failure, found by that monitor alone.
finds() {
	local name
	for name in exact slow; do
		run $name direct 1 --defect "$1" --out "$work/$1-$name"
		python3 - "$work/$1-$name/run-0001/run.json" "$2" <<'END' || fail "$1, $name: not found as it should be"
import json, sys
run = json.load(open(sys.argv[1]))
assert {f['monitor'] for c in run['cases'] for f in c['findings']} == {sys.argv[2]}
assert [r['id'] for r in run['requirements'] if r['verdict'] == 'fail'] == ['EVI-01']
END
	done
}
finds console-line-differs console-line
finds erase-line-stuck erase-line
! decoded "$work/console-line-differs-slow/run-0001" 2>"$work/log" || fail "the defect is not on the line"

# --- a secret said on the console is blacked out on its line, too ---
secret=271828182845904523536028
printf 'security-kit ABC01234 %s\n' $secret >"$work/keys"
{
	printf 'scenario { id = "SECRET", title = "A secret on the line", requirements = { "LIC-02" }, steps = {\n'
	printf '  power.on {}, wait.ready {}, licence.issue { as = "key" }, panel.register { key = var "key" }, wait.time { duration = "1 s" },\n  expect.panel { lacks = message.erasing } } }\n'
} >"$work/secret.lua"
for name in exact slow; do
	{
		cat "$work/$name.ini"
		printf '[licence]\ndriver=keys-file\nkeys=%s\n' "$work/keys"
	} >"$work/secret-$name.ini"
	printf 'security-kit ABC01234 %s\n' $secret >"$work/keys"
	"$build/wiperig" run "$work/secret.lua" --slot "$work/secret-$name.ini" --link direct --defect key-echoed-on-console \
		--out "$work/secret-$name" >"$work/log" 2>&1 || true
	for file in "$work/secret-$name"/run-0001/logic-*.sr; do
		sigrok-cli -i "$file" -P uart:rx=console_tx:baudrate=115200 -B uart=rx
	done >"$work/said"
	grep -q "$(printf '#%.0s' {1..24})" "$work/said" || fail "secret-$name: nothing is blacked out: $(cat "$work/log" "$work/said")"
	! grep -aqE "${secret:0:8}|${secret:8:8}|${secret:16:8}" "$work/said" || fail "secret-$name: the secret is on the line"
	! grep -raqF $secret "$work/secret-$name" || fail "secret-$name: the secret is in the run's folder"
done

# --- whatever becomes of it ---
begin=$(date +%s%N)
run sampled direct 0
usual=$((($(date +%s%N) - begin) / 1000000))
for fault in refuse mute silent eof reset; do
	for required in true false; do
		slot "$fault-$required" "driver=sigrok\nrequired=$required\n" "fault=$fault\nfault_ms=3000\n"
		begin=$(date +%s%N)
		run "$fault-$required" direct "$([ $required = true ] && echo 3 || echo 0)"
		took=$((($(date +%s%N) - begin) / 1000000))
		[ $took -lt $((usual + 5000)) ] || fail "$fault: $took ms, $usual without a fault"
		grep -qE "logic analyzer|opening the slot's logic" "$work/$fault-$required-direct/run-0001/timeline.jsonl" || fail "$fault: nobody says so"
		# Whoever needs lines has not judged the case.
		python3 - "$work/$fault-$required-direct/run-0001/run.json" $required <<'END' || fail "$fault: line monitors count the case"
import json, sys
line_monitors = [m for m in json.load(open(sys.argv[1]))['monitors'] if m['monitor'].endswith('-line')]
# A slot that could not be opened has none.
assert len(line_monitors) == 3 or (sys.argv[2] == 'true' and not line_monitors)
assert all(m['cases_active'] == m['cases_judged'] == 0 for m in line_monitors), line_monitors
END
		# What was seen until then stays.
		case $fault in
		refuse | mute) [ -z "$(find "$work/$fault-$required-direct" -name 'logic*')" ] || fail "$fault: lines that nobody has seen" ;;
		*) [ -n "$(find "$work/$fault-$required-direct" -name 'logic-*-start.sr')" ] || fail "$fault: what was seen is not there" ;;
		esac
	done
done
run eof-true usb 3

# --- one case after the other, with few descriptors ---
rounds=50
[ -z "${WIPERIG_SOAK:-}" ] || rounds=1000
{
	printf 'local numbers = {}\nfor n = 1, %d do numbers[n] = "n" .. n end\n' $rounds
	printf 'scenario { id = "MANY", title = "An acquisition", requirements = { "PWR-01" }, matrix = { n = numbers },\n'
	printf '  steps = { power.on {}, wait.ready {}, expect.panel { lacks = message.erasing } } }\n'
} >"$work/many.lua"
status=0
(ulimit -n 60 && "$build/wiperig" run "$work/many.lua" --slot "$work/sampled.ini" --link direct --jobs 1 --formats run --out "$work/many") \
	>"$work/log" 2>&1 || status=$?
[ $status = 0 ] || fail "$rounds acquisitions: exit $status: $(tail -n 5 "$work/log")"
nobody_left "$rounds acquisitions"

# --- what a slot file may not say ---
refused() {
	slot bad "$1" "$2"
	run bad direct 2
	grep -qF -- "$3" "$work/log" || fail "not said: $3: $(cat "$work/log")"
}
refused '' 'ppm=1\n' '[analyzer] is for a [logic] driver that samples'
refused 'driver=sigrok\nconn=tcp/127.0.0.1/1\n' 'ppm=1\n' '[analyzer] is for a [logic] driver that samples'
refused 'driver=sigrok\n' 'ppm=many\n' '[analyzer] ppm=many'
refused 'driver=sigrok\nrequired=maybe\n' '' '[logic] required=maybe'
echo "logic_analyzer_test: the board's edges through libsigrok; every fault within 5 s; $rounds acquisitions leave nothing"
