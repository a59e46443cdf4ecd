"""One input on the ALSA sequencer that can be left again: RtMidi's own can hang in that.

RtMidi's thread calls `_take_in` with each whole message. Deleting RtMidi's object while it does could
hang for ever: RtMidi waits for its thread, and that one for the interpreter. So the object is deleted
once nothing has come for a while.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

_QUIET_NS = 50_000_000
_LOOK_EVERY_S = 0.01


class RtMidiInput:
    """An input of the client `client_name`, open or not. All calls but RtMidi's: one thread."""

    def __init__(
        self, library: ModuleType, client_name: str, take_in: Callable[[int, bytes], None]
    ) -> None:
        """Prepare; `library` is the module `rtmidi`, or one like it.

        `take_in` is called by RtMidi's own thread, with the host time of a message and its bytes.
        """
        self._rtmidi: Any = library  # ships no types
        self._client_name = client_name
        self._pass_on = take_in
        self._in: Any = None
        self._has_left = False
        self._heard_ns = 0
        self.is_open = False

    @property
    def is_quiet(self) -> bool:
        """Nothing has come for so long that it can be left at once."""
        return not self._heard_ns or time.monotonic_ns() - self._heard_ns > _QUIET_NS

    def names(self) -> list[str]:
        """Return the names of all ports that speak. Raises RtMidi's errors."""
        if self._in is None:
            self._in = self._rtmidi.MidiIn(
                rtapi=self._rtmidi.API_LINUX_ALSA, name=self._client_name
            )
        found: list[str] = self._in.get_ports()
        return found

    def open(self, port_name: str, source: str) -> bool:
        """Connect it to the port `source`; where that is not there, it is open for others to connect to.

        Returns whether it is connected. Raises RtMidi's errors.
        """
        names = self.names()
        self._in.ignore_types(sysex=False, timing=False, active_sense=True)
        self._in.set_callback(self._take_in)
        is_there = source in names
        if is_there:
            self._in.open_port(names.index(source), name=port_name)
        else:
            self._in.open_virtual_port(name=port_name)
        self.is_open = True
        return is_there

    def leave(self) -> None:
        """Leave the sequencer: at once where nothing comes, else as soon as nothing comes any more.

        Nothing is passed on after this. Does not block.
        """
        midi_in, self._in = self._in, None
        self.is_open = False
        self._has_left = True
        if midi_in is None:
            return
        if self.is_quiet:
            midi_in.delete()
            return
        # A clock would never be quiet: RtMidi drops its pulses before they need the interpreter.
        midi_in.ignore_types(sysex=True, timing=True, active_sense=True)
        # It also keeps the object from being deleted where the program ends before that.
        threading.Thread(target=self._delete_once_quiet, args=(midi_in,), daemon=True).start()

    def _delete_once_quiet(self, midi_in: Any) -> None:  # noqa: ANN401
        while not self.is_quiet:
            time.sleep(_LOOK_EVERY_S)
        midi_in.delete()

    def _take_in(self, event: tuple[list[int], float], _data: object) -> None:
        """Pass a message on. RtMidi's own thread; neither waits nor logs."""
        self._heard_ns = time.monotonic_ns()
        if not self._has_left:
            self._pass_on(self._heard_ns, bytes(event[0]))
