"""Who is connected to a port of our own, and who was and is to be again. Pure.

Names are client and port, without numbers. One who goes away altogether, or with us, is awaited:
once there again, they are connected by name. One who stays and is disconnected was meant to be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection


class Peers:
    """The ports at the other end of ours."""

    def __init__(self, awaited: Collection[str]) -> None:
        """Await those who were connected before."""
        self.connected: tuple[str, ...] = ()
        self.awaited: tuple[str, ...] = tuple(awaited)

    def saw(self, connected: Collection[str], there: Collection[str]) -> None:
        """Take in who is connected now, of those who are `there`."""
        gone = [name for name in self.connected if name not in there]
        self.awaited = tuple(
            name for name in dict.fromkeys((*self.awaited, *gone)) if name not in connected
        )
        self.connected = tuple(connected)

    def lost(self) -> None:
        """Await everybody: it is our end that has gone."""
        self.awaited = tuple(dict.fromkeys((*self.connected, *self.awaited)))
        self.connected = ()
