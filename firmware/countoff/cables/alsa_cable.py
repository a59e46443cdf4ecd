"""A cable on the ALSA sequencer, through RtMidi.

RtMidi connects one port to one other, so there is one of its objects for each whom we hear or tell,
and one of each kind to connect to where nobody is there. Who stays is never connected anew. RtMidi's
own threads, one for each input, call `_take_in`.
"""

from __future__ import annotations

import contextlib
import os
from collections import deque
from typing import TYPE_CHECKING, Any, Self

from countoff.cables.cable import Ends, NoCableError
from countoff.daw.timed import Timed
from countoff.midi.ports import plain_name
from countoff.sender.libraries import load_rtmidi
from countoff.sender.port import BackEndMissingError
from countoff.sender.rtmidi_input import RtMidiInput

if TYPE_CHECKING:
    from types import ModuleType


class AlsaCable:
    """See `countoff.cables.cable.Cable`."""

    def __init__(self, name: str, ends: Ends, library: ModuleType | None = None) -> None:
        """Prepare ports called `name`; `library` is the module `rtmidi`, loaded if not given."""
        self._name = name
        self._ends = ends
        self._rtmidi: Any = library
        self._finder: Any = None
        self._told_finder: Any = None
        self._ins: dict[str, RtMidiInput] = {}
        self._outs: dict[str, Any] = {}
        self._heard: deque[Timed] = deque()
        self._wake_fd = -1

    def __enter__(self) -> Self:
        """Open both ends. Raises NoCableError."""
        if self._rtmidi is None:
            self._rtmidi = _library()
        self._heard.clear()
        self._wake_fd = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        try:
            self._finder = self._new("MidiIn", "looks")
            self._told_finder = self._new("MidiOut", "looks")
            self._hear([])
            self._reach([])
        except (SystemError, self._rtmidi.RtMidiError) as error:
            self.__exit__()
            raise NoCableError(f"There is no ALSA sequencer here: {error}") from error
        return self

    def __exit__(self, *_: object) -> None:
        """Close both ends; does not wait for whoever goes on talking to it."""
        for name in list(self._ins):
            self._ins.pop(name).leave()
        for name in list(self._outs):
            self._outs.pop(name).delete()
        for finder in (self._finder, self._told_finder):
            if finder is not None:
                finder.delete()
        self._finder = self._told_finder = None
        os.close(self._wake_fd)
        self._wake_fd = -1

    def tend(self) -> tuple[str, ...]:
        """Connect anew where who is there has changed. Raises NoCableError."""
        try:
            sources = self._those(self._finder.get_ports(), self._ends.hears)
            sinks = self._those(self._told_finder.get_ports(), self._ends.tells)
            self._hear(sources)
            self._reach(sinks)
        except self._rtmidi.RtMidiError as error:
            raise NoCableError(f"The ALSA sequencer has gone: {error}") from error
        return tuple(sorted({plain_name(name) for name in (*sources, *sinks)}))

    def take(self) -> list[Timed]:
        """Return what has arrived."""
        with contextlib.suppress(BlockingIOError):
            os.eventfd_read(self._wake_fd)
        return [self._heard.popleft() for _ in range(len(self._heard))]

    def say(self, data: bytes) -> None:
        """Write it now, to everybody who is connected."""
        for out in self._outs.values():
            # One that has gone just now is noticed by `tend`.
            with contextlib.suppress(self._rtmidi.RtMidiError):
                out.send_message(data)

    def fileno(self) -> int:
        """Return the descriptor that an arrival makes readable."""
        return self._wake_fd

    def _those(self, names: list[str], is_meant: Any) -> list[str]:  # noqa: ANN401
        own = f"{self._name}:"
        return [name for name in names if not name.startswith(own) and is_meant(plain_name(name))]

    def _hear(self, sources: list[str]) -> None:
        """Have an input for each, and one to connect to where there is nobody."""
        wanted = sources or [""]
        for name in [name for name in self._ins if name not in wanted]:
            self._ins.pop(name).leave()
        for name in wanted:
            if name not in self._ins:
                # Kept before it is opened: where that fails, it is left with the others.
                self._ins[name] = RtMidiInput(self._rtmidi, self._name, self._take_in)
                self._ins[name].open(f"{self._name} in", name)

    def _reach(self, sinks: list[str]) -> None:
        """Have an output for each, and one to connect to where there is nobody."""
        wanted = sinks or [""]
        for name in [name for name in self._outs if name not in wanted]:
            # Only deleting gives the client's name back.
            self._outs.pop(name).delete()
        for name in wanted:
            if name not in self._outs:
                self._outs[name] = self._new("MidiOut", self._name)
                self._open_out(name)

    def _open_out(self, name: str) -> None:
        port = self._outs[name]
        names = port.get_ports()
        if name in names:
            port.open_port(names.index(name), name=f"{self._name} out")
        else:
            port.open_virtual_port(name=f"{self._name} out")

    def _new(self, kind: str, client: str) -> Any:  # noqa: ANN401 (it ships no types)
        return getattr(self._rtmidi, kind)(rtapi=self._rtmidi.API_LINUX_ALSA, name=client)

    def _take_in(self, at_ns: int, data: bytes) -> None:
        """Keep a message. RtMidi's own threads; neither waits nor logs."""
        self._heard.append(Timed(at_ns, data))
        # It may be closed just now.
        with contextlib.suppress(OSError, ValueError):
            os.eventfd_write(self._wake_fd, 1)


def alsa_sources(library: ModuleType | None = None) -> list[str]:
    """Return the plain names of all ports to hear from. Raises NoCableError.

    `library` is the module `rtmidi`, loaded if not given.
    """
    rtmidi: Any = library or _library()
    finder: Any = None
    try:
        finder = rtmidi.MidiIn(rtapi=rtmidi.API_LINUX_ALSA, name="Countoff looks")
        return [plain_name(name) for name in finder.get_ports()]
    except (SystemError, rtmidi.RtMidiError) as error:
        raise NoCableError(f"There is no ALSA sequencer here: {error}") from error
    finally:
        if finder is not None:
            finder.delete()


def _library() -> ModuleType:
    try:
        return load_rtmidi()
    except BackEndMissingError as error:
        raise NoCableError(str(error)) from error
