"""Finds out what a pedal sends, from its messages and their moments. Pure.

Somebody steps on it and comes off it at once. One that sends nothing when it comes up is stepped on
once more, so that it is known: it latches, or never says that it comes up.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from countoff.midi.pedals import PedalMessage, decode

_NS_PER_SECOND = 1_000_000_000
# Nobody who was asked to come off at once stays longer.
RELEASED_WITHIN_NS = 2 * _NS_PER_SECOND


@dataclass(frozen=True, slots=True)
class Learnt:
    """What a pedal sends, and the port that it came from."""

    port: str
    message: PedalMessage
    latches: bool


class Asks(StrEnum):
    """What is asked of whoever stands there."""

    STEP = "step"
    STEP_AGAIN = "step_again"


class PedalListener:
    """Listens to one pedal at a time, on whatever port. One thread."""

    def __init__(self) -> None:
        """Have heard nothing yet."""
        self._port = ""
        self._message: PedalMessage | None = None
        self._down_ns = 0

    def asks(self, now_ns: int) -> Asks:
        """Return what is needed next."""
        if self._message is None or now_ns - self._down_ns < RELEASED_WITHIN_NS:
            return Asks.STEP
        return Asks.STEP_AGAIN

    def hear(self, port: str, at_ns: int, data: bytes) -> Learnt | None:
        """Take in one whole message; return what is known once it is."""
        sent = decode(data)
        if sent is None:
            return None
        if sent.is_down is None:
            return Learnt(port, sent.message, latches=False)
        if (port, sent.message) == (self._port, self._message):
            is_release = not sent.is_down and self.asks(at_ns) is Asks.STEP
            if is_release or self.asks(at_ns) is Asks.STEP_AGAIN:
                return Learnt(port, sent.message, latches=not is_release)
        elif sent.is_down:
            self._port, self._message, self._down_ns = port, sent.message, at_ns
        return None
