"""What the sender makes of a clock's orders: pure, from both ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from countoff.core.actions import (
    AimClock,
    ClockAction,
    ExtendClock,
    LayClockAnew,
    StartClock,
    StopClock,
)
from countoff.core.grid import Grid
from countoff.core.midi_clock import ClockOpening, clock_stretch, opening_stretch
from countoff.core.tempo import Tempo
from countoff.core.tempo_map import TempoSpan, tempo_map
from countoff.core.timebase import ClockFit
from countoff.sender.clock_orders import ClockOrders
from countoff.sender.clock_plan import NONE_TAKEN, ClockPlan
from countoff.sender.no_port import NoPort

if TYPE_CHECKING:
    from countoff.processes.wire import Message
    from countoff.sender.schedule import Scheduled

S = 1_000_000_000
MS = 1_000_000
GRID = Grid(tempo_map([TempoSpan(0, Tempo(Fraction(120)))], None), 48_000, Fraction(0))
FIT = ClockFit(1, 48_000, 0, 10 * S, 0.0, 0)
PULSE_NS = 1000 * S // 48_000


class ServerPort(NoPort):
    """A port that counts a server's frames: frame 0 passes at 9.9 s, or another server's."""

    def __init__(self, frame0_ns: int) -> None:
        super().__init__()
        self._frame0_ns = frame0_ns

    def ns_at_server_frame(self, frame: int) -> int:  # type: ignore[override]
        """Return when it passes."""
        return self._frame0_ns + frame * S // 48_000


@dataclass
class Sender:
    """A sender on paper, and the controller's end of it."""

    orders: ClockOrders = field(default_factory=ClockOrders)
    plan: ClockPlan = field(default_factory=ClockPlan)
    port: NoPort = field(default_factory=NoPort)
    stops: list[Scheduled] = field(default_factory=list)

    def do(self, action: ClockAction) -> None:
        """Order something."""
        self.hear(self.orders.message_for(action))

    def hear(self, message: Message) -> None:
        """Have the plan take a message in."""
        match message.kind:
            case "clock_start":
                self.plan.start(message.values, message.payload)
            case "clock_lay":
                self.plan.lay(message.values, message.payload)
            case "clock_extend":
                self.plan.extend(message.values, message.payload)
            case "clock_aim":
                self.plan.aim(message.values)
            case "clock_stop":
                stop = self.plan.stop(message.values["at_ns"], 0)
                if stop is not None:
                    self.stops.append(stop)

    def sent(self, until_ns: int) -> list[tuple[int, bytes]]:
        """Return what is due by then: when, and which bytes."""
        taken = []
        while (byte := self.plan.take(until_ns, self.port, 0)) is not None:
            taken.append((byte.at_ns, byte.message))
        return taken

    def start(self, opening: ClockOpening | None = None, quarters: int = 8) -> None:
        """Begin a clock, of its own accord on tick 0."""
        stretch = opening_stretch(opening or ClockOpening(0, 0, 0), GRID, quarters * 960)
        self.do(StartClock(FIT, stretch))


def test_position_continue_pulse() -> None:
    """What lies on one tick leaves in this order, each by its frame."""
    sender = Sender()
    sender.start(ClockOpening(-40, 0, 300))
    sent = sender.sent(10 * S)
    assert [message.hex() for _, message in sent] == ["f22c02", "f8", "fb", "f8"]
    assert [at_ns - 10 * S for at_ns, _ in sent] == [-83 * MS, -PULSE_NS, -3 * MS, 0]


def test_the_offset_is_added() -> None:
    """Later where it is positive, earlier where it is negative; the stop too."""
    for offset_ns in (5 * MS, -5 * MS):
        sender = Sender(plan=ClockPlan(offset_ns))
        sender.start()
        assert sender.sent(11 * S)[1][0] == 10 * S + offset_ns
        sender.do(StopClock(11 * S))
        assert sender.stops[0].at_ns == 11 * S + offset_ns


def test_the_newest_fit_counts() -> None:
    """A pulse that is yet to leave leaves by the newest line, of its own stream only."""
    sender = Sender()
    sender.start()
    assert sender.plan.next_ns(sender.port) == 10 * S - 3 * MS
    sender.do(AimClock(ClockFit(1, 48_000, 0, 10 * S + 77, 0.0, 0)))
    assert sender.plan.next_ns(sender.port) == 10 * S - 3 * MS + 77
    sender.do(AimClock(ClockFit(2, 48_000, 0, 20 * S, 0.0, 0)))
    assert sender.plan.next_ns(sender.port) == 10 * S - 3 * MS + 77


def test_on_the_same_server_each_has_its_frame() -> None:
    """There the port's own moment counts, and the frame goes with it; elsewhere the line does."""
    fit = ClockFit(1, 48_000, 0, 10 * S, 0.0, 0, counts_server_frames=True)
    stretch = opening_stretch(ClockOpening(0, 0, 0), GRID, 960)
    for frame0_ns, at_ns, server_frame in ((9_900 * MS, 9_902 * MS, -144 + 240),
                                           (2 * S, 10_002 * MS, None)):  # fmt: skip
        sender = Sender(plan=ClockPlan(5 * MS), port=ServerPort(frame0_ns))
        sender.do(StartClock(fit, stretch))
        byte = sender.plan.take(20 * S, sender.port, 0)
        assert byte is not None
        assert (byte.at_ns, byte.server_frame) == (at_ns, server_frame)


@given(st.lists(st.integers(0, 400), max_size=8), st.integers(1, 300))
def test_laid_anew_at_any_moment_each_comes_once(moments: list[int], quarters: int) -> None:
    """Whatever was sent before, on the new stream the rest comes, each byte once and in order."""
    sender = Sender()
    sender.start(ClockOpening(-1920, 0, 0), quarters=quarters)
    keys = []
    for epoch, moment in enumerate(sorted(moments), start=2):
        while (byte := sender.plan.take(8 * S + moment * 100 * MS, sender.port, 0)) is not None:
            keys.append(byte.clock_key)
        from_tick = max(-1920, 960 * (moment * 2 // 10 - 8))
        stretch = (
            opening_stretch(ClockOpening(-1920, 0, 0), GRID, quarters * 960)
            if from_tick <= 0
            else clock_stretch(GRID, from_tick, quarters * 960)
        )
        sender.do(LayClockAnew(ClockFit(epoch, 48_000, 0, 10 * S, 0.0, 0), stretch))
    while (byte := sender.plan.take(1000 * S, sender.port, 0)) is not None:
        keys.append(byte.clock_key)
    assert len(keys) == len(set(keys)) == 48 + 24 * quarters + 1
    assert keys == sorted(keys)


def test_more_of_another_stream_is_not_taken() -> None:
    """An extension that was on its way when the stream changed belongs to no plan."""
    sender = Sender()
    sender.start(quarters=2)
    sender.do(ExtendClock(7, clock_stretch(GRID, 2 * 960, 4 * 960)))
    assert len(sender.sent(99 * S)) == 49
    sender.do(ExtendClock(1, clock_stretch(GRID, 2 * 960, 4 * 960)))
    assert len(sender.sent(99 * S)) == 48


def test_a_stop_is_for_a_daw_that_was_started() -> None:
    """Before Start has been taken out no stop is made; after it one is, and nothing follows."""
    sender = Sender()
    sender.start(ClockOpening(-3840, 0, 0))
    sender.sent(9 * S)
    sender.do(StopClock(9 * S))
    assert sender.stops == []
    assert sender.sent(99 * S) == []
    sender.start()
    sender.sent(10 * S)
    sender.do(StopClock(11 * S))
    assert [stop.message for stop in sender.stops] == [b"\xfc"]
    assert sender.sent(99 * S) == []


def test_what_was_not_started_is_not_stopped() -> None:
    """A clock of pulses alone ends without a word, also where a successor ends it."""
    sender = Sender()
    sender.start(ClockOpening(0, 0, 0, starts=False))
    assert {message for _, message in sender.sent(11 * S)} == {b"\xf8"}
    successor = Sender()
    for message in sender.orders.messages_for_successor(
        sender.plan.run, sender.plan.taken_key, 11 * S
    ):
        successor.hear(message)
    assert successor.sent(12 * S) != []
    for ending in (sender, successor):
        ending.do(StopClock(12 * S))
        assert ending.stops == []
        assert ending.sent(99 * S) == []


def test_without_a_clock_nothing_is_due() -> None:
    """Stopped, laid, aimed or extended before any has begun: nothing."""
    sender = Sender()
    sender.do(StopClock(1))
    sender.do(AimClock(FIT))
    sender.do(LayClockAnew(FIT, clock_stretch(GRID, 0, 960)))
    sender.do(ExtendClock(1, clock_stretch(GRID, 0, 960)))
    assert sender.plan.next_ns(sender.port) is None
    assert sender.stops == []


def test_a_successor_goes_on_where_the_last_one_was() -> None:
    """With the key that its predecessor reached; from the beginning where that knew nothing yet."""
    first = Sender()
    first.start()
    first.do(ExtendClock(1, clock_stretch(GRID, 8 * 960, 9 * 960)))
    gone = first.sent(12 * S)
    for run, key, expected in (
        (first.plan.run, first.plan.taken_key, 9 * 24 + 1 - len(gone)),
        (0, 0, 9 * 24 + 1),
    ):
        second = Sender(orders=first.orders)
        for message in first.orders.messages_for_successor(run, key, 12 * S):
            second.hear(message)
        assert len(second.sent(99 * S)) == expected


def test_a_successor_stops_what_was_started() -> None:
    """A stop that the last one may not have sent is the next one's; not minutes later."""
    first = Sender()
    first.start()
    first.sent(12 * S)
    first.do(StopClock(12 * S))
    for now_ns, expected in ((13 * S, [b"\xfc"]), (60 * S, [])):
        second = Sender()
        for message in first.orders.messages_for_successor(
            first.plan.run, first.plan.taken_key, now_ns
        ):
            second.hear(message)
        assert [stop.message for stop in second.stops] == expected


def test_no_clock_no_orders_for_a_successor() -> None:
    """Where none has begun there is nothing to hand over."""
    assert ClockOrders().messages_for_successor(0, NONE_TAKEN, 5) == []


def test_after_an_outage_what_is_overdue_is_left_out() -> None:
    """Pulses of that time are counted and gone; a Start that was due is the next thing to leave."""
    sender = Sender()
    sender.start(quarters=1)
    assert sender.plan.skip_overdue(10 * S + 10 * PULSE_NS + 1000, sender.port) == 11
    sent = sender.sent(99 * S)
    assert [message for _, message in sent] == [b"\xfa", *[b"\xf8"] * 13]
    assert sent[1][0] > 10 * S + 10 * PULSE_NS


def test_a_late_pulse_goes_stale_and_a_word_later() -> None:
    """A pulse is of use for 25 ms, Start for 3 s."""
    sender = Sender()
    sender.start()
    start = sender.plan.take(99 * S, sender.port, 0)
    pulse = sender.plan.take(99 * S, sender.port, 0)
    assert start is not None
    assert pulse is not None
    assert not pulse.is_stale(10 * S + 25 * MS)
    assert pulse.is_stale(10 * S + 26 * MS)
    assert not start.is_stale(12 * S)
    assert start.is_stale(14 * S)
