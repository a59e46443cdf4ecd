"""Notices that a write-ahead log was to hold more than SQLite can read of it.

SQLite stops at the first frame that is not as it was written, says nothing, and overwrites the rest. After
a power cut that is right: what was not synced was never reported as saved. But a frame that is damaged
among others that were synced takes along all that was saved after it. Reads only; a few bytes a frame.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import BinaryIO

_HEADER = struct.Struct(">8I")
_FRAME = struct.Struct(">6I")
_BIG_ENDIAN_SUMS, _VERSION = 0x377F0683, 3_007_000
_WORD = 0xFFFFFFFF
# So many transactions that are whole and cannot be read: one may be that which the power cut came into.
_CERTAIN = 2
# In the shared index beside it: its version, how many frames can be read, and the salts of these.
_INDEX_VERSION = struct.Struct("=I")
_INDEX_FRAMES = struct.Struct("=16xI")
_INDEX_SALTS = struct.Struct(">32x2I")


@dataclass(frozen=True, slots=True)
class Promised:
    """What a write-ahead log says that it holds.

    `ends` are the frames, counted from 1, that end a transaction, and `salts` are of what they must
    have been written for. `is_damaged` is set where not even its header makes sense.
    """

    ends: tuple[int, ...] = ()
    salts: tuple[int, ...] = ()
    is_damaged: bool = False


def promised(file: Path) -> Promised:
    """Read what the write-ahead log beside `file` says that it holds. Raises OSError."""
    try:
        log = file.with_name(file.name + "-wal").open("rb", buffering=0)
    except FileNotFoundError:
        return Promised()
    with log:
        header = log.read(_HEADER.size)
        if len(header) < _HEADER.size or not any(header):
            # It was made, and nothing came of it.
            return Promised()
        magic, version, page_bytes, _, *salts, _, _ = _HEADER.unpack(header)
        if (magic | 1, version) != (_BIG_ENDIAN_SUMS, _VERSION) or not _sums_are_right(header):
            return Promised(is_damaged=True)
        ends, number = [], 0
        while len(frame := log.read(_FRAME.size)) == _FRAME.size:
            number += 1
            _, pages_after, *frame_salts, _, _ = _FRAME.unpack(frame)
            # Frames of before it was begun anew have other salts.
            if pages_after and frame_salts == salts:
                ends.append(number)
            log.seek(page_bytes, 1)
    return Promised(tuple(ends), tuple(salts))


def is_cut_short(file: Path, before: Promised) -> bool:
    """Tell whether SQLite, which has just opened `file`, reads less than was there `before`.

    One transaction at the end may be missing: the one that the power cut came into. Raises OSError.
    The connections of this process lose their locks on the log by it, and must be closed.
    """
    readable = _readable_frames(file, before.salts)
    if readable is None:
        return False
    lost = [end for end in before.ends if end > readable]
    if len(lost) < _CERTAIN or not _are_whole(file, lost):
        return False
    # Beside a writer that has begun it anew meanwhile, what was read before says nothing.
    return promised(file).salts == before.salts


def _are_whole(file: Path, ends: Sequence[int]) -> bool:
    """Tell whether at least two of these frames are as they were written.

    Of a transaction that was never synced, parts may be there in any order, over what was there before.
    """
    try:
        with file.with_name(file.name + "-wal").open("rb", buffering=0) as log:
            whole = (end for end in ends if _is_whole(log, end))
            return sum(1 for _ in islice(whole, _CERTAIN)) == _CERTAIN
    except (FileNotFoundError, struct.error):
        # A writer has begun it anew meanwhile: it is gone, or shorter.
        return False


def _is_whole(log: BinaryIO, number: int) -> bool:
    """Tell whether a frame's sums go on from those of the frame before it. Raises struct.error."""
    log.seek(0)
    magic, _, page_bytes, *_, first, second = _HEADER.unpack(log.read(_HEADER.size))
    at = _HEADER.size + (number - 1) * (_FRAME.size + page_bytes)
    if number > 1:
        log.seek(at - _FRAME.size - page_bytes)
        *_, first, second = _FRAME.unpack(log.read(_FRAME.size))
    log.seek(at)
    head, page = log.read(_FRAME.size), log.read(page_bytes)
    order = ">" if magic & 1 else "<"
    words = struct.unpack(f"{order}{2 + page_bytes // 4}I", head[:8] + page)
    return _sums(words, (first, second)) == _FRAME.unpack(head)[4:]


def _readable_frames(file: Path, salts: tuple[int, ...]) -> int | None:
    """Return how many frames with these salts SQLite goes by, None where it does not say."""
    try:
        with file.with_name(file.name + "-shm").open("rb") as index:
            start = index.read(_INDEX_SALTS.size)
    except FileNotFoundError:
        return None
    if len(start) < _INDEX_SALTS.size or _INDEX_VERSION.unpack_from(start) != (_VERSION,):
        return None
    if _INDEX_SALTS.unpack(start) != salts:
        # A writer is about to begin it anew.
        return None
    return int(_INDEX_FRAMES.unpack_from(start)[0])


def _sums_are_right(header: bytes) -> bool:
    """Tell whether the last two words of a header are the sums of those before."""
    words = struct.unpack("<8I" if not header[3] & 1 else ">8I", header)
    return _HEADER.unpack(header)[6:] == _sums(words[:6], (0, 0))


def _sums(words: Sequence[int], before: tuple[int, ...]) -> tuple[int, int]:
    """Return SQLite's two sums of some words, going on from those of what came before."""
    first, second = before
    for at in range(0, len(words), 2):
        first = (first + words[at] + second) & _WORD
        second = (second + words[at + 1] + first) & _WORD
    return first, second
