"""Certificates: what is said of a take's click, for whatever was counted and whatever went wrong."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.core.certificate import (
    Certificate,
    Evidence,
    Grade,
    certificate,
    drift_between,
)
from countoff.core.click_faults import ClickFault, FaultKind
from countoff.core.counts import (
    LATENESS_LIMITS_NS,
    SenderCounts,
    SenderSum,
    StreamCounts,
    StreamSum,
)
from countoff.core.tempo import BarBeat
from countoff.core.timebase import ClockFit

MS = 1_000_000
S = 1000 * MS
# What an OLED of 128 pixels shows in its smallest letters beside three marks.
WIDEST_WORDS = 22

COUNTED = StreamSum(
    frames_due=480_000, frames_delivered=480_000, blocks=3750, longest_wait_ns=3 * MS, epochs=(1,)
)
WHOLE = Evidence(
    streams=COUNTED,
    senders=SenderSum(),
    faults=(),
    more_gaps=0,
    has_click=True,
    is_muted=False,
    was_counted=True,
    known_until=None,
    drift=None,
    rate_hz=48_000,
    rate_ppm=Fraction(0),
    end_ns=10 * S,
)

places = st.builds(BarBeat, st.integers(1, 9999), st.integers(1, 32))
faults = st.builds(
    ClickFault,
    kind=st.sampled_from(FaultKind),
    at=places,
    is_counting_in=st.booleans(),
    since_ns=st.integers(0, 9 * S),
    from_frame=st.integers(0, 480_000),
    length_ns=st.integers(0, 20 * S),
    until=places,
    count=st.integers(1, 50),
)
counts = st.builds(
    StreamCounts,
    **{
        name: st.integers(0, 10**9)
        for name in (
            *("next_frame", "frames_delivered", "frames_lost", "gaps", "blocks", "late_blocks"),
            *("longest_wait_ns", "longest_run_ns", "server_xruns", "underflow_flags"),
            "missed_clicks",
        )
    },
    is_fifo=st.booleans(),
    is_memory_locked=st.booleans(),
)
histograms = st.lists(
    st.integers(0, 1000), min_size=len(LATENESS_LIMITS_NS) + 1, max_size=len(LATENESS_LIMITS_NS) + 1
).map(tuple)


def gap(bar: int, beat: int, ms: float) -> ClickFault:
    """Frames are lost."""
    return ClickFault(FaultKind.GAP, BarBeat(bar, beat), False, 0, 0, length_ns=round(ms * MS))


def lost(bar: int, until: BarBeat | None, ms: float | None) -> ClickFault:
    """The stream goes away."""
    length_ns = None if ms is None else round(ms * MS)
    return ClickFault(FaultKind.LOST, BarBeat(bar, 3), False, 4 * S, 0, length_ns, until)


def of(*happened: ClickFault, **changes: object) -> Certificate:
    """Certify a take in which this happened."""
    return certificate(replace(WHOLE, faults=happened, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("happened", "words", "summary"),
    [
        ((), "CLICK CLEAN", "clean"),
        ((gap(33, 2, 3.1),), "1 GAP BAR 33", "1 gap of 3.1 ms at bar 33.2"),
        (
            (gap(33, 2, 3.1), gap(40, 4, 5.25)),
            "2 GAPS BAR 33",
            "2 gaps at bar 33.2, bar 40.4, the longest of 5.2 ms at bar 40.4",
        ),
        (
            (replace(gap(0, 3, 2.0), is_counting_in=True),),
            "1 GAP COUNT-IN",
            "1 gap of 2.0 ms in the count-in",
        ),
        (
            (gap(2, 1, 3.0), lost(12, BarBeat(14, 1), 1234)),
            "CLICK LOST BAR 12",
            "click lost from bar 12.3 to bar 14.1 (1.2 s); 1 gap of 3.0 ms at bar 2.1",
        ),
        ((lost(12, None, None),), "CLICK LOST BAR 12", "click lost from bar 12.3 to its end"),
        (
            (ClickFault(FaultKind.MISSED, BarBeat(5, 2), False, 0, 0, count=2),),
            "CLICK LATE BAR 5",
            "2 clicks came too late at bar 5.2",
        ),
        (
            (ClickFault(FaultKind.JUMP, BarBeat(5, 2), False, 0, 0, length_ns=-(-29 * MS // 10)),),
            "CLICK JUMPED BAR 5",
            "the stream's clock jumped by 2.9 ms at bar 5.2",
        ),
    ],
)
def test_it_says_what_went_wrong_and_where(
    happened: tuple[ClickFault, ...], words: str, summary: str
) -> None:
    """Three words for the screen, and all of it in one line."""
    made = of(*happened)
    assert (made.words, made.summary) == (words, summary)
    assert made.is_clean == (not happened)
    assert made.grade is Grade.BY_COUNTERS


@given(st.lists(faults, min_size=1, max_size=30).map(tuple))
def test_no_fault_is_ever_clean_and_every_place_is_named(happened: tuple[ClickFault, ...]) -> None:
    """Whatever happened, the summary has its bar; of what happens often the first eight places."""
    made = of(*happened)
    assert not made.is_clean
    for fault in happened:
        places = {other.at for other in happened if other.kind is fault.kind}
        if fault.is_counting_in:
            assert "the count-in" in made.summary or len(places) >= 8
        elif len(places) < 8:
            assert f"bar {fault.at}" in made.summary
    worst = min(happened, key=lambda fault: list(FaultKind).index(fault.kind))
    where = "COUNT-IN" if worst.is_counting_in else f"BAR {worst.at.bar}"
    assert made.words.endswith(where)
    assert len(made.words) <= WIDEST_WORDS


@given(counts, st.booleans(), st.booleans())
def test_what_costs_no_frame_is_told_and_is_no_fault(
    counted: StreamCounts, is_muted: bool, has_click: bool
) -> None:
    """Xruns, flags and late blocks by themselves spoil nothing; each that there was has its note."""
    streams = replace(
        COUNTED,
        server_xruns=counted.server_xruns,
        underflow_flags=counted.underflow_flags,
        late_blocks=counted.late_blocks,
    )
    made = of(streams=streams, is_muted=is_muted, has_click=has_click)
    assert made.is_clean
    assert made.words == ("CLICK CLEAN" if has_click else "NO CLICK DUE")
    notes = " ".join(made.notes)
    assert ("The sound server reported" in notes) == (counted.server_xruns > 0)
    assert ("An underflow was flagged" in notes) == (counted.underflow_flags > 0)
    assert ("came late, and cost no frame" in notes) == (counted.late_blocks > 0)
    assert ("muted" in notes) == is_muted


def test_what_is_not_known_is_said() -> None:
    """Counters that end before the click did, or that nobody could read, make nothing clean."""
    cut = of(known_until=BarBeat(30, 2))
    assert not cut.is_clean
    assert (cut.words, cut.summary) == (
        "UNKNOWN AFTER 30",
        "what was played after bar 30.2 is not known",
    )
    # Where it is known that nothing was played any more, that is said instead.
    assert of(lost(12, None, None), known_until=BarBeat(12, 3)).summary == (
        "click lost from bar 12.3 to its end"
    )
    unread = of(was_counted=False, streams=StreamSum())
    assert (unread.grade, unread.is_clean, unread.words) == (Grade.NONE, False, "NOT CERTIFIED")
    assert unread.summary == "not certified: no counters could be read"
    assert not unread.figures.fifo


def test_frames_of_a_lost_stream_were_due() -> None:
    """Due are the frames delivered, those of the gaps, and those of the time without a stream."""
    streams = replace(COUNTED, frames_due=480_000, frames_delivered=479_851, frames_lost=149)
    figures = of(lost(12, BarBeat(14, 1), 1000), streams=streams).figures
    assert figures.frames_due == 480_000 + 48_000
    assert figures.frames_lost == 149 + 48_000
    assert figures.frames_due == figures.frames_delivered + figures.frames_lost
    # One that never came back was away until the music ended, at 10 s.
    figures = of(lost(12, None, None), streams=streams).figures
    assert figures.frames_lost == 149 + 6 * 48_000


@given(st.lists(counts, min_size=1, max_size=12), histograms)
def test_a_certificate_is_what_json_can_hold(
    readings: list[StreamCounts], lateness: tuple[int, ...]
) -> None:
    """Every figure survives the log, whatever it is."""
    streams = StreamSum()
    for before, now in pairwise(readings):
        streams = streams.plus(1, before, now)
    made = of(streams=streams, senders=SenderSum(lateness=lateness))
    figures = dataclasses.asdict(made.figures)
    listed = {name: list(one) if isinstance(one, tuple) else one for name, one in figures.items()}
    assert json.loads(json.dumps(figures, allow_nan=False)) == listed
    assert made.figures.midi_lateness == lateness


@given(st.lists(counts, min_size=2, max_size=12))
def test_a_sum_does_not_depend_on_how_often_it_was_read(readings: list[StreamCounts]) -> None:
    """Many readings of one stream add up to the difference of the last and the first."""
    streams = StreamSum()
    for before, now in pairwise(readings):
        streams = streams.plus(3, before, now)
    first, last = readings[0], readings[-1]
    assert streams.frames_due == last.next_frame - first.next_frame
    assert streams.frames_delivered == last.frames_delivered - first.frames_delivered
    assert streams.frames_lost == last.frames_lost - first.frames_lost
    assert streams.longest_wait_ns == max(reading.longest_wait_ns for reading in readings[1:])
    assert streams.longest_run_ns == max(reading.longest_run_ns for reading in readings[1:])
    assert streams.epochs == (3,)
    assert streams.is_fifo == all(reading.is_fifo for reading in readings[1:])


@given(st.lists(st.integers(0, 20 * MS), min_size=1, max_size=40), st.integers(0, 39))
def test_the_latest_message_of_a_take_is_its_own(late_ns: list[int], first_of_take: int) -> None:
    """Exact where it was the latest of the sender's life; else the end of its bucket at most."""
    split = min(first_of_take, len(late_ns) - 1)
    before, now = _sender_after(late_ns[:split]), _sender_after(late_ns)
    summed = SenderSum().plus(before, now)
    worst_ns = max(late_ns[split:])
    assert summed.sent == len(late_ns) - split
    assert sum(summed.lateness) == summed.sent
    assert summed.worst_late_ns >= worst_ns
    if worst_ns > max(late_ns[:split], default=0):
        assert summed.worst_late_ns == worst_ns
    else:
        limits = [limit for limit in LATENESS_LIMITS_NS if limit >= worst_ns]
        assert summed.worst_late_ns <= min(limits, default=max(late_ns))


def _sender_after(late_ns: list[int]) -> SenderCounts:
    """Return what a sender has counted that sent messages so late."""
    limits = (*LATENESS_LIMITS_NS, 10**18)
    buckets = [0] * len(limits)
    for late in late_ns:
        buckets[next(index for index, limit in enumerate(limits) if late <= limit)] += 1
    return SenderCounts(
        sent=len(late_ns),
        late=sum(late > MS for late in late_ns),
        worst_late_ns=max(late_ns, default=0),
        lateness=tuple(buckets),
    )


@given(
    st.integers(-400_000, 400_000),
    st.integers(3, 3600),
    st.integers(-50_000, 50_000),
    st.integers(-50_000, 50_000),
)
def test_the_drift_is_true_within_its_uncertainty(
    ppb: int, seconds: int, first_error_ns: int, last_error_ns: int
) -> None:
    """However the two ends are off, by their residuals at most, the truth lies within what is said."""
    rate = Fraction(48_000) * (10**9 + ppb) / 10**9
    frames = int(rate * seconds)
    end_ns = round(frames * 10**9 / rate)
    first = ClockFit(1, 48_000, 0, first_error_ns, 0.0, abs(first_error_ns) + 1)
    last = ClockFit(1, 48_000, frames, end_ns + last_error_ns, 0.0, abs(last_error_ns) + 1)
    drift = drift_between(first, last)
    assert drift is not None
    assert abs(drift.ppm - ppb / 1000) <= drift.uncertainty_ppm * 1.001 + 1e-3
    assert drift.over_s == pytest.approx(seconds, abs=0.01)


def test_a_drift_needs_one_stream_and_some_time() -> None:
    """Two streams say nothing about one crystal, and neither does a moment."""
    fit = ClockFit(1, 48_000, 0, 0, 0.0, 1000)
    assert drift_between(fit, replace(fit, frame=480_000, at_ns=10 * S, epoch=2)) is None
    assert drift_between(fit, replace(fit, frame=48_000, at_ns=S)) is None


def test_what_failed_beside_the_click_is_told_with_its_place() -> None:
    """A dead sender and a hung disk spoil no click, and are in its certificate all the same."""
    beside = (("daw fault", BarBeat(5, 2)), ("disk fault", BarBeat(9, 1)))
    made = certificate(replace(WHOLE, beside=beside))
    assert made.is_clean
    assert made.notes == ("Beside the click: daw fault at bar 5.2, disk fault at bar 9.1.",)
