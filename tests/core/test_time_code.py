"""The time code of a take, read back by a receiver of its own: labels counted one by one."""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countoff.core.actions import StartClock
from countoff.core.grid import Grid, corrected_rate_hz
from countoff.core.tempo import Tempo
from countoff.core.tempo_map import TempoSpan, tempo_map
from countoff.core.time_code import TimeCodeRate, TimeCodeRun, run_from, run_to
from countoff.core.timebase import ClockFit
from countoff.sender.clock_orders import ClockOrders, rows_of
from countoff.sender.clock_plan import ClockPlan
from countoff.sender.no_port import NoPort

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

Label = tuple[int, int, int, int]

REAL = {"24": Fraction(24), "25": Fraction(25), "30": Fraction(30), "30df": Fraction(30_000, 1001)}
CODES = {"24": 0, "25": 1, "30df": 2, "30": 3}
HALF = Fraction(1, 2)
rates = st.sampled_from(TimeCodeRate)
rates_hz = st.sampled_from((44_100, 48_000, 96_000))
ppms = st.fractions(-200, 200, max_denominator=100)


def labels_from(second: int, rate: TimeCodeRate) -> Iterator[Label]:
    """Count frames as a clock on a wall would, from the first one that shows this second."""
    numbers = int(rate.value[:2])
    minute, second = divmod(second, 60)
    hour, minute = divmod(minute, 60)
    frame = 0
    while True:
        if rate == "30df" and second == 0 and minute % 10 and frame < 2:
            frame = 2
        yield hour, minute, second, frame
        frame += 1
        if frame == numbers:
            frame, second = 0, second + 1
        if second == 60:
            second, minute = 0, minute + 1
        if minute == 60:
            minute, hour = 0, (hour + 1) % 24


def shown_s(label: Label, rate: TimeCodeRate) -> Fraction:
    """Return the seconds that a label shows, its frames as parts of one."""
    hour, minute, second, frame = label
    return hour * 3600 + minute * 60 + second + Fraction(frame, int(rate.value[:2]))


def read_back(rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], list[tuple[int, ...]]]:
    """Return, as a receiver does, where each whole place began, and what its eight pieces say.

    Every piece is there, in its turn; what they say is hour, minute, second, frame and rate.
    """
    bytes_sent = rows[:, 2]
    assert set((bytes_sent >> 8).tolist()) == {0xF1}
    assert len(rows) % 8 == 0
    pieces = (bytes_sent & 0xFF).reshape(-1, 8)
    assert (pieces >> 4 == np.arange(8)).all()
    halves = pieces & 0x0F
    frame, second, minute, hour = (halves[:, n] | halves[:, n + 1] << 4 for n in (0, 2, 4, 6))
    said = zip(
        (hour & 0x1F).tolist(),
        minute.tolist(),
        second.tolist(),
        frame.tolist(),
        (hour >> 5).tolist(),
        strict=True,
    )
    return rows[::8, 1], list(said)


def grid_of(rate_hz: int | Fraction, bar1_frame: int) -> Grid:
    """Return a grid; time code does not care for its tempo."""
    return Grid(tempo_map([TempoSpan(0, Tempo(Fraction("113.7")))], None), rate_hz,
                Fraction(bar1_frame))  # fmt: skip


def planned(run: TimeCodeRun, grid: Grid, seconds: int, ahead_s: int = 30) -> NDArray[np.int64]:
    """Return the rows of so many seconds, planned stretch by stretch as a take is."""
    stop = run.first_quarter + int(seconds * run.rate.quarters_per_second) // 8 * 8
    step = int(ahead_s * run.rate.quarters_per_second)
    edges = [*range(run.first_quarter, stop, step), stop]
    return np.concatenate(
        [rows_of(run.stretch(grid, begin, end)) for begin, end in itertools.pairwise(edges)]
    )


@pytest.mark.parametrize("rate", TimeCodeRate)
def test_an_hour_is_no_frame_off(rate: TimeCodeRate) -> None:
    """Each place of an hour, across a nudged crystal: the right label, on its exact frame."""
    rate_hz = corrected_rate_hz(48_000, Fraction("12.34"))
    grid = grid_of(rate_hz, 1_234_567)
    run = run_from(rate, 9 * 600, grid, 0, 1_000_001)
    rows = planned(run, grid, 3600)

    frames, said = read_back(rows)

    labels = list(itertools.islice(labels_from(9 * 600, rate), 0, 2 * len(said), 2))
    assert len(said) == int(REAL[rate] * 3600) // 2
    assert said == [(*label, CODES[rate]) for label in labels]
    exact = [1_000_001 + Fraction(2 * n) * rate_hz / REAL[rate] for n in range(0, len(said), 997)]
    for frame, wanted in zip(frames[::997].tolist(), exact, strict=True):
        assert abs(frame - wanted) <= HALF
    assert (np.diff(rows[:, 1]) > 0).all()
    assert (np.diff(rows[:, 0]) > 0).all()


@settings(max_examples=40, deadline=None)
@given(rates, st.integers(0, 24 * 3600 - 1), rates_hz, ppms, st.integers(-400_000, 4_000_000))
def test_from_any_place(
    rate: TimeCodeRate, second: int, rate_hz: int, ppm: Fraction, to_bar1: int
) -> None:
    """It begins with a whole place, that place or the next, and every piece is on its frame."""
    true_hz = Fraction(corrected_rate_hz(rate_hz, ppm))
    first_frame = 7_000_003
    grid = grid_of(true_hz, first_frame + to_bar1)
    run = run_from(rate, second, grid, 0, first_frame)
    rows = planned(run, grid, 3, ahead_s=1)

    frames, said = read_back(rows)

    labels = list(itertools.islice(labels_from(second, rate), 2 * len(said) + 1))
    # Counted from midnight, places lie on even frames.
    skipped = labels.index(said[0][:4])  # type: ignore[arg-type]
    assert skipped in (0, 1)
    assert said == [(*label, CODES[rate]) for label in labels[skipped::2][: len(said)]]
    assert frames[0] == first_frame
    for number, frame in enumerate(rows[:, 1].tolist()):
        assert abs(frame - first_frame - number * true_hz / REAL[rate] / 4) <= HALF


@settings(max_examples=40, deadline=None)
@given(rates, st.integers(0, 23 * 3600), rates_hz, ppms, st.integers(0, 4_000_000))
def test_bar_1_lies_where_it_is_said_to(
    rate: TimeCodeRate, second: int, rate_hz: int, ppm: Fraction, to_bar1: int
) -> None:
    """The place of bar 1 is what a receiver's clock shows when bar 1 sounds, to a thousandth."""
    true_hz = Fraction(corrected_rate_hz(rate_hz, ppm))
    grid = grid_of(true_hz, 500 + to_bar1)
    run = run_from(rate, second, grid, 0, 500)
    _, said = read_back(rows_of(run.stretch(grid, run.first_quarter, run.first_quarter + 8)))

    labels = labels_from(second, rate)
    next(label for label in labels if label == said[0][:4])
    frames_on = to_bar1 / true_hz * REAL[rate]
    whole = int(frames_on)
    begun = next(itertools.islice(labels, whole - 1, None)) if whole else said[0][:4]

    shown = shown_s(begun, rate) + (frames_on - whole) / int(rate.value[:2])  # type: ignore[arg-type]
    assert abs(run.bar1_s - shown) < Fraction(1, 1000)


@settings(max_examples=60, deadline=None)
@given(rates, st.integers(600, 23 * 3600), rates_hz, st.integers(0, 4_000_000))
def test_bar_1_can_be_put_on_a_place(
    rate: TimeCodeRate, bar1_s: int, rate_hz: int, to_bar1: int
) -> None:
    """Stacked takes: time code begins in time, no more than a place late, and bar 1 is there."""
    grid = grid_of(rate_hz, 500 + to_bar1)
    run = run_to(rate, bar1_s, grid, 0, 500)

    first = next(labels_from(bar1_s, rate))
    assert run.bar1_s == shown_s(first, rate)
    begins = run.frame_at_quarter(grid, run.first_quarter)
    assert run.first_quarter % 8 == 0
    assert begins + HALF >= 500
    assert begins - 500 <= 2 * rate_hz / REAL[rate] + 1


def test_bar_1_before_there_is_any_time_code() -> None:
    """With midnight between press and bar 1 it begins at midnight, and bar 1 comes as late as it does."""
    grid = grid_of(48_000, 480_000)
    run = run_to(TimeCodeRate.FPS_25, 0, grid, 0, 48_000)

    assert run.first_quarter == 0
    assert run.frame_at_quarter(grid, 0) == 48_000
    assert run.bar1_s == 9


def test_after_the_last_second_of_the_day_comes_midnight() -> None:
    """Labels begin anew, the count of the plan does not."""
    for rate in TimeCodeRate:
        grid = grid_of(48_000, 0)
        run = run_from(rate, 24 * 3600 - 2, grid, 0, 0)
        rows = planned(run, grid, 3)
        _, said = read_back(rows)
        labels = list(itertools.islice(labels_from(24 * 3600 - 2, rate), 0, 2 * len(said), 2))
        assert [each[:4] for each in said] == labels
        assert (0, 0, 0, 0) in labels
        assert (np.diff(rows[:, 0]) == 2).all()


@given(rates, st.integers(0, 24 * 3600 - 1))
def test_a_displayed_second_and_its_quarters(rate: TimeCodeRate, second: int) -> None:
    """There and back: what shows a second is shown by it."""
    quarters = rate.quarters_at(second)

    assert rate.displayed_s(Fraction(quarters)) == shown_s(next(labels_from(second, rate)), rate)


def test_the_daw_is_sent_there_first() -> None:
    """A full frame with the place of the first quarter frame, at its own moment."""
    grid = grid_of(48_000, 48_000)
    run = run_from(TimeCodeRate.FPS_30_DROP, 601 * 60, grid, 0, 9_600)
    stretch = replace(run.stretch(grid, run.first_quarter, run.first_quarter + 8), located_frame=0)
    orders, plan, port = ClockOrders(), ClockPlan(), NoPort()
    start = orders.message_for(StartClock(ClockFit(1, 48_000, 0, 0, 0.0, 0), stretch))
    plan.start(start.values, start.payload)

    sent = []
    while (byte := plan.take(10**12, port, 0)) is not None:
        sent.append((byte.at_ns, byte.message.hex(" ")))

    # 10:01:00;02 at 29.97 drop: hour 10 with code 2 is 4a.
    assert sent[0] == (0, "f0 7f 7f 01 01 4a 01 00 02 f7")
    assert sent[1] == (200_000_000, "f1 02")
    assert [message for _, message in sent[2:]] == [
        "f1 10", "f1 20", "f1 30", "f1 41", "f1 50", "f1 6a", "f1 74",
    ]  # fmt: skip
