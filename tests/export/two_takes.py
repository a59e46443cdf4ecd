"""Two takes of a song whose bars last two seconds; the comp is of the first, with the second's chorus."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.export.drawn_recordings import matched, recording
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
from countoff.export.from_log import stacked
from countoff.export.recordings.values import (
    BarOneFrom,
    MatchedTake,
    PlacedRecording,
    TakeTrack,
)
from countoff.export.session_reading import read_session
from countoff.takelog.reader import TakeLog

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from countoff.core.entries import Entry
    from countoff.export.recordings.values import MatchedRecordings
    from countoff.export.session_reading import SessionRead
    from countoff.export.timeline import Timeline

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


def recorded(
    *, late_frames: int = -192_007, length_frames: int = 20 * RATE_HZ
) -> MatchedRecordings:
    """Return what two microphones gave of both takes: where in each it begins after bar 1, and how long it is."""
    return matched(
        [
            MatchedTake(
                f"take{number}",
                f"P{number}",
                tuple(
                    TakeTrack(
                        name,
                        (
                            PlacedRecording(
                                recording(f"{name} {number}.wav", RATE_HZ, length_frames),
                                late_frames,
                            ),
                        ),
                    )
                    for name in ("Kick", "Snare")
                ),
                BarOneFrom.ANSWER,
                20,
            )
            for number in (1, 2)
        ]
    )


def stacked_takes(folder: Path) -> tuple[Timeline, SessionRead]:
    """Return the two on one bar 1, five seconds before which there is room; `folder` takes the log."""
    two_takes().write(folder)
    read = read_session(TakeLog(folder))
    return stacked(read, read.songs[0], least_before_s=Fraction(5)), read


def with_second_piece(timeline: Timeline, **changes: int) -> Timeline:
    """Return the timeline with the comp's second piece changed."""
    (song,) = timeline.songs
    assert song.comp is not None
    first, second, third = song.comp.pieces
    pieces = (first, replace(second, **changes), third)
    return replace(timeline, songs=(replace(song, comp=replace(song.comp, pieces=pieces)),))


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
