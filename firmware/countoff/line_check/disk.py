"""Is there room for the log, and is what is written on disk in time? `judge` is pure."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
import uuid
from typing import TYPE_CHECKING, Final

from countoff.core.finding import Finding
from countoff.line_check.seen import DiskSeen

if TYPE_CHECKING:
    from pathlib import Path

NAME = "disk"
_MEGA: Final = 1_000_000
# A day in the studio leaves a megabyte or two; a log needs room beside it to be brought up to date.
_FULL_BYTES: Final = 20 * _MEGA
_SCARCE_BYTES: Final = 200 * _MEGA
# A take is on disk within a second; a card that is this slow at rest is slower under load.
_SLOW_MS: Final = 200.0
_TOO_SLOW_MS: Final = 1000.0
_TRIAL_BYTES: Final = 4096
_TRIALS: Final = 3


def judge(seen: DiskSeen) -> Finding:
    """Return what is to be said of the disk."""
    free = f"{seen.free_bytes // _MEGA} MB are free in {seen.folder}"
    if seen.fault:
        return Finding.fault(
            NAME,
            seen.fault,
            "Ask with sudo where it is the service's. A card that has become read-only is worn: replace"
            " it. Else name another folder in log.folder.",
        )
    if seen.free_bytes < _FULL_BYTES:
        return Finding.fault(NAME, f"{free}.", "Make room: takes would not be logged.")
    wrote = f"a write took {seen.write_ms:.0f} ms"
    if seen.write_ms > _TOO_SLOW_MS:
        return Finding.fault(
            NAME,
            f"{free}; {wrote}.",
            "Replace the card: a pulled plug would cost seconds of a take.",
        )
    if seen.write_ms > _SLOW_MS:
        return Finding.doubt(NAME, f"{free}; {wrote}.", "The card is slow, or on its way out.")
    if seen.free_bytes < _SCARCE_BYTES:
        return Finding.doubt(NAME, f"{free}; {wrote}.", "Make room soon.")
    return Finding.well(NAME, f"{free}; {wrote}.")


def try_disk(folder: Path) -> DiskSeen:
    """Write a small file beside the log and wait until it is on disk, the longest of a few times.

    Blocks on the disk. The file is gone afterwards; where it cannot be written, that is the fault. A
    folder that is not there yet is not made: it would belong to whoever asks, and not to the box.
    """
    while not folder.exists():
        folder = folder.parent
    trial = folder / f".line-check-{uuid.uuid4().hex}"
    try:
        longest_s = max(_write_s(trial) for _ in range(_TRIALS))
        free_bytes = shutil.disk_usage(folder).free
    except OSError as error:
        why = error.strerror or str(error)
        return DiskSeen(str(folder), fault=f"Nothing can be written in {folder}: {why}.")
    finally:
        with contextlib.suppress(OSError):
            trial.unlink(missing_ok=True)
    return DiskSeen(str(folder), free_bytes, longest_s * 1000)


def _write_s(trial: Path) -> float:
    began_s = time.monotonic()
    descriptor = os.open(trial, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, bytes(_TRIAL_BYTES))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return time.monotonic() - began_s
