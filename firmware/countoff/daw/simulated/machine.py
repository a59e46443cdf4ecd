"""What is inside any DAW: a transport, a record button, takes on a timeline, markers.

Pure; time comes in with each call and never goes back. Whoever speaks to it, in whatever dialect, or
sits before it, ends up here.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from countoff.core.daw import DawTransport

_NS_PER_SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True)
class RecordedTake:
    """A stretch of the timeline that was recorded, in seconds; recording began at host time `at_ns`."""

    from_s: Fraction
    to_s: Fraction
    at_ns: int


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker on the timeline, made at host time `at_ns`."""

    seconds: Fraction
    at_ns: int


class Machine:
    """One DAW's timeline and what moves on it. One thread at a time."""

    def __init__(self, *, stays_armed: bool = False) -> None:
        """Stand at 0. With `stays_armed` its user has armed it for good: whatever rolls, records."""
        self.takes: list[RecordedTake] = []
        """What was recorded; a take that goes on is not among them yet."""
        self.markers: list[Marker] = []
        self.refuses = False
        """It cannot record: no track is armed, or the disk is full."""
        self._stays_armed = stays_armed
        self._is_armed = stays_armed
        self._is_rolling = False
        self._is_paused = False
        self._anchor_s = Fraction(0)
        self._anchor_ns = 0
        self._recording_from: tuple[Fraction, int] | None = None

    @property
    def transport(self) -> DawTransport:
        """What it does now."""
        if self._is_rolling:
            return DawTransport.RECORDING if self._records else DawTransport.PLAYING
        return DawTransport.ARMED if self._is_armed else DawTransport.STOPPED

    @property
    def is_armed(self) -> bool:
        """Whether its record button is on."""
        return self._is_armed

    @property
    def is_rolling(self) -> bool:
        """Whether it moves."""
        return self._is_rolling

    @property
    def is_paused(self) -> bool:
        """Whether it was paused while it rolled: it stands, and is to go on as before."""
        return self._is_paused

    @property
    def rolls_since_ns(self) -> int | None:
        """When it began to roll from a place; None where it does not."""
        return self._anchor_ns if self._is_rolling else None

    def seconds_at(self, at_ns: int) -> Fraction:
        """Return where it is at host time `at_ns`, in seconds as it displays them."""
        if not self._is_rolling:
            return self._anchor_s
        return self._anchor_s + Fraction(at_ns - self._anchor_ns, _NS_PER_SECOND)

    def arm(self, at_ns: int) -> None:
        """Switch its record button on: it records as soon as it rolls, and now if it does."""
        self._is_armed = not self.refuses
        self._note_recording(at_ns)

    def disarm(self, at_ns: int) -> None:
        """Switch its record button off; what rolls rolls on."""
        self._is_armed = False
        self._note_recording(at_ns)

    def roll(self, at_ns: int) -> None:
        """Roll from where it is; nothing where it rolls already."""
        if not self._is_rolling:
            self._anchor_ns = at_ns
            self._is_rolling, self._is_paused = True, False
            self._note_recording(at_ns)

    def jump_back(self, at_ns: int) -> None:
        """Go on from where it began to roll; what was recorded up to here is a take."""
        if self._is_rolling:
            was_armed, began_s = self._is_armed, self._anchor_s
            self.halt(at_ns)
            self._anchor_s, self._is_armed = began_s, was_armed
            self.roll(at_ns)

    def halt(self, at_ns: int) -> None:
        """Stop, and be armed no more unless it stays so."""
        self._anchor_s = self.seconds_at(at_ns)
        self._is_rolling = self._is_paused = False
        self._note_recording(at_ns)
        self._is_armed = self._stays_armed and not self.refuses

    def pause(self, at_ns: int) -> None:
        """Stop, armed as before; where it is paused, go on."""
        if self._is_paused:
            self.roll(at_ns)
            return
        was_armed, was_rolling = self._is_armed, self._is_rolling
        self.halt(at_ns)
        self._is_armed, self._is_paused = was_armed, was_rolling

    def locate(self, at_ns: int, seconds: Fraction) -> None:
        """Stop, and go to a place."""
        if self._is_rolling:
            self.halt(at_ns)
        self._anchor_s = max(seconds, Fraction(0))

    def chase(self, at_ns: int, at_zero_s: Fraction) -> None:
        """Roll on along a place that is `at_zero_s` at host time 0: nothing it records ends there."""
        if not self._is_rolling:
            self.locate(at_ns, at_zero_s + Fraction(at_ns, _NS_PER_SECOND))
            self.roll(at_ns)
        else:
            self._anchor_s, self._anchor_ns = at_zero_s + Fraction(at_ns, _NS_PER_SECOND), at_ns

    def mark(self, at_ns: int) -> None:
        """Make a marker where it is."""
        self.markers.append(Marker(self.seconds_at(at_ns), at_ns))

    @property
    def _records(self) -> bool:
        return self._is_armed and self._is_rolling

    def _note_recording(self, at_ns: int) -> None:
        """Begin a take, or end the one that is recorded, where what it does has changed."""
        here_s = self.seconds_at(at_ns)
        if self._records and self._recording_from is None:
            self._recording_from = (here_s, at_ns)
        elif not self._records and self._recording_from is not None:
            from_s, began_ns = self._recording_from
            self.takes.append(RecordedTake(from_s, here_s, began_ns))
            self._recording_from = None
