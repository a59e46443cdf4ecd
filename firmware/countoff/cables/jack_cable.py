"""A cable on a JACK server: one client with an input and an output.

JACK's thread calls `_process` once a cycle: it puts what has arrived into one queue and takes what is
to leave from another, and neither waits nor logs. Everything else is on the command's own thread.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections import deque
from typing import TYPE_CHECKING, Any, Self

from countoff.cables.cable import Ends, NoCableError
from countoff.core.timebase import NS_PER_SECOND
from countoff.daw.timed import Timed
from countoff.midi.stream import MessageStream
from countoff.processes.realtime import CALLBACK_PRIORITY, set_fifo, take_short_turns
from countoff.sender.libraries import load_jack
from countoff.sender.port import BackEndMissingError

if TYPE_CHECKING:
    from types import ModuleType


class JackCable:
    """See `countoff.cables.cable.Cable`."""

    def __init__(self, name: str, ends: Ends, library: ModuleType | None = None) -> None:
        """Prepare a client called `name`; `library` is the module `jack`, loaded if not given."""
        self._name = name
        self._ends = ends
        self._jack: Any = library
        self._client: Any = None
        self._in: Any = None
        self._out: Any = None
        self._heard: deque[Timed] = deque()
        self._to_say: deque[bytes] = deque()
        self._stream = MessageStream()
        self._wake_fd = -1
        self._rate_hz = 1
        self._has_shut_down = False
        self._has_priority = False

    def __enter__(self) -> Self:
        """Reach the server. Raises NoCableError."""
        if self._jack is None:
            self._jack = _library()
        self._client = _client(self._jack, self._name)
        self._wake_fd = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        try:
            self._begin()
        except self._jack.JackError as error:
            self.__exit__()
            raise NoCableError(f"The JACK server does not take a MIDI port: {error}") from error
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the server."""
        for leave in (self._client.deactivate, self._client.close):
            # The server may have gone.
            with contextlib.suppress(self._jack.JackError):
                leave()
        os.close(self._wake_fd)
        self._wake_fd = -1

    def _begin(self) -> None:
        """Make the ports and have the server call. Raises JackError."""
        self._rate_hz = self._client.samplerate
        self._has_shut_down = self._has_priority = False
        self._heard.clear()
        self._to_say.clear()
        self._stream.forget()
        self._in = self._client.midi_inports.register("in")
        self._out = self._client.midi_outports.register("out")
        self._client.set_process_callback(self._process)
        self._client.set_shutdown_callback(self._shut_down)
        # The server waits for this client in each cycle: its thread must not wait for the others.
        take_short_turns()
        self._client.activate()

    def tend(self) -> tuple[str, ...]:
        """Connect whoever is there. Raises NoCableError where the server has gone."""
        if self._has_shut_down:
            raise NoCableError("The JACK server has gone.")
        connected: set[str] = set()
        # What goes away while it is looked at, or connects itself, is no concern of ours.
        with contextlib.suppress(self._jack.JackError):
            for source in self._client.get_ports(is_midi=True, is_output=True):
                if source.name != self._out.name and self._ends.hears(source.name):
                    if not self._in.is_connected_to(source):
                        self._client.connect(source, self._in)
                    connected.add(source.name)
            for sink in self._client.get_ports(is_midi=True, is_input=True):
                if sink.name != self._in.name and self._ends.tells(sink.name):
                    if not self._out.is_connected_to(sink):
                        self._client.connect(self._out, sink)
                    connected.add(sink.name)
        return tuple(sorted(connected))

    def take(self) -> list[Timed]:
        """Return what has arrived."""
        with contextlib.suppress(BlockingIOError):
            os.eventfd_read(self._wake_fd)
        arrived = [self._heard.popleft() for _ in range(len(self._heard))]
        # A long message comes in pieces; a bridge to another kind of cable may leave out a status.
        return [Timed(*whole) for timed in arrived for whole in self._stream.feed(*timed)]

    def say(self, data: bytes) -> None:
        """Have it leave with the next cycle."""
        self._to_say.append(data)

    def fileno(self) -> int:
        """Return the descriptor that the callback makes readable."""
        return self._wake_fd

    # From here on: JACK's threads.

    def _process(self, _frames: int) -> None:
        if not self._has_priority:
            self._has_priority = True
            set_fifo(CALLBACK_PRIORITY)
        entered_ns = time.monotonic_ns()
        has_news = False
        for offset, data in self._in.incoming_midi_events():
            # A cycle carries what arrived while the one before it passed, evenly spread as then.
            at_ns = entered_ns + offset * NS_PER_SECOND // self._rate_hz
            self._heard.append(Timed(at_ns, bytes(data)))
            has_news = True
        self._out.clear_buffer()
        while self._to_say:
            try:
                self._out.write_midi_event(0, self._to_say[0])
            except self._jack.JackError:
                break  # the cycle's buffer is full: the rest goes with the next one
            self._to_say.popleft()
        if has_news:
            os.eventfd_write(self._wake_fd, 1)

    def _shut_down(self, _status: object, _reason: str) -> None:
        self._has_shut_down = True
        os.eventfd_write(self._wake_fd, 1)


def jack_sources() -> list[str]:
    """Return the names of all MIDI outputs on the server. Raises NoCableError."""
    jack: Any = _library()
    client = _client(jack, "Countoff looks")
    try:
        return [port.name for port in client.get_ports(is_midi=True, is_output=True)]
    finally:
        client.close()


def _library() -> ModuleType:
    try:
        return load_jack()
    except BackEndMissingError as error:
        raise NoCableError(str(error)) from error


def _client(jack: Any, name: str) -> Any:  # noqa: ANN401 (it ships no types)
    try:
        return jack.Client(name, use_exact_name=True, no_start_server=True)
    except jack.JackOpenError as error:
        if error.status.server_failed:
            raise NoCableError(
                "No JACK server answers: start one, or say --backend alsa."
            ) from error
        raise NoCableError(
            f'The JACK server takes no client called "{name}": another one may run already.'
        ) from error
