"""The log of a rehearsal as its judge reads it: straight from the rows on the disk. May block."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from countoff.core.tempo import BarBeat
from countoff.takelog.schema import open_for_reading

if TYPE_CHECKING:
    from pathlib import Path

    from countoff.rehearsal.statements import TakeName

_TAKES = """
    SELECT id, song, number, at_ns, first_click_ns, bar1_ns, how, end_bar, end_beat,
        (SELECT at_ns FROM take_events WHERE take_id = takes.id AND event = 'ended'),
        tempo, tempo_ratio, start_section, start_bar, is_looped, click_level_db,
        (SELECT summary FROM certificates WHERE take_id = takes.id),
        verdict, gap_bar, gap_beat, began_at_daw
    FROM takes ORDER BY entry
"""


@dataclass(frozen=True, slots=True)
class LoggedTakeRow:
    """A take: how it was begun, and how it ended.

    `end` is the last beat that was begun and `ended_ns` when it was over, None while it is open.
    `click_level_db` is None where the click was muted. `certified` is what the take's certificate
    says of its click, None where it has none; `verdict` is what the DAW said of it.
    """

    id: str
    song: str
    number: int
    at_ns: int
    first_click_ns: int
    bar1_ns: int
    how: str | None = None
    end: BarBeat | None = None
    ended_ns: int | None = None
    tempo: str = ""
    tempo_ratio: Fraction = Fraction(1)
    start_section: str = ""
    start_bar: int = 1
    is_looped: bool = False
    click_level_db: int | None = 0
    certified: str | None = None
    verdict: str = ""
    began_at_daw: bool = False

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
    at_ns: int = 0

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
class TempoRow:
    """A tempo that a song was given for the day."""

    song: str
    tempo: str


@dataclass(frozen=True, slots=True)
class ClickLevelRow:
    """A level that the click was given for the day."""

    level_db: int
    is_muted: bool


@dataclass(frozen=True, slots=True)
class Logbook:
    """Everything that the log holds, in the order of writing."""

    takes: tuple[LoggedTakeRow, ...]
    flags: tuple[FlagRow, ...]
    incidents: tuple[IncidentRow, ...]
    presses: tuple[PressRow, ...]
    tempos: tuple[TempoRow, ...] = ()
    click_levels: tuple[ClickLevelRow, ...] = ()


def read_logbook(folder: Path) -> Logbook:
    """Read the log in `folder`. Raises sqlite3.Error or OSError where it cannot be read."""
    with closing(open_for_reading(folder)) as log:
        return Logbook(
            takes=tuple(_take(row) for row in log.execute(_TAKES)),
            flags=tuple(
                FlagRow(
                    *(row[0], row[1], BarBeat(row[2], row[3])),
                    is_whole_take=bool(row[4]),
                    is_taken_back=row[5] is not None,
                    at_ns=row[6],
                )
                for row in log.execute(
                    "SELECT take_id, kind, bar, beat, whole_take, taken_back_at_ns, at_ns FROM flags"
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
            tempos=tuple(
                TempoRow(*row)
                for row in log.execute("SELECT song, tempo FROM tempo_changes ORDER BY entry")
            ),
            click_levels=tuple(
                ClickLevelRow(row[0], is_muted=bool(row[1]))
                for row in log.execute("SELECT level_db, is_muted FROM click_levels ORDER BY entry")
            ),
        )


def _take(row: tuple[Any, ...]) -> LoggedTakeRow:
    return LoggedTakeRow(
        id=row[0],
        song=row[1],
        number=row[2],
        at_ns=row[3],
        first_click_ns=row[4],
        bar1_ns=row[5],
        how=row[6],
        end=_place(row[7], row[8]),
        ended_ns=row[9],
        tempo=row[10],
        tempo_ratio=Fraction(row[11]),
        start_section=row[12],
        start_bar=row[13],
        is_looped=bool(row[14]),
        click_level_db=row[15],
        certified=row[16],
        verdict=_verdict(row[17], _place(row[18], row[19])),
        began_at_daw=bool(row[20]),
    )


def _verdict(verdict: str, gap: BarBeat | None) -> str:
    """Say a verdict as a script does; in a song without bars there is no place to say."""
    if verdict == "gap" and gap is not None and gap.beat:
        return f"GAP BAR {gap.bar}" if gap.bar > 0 else "GAP COUNT-IN"
    return verdict.upper().replace("_", " ")


def _place(bar: int | None, beat: int | None) -> BarBeat | None:
    return None if bar is None or beat is None else BarBeat(bar, beat)
