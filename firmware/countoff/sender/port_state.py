"""How a sender's port is, and what is said of it on the screen. The controller's end; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.events import Part, PartReported, PartState

if TYPE_CHECKING:
    from countoff.sender.reports import PeersChanged

_PORT_KEYS = {Part.DAW: "midi.port", Part.CLOCK: "midi.clock_port"}


class PortState:
    """The port of one sender, by what that has said. Make a new one for a new sender."""

    def __init__(self, part: Part, *, is_silent: bool = False) -> None:
        """Know nothing yet; `part` is whom the port is for.

        Where it `is_silent` nothing passes over it: nobody is missed at its other end.
        """
        self._part = part
        self._is_silent = is_silent
        self._port = ""
        self._peers: tuple[str, ...] | None = None
        self._sources: tuple[str, ...] | None = None
        self.is_open = False
        self.is_virtual = False
        self.is_looped = False
        """What is sent comes back."""

    @property
    def who(self) -> frozenset[str] | None:
        """Return the names of all at the other end; None where nobody hears, or is heard."""
        if not self.is_open or self.is_virtual or () in (self._peers, self._sources):
            return None
        return frozenset((*(self._peers or ()), *(self._sources or ())))

    def note_peers(self, report: PeersChanged) -> None:
        """Take in who is connected."""
        self._port, self._peers, self._sources = report.port, report.peers, report.sources

    def lost(self, sentence: str, now_ns: int) -> PartReported:
        """Take in that the port is not there; return what is said of it."""
        self.is_open = False
        return PartReported(now_ns, self._part, PartState.FAULT, sentence)

    def report(self, now_ns: int) -> PartReported:
        """Return how it is while it is there: well, unless nobody hears it, or is heard on it."""
        if self.is_virtual:
            what = "the DAW is told nothing" if self._part is Part.DAW else "there is no clock"
            return PartReported(
                now_ns, self._part, PartState.VIRTUAL, f"There is no MIDI here: {what}."
            )
        sentence = self._warning()
        if sentence:
            return PartReported(now_ns, self._part, PartState.WARNING, sentence)
        return PartReported(now_ns, self._part, PartState.OK)

    def _warning(self) -> str:
        if self._is_silent:
            return ""
        if self._peers == ():
            return (
                f"No DAW is connected to {self._port}; choose that port in the DAW,"
                f" or name the DAW's own as {_PORT_KEYS[self._part]}."
            )
        if self.is_looped:
            return (
                f"What is sent to {self._port} comes back on it, so that the DAW cannot be heard;"
                " take off the cable, or switch off what passes it on."
            )
        if self._sources == ():
            return (
                f"No DAW speaks to {self._port}, so that nothing is known of it;"
                " choose that port as the DAW's output too."
            )
        return ""
