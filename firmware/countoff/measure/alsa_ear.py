"""An ear on the ALSA sequencer: MIDI by the host's clock, as it reaches this process.

RtMidi's own thread calls `_take_in`. Its wake-ups are part of what is measured: what is told here is
never better than this process is on time.
"""

from __future__ import annotations

import time
from typing import Any, Self

from countoff.measure.sources import SourceUnusableError
from countoff.midi.ports import PortNotFoundError, find_port
from countoff.processes.realtime import CALLBACK_PRIORITY, set_fifo


class AlsaEar:
    """Records what comes from the port whose name contains `wanted`. Use as a context manager."""

    def __init__(self, wanted: str) -> None:
        """Prepare; `__enter__` opens the port."""
        self.heard: list[tuple[float, bytes]] = []
        self._wanted = wanted
        self._port: Any = None
        self._has_priority = False

    def __enter__(self) -> Self:
        """Open the port. Raises SourceUnusableError."""
        try:
            import rtmidi  # noqa: PLC0415 (a library that may be missing)

            self._port = rtmidi.MidiIn(rtapi=rtmidi.API_LINUX_ALSA, name="Countoff measure")
        except (ImportError, SystemError) as error:
            raise SourceUnusableError("There is no ALSA sequencer here; try --jack.") from error
        names = self._port.get_ports()
        try:
            index = names.index(find_port(self._wanted, names))
        except PortNotFoundError as error:
            raise SourceUnusableError(str(error)) from error
        self._port.ignore_types(sysex=False, timing=False, active_sense=True)
        self._port.set_callback(self._take_in)
        self._port.open_port(index)
        return self

    def __exit__(self, *_: object) -> None:
        """Close the port."""
        self._port.close_port()
        self._port.delete()

    def _take_in(self, event: tuple[list[int], float], _data: object) -> None:
        at_ns = time.monotonic_ns()
        if not self._has_priority:
            self._has_priority = True
            set_fifo(CALLBACK_PRIORITY)
        self.heard.append((float(at_ns), bytes(event[0])))
