#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# disk.log-writes by a reader of its own (log_writes_check.py): what the board's disk was seen to be written, through power
# cuts of every kind, replayed is the disk's own image; then a real run's. BUILD: the build folder.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$(realpath "${BUILD:-build}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
	echo "log_writes_test: $*" >&2
	exit 1
}

check() { python3 reports/log_writes_check.py "$@" 2>"$work/err"; }

mkdir "$work/log"
WIPERIG_TEST_LOG=$work/log "$build/tests" log_image >"$work/out" || fail "build/tests log_image failed: $(cat "$work/out")"
"$build/wiperig" report "$work/log" >"$work/out" || fail "wiperig report: $(cat "$work/out")"
replayed=$(check "$work/log/disk.log-writes" "$work/log") || fail "the replayed log is not the disk: $(tail -n 1 "$work/err")"
[[ $replayed == "5 disks, "???*" sectors" ]] || fail "hardly anything was compared: $replayed"

# The check sees a byte that differs, a lost entry, something after the end.
python3 - "$work/log/disk.log-writes" "$work" <<'END'
import struct, sys
data = bytearray(open(sys.argv[1], 'rb').read())
def save(name, changed): open(f'{sys.argv[2]}/{name}', 'wb').write(changed)
at = len(data) - 512
while not data[at]: at -= 1
while True: # a write's last data: the entry before the marks at the end
    if any(data[at // 512 * 512 + 32:at // 512 * 512 + 512]) and struct.unpack_from('<Q', data, at // 512 * 512 + 16)[0] > 8: break
    at -= 512
bad = data[:]; bad[at // 512 * 512 + 100] ^= 1; save('byte', bad)
bad = data[:]; bad[16:24] = struct.pack('<Q', struct.unpack_from('<Q', data, 16)[0] - 1); save('count', bad)
save('tail', data + b'x')
END
for bad in byte count tail; do
	! check "$work/$bad" "$work/log" >"$work/out" || fail "the check takes a log with a wrong $bad"
done

# Real runs: every write of the cases that are in the log is there, by either link the same; a case that is not says so.
for link in direct usb; do
	"$build/wiperig" run scenarios/data/exchange.lua --filter 'DAT-12*' --link $link --out "$work/$link" >"$work/out" 2>&1 ||
		fail "a run failed: $(tail -n 5 "$work/out")"
	run=$work/$link/run-0001
	read -r writes flushes _ absent <<<"$(check "$run/disk.log-writes")" || fail "the run's log: $(tail -n 1 "$work/err")"
	wanted=$(python3 -c 'import json, sys; d = json.load(open(sys.argv[1]))["disks"][0]; print(d["writes"], d["flushes"])' "$run/run.json")
	[ "$writes $flushes $absent" = "$wanted 0" ] || fail "$run: run.json has $wanted writes and flushes, the log $writes $flushes, $absent cases left out"
done
cmp "$work/direct/run-0001/disk.log-writes" "$work/usb/run-0001/disk.log-writes" || fail "by USB the log is another one"
"$build/wiperig" run scenarios/power --filter 'PWR-05-progress*' --link direct --formats log-writes --out "$work/large" >"$work/out" 2>&1 ||
	fail "a run failed: $(tail -n 5 "$work/out")"
read -r writes _ _ absent <<<"$(check "$work/large/run-0001/disk.log-writes")" || fail "an erase's log: $(tail -n 1 "$work/err")"
[ "$writes" = 0 ] && [ "$absent" -gt 0 ] || fail "three passes on 64 MB: $writes writes, $absent cases left out"
echo "log_writes_test: replayed, $replayed are the disks' own"
