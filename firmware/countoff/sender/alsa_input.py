"""One input on the ALSA sequencer, through RtMidi: a port of our own, connected to another by name.

RtMidi's thread calls `_take_in` with each whole message. Leaving while it does could hang for ever:
RtMidi waits for its thread, and that one for the interpreter. So an input is only left, to be made
anew with another connection, once nothing has come for a while; whom it heard has gone by then.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from countoff.midi.ports import plain_name
from countoff.processes.realtime import SENDER_PRIORITY, set_fifo

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from countoff.sender.hearing import Hearing

_QUIET_NS = 50_000_000


class AlsaInput:
    """An input under the names of its client and port. All calls but RtMidi's: one thread."""

    def __init__(self, client_name: str, port_name: str, hearing: Hearing) -> None:
        """Prepare; `tend` opens it. What comes goes to `hearing`."""
        self._client_name = client_name
        self._port_name = port_name
        self._hearing = hearing
        self._in: Any = None
        self._is_open = False
        self._connected_to = ""
        self._heard_ns = 0
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
        rtmidi: Any = library
        if self._in is None:
            self._in = rtmidi.MidiIn(rtapi=rtmidi.API_LINUX_ALSA, name=self._client_name)
        names = [name for name in self._in.get_ports() if plain_name(name) != self.name]
        if self._connected_to not in names:
            self._connected_to = ""
        wanted = choose(names)
        if self._is_open:
            if wanted in ("", self._connected_to) or not self._is_quiet():
                return
            self.leave()
            self._in = rtmidi.MidiIn(rtapi=rtmidi.API_LINUX_ALSA, name=self._client_name)
        self._in.ignore_types(sysex=False, timing=False, active_sense=True)
        self._in.set_callback(self._take_in)
        names = self._in.get_ports()
        if wanted in names:
            self._in.open_port(names.index(wanted), name=self._port_name)
            self._connected_to = wanted
        else:
            self._in.open_virtual_port(name=self._port_name)
        self._is_open = True

    def leave(self) -> None:
        """Leave the sequencer. Only where nothing comes: it could hang else."""
        if self._in is not None:
            self._in.delete()
        self._in = None
        self._is_open = self._has_priority = False
        self._connected_to = ""

    def _is_quiet(self) -> bool:
        return time.monotonic_ns() - self._heard_ns > _QUIET_NS

    def _take_in(self, event: tuple[list[int], float], _data: object) -> None:
        """Pass a message on. RtMidi's own thread; neither waits nor logs."""
        self._heard_ns = time.monotonic_ns()
        if not self._has_priority:
            # Started before the sender became real-time, it is an ordinary thread.
            self._has_priority = True
            set_fifo(SENDER_PRIORITY)
        self._hearing.hear(self._heard_ns, bytes(event[0]))
