# SPDX-License-Identifier: Apache-2.0
"""A reader of dm-log-writes logs of its own, after the kernel's description of the format alone.

log_writes_check.py LOG FOLDER: replays each case onto an empty disk and compares it with FOLDER/case-N.img.
log_writes_check.py LOG: reads it whole and prints how many writes, flushes and marks there are, and cases left out."""

import re
import struct
import sys

FLUSH, FUA, DISCARD, MARK = 1, 2, 4, 8


def entries(path):
    with open(path, "rb") as log:
        magic, version, count, size = struct.unpack("<QQQI", log.read(28))
        assert magic == 0x6A736677736872 and version == 1 and size == 512, (hex(magic), version, size)
        log.seek(size)
        for _ in range(count):
            head = log.read(size)
            assert len(head) == size, "the log ends early"
            sector, sectors, flags, length = struct.unpack("<QQQQ", head[:32])
            assert not flags & ~(FLUSH | FUA | DISCARD | MARK), flags
            if flags & MARK:
                assert not sectors and 0 < length <= size - 33, (sectors, length)
                yield sector, flags, head[32 : 32 + length].decode()
                assert not any(head[32 + length :]), "something after a mark's text"
            else:
                assert not length
                data = log.read(sectors * size)
                assert len(data) == sectors * size, "the log ends early"
                yield sector, flags, data
        assert not log.read(1), "something after the last entry"


def replay(path, folder):
    case, image, compared, changed = 0, b"", 0, 0

    def compare():
        nonlocal compared, changed
        if case:
            wanted = open(f"{folder}/case-{case}.img", "rb").read()
            assert len(image) <= len(wanted), f"case {case}: a write beyond the disk's end"
            whole = bytes(image) + bytes(len(wanted) - len(image))
            for lba in range(len(wanted) // 512):
                at = slice(lba * 512, lba * 512 + 512)
                assert whole[at] == wanted[at], f"case {case}: LBA {lba} differs"
                changed += any(wanted[at])
            compared += 1

    for sector, flags, what in entries(path):
        begins = flags & MARK and re.match(r"case (\d+): .* begins", what)
        unreadable = flags & MARK and re.match(r"unreadable: LBA (\d+) \+ (\d+)", what)
        if begins:
            compare()
            case, image = int(begins[1]), bytearray()
            continue
        if unreadable:  # an image has zeros there
            sector, what = int(unreadable[1]), bytes(512 * int(unreadable[2]))
        elif flags & MARK:
            continue
        if len(image) < sector * 512 + len(what):
            image += bytes(sector * 512 + len(what) - len(image))
        image[sector * 512 : sector * 512 + len(what)] = what
    compare()
    print(compared, "disks,", changed, "sectors")


def count(path):
    writes = flushes = marks = absent = 0
    for _, flags, what in entries(path):
        marks += bool(flags & MARK)
        absent += bool(flags & MARK) and "are not in this log" in what
        flushes += bool(flags & FLUSH) and not what
        writes += not flags & MARK and bool(what)
    print(writes, flushes, marks, absent)


if len(sys.argv) > 2:
    replay(sys.argv[1], sys.argv[2])
else:
    count(sys.argv[1])
