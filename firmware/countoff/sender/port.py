"""What the sender's loop needs of a port, whichever way the bytes go.

All calls come from the sender's own thread. A call may block where its docstring says so; then the
heartbeat stops, and a sender that hangs is replaced.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from countoff.sender.schedule import Scheduled


class PortError(Exception):
    """The port cannot be opened now; the message is a sentence. Another try may succeed."""


class BackEndMissingError(Exception):
    """What this way of sending needs is not installed; the message is a sentence."""


class PortStuckError(Exception):
    """The port hangs so badly that only a new process may help; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Left:
    """A message that has left: handed over at `handed_ns`, to be on the cable at `sent_ns`."""

    scheduled: Scheduled
    sent_ns: int
    handed_ns: int


class Port(Protocol):
    """One way out of the box."""

    @property
    def backend(self) -> str:
        """The configuration's word for it."""

    @property
    def name(self) -> str:
        """The port's name: the one that others see, or the one that is connected to."""

    @property
    def is_virtual(self) -> bool:
        """Whether nobody can hear it."""

    @property
    def lead_ns(self) -> int:
        """How long before its time a message is to be handed over."""

    @property
    def grain_ns(self) -> int:
        """How much later than asked a message leaves at worst that is handed over at its time."""

    @property
    def awaited(self) -> tuple[str, ...]:
        """Who was connected to our own port, and is connected again once there, by name."""

    @property
    def awaited_sources(self) -> tuple[str, ...]:
        """Who was heard on our own port, and is connected again once there, by name."""

    def sources(self) -> tuple[str, ...] | None:
        """Return who was heard at the last look at `peers`, by name.

        None where nothing is to be heard, or nobody can tell.
        """

    def pedals(self) -> tuple[str, str]:
        """Look after the foot controller's port; return its name, or else why it is not heard.

        Both are empty where none is to be heard. Takes a millisecond.
        """

    def peers(self) -> tuple[str, ...] | None:
        """Look who is connected to our own port, by name, and connect whom it awaits.

        None where a port was named, or where nobody can tell. Takes a millisecond.
        """

    def open(self) -> None:
        """Bring the port up, from whatever state it is in. May block. Raises PortError."""

    def look(self) -> str:
        """Look after the port; return what is wrong with it, as a sentence, or nothing.

        Called many times a second; takes well under 1 ms. Raises PortStuckError.
        """

    def hand(self, scheduled: Scheduled) -> None:
        """Have a message sent at its time; at once where that is past. Does not block."""

    def withdraw(self, is_meant: Callable[[Scheduled], bool]) -> None:
        """Ask for what is meant back, where it was handed over and has not left. Does not block.

        `is_meant` may be asked on the port's own real-time thread.
        """

    def collect(self) -> tuple[list[Left], list[Scheduled]]:
        """Return what has left since the last call, and what came back. Does not block."""

    def ns_at_server_frame(self, frame: int) -> int | None:
        """Return when a sound server's `frame` passes; None where the port counts none."""

    def fileno(self) -> int:
        """Return a descriptor that is readable when there is something to collect, or -1."""
