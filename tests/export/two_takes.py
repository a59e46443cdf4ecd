"""Two takes of a song of one bar a second each two seconds, whose comp has the second's chorus."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from tests.export.made_days import MadeDay, MadeTake

from countoff.core.entries import (
    FlagKind,
    FlagMade,
    HowEnded,
    SessionStarted,
    TakeClosed,
    TakeEnded,
    TakeRolled,
    TakeStarted,
)
from countoff.core.section import Section
from countoff.core.song import Song
from countoff.core.tempo import Tempo
from countoff.core.tempo_map import TempoSpan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from countoff.core.entries import Entry

RATE_HZ = 48_000
_NS = 1_000_000_000
_MUSIC_S = 12
# Two bars of two seconds each.
SONG = Song(
    "Harbour",
    tuple(
        Section(name, 2, (TempoSpan(0, Tempo(Fraction(120))),))
        for name in ("Verse", "Chorus", "Outro")
    ),
)


def two_takes() -> MadeDay:
    """Return the day: bar 5, beat 1 is the outro's; T1 is to be fixed in its chorus, bar 3."""
    entries: list[Entry] = [SessionStarted("s1", 1)]
    takes = []
    for number in (1, 2):
        take_id = f"take{number}"
        takes.append(MadeTake(take_id, SONG.title, number, number, "ended", None, ""))
        entries += _entries(take_id, number)
    return MadeDay(RATE_HZ, "unknown", takes, entries, [])


def _entries(take_id: str, number: int) -> Iterator[Entry]:
    # The press is four seconds before bar 1.
    press_s = 100 * number
    bar1_s = press_s + 4
    ends_s = bar1_s + _MUSIC_S
    yield TakeStarted(
        id=take_id, session_id="s1", song=SONG.title, number=number, tempo="120", meter="4/4",
        chart=SONG, tempo_ratio=Fraction(1), is_looped=False, click_level_db=0,
        sample_rate_hz=RATE_HZ, epoch=number, first_click_frame=press_s * RATE_HZ,
        bar1_frame=bar1_s * RATE_HZ, at_ns=press_s * _NS, first_click_ns=press_s * _NS,
        bar1_ns=bar1_s * _NS, daw_can_answer=False,
    )  # fmt: skip
    yield TakeRolled(take_id, bar1_s * _NS, number, bar1_s * RATE_HZ)
    kind, at_s = (FlagKind.FIX_HERE, bar1_s + 4) if number == 1 else (FlagKind.MARKER, bar1_s)
    bar = (at_s - bar1_s) // 2 + 1
    yield FlagMade(
        f"flag{number}", take_id, kind, at_s * _NS, number, at_s * RATE_HZ, bar, 1,
        "Chorus" if number == 1 else "Verse", whole_take=False,
    )  # fmt: skip
    if number == 1:
        yield FlagMade(
            "whole", take_id, FlagKind.KEEPER, ends_s * _NS, number, ends_s * RATE_HZ, 6, 4, "",
            whole_take=True,
        )  # fmt: skip
    yield TakeEnded(take_id, ends_s * _NS, number, ends_s * RATE_HZ, 6, 4, HowEnded.ENDED)
    yield TakeClosed(take_id, (ends_s + 2) * _NS)
