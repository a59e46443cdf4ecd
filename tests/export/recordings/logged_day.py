"""A day of five takes in a real log, and the files of a DAW that heard it: where, when and how long."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.export.recordings.bwf import RATE_HZ, write_sparse
from tests.takelog.conftest import START, Room

from countoff.core.daw import DawPlace, KnownFrom, Verdict
from countoff.core.entries import DawAnswered, DawPlaced, HowEnded, TakeJudged

if TYPE_CHECKING:
    from pathlib import Path

_MS = 1_000_000
_SECOND_NS = 1_000_000_000
# From the record command: the DAW rolls, says so, and bar 1 comes.
ROLLS_AFTER_MS = 20
ANSWERS_AFTER_MS = 45
BAR1_AFTER_MS = 4_300


@dataclass(frozen=True)
class Told:
    """A take as the script has it: when it was begun, how long it was recorded, how it ended."""

    number: int
    at_s: int
    recorded_ms: int
    how: HowEnded = HowEnded.ENDED

    @property
    def id(self) -> str:
        """Its id in the log."""
        return f"cc{self.number:02}"

    @property
    def place_s(self) -> int:
        """Where on the timeline the DAW was sent for it."""
        return 600 * self.number


DAY = (
    Told(1, 60, 201_300),
    Told(2, 400, 187_000),
    Told(3, 700, 9_400, HowEnded.FALSE_START),
    Told(4, 712, 201_300),
    Told(5, 1200, 64_200),
)
MICROPHONES = (
    "Kick",
    "Snare",
    "Hat",
    "Tom 1",
    "Tom 2",
    "Ride",
    "Room",
    "Bass",
    "Gtr-2",
    "Keys",
    "Vox",
)


def write_log(folder: Path) -> None:
    """Write the day's log: a DAW that answers, and sends time code."""
    room = Room(folder)
    entries = [room.session()]
    for take in DAY:
        at_ns = take.at_s * _SECOND_NS
        began_ns = at_ns + ROLLS_AFTER_MS * _MS
        closed_ns = began_ns + take.recorded_ms * _MS
        bar1_s = take.place_s + Fraction(BAR1_AFTER_MS - ROLLS_AFTER_MS, 1000)
        started = replace(
            room.take(take.id, "Harbour", take.number),
            at_ns=at_ns,
            bar1_ns=at_ns + BAR1_AFTER_MS * _MS,
            daw_can_answer=True,
        )
        answered = DawAnswered(take.id, at_ns + ANSWERS_AFTER_MS * _MS, ANSWERS_AFTER_MS * _MS)
        entries += [
            started,
            answered,
            DawPlaced(take.id, at_ns + 100 * _MS, DawPlace(bar1_s, KnownFrom.TIME_CODE)),
            replace(room.rolled(take.id), at_ns=at_ns + BAR1_AFTER_MS * _MS),
            replace(room.ended(take.id, how=take.how), at_ns=closed_ns),
            replace(room.closed(take.id), at_ns=closed_ns),
            TakeJudged(take.id, closed_ns, Verdict.RECORDED, None, proves_arming=False),
        ]
    room.write(*entries)


def write_recordings(folder: Path, *, without: int | None = None) -> None:
    """Write what the DAW made of the day, in Pro Tools' names, its clock an hour ahead."""
    folder.mkdir()
    for take in DAY:
        if take.number == without:
            continue
        began = START + timedelta(hours=1, seconds=take.at_s, milliseconds=ROLLS_AFTER_MS)
        stems = [f"{name}_{take.number:02}" for name in MICROPHONES]
        for later_frames, stem in enumerate(
            [*stems, f"OH_{take.number:02}.L", f"OH_{take.number:02}.R"]
        ):
            write_sparse(
                folder / f"{stem}.wav",
                frames=take.recorded_ms * RATE_HZ // 1000,
                reference=take.place_s * RATE_HZ + later_frames,
                recorded=f"{began:%Y-%m-%d %H:%M:%S}",
            )
