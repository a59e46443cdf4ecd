"""An ear on the ALSA sequencer: MIDI by the host's clock, as it reaches this process.

RtMidi's own thread calls `_hear`. Its wake-ups are part of what is measured: what is told here is
never better than this process is on time.
"""

from __future__ import annotations

from typing import Self

from countoff.measure.sources import SourceUnusableError
from countoff.midi.ports import PortNotFoundError, find_port
from countoff.processes.realtime import CALLBACK_PRIORITY, set_fifo
from countoff.sender.libraries import load_rtmidi
from countoff.sender.port import BackEndMissingError
from countoff.sender.rtmidi_input import RtMidiInput


class AlsaEar:
    """Records what comes from the port whose name contains `wanted`. Use as a context manager."""

    def __init__(self, wanted: str) -> None:
        """Prepare; `__enter__` opens the port."""
        self.heard: list[tuple[float, bytes]] = []
        self._wanted = wanted
        self._port: RtMidiInput | None = None
        self._has_priority = False

    def __enter__(self) -> Self:
        """Open the port. Raises SourceUnusableError."""
        try:
            self._port = RtMidiInput(load_rtmidi(), "Countoff measure", self._hear)
            names = self._port.names()
        except (BackEndMissingError, SystemError) as error:
            raise SourceUnusableError("There is no ALSA sequencer here; try --jack.") from error
        try:
            source = find_port(self._wanted, names)
        except PortNotFoundError as error:
            self._port.leave()
            raise SourceUnusableError(str(error)) from error
        self._port.open("in", source)
        return self

    def __exit__(self, *_: object) -> None:
        """Close the port; a clock that goes on is heard no more."""
        if self._port is not None:
            self._port.leave()

    def _hear(self, at_ns: int, data: bytes) -> None:
        if not self._has_priority:
            self._has_priority = True
            set_fifo(CALLBACK_PRIORITY)
        self.heard.append((float(at_ns), data))
