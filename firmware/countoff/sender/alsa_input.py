"""One input on the ALSA sequencer, through RtMidi: a port of our own, connected to another by name.

It can only be left, to be made anew with another connection, once nothing has come for a while; whom
it heard has gone by then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.midi.ports import alsa_address, plain_name
from countoff.processes.realtime import SENDER_PRIORITY, set_fifo
from countoff.sender.rtmidi_input import RtMidiInput

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from countoff.sender.hearing import Hearing


class AlsaInput:
    """An input under the names of its client and port. All calls but RtMidi's: one thread."""

    def __init__(self, client_name: str, port_name: str, hearing: Hearing) -> None:
        """Prepare; `tend` opens it. What comes goes to `hearing`."""
        self._client_name = client_name
        self._port_name = port_name
        self._hearing = hearing
        self._in: RtMidiInput | None = None
        self._connected_to = ""
        self._has_priority = False

    @property
    def name(self) -> str:
        """Its own name, as others see it."""
        return f"{self._client_name}:{self._port_name}"

    @property
    def connected_to(self) -> str:
        """The port that it was connected to and that is still there, without its numbers."""
        return plain_name(self._connected_to)

    def tend(self, library: ModuleType, choose: Callable[[list[str]], str]) -> None:
        """Open it, or connect it, as `choose` wants of the names of all ports that speak.

        Where that wants none of them, it is open for others to connect to, or stays as it is.
        Takes under a millisecond where nothing changes. Raises RtMidi's errors.
        """
        if self._in is None:
            self._in = self._new(library)
        names = [name for name in self._in.names() if plain_name(name) != self.name]
        if self._connected_to not in names:
            self._connected_to = ""
        wanted = choose(names)
        if self._in.is_open:
            if wanted in ("", self._connected_to) or not self._in.is_quiet:
                return
            self._in.leave()
            self._connected_to = ""
            self._in = self._new(library)
        if self._in.open(self._port_name, wanted):
            self._connected_to = wanted

    def check(self, is_heard: Callable[[str], bool | None]) -> None:
        """Have `tend` connect it anew where `is_heard` says that its connection has gone.

        That takes the address of a port. One that was made anew under its old number is there, and
        is not heard.
        """
        if self._connected_to and is_heard(alsa_address(self._connected_to)) is False:
            self._connected_to = ""

    def _new(self, library: ModuleType) -> RtMidiInput:
        self._has_priority = False
        return RtMidiInput(library, self._client_name, self._take_in)

    def _take_in(self, at_ns: int, data: bytes) -> None:
        """Pass a message on. RtMidi's own thread; neither waits nor logs."""
        if not self._has_priority:
            # Started before the sender became real-time, it is an ordinary thread.
            self._has_priority = True
            set_fifo(SENDER_PRIORITY)
        self._hearing.hear(at_ns, data)
