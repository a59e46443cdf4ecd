"""The simulated DAW that follows time code: it goes there, locks, rolls along, and stops."""

from __future__ import annotations

from fractions import Fraction

import pytest

from countoff.core.daw import DawTransport
from countoff.daw.finding import find_profile
from countoff.daw.simulated.asked import Ask
from countoff.daw.simulated.model import SimulatedDaw

MS = 1_000_000
S = 1000 * MS
QUARTER_NS = 10 * MS
HALF_FRAME = Fraction(1, 50)


def full_frame(minute: int, second: int) -> bytes:
    """Return a full frame at 25 frames a second."""
    return bytes((0xF0, 0x7F, 0x7F, 0x01, 0x01, 0x20, minute, second, 0, 0xF7))


def quarter(number: int) -> bytes:
    """Return a quarter frame, counted from midnight at 25 frames a second, below an hour."""
    frames = number // 8 * 2
    minute, rest = divmod(frames, 25 * 60)
    said = (rest % 25, rest // 25, minute, 0x20)
    piece = number % 8
    return bytes((0xF1, piece << 4 | said[piece // 2] >> (4 if piece % 2 else 0) & 0x0F))


class Chased:
    """A DAW that hears time code from ten minutes on, from one second on."""

    def __init__(self, key: str = "mtc") -> None:
        self.daw = SimulatedDaw(find_profile(key, None))
        self.daw.start(0)
        self.now_ns = S

    def roll(self, quarters: range, off_ns: int = 0) -> None:
        """Hear quarter frames of the take, each at its moment."""
        for number in quarters:
            self.now_ns = max(S + number * QUARTER_NS + off_ns, self.now_ns)
            self.daw.hear(self.now_ns, quarter(60_000 + number))

    def wait(self, for_ns: int) -> None:
        """Let time pass."""
        self.now_ns += for_ns
        self.daw.pass_time(self.now_ns)

    @property
    def off_s(self) -> Fraction:
        """How far it is from where time code is."""
        return self.daw.seconds_at(self.now_ns) - 600 - Fraction(self.now_ns - S, S)


def test_it_is_sent_there_and_does_not_roll() -> None:
    """A full frame is a place, and nothing more."""
    chased = Chased()
    chased.daw.hear(S, full_frame(10, 0))
    chased.wait(S)
    assert chased.daw.seconds_at(chased.now_ns) == 600
    assert chased.daw.transport is DawTransport.ARMED


def test_it_locks_and_is_where_time_code_is() -> None:
    """After half a second it rolls, and records since it is armed for good; to half a frame."""
    chased = Chased()
    chased.roll(range(40))
    assert chased.daw.transport is DawTransport.ARMED
    chased.roll(range(40, 300))
    assert chased.daw.transport is DawTransport.RECORDING
    assert abs(chased.off_s) <= HALF_FRAME


def test_it_stops_soon_after_time_code_has() -> None:
    """Some frames longer, in case it comes back."""
    chased = Chased()
    chased.roll(range(200))
    chased.wait(90 * MS)
    assert chased.daw.transport is DawTransport.RECORDING
    chased.wait(60 * MS)
    assert chased.daw.transport is DawTransport.ARMED
    (take,) = chased.daw.machine.takes
    assert 600 < take.from_s < 601
    assert 602 < take.to_s < 602.2


def test_pieces_that_are_missing_do_not_stop_it() -> None:
    """It rolls on over a gap, and is where time code is all the same."""
    chased = Chased()
    chased.roll(range(100))
    chased.roll(range(109, 115))
    chased.roll(range(120, 300))
    assert chased.daw.transport is DawTransport.RECORDING
    assert abs(chased.off_s) <= HALF_FRAME


def test_time_code_that_leaps_is_followed() -> None:
    """It goes on recording, at the place where time code is now."""
    chased = Chased()
    chased.roll(range(200))
    for number in range(200, 400):
        chased.now_ns += QUARTER_NS
        chased.daw.hear(chased.now_ns, quarter(90_000 + number))
    assert chased.daw.transport is DawTransport.RECORDING
    assert chased.daw.machine.takes == []
    assert abs(chased.off_s - 300) <= HALF_FRAME


def test_its_own_user_stops_it() -> None:
    """It does not roll again by the time code that still comes, but by the next."""
    chased = Chased()
    chased.roll(range(200))
    chased.daw.use(chased.now_ns, Ask.SPACE)
    chased.roll(range(200, 300))
    assert chased.daw.transport is DawTransport.ARMED
    chased.wait(S)
    chased.roll(range(500, 700))
    assert chased.daw.transport is DawTransport.RECORDING


@pytest.mark.parametrize("key", ["pro-tools-mtc", "cubase-mtc"])
def test_one_that_nobody_arms_plays(key: str) -> None:
    """Time code alone records nothing where a record button arms."""
    chased = Chased(key)
    chased.roll(range(200))
    assert chased.daw.transport is DawTransport.PLAYING
    chased.wait(S)
    assert chased.daw.transport is DawTransport.STOPPED
    assert chased.daw.machine.takes == []


def test_what_it_does_is_told() -> None:
    """In the words of the control room."""
    chased = Chased()
    chased.daw.hear(S, full_frame(10, 0))
    chased.wait(100 * MS)
    chased.now_ns = S
    chased.roll(range(20, 200))
    chased.wait(S)
    words = [deed.words for deed in chased.daw.deeds]
    assert words[:2] == ["starts", "goes to 00:10:00:00"]
    assert words[2].startswith("records from 00:10:00:")
    assert words[3].startswith("is armed at 00:10:02:")
