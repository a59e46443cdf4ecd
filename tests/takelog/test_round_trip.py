"""Whatever is written is read back: random sessions against a plain-Python idea of a log."""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from countoff.core.entries import (
    ClickRejoined,
    ClickSilenced,
    Entry,
    FlagChanged,
    FlagKind,
    FlagMade,
    FlagTakenBack,
    HowEnded,
    IncidentHappened,
    PressLogged,
    SessionStarted,
    TakeClosed,
    TakeEnded,
    TakePosition,
    TakeRolled,
    TakeStarted,
)
from countoff.core.song import free_song, steady_song
from countoff.core.tempo import Tempo
from countoff.takelog.reader import TakeLog
from countoff.takelog.reports import LogReport, LogSaved
from countoff.takelog.stamps import Stamp
from countoff.takelog.writer import TakeLogWriter

if TYPE_CHECKING:
    from countoff.takelog.reader import TakeDetail
    from countoff.takelog.summaries import TakeSummary

DEADLINE_S = 30.0
INTEGERS = st.integers(-(2**63), 2**63 - 1)
SMALL = st.integers(-20, 2000)
RATIOS = st.fractions("1/10", 10, max_denominator=10_000)
CHARTS = (
    steady_song("Harbour", Tempo(Fraction("92.5")), first_bars=[("Verse", 1), ("Out", 9)]),
    steady_song("Harbour", Tempo(Fraction(92)), first_bars=[("Verse", 1), ("Out", 9)]).starting_at(
        1
    ),
    free_song("Air"),
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
PICK = st.integers(0, 2**16)
Draw = Callable[[st.SearchStrategy[Any]], Any]


class Counting:
    """Stamps that name the entry: as honest or not as its host time is even or odd."""

    def stamp(self, at_ns: int) -> Stamp:
        """Return a stamp that can be told from every other."""
        return Stamp(at_ns, f"utc of {at_ns}", f"boot {at_ns % 3}", at_ns % 2 == 0)

    def now(self) -> Stamp:
        """Return the stamp of host time 0."""
        return self.stamp(0)


@dataclass
class Expected:
    """A take as it should be read back."""

    started: TakeStarted
    status: str = "counting_in"
    how: str | None = None
    place: tuple[int, int] | None = None
    place_ns: int = 0
    end: tuple[int, int, int, int] | None = None
    end_ns: int = 0
    silenced: tuple[int, int] | None = None
    events: list[tuple[str, str]] = field(default_factory=lambda: [("started", "counting_in")])
    rejoined: list[ClickRejoined] = field(default_factory=list)
    flags: list[FlagMade] = field(default_factory=list)
    kinds: dict[str, FlagKind] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    taken_back: dict[str, int] = field(default_factory=dict)
    incidents: list[IncidentHappened] = field(default_factory=list)
    presses: list[PressLogged] = field(default_factory=list)


LIFE = ("roll", "rejoin", "position", "silence", "end", "close")
FLAGGING = ("change", "take back")


@st.composite
def sessions(draw: Draw) -> tuple[list[Entry], dict[str, Expected]]:
    """Draw a session's entries, and what the log should say after them."""
    entries: list[Entry] = [SessionStarted("s", draw(INTEGERS))]
    takes: dict[str, Expected] = {}
    flag_takes: dict[str, Expected] = {}
    for number in range(draw(st.integers(0, 40))):
        kind = draw(st.sampled_from(["start", *LIFE, "flag", *FLAGGING, "press", "incident"]))
        if kind == "start" or not takes:
            started = start(draw, number)
            takes[started.id] = Expected(started)
            entries.append(started)
            continue
        take = list(takes.values())[draw(PICK) % len(takes)]
        if kind in LIFE:
            entries.append(live(draw, take, kind))
        elif kind == "flag":
            made = flag(draw, take, f"flag {number}")
            flag_takes[made.id] = take
            entries.append(made)
        elif kind in FLAGGING:
            if flag_takes:
                flag_id = list(flag_takes)[draw(PICK) % len(flag_takes)]
                entries.append(reflag(draw, flag_takes[flag_id], flag_id, kind))
        elif kind == "press":
            entries.append(press(draw, take, f"press {number}"))
        else:
            entries.append(incident(draw, take, f"incident {number}"))
    return entries, takes


def start(draw: Draw, number: int) -> TakeStarted:
    """Draw the start of a take."""
    return TakeStarted(
        id=f"take {number:02}",
        session_id="s",
        song=draw(TEXT),
        number=draw(SMALL),
        tempo=draw(TEXT),
        meter=draw(TEXT),
        chart=draw(st.sampled_from(CHARTS)),
        tempo_ratio=draw(RATIOS),
        is_looped=draw(st.booleans()),
        click_level_db=draw(st.none() | st.integers(-40, 0)),
        sample_rate_hz=draw(SMALL),
        epoch=draw(SMALL),
        first_click_frame=draw(INTEGERS),
        bar1_frame=draw(INTEGERS),
        at_ns=draw(INTEGERS),
        first_click_ns=draw(INTEGERS),
        bar1_ns=draw(INTEGERS),
    )


def live(draw: Draw, take: Expected, kind: str) -> Entry:
    """Draw something that happens to a take, in whatever order such things may come."""
    take_id, at_ns = take.started.id, draw(INTEGERS)
    place = (draw(SMALL), draw(INTEGERS), draw(SMALL), draw(SMALL))
    if kind == "roll":
        if take.status == "counting_in":
            take.status = "rolling"
        take.events.append(("rolled", take.status))
        return TakeRolled(take_id, at_ns, *place[:2])
    if kind == "rejoin":
        rejoined = ClickRejoined(
            *(take_id, at_ns, place[0], draw(SMALL), *place[1:]),
            *(draw(INTEGERS), draw(INTEGERS)),
        )
        take.rejoined.append(rejoined)
        take.events.append(("rejoined", take.status))
        return rejoined
    if kind == "position":
        take.place, take.place_ns = place[2:], at_ns
        return TakePosition(take_id, at_ns, *place)
    if kind == "silence":
        take.silenced = place[:2]
        take.events.append(("silenced", take.status))
        return ClickSilenced(take_id, at_ns, *place[:2])
    if kind == "end":
        how = draw(st.sampled_from(HowEnded))
        if take.status in {"counting_in", "rolling", "ring_out"}:
            take.status = "ring_out" if how is HowEnded.ENDED else how.value
            take.how, take.end, take.end_ns = how.value, place, at_ns
        take.events.append(("ended", take.status))
        return TakeEnded(take_id, at_ns, *place, how)
    if take.status == "ring_out":
        take.status = "ended"
    take.events.append(("closed", take.status))
    return TakeClosed(take_id, at_ns)


def flag(draw: Draw, take: Expected, flag_id: str) -> FlagMade:
    """Draw a flag."""
    made = FlagMade(
        *(flag_id, take.started.id, draw(st.sampled_from(FlagKind)), draw(INTEGERS)),
        *(draw(SMALL), draw(INTEGERS), draw(SMALL), draw(SMALL), draw(TEXT), draw(st.booleans())),
    )
    take.flags.append(made)
    take.kinds[made.id] = made.kind
    return made


def reflag(draw: Draw, take: Expected, flag_id: str, kind: str) -> FlagChanged | FlagTakenBack:
    """Draw a change of a flag's mind."""
    at_ns = draw(INTEGERS)
    if kind == "change":
        take.kinds[flag_id] = draw(st.sampled_from(FlagKind))
        take.changed[flag_id] = at_ns
        return FlagChanged(flag_id, take.kinds[flag_id], at_ns)
    take.taken_back[flag_id] = at_ns
    return FlagTakenBack(flag_id, at_ns)


def press(draw: Draw, take: Expected, press_id: str) -> PressLogged:
    """Draw a press, of this take or of none."""
    logged = PressLogged(
        *(press_id, draw(INTEGERS), draw(TEXT), draw(TEXT), draw(TEXT)),
        *(draw(st.sampled_from([take.started.id, None])), draw(TEXT)),
    )
    if logged.take_id is not None:
        take.presses.append(logged)
    return logged


def incident(draw: Draw, take: Expected, incident_id: str) -> IncidentHappened:
    """Draw an incident, of this take or of none, somewhere or nowhere."""
    happened = IncidentHappened(
        *(incident_id, draw(INTEGERS), draw(st.sampled_from([take.started.id, None]))),
        *(draw(TEXT), draw(TEXT)),
        *draw(st.one_of(st.tuples(SMALL, INTEGERS, SMALL, SMALL), st.just((None,) * 4))),
    )
    if happened.take_id is not None:
        take.incidents.append(happened)
    return happened


@settings(max_examples=150, deadline=None)
@given(drawn=sessions(), pauses=st.sets(st.integers(0, 40)))
def test_random_sessions_are_read_back_as_they_were_written(
    drawn: tuple[list[Entry], dict[str, Expected]], pauses: set[int]
) -> None:
    """In whatever transactions the entries fall, every field of every one is in the log, in order."""
    entries, takes = drawn
    with tempfile.TemporaryDirectory() as folder:
        reports: list[LogReport] = []
        writer = TakeLogWriter(Path(folder), Counting(), reports.append)
        writer.start()
        for number, entry in enumerate(entries):
            writer.submit(entry)
            if number in pauses:
                assert writer.wait_saved(DEADLINE_S)
        assert writer.stop(DEADLINE_S)
        assert all(isinstance(report, LogSaved) for report in reports), reports
        log = TakeLog(Path(folder))
        (session,) = log.sessions()
        assert (session.id, session.take_count) == ("s", len(takes))
        assert [summary.id for summary in log.takes("s")] == list(takes)
        for summary in log.takes():
            check_summary(summary, takes[summary.id])
        for take_id, expected in takes.items():
            check_detail(log.take(take_id), expected)


def in_bars(expected: Expected, place: Any) -> Any:
    """Return a place as it is read back: a song without tempo has no bars."""
    return (None, None) if expected.started.chart.is_free else place


def in_seconds(expected: Expected, at_ns: int) -> float | None:
    """Return a place in a song without bars: how long after its first downbeat."""
    if not expected.started.chart.is_free:
        return None
    return max(0, at_ns - expected.started.bar1_ns) / 1_000_000_000


def check_summary(summary: TakeSummary, expected: Expected) -> None:
    """Compare a summary with what was written."""
    started = expected.started
    assert (summary.song, summary.number) == (started.song, started.number)
    assert (summary.status, summary.how) == (expected.status, expected.how)
    assert summary.started_utc == f"utc of {started.at_ns}"
    assert summary.started_label.endswith("?") == (started.at_ns % 2 == 1)
    chart = started.chart
    assert (summary.start_section, summary.is_looped) == (
        *(chart.start_section.name, started.is_looped),
    )
    place, at_ns = (
        (expected.place, expected.place_ns)
        if expected.end is None
        else (expected.end[2:], expected.end_ns)
    )
    assert (summary.last_bar, summary.last_beat) == in_bars(expected, place or (None, None))
    assert summary.elapsed_s == (None if place is None else in_seconds(expected, at_ns))
    assert [
        (mark.kind, mark.bar, mark.beat, mark.elapsed_s, mark.section, mark.whole_take)
        for mark in summary.flags
    ] == [
        (
            expected.kinds[made.id].value,
            *in_bars(expected, (made.bar, made.beat)),
            in_seconds(expected, made.at_ns),
            made.section,
            made.whole_take,
        )
        for made in expected.flags
        if made.id not in expected.taken_back
    ]
    assert summary.incident_count == len(expected.incidents)


def check_detail(detail: TakeDetail, expected: Expected) -> None:
    """Compare all that belongs to a take with what was written."""
    started = expected.started
    check_summary(detail.summary, expected)
    for name in (
        *("meter", "click_level_db", "sample_rate_hz", "epoch"),
        *("first_click_frame", "bar1_frame", "first_click_ns", "bar1_ns"),
    ):
        assert getattr(detail, name) == getattr(started, name)
    assert Fraction(detail.tempo_ratio) == started.tempo_ratio
    assert detail.click_is_muted is (started.click_level_db is None)
    assert tomllib.loads(detail.chart or "")["title"] == started.chart.title
    assert detail.stamp == Counting().stamp(started.at_ns)
    assert (detail.silenced_epoch, detail.silenced_frame) == (expected.silenced or (None, None))
    end = (None, None) if expected.end is None else expected.end[:2]
    assert (detail.end_epoch, detail.end_frame) == end
    assert [(event.event, event.status) for event in detail.events] == expected.events
    rejoined = [event for event in detail.events if event.event == "rejoined"]
    for event, entry in zip(rejoined, expected.rejoined, strict=True):
        for name in ("epoch", "sample_rate_hz", "frame", "bar1_frame", "bar1_ns"):
            assert getattr(event, name) == getattr(entry, name)
        assert (event.bar, event.beat) == in_bars(expected, (entry.bar, entry.beat))
    for found, made in zip(detail.flags, expected.flags, strict=True):
        assert (found.id, found.made_kind, found.kind) == (
            made.id,
            made.kind,
            expected.kinds[made.id],
        )
        assert (found.epoch, found.frame) == (made.epoch, made.frame)
        assert (found.bar, found.beat) == in_bars(expected, (made.bar, made.beat))
        assert found.stamp == Counting().stamp(made.at_ns)
        for since, at_ns in (
            (found.changed_utc, expected.changed.get(made.id)),
            (found.taken_back_utc, expected.taken_back.get(made.id)),
        ):
            assert since == (None if at_ns is None else f"utc of {at_ns}")
    for found, happened in zip(detail.incidents, expected.incidents, strict=True):
        assert (found.id, found.kind, found.detail) == (
            *(happened.id, happened.kind, happened.detail),
        )
        assert (found.epoch, found.frame) == (happened.epoch, happened.frame)
        assert (found.bar, found.beat) == in_bars(expected, (happened.bar, happened.beat))
    for found, logged in zip(detail.presses, expected.presses, strict=True):
        assert (found.id, found.pedal, found.gesture, found.phase, found.did) == (
            *(logged.id, logged.pedal, logged.gesture, logged.phase, logged.did),
        )
