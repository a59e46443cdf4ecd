"""Days in the studio as they really were: their takes, how they are written into a log, where they belong.

Nothing here is worked out with code of the exports. Seconds are exact numbers.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Final

from countoff.takelog.edits import write_edit
from countoff.takelog.recovery import recover
from countoff.takelog.rows import write
from countoff.takelog.schema import FILE_NAME, open_for_writing
from countoff.takelog.stamps import RehearsalStamps, Stamped

if TYPE_CHECKING:
    from countoff.core.entries import Entry, FlagKind
    from countoff.takelog.edits import Edit

START: Final = datetime(2026, 11, 22, 9, 45, tzinfo=UTC)
INTERRUPTED: Final = "interrupted"


@dataclass(frozen=True)
class MadeSection:
    """A section as a take played it: from and to in seconds after bar 1."""

    index: int
    pass_index: int
    start_s: Fraction
    end_s: Fraction


@dataclass(frozen=True)
class MadeFlag:
    """A flag that counts; `seconds` is None for the whole take."""

    kind: FlagKind
    bar: int | None
    beat: int | None
    seconds: Fraction | None


@dataclass
class MadeTake:
    """A take as it was, and what is to be found of it. Seconds are after its bar 1."""

    id: str
    title: str
    number: int
    ordinal: int
    status: str
    rating: int | None
    name: str
    daw_bar1_s: Fraction | None = None
    start_s: Fraction = Fraction(0)
    end_s: Fraction = Fraction(0)
    music_s: Fraction | None = None
    sections: list[MadeSection] = field(default_factory=list)
    flags: list[MadeFlag] = field(default_factory=list)
    incidents: list[tuple[str, Fraction]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def label(self) -> str:
        """What people call it."""
        return f"T{self.number}"


@dataclass
class MadeDay:
    """A session: its takes in order, and the entries and edits that write it down."""

    rate_hz: int
    way: str
    takes: list[MadeTake]
    entries: list[Entry] = field(repr=False)
    edits: list[Edit]

    @property
    def titles(self) -> list[str]:
        """The songs in the order in which they came up."""
        return list(dict.fromkeys(take.title for take in self.takes))

    def of(self, title: str) -> list[MadeTake]:
        """Return a song's takes."""
        return [take for take in self.takes if take.title == title]

    def write(self, folder: Path) -> None:
        """Write the day into a log in `folder`, which has none."""
        shutil.copy(_empty_log(), folder / FILE_NAME)
        stamps = RehearsalStamps(START, lambda: 0)
        with closing(sqlite3.connect(folder / FILE_NAME, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("BEGIN")
            for sequence, entry in enumerate(self.entries, start=1):
                write(connection, Stamped(sequence, entry, stamps.stamp(entry.at_ns)))
            for edit in self.edits:
                write_edit(connection, edit, stamps.now())
            connection.execute("COMMIT")
        if any(take.status == INTERRUPTED for take in self.takes):
            recover(folder, stamps, "the next run")

    def places_s(self) -> dict[str, Fraction]:
        """Return where bar 1 of each take belongs on one timeline, by the rules as they are written."""
        taken: list[tuple[Fraction, Fraction]] = []
        places: dict[str, Fraction] = {}
        for take in self.takes:
            if take.daw_bar1_s is not None:
                places[take.id] = take.daw_bar1_s
                taken.append((take.daw_bar1_s + take.start_s, take.daw_bar1_s + take.end_s))
        for take in self.takes:
            if take.id in places:
                continue
            length_s = take.end_s - take.start_s
            begins_s = Fraction(600 * take.ordinal)
            half = Fraction(1, 2)
            is_free = all(
                begins_s >= end_s - half or start_s >= begins_s + length_s - half
                for start_s, end_s in taken
            )
            if not is_free:
                begins_s = Fraction(600 * (max(int(end_s) for _, end_s in taken) // 600 + 1))
            taken.append((begins_s, begins_s + length_s))
            places[take.id] = begins_s - take.start_s
        return places


@cache
def _empty_log() -> Path:
    folder = Path(mkdtemp(prefix="empty-log-"))
    open_for_writing(folder).close()
    return folder / FILE_NAME


def nearest_frame(seconds: Fraction, rate_hz: int) -> int:
    """Return the frame next to a moment; of two, the later."""
    return (2 * seconds.numerator * rate_hz + seconds.denominator) // (2 * seconds.denominator)
