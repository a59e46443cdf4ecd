"""Wall clock honesty: a UTC label that says which boot it belongs to and whether it can be believed.

A Pi without a network has no idea of the time when it starts. So every stamp carries host time and the
boot id beside the label, and a wrong label can be mended once the clock is right. May be called from any
thread; never waits for a disk or a network.
"""

from __future__ import annotations

import ctypes
import functools
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from countoff.core.entries import Entry

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
UNKNOWN_BOOT = "unknown"
TIME_ERROR = 5  # what adjtimex(2) returns while nothing keeps the clock right
STA_UNSYNC = 0x0040


@dataclass(frozen=True, slots=True)
class Stamp:
    """When an entry was made: host time, and the wall clock as a label with its honesty fields.

    `corrected_utc` is when that was, where the label could not be believed and the clock was right at
    another moment of the same boot. It is worked out by whoever reads, and never written.
    """

    at_ns: int
    at_utc: str
    boot_id: str
    clock_synchronised: bool
    corrected_utc: str | None = None

    @property
    def label(self) -> str:
        """The wall time of it: as corrected, or the label as it was, with a "?" in doubt."""
        return wall_label(self.at_utc, self.corrected_utc, is_sure=self.clock_synchronised)


@dataclass(frozen=True, slots=True)
class Stamped:
    """An entry on its way to the disk: `sequence` counts from 1 in the order of submission."""

    sequence: int
    entry: Entry
    stamp: Stamp


class StampSource(Protocol):
    """Where the stamps of entries come from: this machine, or a rehearsal's own time."""

    def stamp(self, at_ns: int) -> Stamp:
        """Return the stamp of something that happened at `at_ns` and is being written down now."""
        ...

    def now(self) -> Stamp:
        """Return the stamp of this moment."""
        ...


@dataclass(frozen=True, slots=True)
class SystemStamps:
    """The stamps of this machine. The label is the wall clock's at the moment of asking."""

    boot_id: str

    @classmethod
    def read(cls) -> SystemStamps:
        """Read the boot id, once. Where the system has none, the boot is "unknown"."""
        try:
            return cls(BOOT_ID.read_text(encoding="ascii").strip())
        except OSError:
            return cls(UNKNOWN_BOOT)

    def stamp(self, at_ns: int) -> Stamp:
        """Return `at_ns` with the wall clock's label of now. Any thread; takes microseconds."""
        return Stamp(at_ns, utc_text(datetime.now(UTC)), self.boot_id, clock_synchronised())

    def now(self) -> Stamp:
        """Return the stamp of this moment. Any thread; takes microseconds."""
        return self.stamp(time.monotonic_ns())


@dataclass(frozen=True, slots=True)
class RehearsalStamps:
    """The stamps of a rehearsal in virtual time: the same script leaves the same log.

    `start` is the label of host time 0; `now_ns` tells the rehearsal's own time.
    """

    start: datetime
    now_ns: Callable[[], int]

    def stamp(self, at_ns: int) -> Stamp:
        """Return `at_ns` with the label that lies as far after the fixed start."""
        label = self.start + timedelta(microseconds=at_ns // 1000)
        return Stamp(at_ns, utc_text(label), "rehearsal", clock_synchronised=True)

    def now(self) -> Stamp:
        """Return the stamp of the rehearsal's present moment."""
        return self.stamp(self.now_ns())


def wall_label(at_utc: str, corrected_utc: str | None, *, is_sure: bool) -> str:
    """Return a wall time as people are told it: corrected where it could be, "?" after it in doubt."""
    return corrected_utc or (at_utc if is_sure else f"{at_utc}?")


def utc_text(moment: datetime) -> str:
    """Write a moment as ISO 8601 UTC with milliseconds, as every `_utc` in the log is written."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def clock_synchronised() -> bool:
    """Tell whether the kernel holds the wall clock to be synchronised; in doubt it is not."""
    state = _Timex()
    try:
        outcome = int(_c_library().adjtimex(ctypes.byref(state)))
    except (OSError, AttributeError):  # not Linux: nothing vouches for the clock
        return False
    return 0 <= outcome < TIME_ERROR and not state.status & STA_UNSYNC


@functools.cache
def _c_library() -> ctypes.CDLL:
    return ctypes.CDLL(None)


class _Timex(ctypes.Structure):
    """The start of Linux's struct timex; the rest is room which the kernel may fill."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_long * 40),
    )
