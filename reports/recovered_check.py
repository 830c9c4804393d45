# SPDX-License-Identifier: Apache-2.0
"""recovered_check.py RUN: every record that the killed run has, read by other code and by the writer's own count of bytes,
is in the formats that `wiperig report` made of it. Prints how many records there are."""

import collections
import glob
import io
import json
import os
import re
import struct
import sys
import zipfile

RUN_BEGIN, CASE_END = 1, 5
URB, CONSOLE_RX, CONSOLE_TX, DISK, LINES = 64, 65, 66, 67, 68
READ, WRITE, FLUSH, LOST, KEPT, TORN = range(6)
Record = collections.namedtuple("Record", "kind case time data")
run = sys.argv[1]


def records(path):
    data = open(path, "rb").read()
    if len(data) < 64 or data[:8] != b"WRSPOOL1":
        return
    at, end = 64, struct.unpack_from("<Q", data, 16)[0]
    while at < end:
        size, kind, padding, time, case = struct.unpack_from("<IHHqI", data, at)
        yield Record(kind, case, time, data[at + 24 : at + size - padding])
        at += size


def acknowledged():
    """A case that is in both is the segment's, unless the spool has its end."""
    spool = list(records(run + "/spool"))
    ended = {r.case for r in spool if r.kind == CASE_END}
    for path in glob.glob(run + "/spool.case-*"):
        case, own = int(path[-5:]), list(records(path))
        if own and case not in ended:
            spool = [r for r in spool if r.case != case] + own
    return spool


def path_of(name, wanted):
    path = f"{run}/{name}"
    assert os.path.exists(path) == bool(wanted), f"{name}: {'missing' if wanted else 'of nothing'}"
    return path if wanted else None


def same(what, found, wanted):
    assert found == wanted, f"{what}: {found}, acknowledged are {wanted}"


def check_timeline(all_records):
    seq = 0
    for line in open(run + "/timeline.jsonl"):
        event = json.loads(line)
        seq = event["seq"] + event.get("commands", 1) - 1
    same("timeline.jsonl", seq, len(all_records))


Seen = collections.namedtuple("Seen", "case lba number new count result op flags disk")


def disk_commands(all_records):
    for r in all_records:
        if r.kind == DISK:
            lba, number, _, new, count, result, op, flags, _, disk = struct.unpack_from("<QQqQIiBBBB", r.data)
            yield Seen(r.case, lba, number, new, count, result, op, flags, disk)


def check_blktrace(seen, disk):
    wanted = collections.Counter()
    for s in seen:
        if s.disk == disk and s.op <= FLUSH:
            wanted["Q", s.op] += 1
            wanted["C", s.op] += not s.flags & 8
    path = path_of(("disk", "disk2")[disk] + ".blktrace.0", wanted)
    found, data, at = collections.Counter(), open(path, "rb").read() if path else b"", 0
    while at < len(data):
        action, length = struct.unpack_from("<I", data, at + 28)[0], struct.unpack_from("<H", data, at + 46)[0]
        if not action >> 16 & 1 << 10 and action & 0xFFFF in (1, 8):
            op = READ if action >> 16 & 1 else WRITE if action >> 16 & 2 else FLUSH
            found["QC"[action & 0xFFFF == 8], op] += 1
        at += 48 + length
    same("blktrace", found, +wanted)


def check_pcapng(all_records):
    wanted = [0, 0]
    for r in all_records:
        wanted[0] += r.kind == URB
        wanted[1] += len(r.data) if r.kind in (CONSOLE_RX, CONSOLE_TX) else 0
    path = path_of("trace.pcapng", any(wanted))
    found, data, at = [0, 0], open(path, "rb").read() if path else b"", 0
    while at < len(data):
        kind, size = struct.unpack_from("<II", data, at)
        if kind == 6:
            interface, _, _, captured = struct.unpack_from("<IIII", data, at + 8)
            found[0] += interface == 0 and data[at + 28 + 8] == ord("C")
            found[1] += captured - 12 if interface == 1 else 0
        at += size
    same("trace.pcapng: transfers, console bytes", found, wanted)


def windows_of(all_records):
    """Of each window: where it ends in the traces' time, and how many samples it has."""
    offset = last = case = 0
    windows = {}
    for r in sorted(all_records, key=lambda r: r.case):  # stable
        if r.case and r.case != case:
            case, offset = r.case, offset + last
        last = r.time if r.case else last
        if r.kind == LINES:
            origin, tick, start, end, rate, _, _, window, _, lines = struct.unpack_from("<qQQQQQqIIB", r.data)
            start = windows[case, window][2] if (case, window) in windows else start
            ns = offset + max(0, origin + (end * tick >> 32))
            windows[case, window] = ns, (end - start) * tick * rate / 2**32 / 1e9, start
    return windows


def check_lines(all_records):
    windows = windows_of(all_records)
    path = path_of("logic.vcd", windows)
    times = set(re.findall(r"^#(\d+)", open(path).read(), re.M)) if path else ()
    for key, (end, _, _) in windows.items():
        assert str(end) in times, f"logic.vcd: window {key} does not end at {end}"
    files = {tuple(map(int, os.path.basename(p).split("-")[1:3])): p for p in glob.glob(run + "/logic-*.sr")}
    same(".sr windows", sorted(files), sorted(windows))
    for key, path in files.items():
        archive = zipfile.ZipFile(path)
        samples = sum(i.file_size for i in archive.infolist() if i.filename.startswith("logic-1"))
        assert abs(samples - max(1, windows[key][1])) <= 1, f"{path}: {samples} samples, {windows[key][1]} acknowledged"


def check_log_writes(seen, disk):
    wanted = collections.Counter()
    for s in seen:
        if s.disk == disk:
            wanted[s.case] += s.op == WRITE and s.result == 0
            wanted[s.case] -= s.op == LOST or (s.op == TORN and not s.new)
    written = {s.case for s in seen if s.disk == disk and s.op == WRITE}
    path = path_of(("disk", "disk2")[disk] + ".log-writes", written)
    found, case, said, log = collections.Counter(), 0, set(), open(path, "rb") if path else io.BytesIO(bytes(512))
    for _ in range(struct.unpack("<QQQ", log.read(512)[:24])[2]):
        head = log.read(512)
        _, sectors, flags, length = struct.unpack("<QQQQ", head[:32])
        name = flags & 8 and re.match(rb"case (\d+): (.* begins|.*its (\d+) writes of)", head[32 : 32 + length])
        if name:
            case = int(name[1])
            said.add(case)
            if name[3]:  # left out: how many there are is said
                same(f"log-writes: case {case}", int(name[3]), sum(s.op == WRITE and s.case == case and s.disk == disk for s in seen))
                del wanted[case]
        found[case] += bool(sectors)
        log.seek(sectors * 512, 1)
    same("log-writes: cases", said, written)
    same("log-writes", +found, +wanted)


everything = acknowledged()
commands = list(disk_commands(everything))
check_timeline(everything)
check_pcapng(everything)
check_lines(everything)
for number in 0, 1:
    check_blktrace(commands, number)
    check_log_writes(commands, number)
print(len(everything))
