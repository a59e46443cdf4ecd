"""A day in a studio that never was, written through the take log's own writer. For the report's picture.

Songs are those that come with the product. What the pedals said is in the log, and what people said of it
later lies over it, as on any other day.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import countoff.songs
from countoff.core.certificate import Certificate, Figures, Grade
from countoff.core.daw import DawPlace, KnownFrom, Verdict
from countoff.core.entries import (
    DawAnswered,
    DawPlaced,
    FlagKind,
    FlagMade,
    HowEnded,
    IncidentHappened,
    SessionStarted,
    TakeCertified,
    TakeClosed,
    TakeEnded,
    TakeJudged,
    TakeRolled,
    TakeStarted,
)
from countoff.core.tempo import BarBeat
from countoff.songs.reading import read_song
from countoff.takelog.editing import edit_log
from countoff.takelog.reader import TakeLog
from countoff.takelog.session_edits import note_of_session, set_engineer, set_player, set_room
from countoff.takelog.stamps import RehearsalStamps
from countoff.takelog.take_edits import Desk, note, rate, rename
from countoff.takelog.writer import TakeLogWriter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from countoff.core.entries import Entry
    from countoff.core.song import Song

START = datetime(2026, 11, 22, 9, 2, tzinfo=UTC)
SESSION_ID = "5e551010"
_EXAMPLES = Path(countoff.songs.__file__).parent / "examples"
_RATE_HZ = 48_000
_NS_PER_SECOND = 1_000_000_000
_NS_PER_MINUTE = 60 * _NS_PER_SECOND
_BAR1_AFTER_NS = 4_300_000_000
_RING_OUT_NS = 6 * _NS_PER_SECOND
_DEADLINE_S = 30.0
_KEEP, _FIX, _BAD, _MARK = FlagKind.KEEPER, FlagKind.FIX_HERE, FlagKind.NO_GOOD, FlagKind.MARKER


@dataclass(frozen=True, slots=True)
class Played:
    """A take of the day, as a script has it.

    minute:  after the session's beginning
    to_bar:  the last bar that was begun; None for the song's last
    section: where it began
    flags:   kind and bar, None for the whole take
    gap:     a bar in which the click had one
    """

    song: str
    number: int
    minute: float
    to_bar: int | None = None
    section: int = 0
    is_looped: bool = False
    how: HowEnded = HowEnded.ENDED
    flags: tuple[tuple[FlagKind, int | None], ...] = ()
    verdict: Verdict | None = Verdict.RECORDED
    gap: int | None = None

    @property
    def id(self) -> str:
        """Its id in the log."""
        return f"{self.song[:4]}{self.number:04}".replace("_", "0")


_FALSE, _CANCELLED = HowEnded.FALSE_START, HowEnded.CANCELLED
DAY = (
    Played("marble_stairs", 1, 38, flags=((_BAD, 9),)),
    Played("marble_stairs", 2, 43.5, 6, how=_FALSE),
    Played("marble_stairs", 3, 44.2, flags=((_KEEP, 14), (_FIX, 47))),
    Played("marble_stairs", 4, 50, flags=((_KEEP, None),), verdict=Verdict.NOT_SEEN),
    Played("marble_stairs", 5, 59, flags=((_FIX, 24), (_MARK, 30)), gap=53),
    Played("marble_stairs", 6, 66, 22, flags=((_BAD, None),)),
    Played("marble_stairs", 7, 71, 27, section=2, flags=((_KEEP, 26),)),
    Played("marble_stairs", 8, 75, 58, flags=((_FIX, 30),)),
    Played("long_way_down", 1, 104, 3, how=_FALSE),
    Played("long_way_down", 2, 104.4, 2, how=_FALSE),
    Played("long_way_down", 3, 105, flags=((_FIX, 17),)),
    Played("long_way_down", 4, 111, 0, how=_CANCELLED),
    Played("long_way_down", 5, 112, flags=((_KEEP, 30), (_KEEP, 8))),
    Played("long_way_down", 6, 118, 24, section=1, flags=((_KEEP, 20),)),
    Played("kingdom", 1, 196, 12, how=_FALSE),
    Played("kingdom", 2, 197, flags=((_FIX, 5),)),
    Played("kingdom", 3, 203),
    Played("kingdom", 4, 209, flags=((_KEEP, None),), gap=9),
    Played("kingdom", 5, 216, flags=((_KEEP, 18),)),
    Played("marble_stairs", 9, 240, flags=((_KEEP, 40),)),
    Played("paper_lanterns", 1, 262, 9, how=_FALSE),
    Played("paper_lanterns", 2, 263, flags=((_FIX, 12),)),
    Played("paper_lanterns", 3, 270, flags=((_KEEP, None),)),
)


def write_day(folder: Path) -> TakeLog:
    """Write the day's log into `folder`, and return it. Waits for the disk."""
    moment = [0]
    writer = TakeLogWriter(folder, RehearsalStamps(START, lambda: moment[0]), lambda _: None)
    writer.start()
    writer.submit(SessionStarted(SESSION_ID, 0))
    for played in DAY:
        for entry in _entries(played):
            writer.submit(entry)
    if not writer.stop(_DEADLINE_S):
        raise TimeoutError("The made-up day could not be written.")
    _say(folder)
    return TakeLog(folder)


def _song(name: str) -> Song:
    song, problems = read_song(_EXAMPLES / f"{name}.toml")
    if song is None or problems:
        raise ValueError("\n".join(str(problem) for problem in problems))
    return song


def _entries(played: Played) -> Iterator[Entry]:
    song = _song(played.song)
    chart = song.starting_at(played.section)
    at_ns = round(played.minute * _NS_PER_MINUTE)
    # Bar 1 is the song's, also where the take began at the bridge.
    first_s = chart.tempo_map.seconds_at_tick(chart.start_tick)
    bar1_ns = at_ns + _BAR1_AFTER_NS - round(first_s * _NS_PER_SECOND)
    last_bar = played.to_bar if played.to_bar is not None else _last_bar(song)

    def moment_ns(bar: int) -> int:
        return bar1_ns + round(_seconds(chart, bar) * _NS_PER_SECOND)

    def frame(at_ns: int) -> int:
        return round(Fraction(at_ns - bar1_ns, _NS_PER_SECOND) * _RATE_HZ)

    yield TakeStarted(
        id=played.id,
        session_id=SESSION_ID,
        song=song.title,
        number=played.number,
        tempo=str(chart.start_section.tempo),
        meter=str(chart.start_section.meter),
        chart=chart,
        tempo_ratio=Fraction(1),
        is_looped=played.is_looped,
        click_level_db=0,
        sample_rate_hz=_RATE_HZ,
        epoch=1,
        first_click_frame=-200_000,
        bar1_frame=0,
        at_ns=at_ns,
        first_click_ns=at_ns + 500_000_000,
        bar1_ns=bar1_ns,
        daw_can_answer=played.verdict is not None,
    )
    if played.how is _CANCELLED:
        ended_ns = closed_ns = at_ns + 2 * _NS_PER_SECOND
        yield TakeEnded(played.id, ended_ns, 1, frame(ended_ns), 0, 1, played.how)
    else:
        place = DawPlace(Fraction(600 * (DAY.index(played) + 1)) + Fraction("4.28"), KnownFrom.OSC)
        if played.verdict is Verdict.RECORDED:
            yield DawAnswered(played.id, at_ns + 45_000_000, 45_000_000)
        yield DawPlaced(played.id, at_ns + 100_000_000, place)
        yield TakeRolled(played.id, at_ns + _BAR1_AFTER_NS, 1, 0)
        for number, (kind, bar) in enumerate(played.flags):
            flag_ns = moment_ns(bar if bar is not None else last_bar) + 300_000_000
            yield FlagMade(
                f"{played.id}f{number}",
                played.id,
                kind,
                flag_ns,
                1,
                frame(flag_ns),
                bar or last_bar,
                1,
                "" if bar is None else _section(song, bar),
                bar is None,
            )
        if played.gap is not None:
            gap_ns = moment_ns(played.gap) + 700_000_000
            yield IncidentHappened(
                f"{played.id}i",
                gap_ns,
                played.id,
                "click gap",
                "149 frames were lost",
                1,
                frame(gap_ns),
                played.gap,
                2,
            )
        ended_ns = moment_ns(last_bar + 1) - 1_000_000
        closed_ns = ended_ns + (_RING_OUT_NS if played.how is HowEnded.ENDED else 0)
        beats = chart.sections[chart.section_index_at_tick(chart.start_tick)].meter.beats_per_bar
        yield TakeEnded(played.id, ended_ns, 1, frame(ended_ns), last_bar, beats, played.how)
    yield TakeClosed(played.id, closed_ns)
    if played.verdict is not None:
        yield TakeJudged(played.id, closed_ns, played.verdict, None, proves_arming=False)
    yield TakeCertified(
        played.id, closed_ns + _NS_PER_SECOND // 2, _certificate(played, closed_ns - at_ns)
    )


def _last_bar(song: Song) -> int:
    index = len(song.sections) - 1
    return song.first_bars[index] + (song.sections[index].bars or 24) - 1


def _section(song: Song, bar: int) -> str:
    index = max(
        i for i, first in enumerate(song.first_bars) if first <= max(bar, song.first_bars[0])
    )
    return song.sections[index].name


def _seconds(chart: Song, bar: int) -> Fraction:
    """Return when a bar of the whole song came, in seconds after its bar 1."""
    index = max((i for i, first in enumerate(chart.first_bars) if first <= bar), default=0)
    bars = bar - chart.first_bars[index]
    tick = chart.start_ticks[index] + bars * chart.sections[index].meter.ticks_per_bar
    return chart.tempo_map.seconds_at_tick(tick)


def _certificate(played: Played, length_ns: int) -> Certificate:
    if played.how is _CANCELLED:
        return Certificate(Grade.BY_COUNTERS, True, "NO CLICK DUE", "no click was due")  # noqa: FBT003
    due = length_ns * _RATE_HZ // _NS_PER_SECOND
    figures = Figures(
        rate_hz=_RATE_HZ,
        frames_due=due,
        frames_delivered=due,
        blocks=due // 512,
        late_blocks=1,
        longest_wait_ms=4.1,
        longest_run_ms=0.3,
        epochs=(1,),
        fifo=True,
        memory_locked=True,
        midi_sent=2,
        midi_worst_late_ms=0.02,
        midi_lateness=(2,),
        clock_ppm=17.42,
        clock_uncertainty_ppm=0.31,
        clock_over_s=round(length_ns / _NS_PER_SECOND, 1),
    )
    clean = Certificate(
        Grade.BY_COUNTERS, is_clean=True, words="CLICK CLEAN", summary="clean", figures=figures
    )
    if played.gap is None:
        return clean
    place = BarBeat(played.gap, 2)
    return replace(
        clean,
        is_clean=False,
        words=f"1 GAP BAR {played.gap}",
        summary=f"1 gap of 3.1 ms at bar {place}",
        notes=("The sound server reported 2 xruns.",),
        figures=replace(
            figures, frames_delivered=due - 149, frames_lost=149, gaps=1, server_xruns=2
        ),
    )


def _say(folder: Path) -> None:
    """Say of the day what people say of it."""
    log = TakeLog(folder)
    session = log.session()
    stamp = RehearsalStamps(START, lambda: 300 * _NS_PER_MINUTE).now()
    with edit_log(folder) as connection:
        desk = Desk(connection, stamp)
        set_engineer(desk, session, "Mona Lindqvist")
        set_room(desk, session, "Studio 2, live room")
        for player, instrument in (
            ("Ann Okafor", "drums"),
            ("Bo Larsen", "bass"),
            ("Chiara Neri", "guitar"),
            ("Dev Patel", "Rhodes"),
        ):
            set_player(desk, session, player, instrument, None)
        set_player(desk, session, "Bo Larsen", "double bass", "Paper Lanterns")
        note_of_session(
            desk, session, "New snare head after lunch; takes before that sound darker."
        )
        note_of_session(desk, session, "Room mics moved back half a metre for Paper Lanterns.")
        for name, rating in (
            ("Marble Stairs:3", 3),
            ("Marble Stairs:5", 4),
            ("Long Way Down:5", 5),
            ("Kingdom:4", 4),
            ("Kingdom:5", 3),
            ("Paper Lanterns:3", 5),
        ):
            rate(desk, name, rating)
        note(desk, "Marble Stairs:5", "bass late in Chorus 1")
        note(desk, "Long Way Down:5", "the one; only the last chord is short")
        rename(desk, "Marble Stairs:9", "after lunch")
