"""What every way of speaking to a DAW has in common, seen from the DAW: it is asked, and it answers.

Pure: each voice hears one whole message at a time, and says what it has to say when it is its turn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from countoff.daw.simulated.asked import Asked
    from countoff.daw.simulated.machine import Machine


class Reaction(NamedTuple):
    """What is asked of the DAW, and what it says at once, whatever becomes of that."""

    asked: tuple[Asked, ...] = ()
    said: tuple[bytes, ...] = ()


NOTHING = Reaction()


class Voice(Protocol):
    """One dialect, as a DAW hears and speaks it."""

    def greet(self, at_ns: int, machine: Machine) -> Reaction:
        """Say what a DAW says when its port opens: all of its state, where the dialect has any."""
        ...

    def hear(self, at_ns: int, data: bytes, machine: Machine) -> Reaction:
        """Understand one whole message, heard at host time `at_ns`."""
        ...

    def take_turn(self, at_ns: int, machine: Machine) -> Reaction:
        """Say what has changed, and what is due by host time `at_ns`."""
        ...

    def next_ns(self, machine: Machine) -> int | None:
        """Return when it has something to do though nothing changes, or None."""
        ...


class Listener:
    """A voice that has nothing to say."""

    def greet(self, at_ns: int, machine: Machine) -> Reaction:
        """Say nothing."""
        return NOTHING

    def take_turn(self, at_ns: int, machine: Machine) -> Reaction:
        """Say nothing."""
        return NOTHING

    def next_ns(self, machine: Machine) -> int | None:
        """Return None."""
        return None
