"""Who is at the other ends of the sender's ports: looked at now and then, told where it has changed.

On the sender's loop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.sender.reports import PedalsBack, PedalsLost, PeersChanged, single

if TYPE_CHECKING:
    from collections.abc import Callable

    from countoff.processes.wire import Message
    from countoff.sender.port import Port


class Company:
    """Remembers what it has told."""

    def __init__(self, port: Port, say: Callable[[Message], None]) -> None:
        """Look at `port`; tell through `say`."""
        self._port = port
        self._say = say
        self._told: PeersChanged | None = None
        self._pedals_told = ("", "")
        self.is_alone = False
        """Whether it is known that nobody hears what is sent."""

    def look(self) -> None:
        """Look who hears our own port, and who is heard on it. Takes a millisecond."""
        peers, sources = self._port.peers(), self._port.sources()
        self.is_alone = peers == ()
        seen = PeersChanged(
            self._port.name, peers, self._port.awaited, sources, self._port.awaited_sources
        )
        if (peers, sources) != (None, None) and seen != self._told:
            self._told = seen
            self._say(single(seen))

    def look_at_pedals(self) -> None:
        """Look after the foot controller's port, whether ours is there or not."""
        pedals = self._port.pedals()
        if pedals == self._pedals_told:
            return
        self._pedals_told = pedals
        name, sentence = pedals
        self._say(single(PedalsBack(name) if name else PedalsLost(sentence)))
