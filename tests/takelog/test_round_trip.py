"""Whatever is written is read back: random sessions against a plain-Python idea of a log."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from countoff.core.entries import (
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
from countoff.takelog.reader import TakeLog
from countoff.takelog.reports import LogReport, LogSaved
from countoff.takelog.stamps import Stamp
from countoff.takelog.writer import TakeLogWriter

if TYPE_CHECKING:
    from collections.abc import Callable

    from countoff.takelog.reader import TakeDetail
    from countoff.takelog.summaries import TakeSummary

DEADLINE_S = 30.0
INTEGERS = st.integers(-(2**63), 2**63 - 1)
SMALL = st.integers(-20, 2000)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
PICK = st.integers(0, 2**16)


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
    end: tuple[int, int, int] | None = None
    silenced: int | None = None
    events: list[tuple[str, str]] = field(default_factory=lambda: [("started", "counting_in")])
    flags: list[FlagMade] = field(default_factory=list)
    kinds: dict[str, FlagKind] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    taken_back: dict[str, int] = field(default_factory=dict)
    incidents: list[IncidentHappened] = field(default_factory=list)
    presses: list[PressLogged] = field(default_factory=list)


@st.composite
def sessions(draw: Callable) -> tuple[list[Entry], dict[str, Expected]]:
    """Draw a session's entries, and what the log should say after them."""
    entries: list[Entry] = [SessionStarted("s", draw(INTEGERS))]
    takes: dict[str, Expected] = {}
    flag_takes: dict[str, Expected] = {}
    for number in range(draw(st.integers(0, 40))):
        at_ns = draw(INTEGERS)
        kind = draw(st.sampled_from(KINDS)) if takes else "start"
        take = list(takes.values())[draw(PICK) % len(takes)] if takes else None
        if kind == "start" or take is None:
            started = TakeStarted(
                id=f"take {number}",
                session_id="s",
                song=draw(TEXT),
                number=draw(SMALL),
                tempo=draw(TEXT),
                meter=draw(TEXT),
                count_in_bars=draw(SMALL),
                sample_rate_hz=draw(SMALL),
                epoch=draw(SMALL),
                first_click_frame=draw(INTEGERS),
                bar1_frame=draw(INTEGERS),
                at_ns=at_ns,
                first_click_ns=draw(INTEGERS),
                bar1_ns=draw(INTEGERS),
            )
            takes[started.id] = Expected(started)
            entries.append(started)
            continue
        take_id = take.started.id
        place = (draw(INTEGERS), draw(SMALL), draw(SMALL))
        if kind == "roll":
            entries.append(TakeRolled(take_id, at_ns, place[0]))
            if take.status == "counting_in":
                take.status = "rolling"
            take.events.append(("rolled", take.status))
        elif kind == "position":
            entries.append(TakePosition(take_id, at_ns, *place))
            take.place = place[1:]
        elif kind == "silence":
            entries.append(ClickSilenced(take_id, at_ns, place[0]))
            take.silenced = place[0]
            take.events.append(("silenced", take.status))
        elif kind == "end":
            how = draw(st.sampled_from(HowEnded))
            entries.append(TakeEnded(take_id, at_ns, *place, how))
            if take.status in {"counting_in", "rolling", "ring_out"}:
                take.status = "ring_out" if how is HowEnded.ENDED else how.value
                take.how, take.end = how.value, place
            take.events.append(("ended", take.status))
        elif kind == "close":
            entries.append(TakeClosed(take_id, at_ns))
            if take.status == "ring_out":
                take.status = "ended"
            take.events.append(("closed", take.status))
        elif kind == "flag":
            flag_kind = draw(st.sampled_from(FlagKind))
            whole = draw(st.booleans())
            made = FlagMade(f"flag {number}", take_id, flag_kind, at_ns, *place, draw(TEXT), whole)
            entries.append(made)
            take.flags.append(made)
            take.kinds[made.id] = flag_kind
            flag_takes[made.id] = take
        elif kind in {"change", "take back"}:
            if not flag_takes:
                continue
            flag_id = list(flag_takes)[draw(PICK) % len(flag_takes)]
            owner = flag_takes[flag_id]
            if kind == "change":
                owner.kinds[flag_id] = draw(st.sampled_from(FlagKind))
                owner.changed[flag_id] = at_ns
                entries.append(FlagChanged(flag_id, owner.kinds[flag_id], at_ns))
            else:
                owner.taken_back[flag_id] = at_ns
                entries.append(FlagTakenBack(flag_id, at_ns))
        elif kind == "press":
            press = PressLogged(
                f"press {number}",
                at_ns,
                *(draw(TEXT), draw(TEXT), draw(TEXT)),
                draw(st.sampled_from([take_id, None])),
                draw(TEXT),
            )
            entries.append(press)
            if press.take_id is not None:
                take.presses.append(press)
        else:
            where = draw(st.sampled_from([place, (None, None, None)]))
            incident = IncidentHappened(
                f"incident {number}",
                at_ns,
                draw(st.sampled_from([take_id, None])),
                *(draw(TEXT), draw(TEXT)),
                *where,
            )
            entries.append(incident)
            if incident.take_id is not None:
                take.incidents.append(incident)
    return entries, takes


KINDS = [
    *("start", "roll", "position", "silence", "end", "close"),
    *("flag", "change", "take back", "press", "incident"),
]


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
        for take_id, expected in list(takes.items())[:5]:
            (detail,) = [log.take(take_id)] if is_unambiguous(take_id, takes) else [None]
            if detail is not None:
                check_summary(detail.summary, expected)
                check_detail(detail, expected)


def is_unambiguous(take_id: str, takes: dict[str, Expected]) -> bool:
    """Tell whether no other id begins with this one."""
    return sum(other.startswith(take_id) for other in takes) == 1


def check_summary(summary: TakeSummary, expected: Expected) -> None:
    """Compare a summary with what was written."""
    started = expected.started
    assert (summary.song, summary.number) == (started.song, started.number)
    assert (summary.status, summary.how) == (expected.status, expected.how)
    assert summary.started_utc == f"utc of {started.at_ns}"
    assert summary.started_label.endswith("?") == (started.at_ns % 2 == 1)
    place = expected.place if expected.end is None else expected.end[1:]
    assert (summary.last_bar, summary.last_beat) == (place or (None, None))
    assert [
        (flag.kind, flag.bar, flag.beat, flag.section, flag.whole_take) for flag in summary.flags
    ] == [
        (expected.kinds[flag.id].value, flag.bar, flag.beat, flag.section, flag.whole_take)
        for flag in expected.flags
        if flag.id not in expected.taken_back
    ]
    assert summary.incident_count == len(expected.incidents)


def check_detail(detail: TakeDetail, expected: Expected) -> None:
    """Compare all that belongs to a take with what was written."""
    started = expected.started
    for name in (
        *("tempo", "meter", "count_in_bars", "sample_rate_hz", "epoch"),
        *("first_click_frame", "bar1_frame", "first_click_ns", "bar1_ns"),
    ):
        assert getattr(detail, name) == getattr(started, name)
    assert detail.stamp == Counting().stamp(started.at_ns)
    assert detail.silenced_frame == expected.silenced
    assert detail.end_frame == (None if expected.end is None else expected.end[0])
    assert [(event.event, event.status) for event in detail.events] == expected.events
    for flag, made in zip(detail.flags, expected.flags, strict=True):
        assert (flag.id, flag.made_kind, flag.kind) == (made.id, made.kind, expected.kinds[made.id])
        assert (flag.frame, flag.bar, flag.beat) == (made.frame, made.bar, made.beat)
        assert flag.stamp == Counting().stamp(made.at_ns)
        for since, at_ns in (
            (flag.changed_utc, expected.changed.get(made.id)),
            (flag.taken_back_utc, expected.taken_back.get(made.id)),
        ):
            assert since == (None if at_ns is None else f"utc of {at_ns}")
    for incident, happened in zip(detail.incidents, expected.incidents, strict=True):
        assert (incident.id, incident.kind, incident.detail) == (
            *(happened.id, happened.kind, happened.detail),
        )
        assert (incident.frame, incident.bar, incident.beat) == (
            *(happened.frame, happened.bar, happened.beat),
        )
    for press, logged in zip(detail.presses, expected.presses, strict=True):
        assert (press.id, press.pedal, press.gesture, press.phase, press.did) == (
            *(logged.id, logged.pedal, logged.gesture, logged.phase, logged.did),
        )
