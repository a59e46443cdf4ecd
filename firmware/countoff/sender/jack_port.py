"""JACK: each message on the very frame that its host time falls on.

JACK's thread calls `_process` once a cycle. What is handed over waits in a queue that this thread
empties; what has left, or is given back, waits in two that the sender's thread empties. Nobody
holds a lock, and the callback neither waits nor logs.
"""

from __future__ import annotations

import errno
import os
import time
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from countoff.core.timebase import NS_PER_SECOND
from countoff.midi.ports import PortNotFoundError, find_port
from countoff.processes.realtime import CALLBACK_PRIORITY, set_fifo
from countoff.sender.cycle_clock import CycleClock, short_way
from countoff.sender.jack_inputs import JackInputs
from countoff.sender.libraries import load_jack
from countoff.sender.peers import Peers
from countoff.sender.port import Left, PortError, PortStuckError
from countoff.sender.schedule import Schedule, Scheduled

if TYPE_CHECKING:
    from collections.abc import Callable

    from countoff.core.timebase import ClockFit
    from countoff.sender.hearing import Ears

_MS = 1_000_000
_LOOK_EVERY_NS = 250 * _MS
_REFIT_EVERY_NS = 20 * _MS
# A server whose cycles stop for so long hangs; one cycle is at most some hundred milliseconds.
_SILENT_NS = 1000 * _MS
# Silent for longer, it may be this client that the server calls no more.
_STUCK_NS = 5000 * _MS
# The server shows a connection from its next cycle on: what is sent before then is heard by nobody.
_CONNECTING_NS = 100 * _MS
_CONNECTING_LOOK_S = 0.002
# How far the line may have moved since a message was handed over.
_LINE_MOVES_NS = 10 * _MS


class JackPort:
    """The client's MIDI output, connected to the port called `wanted` where one is named."""

    backend = "jack"
    is_virtual = False
    # The callback needs a message one cycle before its time; cycles are tens of milliseconds.
    lead_ns = 100 * _MS

    def __init__(
        self,
        *,
        client_name: str,
        port_name: str,
        wanted: str,
        peers: tuple[str, ...] = (),
        sources: tuple[str, ...] = (),
        ears: Ears | None = None,
        pedals_port: str = "",
    ) -> None:
        """Prepare; `open` reaches the server.

        `peers` were connected to our own port before, and `sources` heard on it. `ears` are for
        what comes from the DAW, and from `pedals_port`.
        """
        self._client_name = client_name
        self._port_name = port_name
        self._wanted = wanted
        self._jack: Any = None
        self._client: Any = None
        self._peers = Peers(peers)
        self._inputs = JackInputs(port_name, sources, ears, pedals_port)
        self._out: Any = None
        self._clock = CycleClock(1, 1)
        self._waiting = Schedule()
        self._handed: deque[Scheduled | Callable[[Scheduled], bool]] = deque()
        self._left: deque[Left] = deque()
        self._returned: deque[Scheduled] = deque()
        self._wake_fd = -1
        self._cycle_ns = 0
        self._has_priority = False
        self._has_shut_down = False
        self._connected_to = ""
        self._next_look_ns = 0
        self._next_refit_ns = 0
        self._why_lost = ""
        self.grain_ns = 0

    @property
    def name(self) -> str:
        """The port that is connected to, or our own."""
        if self._wanted:
            return self._connected_to or self._wanted
        return f"{self._client_name}:{self._port_name}"

    @property
    def awaited(self) -> tuple[str, ...]:
        """Who was connected to our own port, and is connected again once there, by name."""
        return self._peers.awaited

    @property
    def awaited_sources(self) -> tuple[str, ...]:
        """Who was heard on our own port, and is connected again once there, by name."""
        return self._inputs.awaited

    @property
    def has_server(self) -> bool:
        """Whether a server is reached, connected to the port called for or not."""
        return self._client is not None

    def open(self) -> None:
        """Reach the server if it is not reached, and connect.

        Raises PortError, and BackEndMissingError where JACK is not installed. Blocks where the
        server hangs.
        """
        if self._jack is None:
            self._jack = load_jack()
            self._wake_fd = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        if self._has_shut_down:
            self._close()
        if not self.has_server:
            self._open_client()
        if self._is_silent():
            raise PortError(self._why_lost)
        if self._wanted:
            self._connect()
        else:
            self._regain_peers()
        self._why_lost = ""

    def look(self) -> str:
        """Keep the clock's line fresh; return what is wrong with server or connection.

        Takes some 30 ms once, where the server has gone. Raises PortStuckError.
        """
        if self._client is None:
            return self._why_lost
        now_ns = time.monotonic_ns()
        if now_ns >= self._next_refit_ns:
            self._next_refit_ns = now_ns + _REFIT_EVERY_NS
            self._clock.refit()
        if self._has_shut_down:
            self._why_lost = "The JACK server has gone."
            # Now, as libjack crashes on leaving a server that has been replaced meanwhile.
            self._close()
        elif self._is_silent():
            self._why_lost = "The JACK server has stopped answering."
            if now_ns - self._cycle_ns > _STUCK_NS:
                raise PortStuckError(self._why_lost)
        elif self._wanted and now_ns >= self._next_look_ns:
            self._next_look_ns = now_ns + _LOOK_EVERY_NS
            if not self._out.is_connected_to(self._connected_to):
                self._why_lost = f'MIDI port "{self.name}" has gone.'
        return self._why_lost

    def peers(self) -> tuple[str, ...] | None:
        """Look who is connected to our own port, and connect whom it awaits.

        None where a port was named. Takes a millisecond; longer where the server hangs.
        """
        if self._client is not None and not self._has_shut_down:
            with suppress(self._jack.JackError):
                self._inputs.tend(self._connected_to)
                if not self._wanted:
                    self._see_peers()
        return None if self._wanted else self._peers.connected

    def sources(self) -> tuple[str, ...] | None:
        """Return who was heard at the last look at `peers`; None where nothing is to be."""
        return self._inputs.connected

    def pedals(self) -> tuple[str, str]:
        """Look after the foot controller's port; return its name, or else why it is not heard."""
        if self._client is None or self._has_shut_down or self._is_silent():
            return "", self._inputs.why_no_pedals
        try:
            return self._inputs.pedals()
        except self._jack.JackError as error:
            return "", f"The foot controller's port does not connect: {error}"

    def hand(self, scheduled: Scheduled) -> None:
        """Have the callback place a message on its frame."""
        self._handed.append(scheduled)

    def withdraw(self, is_meant: Callable[[Scheduled], bool]) -> None:
        """Have the callback give back what is meant and it has not placed."""
        self._handed.append(is_meant)

    def collect(self) -> tuple[list[Left], list[Scheduled]]:
        """Return what was placed since the last call, and what was given back."""
        if self._wake_fd >= 0:
            with suppress(BlockingIOError):
                os.eventfd_read(self._wake_fd)
        return _drained(self._left), _drained(self._returned)

    def ns_at_server_frame(self, frame: int) -> int | None:
        """Return when the server's `frame` passes, of all those with its 32 bits the nearest."""
        if self._client is None:
            return None
        fit = self._clock.fit
        return fit.ns_at_frame(fit.frame + short_way(frame - fit.frame))

    def fileno(self) -> int:
        """Return the descriptor that the callback, or the server's end, makes readable."""
        return self._wake_fd

    def _open_client(self) -> None:
        try:
            client = self._jack.Client(self._client_name, use_exact_name=True, no_start_server=True)
        except self._jack.JackOpenError as error:
            if error.status.server_failed:
                raise PortError("No JACK server answers.") from error
            raise PortError(
                f'JACK does not take a client called "{self._client_name}";'
                " another one may have that name."
            ) from error
        self._client = client
        self._has_priority = False
        self._clock = CycleClock(client.samplerate, client.blocksize)
        self.grain_ns = client.blocksize * NS_PER_SECOND // client.samplerate
        try:
            client.set_process_callback(self._process)
            client.set_shutdown_callback(self._shut_down)
            self._out = client.midi_outports.register(self._port_name)
            self._inputs.register(client)
            self._cycle_ns = time.monotonic_ns()
            client.activate()
        except self._jack.JackError as error:
            self._close()
            raise PortError(f"The JACK server does not take a MIDI port: {error}") from error

    def _connect(self) -> None:
        try:
            names = [port.name for port in self._client.get_ports(is_midi=True, is_input=True)]
            self._connected_to = find_port(self._wanted, names)
            if not self._out.is_connected_to(self._connected_to):
                self._client.connect(self._out, self._connected_to)
                self._await_connection()
        except PortNotFoundError as error:
            raise PortError(str(error)) from error
        except self._jack.JackError as error:
            # A DAW or a patch bay that watches for our port may have been faster.
            if getattr(error, "code", 0) != errno.EEXIST:
                raise PortError(f'MIDI port "{self.name}" does not connect: {error}') from error
            self._await_connection()

    def _await_connection(self) -> None:
        """Wait until the server shows the connection: what leaves before is heard by nobody."""
        give_up_ns = time.monotonic_ns() + _CONNECTING_NS
        while (
            not self._out.is_connected_to(self._connected_to) and time.monotonic_ns() < give_up_ns
        ):
            time.sleep(_CONNECTING_LOOK_S)
        self._next_look_ns = time.monotonic_ns() + _LOOK_EVERY_NS

    def _see_peers(self) -> list[str]:
        """Look who is connected, and ask for those awaited who are there; return their names."""
        there = [port.name for port in self._client.get_ports(is_midi=True, is_input=True)]
        connected = [port.name for port in self._client.get_all_connections(self._out)]
        self._peers.saw(connected, there)
        asked = [name for name in self._peers.awaited if name in there]
        for name in asked:
            # One that goes again just now is awaited on.
            with suppress(self._jack.JackError):
                self._client.connect(self._out, name)
        return asked

    def _regain_peers(self) -> None:
        """Connect whom our port awaits, and wait until the server shows it."""
        with suppress(self._jack.JackError):
            asked = self._see_peers()
            give_up_ns = time.monotonic_ns() + _CONNECTING_NS
            while asked and time.monotonic_ns() < give_up_ns:
                time.sleep(_CONNECTING_LOOK_S)
                asked = self._see_peers()

    def _close(self) -> None:
        """Leave the server, which may have gone; what the callback still held is given back."""
        if self._client is not None:
            self._client.deactivate()
            self._client.close()
        self._client = self._out = None
        self._peers.lost()
        self._inputs.lost()
        self._has_shut_down = False
        handed = [one for one in _drained(self._handed) if isinstance(one, Scheduled)]
        self._returned.extend([*handed, *self._waiting.clear()])

    def _is_silent(self) -> bool:
        return time.monotonic_ns() - self._cycle_ns > _SILENT_NS

    # From here on: JACK's threads.

    def _process(self, block_frames: int) -> None:
        """Place what falls into this cycle. Called by JACK; must be done well before the next."""
        if not self._has_priority:
            self._has_priority = True
            set_fifo(CALLBACK_PRIORITY)
        before_ns = time.monotonic_ns()
        counter = self._client.frame_time
        after_ns = time.monotonic_ns()
        frame = self._clock.begin_cycle(
            block_frames, self._client.last_frame_time, counter, before_ns, after_ns
        )
        self._cycle_ns = after_ns
        self._inputs.hear(self._clock.fit, frame, after_ns)
        self._out.clear_buffer()
        while self._handed:
            handed = self._handed.popleft()
            if isinstance(handed, Scheduled):
                self._waiting.add(handed)
            else:
                self._returned.extend(self._waiting.clear(handed))
        if self._place(frame, block_frames):
            os.eventfd_write(self._wake_fd, 1)

    def _place(self, cycle_frame: int, block_frames: int) -> bool:
        """Write what is due before the cycle's end; return whether there was any."""
        fit = self._clock.fit
        start_ns = fit.ns_at_frame(cycle_frame)
        end_frame = cycle_frame + block_frames
        end_ns = fit.ns_at_frame(end_frame)
        due: list[tuple[int, Scheduled]] = []
        early: list[Scheduled] = []
        has_news = False
        while (scheduled := self._waiting.take(end_ns + _LINE_MOVES_NS)) is not None:
            frame = _frame_of(scheduled, fit, cycle_frame)
            if frame >= end_frame:
                early.append(scheduled)
            elif scheduled.is_stale(start_ns):
                self._returned.append(scheduled)
                has_news = True
            else:
                due.append((frame, scheduled))
        # JACK takes a cycle's messages by rising frames only.
        due.sort(key=lambda one: one[0])
        for frame, scheduled in due:
            placed_frame = max(frame, cycle_frame)
            try:
                self._out.write_midi_event(placed_frame - cycle_frame, scheduled.message)
            except self._jack.JackError:
                # The cycle's buffer is full: the rest goes with the next one.
                early.append(scheduled)
                continue
            sent_ns = fit.ns_at_frame(placed_frame)
            if scheduled.server_frame is not None:
                sent_ns += scheduled.at_ns - fit.ns_at_frame(frame)
            self._left.append(Left(scheduled, sent_ns=sent_ns, handed_ns=time.monotonic_ns()))
            has_news = True
        for scheduled in early:
            self._waiting.add(scheduled)
        return has_news

    def _shut_down(self, _status: object, _reason: str) -> None:
        """Note that the server has gone, and wake the sender."""
        self._has_shut_down = True
        os.eventfd_write(self._wake_fd, 1)


def _frame_of(scheduled: Scheduled, fit: ClockFit, cycle_frame: int) -> int:
    """Return the frame that a message belongs on, counted as `cycle_frame` is."""
    if scheduled.server_frame is not None:
        return cycle_frame + short_way(scheduled.server_frame - cycle_frame)
    return fit.nearest_frame_at_ns(scheduled.at_ns)


def _drained(queue: deque[Any]) -> list[Any]:
    """Take out what lies in `queue` now, while another thread may append."""
    return [queue.popleft() for _ in range(len(queue))]
