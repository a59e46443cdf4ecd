"""JACK's register of its servers, and the places in it that killed servers keep.

A machine has room for eight servers. One that is killed keeps its place until a server of the same
name comes, so that the servers of broken-off runs lock out those of the next.
"""

from __future__ import annotations

import mmap
import os
import struct
from pathlib import Path

_REGISTRY = Path("/dev/shm/jack-shm-registry")
_SERVERS = 8
# jack_shm_header_t of jack2's common/shm.h: magic, protocol and padding, type, size, length of this
# header with its servers, length of an entry. A server is its process id and its name.
_HEADER = struct.Struct("=I4xIIII")
_MAGIC = 0x4A41434B
_PID = struct.Struct("=i")


def make_room_for_a_server() -> None:
    """Where no place is free, free those whose process is gone.

    Without JACK's lock: while every place is taken, no other server takes one. A register of
    another form is left alone.
    """
    if not _REGISTRY.exists():
        return
    with _REGISTRY.open("r+b") as file, mmap.mmap(file.fileno(), 0) as registry:
        magic, _type, _size, header_length, _entry_length = _HEADER.unpack_from(registry)
        length, left_over = divmod(header_length - _HEADER.size, _SERVERS)
        if magic != _MAGIC or left_over:
            return
        starts = range(_HEADER.size, header_length, length)
        pids = [_PID.unpack_from(registry, start)[0] for start in starts]
        if not all(pids):
            return
        for start, pid in zip(starts, pids, strict=True):
            if not _is_alive(pid):
                registry[start : start + length] = bytes(length)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
