"""An ear for one dialect: what a DAW says in it, as what its transport does and where it is. Pure.

An ear takes whole messages, and keeps what they add up to. It knows no clock: what needs a moment
to be true is asked for with the time.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from countoff.core.daw import DawPlace, DawTransport
    from countoff.midi.attention import Attention
    from countoff.midi.timecode import TimeCode


class Ear(ABC):
    """Hears one dialect."""

    attention: ClassVar[Attention]
    """What it needs to hear, of all that may come."""

    @abstractmethod
    def hear(self, at_ns: int, data: bytes) -> tuple[bytes, ...]:
        """Take in one whole message; return what is answered at once."""

    @abstractmethod
    def transport(self, now_ns: int) -> DawTransport | None:
        """Return what the DAW does, as far as was heard; None where that is not known."""

    @abstractmethod
    def forget(self) -> None:
        """Know nothing again: what was heard is stale."""

    def greeting(self) -> tuple[bytes, ...]:
        """Return what is said when the port opens, so that the DAW says its state; often nothing."""
        return ()

    def place(self, now_ns: int) -> tuple[int, DawPlace] | None:
        """Return where the DAW was, and when it was there; None where that is not known."""
        return None

    def next_moment_ns(self) -> int | None:
        """Return when time alone will change what it says, or None."""
        return None


def displayed_seconds(code: TimeCode) -> Fraction:
    """Return the place of `code` in seconds as the DAW displays them: its frames are parts of one."""
    whole_s = code.hour * 3600 + code.minute * 60 + code.second
    return whole_s + Fraction(code.frame * 100 + code.subframe, 100 * code.rate.whole_frames)
