"""A day whose names are the worst that people can type, in a real log: markup, two directions, no spaces."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tests.takelog.conftest import Room

from countoff.core.certificate import Certificate, Figures, Grade
from countoff.core.daw import DawPlace, KnownFrom, Verdict
from countoff.core.entries import (
    DawPlaced,
    FlagKind,
    HowEnded,
    TakeCertified,
    TakeJudged,
)
from countoff.core.song import steady_song
from countoff.core.tempo import BarBeat, Tempo
from countoff.takelog.editing import edit_log
from countoff.takelog.edits import Edit, EditKind, write_edit

if TYPE_CHECKING:
    from pathlib import Path

    from countoff.core.entries import Entry

MARKUP = '<script>alert(1)</script> & "Co" \'</style><img src=x onerror=alert(2)>'
HEBREW = "\u05e9\u05dc\u05d5\u05dd (take two) \u05e2\u05d5\u05dc\u05dd"
EMOJI = "\N{DRUM WITH DRUMSTICKS}\N{FIRE} Caf\u00e9 {{ 7 * 7 }} {% raw %}"
LONG = "Unbreakable" * 18 + "ab"
"""200 characters without a space."""
NAMES = (MARKUP, HEBREW, EMOJI, LONG)
_MINUTE_NS = 60_000_000_000
_SECTIONS = 16
_TAKES = 17
# Those of a name in a song file; the log takes any.
_MOST_CHARACTERS = 80


def write_nasty_day(folder: Path) -> None:
    """Write the day: a song of 16 sections with 17 takes, and one take of each of the others."""
    room = Room(folder)
    entries: list[Entry] = [room.session()]
    for number in range(1, _TAKES + 1):
        entries += _take(room, MARKUP, number)
    for name in NAMES[1:]:
        entries += _take(room, name, 1)
    room.write(*entries)
    said = [
        Edit(EditKind.ENGINEER, MARKUP, session_id="s1"),
        Edit(EditKind.ROOM, LONG, session_id="s1"),
        *(
            Edit(EditKind.PLAYER, {"player": name, "instrument": other}, session_id="s1")
            for name, other in zip(NAMES, reversed(NAMES), strict=True)
        ),
        *(Edit(EditKind.NOTE, name, session_id="s1") for name in NAMES),
        *(Edit(EditKind.NAME, name, take_id=f"m{i:03}") for i, name in enumerate(NAMES, 1)),
        *(Edit(EditKind.NOTE, name, take_id=f"m{i:03}") for i, name in enumerate(NAMES, 1)),
        Edit(EditKind.RATING, 5, take_id="m009"),
    ]
    with edit_log(folder) as connection:
        for edit in said:
            write_edit(connection, edit, room.stamps.now())


def _take(room: Room, name: str, number: int) -> list[Entry]:
    take_id = f"m{number:03}" if name == MARKUP else f"n{NAMES.index(name):03}"
    chart = steady_song(
        name[:_MOST_CHARACTERS],
        Tempo(Fraction(240)),
        first_bars=[
            (f"{NAMES[index % 4][:70]} {index + 1}", 1 + 4 * index) for index in range(_SECTIONS)
        ],
        bars=4 * _SECTIONS,
    )
    room.at_ns += 4 * _MINUTE_NS
    started: Any = replace(room.take(take_id, name, number, chart=chart), daw_can_answer=True)
    flag = replace(
        room.flag(f"f{take_id}", take_id, list(FlagKind)[number % 4]),
        section=chart.sections[number % _SECTIONS].name,
        bar=1 + 4 * (number % _SECTIONS),
    )
    is_false = number % 5 == 1
    entries: list[Entry] = [
        started,
        DawPlaced(take_id, room.at_ns, DawPlace(Fraction(600 * number), KnownFrom.TIME_CODE)),
        room.rolled(take_id),
        flag,
        replace(room.incident(f"i{take_id}", take_id), detail=MARKUP, kind="click gap"),
    ]
    room.at_ns += 20_000_000_000 if is_false else 4 * _SECTIONS * 1_000_000_000
    end = room.ended(
        take_id,
        9 if is_false else 4 * _SECTIONS,
        HowEnded.FALSE_START if is_false else HowEnded.ENDED,
    )
    verdict = Verdict.NOT_SEEN if number % 7 == 0 else Verdict.RECORDED
    return [
        *entries,
        replace(end, beat=4),
        room.closed(take_id),
        TakeJudged(take_id, room.at_ns, verdict, None, proves_arming=False),
        TakeCertified(take_id, room.at_ns, _certificate(number)),
    ]


def _certificate(number: int) -> Certificate:
    is_clean = number % 3 != 0
    place = BarBeat(number, 2)
    return Certificate(
        Grade.BY_COUNTERS,
        is_clean=is_clean,
        words="CLICK CLEAN" if is_clean else f"1 GAP BAR {number}",
        summary="clean" if is_clean else f"1 gap of 3.1 ms at bar {place}",
        notes=() if is_clean else (f"The sound server said {MARKUP}.",),
        figures=Figures(rate_hz=48_000, frames_due=9, frames_delivered=9, blocks=1, epochs=(1,)),
    )
