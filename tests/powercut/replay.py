#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a disk might hold after a power cut: the synced image, and an arbitrary part of the writes that were not synced.

replay(image, store, random) writes the store's files.  Each pending write is dropped, kept, or torn at a sector; kept ones land in any
order.  Sectors of 512 bytes are whole, as disks promise; nothing else is.
"""
import os
import shutil
import struct

SECTOR = 512
FILES = ("data.mdb", "journal")


def pending_writes(path):
    """The (offset, bytes) records of a pending file; an incomplete last record is a write that was never made."""
    writes = []
    if not os.path.exists(path):
        return writes
    with open(path, "rb") as file:
        data = file.read()
    at = 0
    while at + 16 <= len(data):
        offset, length = struct.unpack_from(">QQ", data, at)
        if at + 16 + length > len(data):
            break
        writes.append((offset, data[at + 16:at + 16 + length]))
        at += 16 + length
    return writes


def survivors(writes, random):
    """Which pieces of the unsynced writes reach the disk, in which order."""
    mode = random.choice(["none", "some", "most", "prefix"])
    pieces = []
    cut = random.randrange(len(writes) + 1) if writes else 0
    for index, (offset, data) in enumerate(writes):
        keep = {"none": 0.0, "some": 0.3, "most": 0.9, "prefix": 1.0 if index < cut else 0.0}[mode]
        if random.random() >= keep:
            continue
        if random.random() < 0.2:  # torn: some of its sectors only
            for start in range(0, len(data), SECTOR):
                if random.random() < 0.5:
                    pieces.append((offset + start, data[start:start + SECTOR]))
        else:
            pieces.append((offset, data))
    random.shuffle(pieces)
    return pieces


def replay_file(image, file_path, random):
    """Puts one file together; gives (pending writes, pieces of them that survived)."""
    writes = pending_writes(image + ".pending")
    pieces = survivors(writes, random)
    shutil.copyfile(image, file_path)
    with open(file_path, "r+b") as file:
        for offset, data in pieces:
            file.seek(offset)
            file.write(data)
    return len(writes), len(pieces)


def replay(image, store, random):
    """Puts the disk together in the folder store; gives (pending writes, pieces of them that survived), of both files."""
    pending = survived = 0
    for name in FILES:
        path = os.path.join(store, name)
        if not os.path.exists(f"{image}.{name}") or not os.path.exists(path):
            continue  # not opened for writing, or not whole yet: nothing has its name
        writes, pieces = replay_file(f"{image}.{name}", path, random)
        pending += writes
        survived += pieces
        os.remove(f"{image}.{name}")
    return pending, survived
