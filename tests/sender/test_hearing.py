"""From a back end's thread to the loop: batches, rests, and what a flood cannot do."""

from __future__ import annotations

import contextlib
import select
import threading
from typing import TYPE_CHECKING, Protocol

import pytest

from countoff.midi.attention import Attention
from countoff.sender.hearing import MOST_KEPT, Ears
from countoff.sender.reports import BytesHeard, BytesMissed, Report, Role, reports_in
from sender_at_work import open_files, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from countoff.processes.wire import Message

MS = 1_000_000
RECORD = bytes.fromhex("90 5F")
LIGHTS = Attention(states=(RECORD,), words=(b"\xf1",))
METER = b"\xd0\x07"


class OpenEars(Protocol):
    """Opens ears."""

    def __call__(self, *, has_pedals: bool) -> Ears:
        """Return them, open."""


class Loop:
    """Takes what is passed on, at moments that the test decides."""

    def __init__(self, ears: Ears) -> None:
        self.said: list[Message] = []
        self._ears = ears

    def turn(self, at_ns: int) -> list[Report]:
        """Take what is passed on at a moment."""
        self.said.clear()
        self._ears.pass_on(self.said.append, at_ns)
        return [report for message in self.said for report in reports_in(message)]


def is_readable(ears: Ears, at_ns: int) -> bool:
    """Return whether the loop would wake."""
    descriptor = ears.fileno(at_ns)
    return descriptor >= 0 and bool(select.select([descriptor], [], [], 0)[0])


@pytest.fixture
def open_ears() -> Iterator[OpenEars]:
    """Return what opens ears for lights, until the test is over."""
    with contextlib.ExitStack() as opened:
        yield lambda *, has_pedals: opened.enter_context(Ears(LIGHTS, has_pedals=has_pedals))


def test_ears_open_nothing_before_they_are_entered() -> None:
    """A file is there only while they are in use; who hears nothing needs none."""
    before = open_files()
    ears = Ears(LIGHTS, has_pedals=True)
    assert (ears.fileno(0), open_files()) == (-1, before)
    with ears:
        assert ears.fileno(0) >= 0
    assert (ears.fileno(0), open_files()) == (-1, before)
    deaf = Ears(None, has_pedals=False)
    deaf.pass_on(lambda _message: pytest.fail("nothing was heard"), 0)


def test_what_is_heard_while_the_sender_ends_is_lost_quietly() -> None:
    """A back end's thread that speaks once more finds nobody, and no fault."""
    with Ears(LIGHTS, has_pedals=True) as ears:
        pass
    assert ears.pedals is not None
    ears.pedals.hear(5, b"\xc0\x01")


def test_the_first_word_is_passed_on_at_once(open_ears: OpenEars) -> None:
    """What is heard wakes the loop, with its role and its moment."""
    ears = open_ears(has_pedals=True)
    loop = Loop(ears)
    assert ears.daw is not None
    assert ears.pedals is not None
    assert not is_readable(ears, 0)
    ears.daw.hear(5, RECORD + b"\x7f")
    ears.pedals.hear(6, b"\xc0\x01")
    assert is_readable(ears, 0)
    assert loop.turn(7) == [
        BytesHeard(Role.DAW, 5, RECORD + b"\x7f"),
        BytesHeard(Role.PEDALS, 6, b"\xc0\x01"),
    ]


def test_after_a_batch_the_loop_rests_from_it(open_ears: OpenEars) -> None:
    """What comes meanwhile does not wake it; it says when to look, and passes all on then."""
    ears = open_ears(has_pedals=False)
    loop = Loop(ears)
    assert ears.daw is not None
    ears.daw.hear(0, b"\xf1\x00")
    loop.turn(0)
    ears.daw.hear(1 * MS, b"\xf1\x11")
    assert not is_readable(ears, 1 * MS)
    assert ears.next_ns(1 * MS) == 4 * MS
    assert loop.turn(2 * MS) == []
    assert ears.next_ns(4 * MS) is None
    assert is_readable(ears, 4 * MS)
    assert loop.turn(4 * MS) == [BytesHeard(Role.DAW, 1 * MS, b"\xf1\x11")]


def test_a_flood_is_passed_on_in_batches(open_ears: OpenEars) -> None:
    """Each turn has a bounded number of messages; none is lost, and none out of order."""
    ears = open_ears(has_pedals=False)
    loop = Loop(ears)
    assert ears.daw is not None
    for number in range(1000):
        ears.daw.hear(number, bytes((0xF1, number % 128)))
    passed: list[Report] = []
    for turn in range(100):
        reports = loop.turn(turn * 5 * MS)
        assert len(reports) <= 256
        passed += reports
    assert [one.at_ns for one in passed if isinstance(one, BytesHeard)] == list(range(1000))


def test_meters_do_not_wake_the_loop(open_ears: OpenEars) -> None:
    """Of thousands that say nothing of the transport one in a tenth of a second shows life."""
    ears = open_ears(has_pedals=False)
    assert ears.daw is not None
    for number in range(5000):
        ears.daw.hear(number * MS // 10, METER)
    assert len(Loop(ears).turn(1000 * MS)) == 5


def test_more_than_can_be_kept_is_told(open_ears: OpenEars) -> None:
    """The oldest are lost, which is said before the rest, and the newest state is there."""
    ears = open_ears(has_pedals=False)
    loop = Loop(ears)
    assert ears.daw is not None
    for number in range(MOST_KEPT + 10):
        ears.daw.hear(number, b"\xf1\x00")
    ears.daw.hear(MOST_KEPT + 10, RECORD + b"\x7f")
    first, *rest = loop.turn(0)
    assert first == BytesMissed(Role.DAW)
    at_ns = 0
    while reports := loop.turn(at_ns := at_ns + 5 * MS):
        rest += reports
    assert rest[-1] == BytesHeard(Role.DAW, MOST_KEPT + 10, RECORD + b"\x7f")
    assert len(rest) == MOST_KEPT


def test_nothing_is_lost_between_two_threads(open_ears: OpenEars) -> None:
    """A thread that says what it hears as fast as it can, and a loop that takes it: all of it."""
    ears = open_ears(has_pedals=False)
    loop = Loop(ears)
    assert ears.daw is not None
    hear, count = ears.daw.hear, 5000
    taken: list[Report] = []

    def speak() -> None:
        for number in range(count):
            hear(number, bytes((0xF1, number % 128)))

    thread = threading.Thread(target=speak)
    thread.start()
    now_ns = 0

    def has_all() -> bool:
        nonlocal now_ns
        now_ns += 5 * MS
        taken.extend(loop.turn(now_ns))
        return len(taken) >= count

    wait_until(has_all)
    thread.join()
    assert [one.at_ns for one in taken if isinstance(one, BytesHeard)] == list(range(count))
