#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The path of a real board: a slot file of a sacrificial unit, real time, libusb and libftdi, against a free-running emulator
# that the rig takes for hardware. BUILD: the build folder.
set -eu
cd "$(dirname "$0")/.."
build=${BUILD:-build}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/bench.ini" <<'INI'
[slot]
name = bench1
unit = sacrificial
[unit]
host = iR2270
region = EU
serial = ABC01234
[usb]
driver = libusb
vid = 1209
pid = 0001
serial = ABC01234
[console]
driver = ftdi-console
channel = A
[power]
driver = ftdi-relay
channel = B
INI
cat >"$work/real.lua" <<'LUA'
scenario {
  id = "REAL-start",
  title = "Start, power cycle and shutdown in real time",
  requirements = { "PWR-01", "PWR-07" },
  unit = { host = "iR2270", region = "EU" },
  steps = {
    power.on {}, wait.ready { within = "1 min" },
    expect.unit { state = "ready" }, expect.console { contains = "ready" },
    power.cycle { off = "1 s" }, wait.ready { within = "1 min" },
    switch.hold { duration = "3 s" }, expect.unit { state = "shutdown-asked", within = "1 s" },
    power.off {}, expect.power { on = false },
  },
}
scenario {
  id = "REAL-other-host",
  title = "A unit that is not in the slot",
  requirements = { "PWR-07" },
  unit = { host = "iR6570" },
  steps = { power.on {}, expect.power { on = true } },
}
scenario {
  id = "REAL-licence",
  title = "No source of licence keys",
  requirements = { "LIC-01" },
  effects = { "consumes-licence" },
  unit = { host = "iR2270" },
  steps = { power.on {}, wait.ready { within = "1 min" }, licence.issue { as = "key" }, expect.licence { is = "none" } },
}
LUA
"$build/wiperig" emulate -- "$build/wiperig" run "$work/real.lua" --slot "$work/bench.ini" --out "$work/runs" --json >"$work/lines" 2>"$work/errors" || {
	cat "$work/errors" "$work/lines"
	exit 1
}
has() { grep -q "\"case\":\"$1\",\"verdict\":\"$2\"" "$work/lines" || { echo "$1 is not $2"; cat "$work/lines"; exit 1; }; }
has REAL-start pass
has REAL-other-host skip
has REAL-licence skip
grep -q EMULATED "$work/runs/run-0001/run.json" || { echo "a run on a mocked bus does not say EMULATED"; exit 1; }
grep -q '"power":"safe"' "$work/lines"

# A unit that is not sacrificial is never touched by an effect.
sed -i 's/unit = sacrificial/unit = production/' "$work/bench.ini"
status=0
"$build/wiperig" emulate -- "$build/wiperig" run "$work/real.lua" --slot "$work/bench.ini" --out "$work/runs" --filter 'REAL-licence' \
	>/dev/null 2>&1 || status=$?
[ $status -eq 4 ] || { echo "a refused effect ends in exit $status, expected 4"; exit 1; }
! grep -q '"type":"power"' "$work/runs/run-0002/timeline.jsonl" || { echo "a refused case touched the power"; exit 1; }
# The README's slot file, to the letter, loads (and nothing matches); so it does with the groups that later ones put in
# place of its own, or add.
awk -v work="$work" '/^```ini$/ { name = work "/readme-" ++n ".ini"; next } /^```$/ { name = "" } name { print > name }' README.md
echo "security-kit ABC01234 123456789012345678901234" >"$work/keys"
loaded=0
for part in "$work"/readme-[1-9].ini; do
	{
		cat "$part"
		[ "$part" = "$work/readme-1.ini" ] || awk '
			/^\[/ { here = $0 }
			FNR == NR { theirs[here] = 1; next }
			!(here in theirs)' "$part" "$work/readme-1.ini"
	} | sed "s|/etc/wiperig/bench1.keys|$work/keys|" >"$work/readme.ini"
	status=0
	"$build/wiperig" run --slot "$work/readme.ini" --out "$work/runs" --filter 'nothing' >"$work/errors" 2>&1 || status=$?
	[ $status -eq 4 ] || { echo "the README's slot file, $part:"; cat "$work/errors" "$work/readme.ini"; exit 1; }
	loaded=$((loaded + 1))
done
[ $loaded -gt 1 ] || { echo "$loaded slot files in the README"; exit 1; }
# And its scenario, saved anywhere.
awk '/^## / { here = $0 == "## Write a scenario" } here && /^```lua$/ { on = 1; next } /^```$/ { on = 0 } on' README.md >"$work/readme.lua"
"$build/wiperig" run "$work/readme.lua" --out "$work/runs" >"$work/errors" 2>&1 || { echo "the README's scenario:"; cat "$work/errors"; exit 1; }
echo "real-time slot: start, cycle, shutdown; other units and effects refused"
