"""What the sender makes of a time code's orders: never late, never in a burst, from a whole place on."""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sender.test_clock_plan import Sender

from countoff.core.actions import AimClock, ExtendClock, LayClockAnew, StartClock, StopClock
from countoff.core.grid import Grid
from countoff.core.tempo import Tempo
from countoff.core.tempo_map import TempoSpan, tempo_map
from countoff.core.time_code import TimeCodeRate, run_from
from countoff.core.timebase import ClockFit
from countoff.sender.clock_plan import ClockPlan

if TYPE_CHECKING:
    from countoff.core.time_code import TimeCodeStretch

S = 1_000_000_000
MS = 1_000_000
# 25 frames a second: a quarter frame each 10 ms, from 10 s on.
QUARTER_NS = 10 * MS
GRID = Grid(tempo_map([TempoSpan(0, Tempo(Fraction(120)))], None), 48_000, Fraction(96_000))
FIT = ClockFit(1, 48_000, 0, 10 * S, 0.0, 0)
RUN = run_from(TimeCodeRate.FPS_25, 600, GRID, 0, 0)


def stretch(first: int, end: int, *, is_opening: bool = False) -> TimeCodeStretch:
    """Return quarter frames, counted from the first of the take; an opening is located before it."""
    planned = RUN.stretch(GRID, RUN.first_quarter + first, RUN.first_quarter + end)
    return replace(planned, located_frame=-9_600) if is_opening else planned


def rolling(offset_ns: int = 0, quarters: int = 400) -> Sender:
    """Return a sender that has begun to send."""
    sender = Sender(plan=ClockPlan(offset_ns))
    sender.do(StartClock(FIT, stretch(0, quarters, is_opening=True)))
    return sender


def piece(message: bytes) -> int:
    """Return which of the eight pieces a quarter frame is."""
    assert message[0] == 0xF1
    return message[1] >> 4


def served(sender: Sender, now_ns: int) -> tuple[list[tuple[int, bytes]], int]:
    """Do as the loop does at one moment; return what leaves then, and how much nobody will hear."""
    left, lost = [], 0
    while (byte := sender.plan.take(now_ns, sender.port, 0)) is not None:
        if byte.is_stale(now_ns):
            lost += 1 + sender.plan.skip_to_whole_place()
        else:
            left.append((byte.at_ns, byte.message))
    return left, lost


def test_located_and_then_quarter_frames() -> None:
    """A full frame 200 ms before, and each piece in its turn on its moment, offset included."""
    for offset_ns in (0, 7 * MS, -7 * MS):
        sent = rolling(offset_ns).sent(11 * S)
        assert sent[0] == (9800 * MS + offset_ns, bytes.fromhex("f07f7f0101200a0000f7"))
        assert [at_ns for at_ns, _ in sent[1:9]] == [
            10 * S + n * QUARTER_NS + offset_ns for n in range(8)
        ]
        assert [piece(message) for _, message in sent[1:17]] == [*range(8), *range(8)]


def test_where_it_ends_not_a_word_is_said() -> None:
    """Quarter frames that cease stop a DAW; a Stop might start something else."""
    sender = rolling()
    sender.sent(11 * S)
    sender.do(StopClock(11 * S))
    assert sender.stops == []
    assert sender.sent(99 * S) == []


def test_a_little_late_it_still_leaves() -> None:
    """Before the next one is due it is what a receiver waits for."""
    sender = rolling()
    served(sender, 10 * S)
    left, lost = served(sender, 10 * S + QUARTER_NS + 7 * MS)
    assert [piece(message) for _, message in left] == [1]
    assert lost == 0


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 300), st.integers(9, 900)), max_size=6))
def test_after_a_stall_it_goes_on_with_a_whole_place(stalls: list[tuple[int, int]]) -> None:
    """However long nothing was sent: no burst, and all that a receiver puts together is one place."""
    sender = rolling()
    now_ns = 9700 * MS
    heard: list[tuple[int, int, bytes]] = []
    lost = 0
    for work_ms, stall_ms in [*stalls, (4400, 0)]:
        for _ in range(work_ms):
            now_ns += MS
            left, gone = served(sender, now_ns)
            lost += gone
            heard += [(now_ns, at_ns, message) for at_ns, message in left]
        now_ns += stall_ms * MS
    quarters = [(now_ns, at_ns, message) for now_ns, at_ns, message in heard if message[0] == 0xF1]
    fulls = [each for each in heard if each[2][0] == 0xF0]
    assert len(quarters) + len(fulls) + lost == 401
    for (before_ns, before_due, before), (after_ns, due_ns, after) in itertools.pairwise(quarters):
        # At most one that was late and the one after it.
        assert after_ns - before_ns >= QUARTER_NS - 9 * MS
        goes_on = due_ns - before_due == QUARTER_NS
        assert piece(after) == ((piece(before) + 1) % 8 if goes_on else 0)
    for left_ns, due_ns, _ in quarters:
        assert left_ns - due_ns <= 8 * MS
    # Among quarter frames a full frame would stop the DAW.
    for left_ns, _, _ in fulls:
        assert left_ns < 10 * S


def test_a_port_that_was_away_comes_back_to_a_whole_place() -> None:
    """What is overdue is left out, and what is left of the place that was begun."""
    sender = rolling()
    sender.sent(10 * S + 3 * QUARTER_NS)
    lost = sender.plan.skip_overdue(11 * S + 3 * QUARTER_NS // 2, sender.port)
    next_ns, message = sender.sent(99 * S)[0]
    assert piece(message) == 0
    assert next_ns == 10 * S + 104 * QUARTER_NS
    assert lost == 100


def test_another_sender_goes_on_where_this_one_was() -> None:
    """A successor neither locates again nor says a piece twice."""
    sender = rolling()
    sender.sent(10 * S + 9 * QUARTER_NS)
    successor = Sender()
    for message in sender.orders.messages_for_successor(
        sender.plan.run, sender.plan.taken_key, 10 * S + 9 * QUARTER_NS
    ):
        successor.hear(message)
    at_ns, message_sent = successor.sent(99 * S)[0]
    assert (at_ns, piece(message_sent)) == (10 * S + 10 * QUARTER_NS, 2)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 390), max_size=6))
def test_laid_anew_each_piece_comes_once(quarters: list[int]) -> None:
    """On whatever stream: no piece twice, none left out, and it is located once."""
    sender = rolling()
    sent: list[bytes] = []
    for epoch, quarter in enumerate(sorted(quarters), start=2):
        sent += [message for _, message in sender.sent(10 * S + quarter * QUARTER_NS)]
        first = max(quarter - 200, 0)
        anew = stretch(first, 400, is_opening=first == 0)
        sender.do(LayClockAnew(ClockFit(epoch, 48_000, 0, 10 * S, 0.0, 0), anew))
    sender.do(AimClock(replace(FIT, at_ns=10 * S + 5 * MS)))
    sender.do(ExtendClock(99, stretch(400, 800)))
    sent += [message for _, message in sender.sent(99 * S)]
    assert [message[0] for message in sent] == [0xF0] + [0xF1] * 400
    assert [piece(message) for message in sent[1:]] == [n % 8 for n in range(400)]
