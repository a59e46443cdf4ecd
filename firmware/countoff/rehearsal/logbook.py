"""The log of a rehearsal as its judge reads it: straight from the rows on the disk. May block."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from countoff.core.tempo import BarBeat
from countoff.takelog.schema import open_for_reading

if TYPE_CHECKING:
    from pathlib import Path

    from countoff.rehearsal.statements import TakeName


@dataclass(frozen=True, slots=True)
class LoggedTakeRow:
    """A take; `end` is the last beat that was begun, None while it is open."""

    id: str
    song: str
    number: int
    at_ns: int
    first_click_ns: int
    how: str | None
    end: BarBeat | None

    def answers_to(self, name: TakeName) -> bool:
        """Tell whether a script's `name` means this take."""
        return name.number == self.number and name.song in (None, self.song)


@dataclass(frozen=True, slots=True)
class FlagRow:
    """A flag as it is now."""

    take_id: str
    kind: str
    place: BarBeat
    is_whole_take: bool
    is_taken_back: bool

    def __str__(self) -> str:
        """Say it as a script would."""
        where = "for the whole take" if self.is_whole_take else f"at bar {self.place}"
        back = " taken back" if self.is_taken_back else ""
        return f"{self.kind.replace('_', ' ')} {where}{back}"


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """An incident, and its place where a take was running."""

    take_id: str | None
    kind: str
    place: BarBeat | None

    def __str__(self) -> str:
        """Say it as a script would."""
        return f'"{self.kind}"' + (f" at bar {self.place}" if self.place else "")


@dataclass(frozen=True, slots=True)
class PressRow:
    """A press or an action, and what came of it."""

    source: str
    gesture: str
    did: str


@dataclass(frozen=True, slots=True)
class Logbook:
    """Everything that the log holds, in the order of writing."""

    takes: tuple[LoggedTakeRow, ...]
    flags: tuple[FlagRow, ...]
    incidents: tuple[IncidentRow, ...]
    presses: tuple[PressRow, ...]


def read_logbook(folder: Path) -> Logbook:
    """Read the log in `folder`. Raises sqlite3.Error or OSError where it cannot be read."""
    with closing(open_for_reading(folder)) as log:
        return Logbook(
            takes=tuple(
                LoggedTakeRow(
                    row[0], row[1], row[2], row[3], row[4], row[5], _place(row[6], row[7])
                )
                for row in log.execute(
                    "SELECT id, song, number, at_ns, first_click_ns, how, end_bar, end_beat"
                    " FROM takes ORDER BY entry"
                )
            ),
            flags=tuple(
                FlagRow(row[0], row[1], BarBeat(row[2], row[3]), bool(row[4]), row[5] is not None)
                for row in log.execute(
                    "SELECT take_id, kind, bar, beat, whole_take, taken_back_at_ns FROM flags"
                    " ORDER BY entry"
                )
            ),
            incidents=tuple(
                IncidentRow(row[0], row[1], _place(row[2], row[3]))
                for row in log.execute(
                    "SELECT take_id, kind, bar, beat FROM incidents ORDER BY entry"
                )
            ),
            presses=tuple(
                PressRow(*row)
                for row in log.execute("SELECT pedal, gesture, did FROM presses ORDER BY entry")
            ),
        )


def _place(bar: int | None, beat: int | None) -> BarBeat | None:
    return None if bar is None or beat is None else BarBeat(bar, beat)
