"""The sender's loop: takes messages in, has each leave at its time, says what became of it.

The only thread of the sender apart from JACK's. It waits in `select` and, for the last millisecond
before a message's time, in a sleep to that very time. Before anything leaves, the controller's
newest words are read: what is dropped, or comes from a controller that has gone, does not leave.
"""

from __future__ import annotations

import gc
import select
import time
from typing import TYPE_CHECKING

from countoff.processes import wire
from countoff.processes.arrivals import Arrivals
from countoff.sender.counters import Cell, count_lateness
from countoff.sender.port import PortError
from countoff.sender.reports import (
    NotSent,
    PeersChanged,
    PortBack,
    PortLost,
    SenderReady,
    Sent,
    batch,
    single,
)
from countoff.sender.schedule import Schedule, Scheduled

if TYPE_CHECKING:
    import socket

    from countoff.processes.child import Counters
    from countoff.processes.realtime import Granted
    from countoff.sender.port import Left, Port

_MS = 1_000_000
_NS_PER_SECOND = 1_000_000_000
# How often the heartbeat is written and the port looked at, when nothing else happens.
_TURN_NS = 25 * _MS
# select may be this late; a sleep is not.
_SELECT_MARGIN_NS = 1 * _MS
_LATE_NS = 1 * _MS
_FIRST_RETRY_NS = 250 * _MS
_LONGEST_RETRY_NS = 2000 * _MS
_PEERS_EVERY_NS = 250 * _MS


class SenderLoop:
    """One controller, one port."""

    def __init__(self, end: socket.socket, counters: Counters, port: Port) -> None:
        """Serve the controller at the other end of `end`; `run` does it."""
        self._end = end
        self._inbox = wire.Inbox(end)
        self._counters = counters
        self._port = port
        self._schedule = Schedule()
        self._arrived = 0
        self._dropped_below = 0
        self._is_open = False
        self._why_lost = ""
        self._retry_ns = 0
        self._retry_wait_ns = _FIRST_RETRY_NS
        self._arrivals = Arrivals()
        self._peers: tuple[str, ...] | None = None
        self._awaited: tuple[str, ...] = ()
        self._next_peers_ns = 0

    def run(self, granted: Granted) -> None:
        """Open the port and serve. Raises PeerGoneError when the controller has gone.

        Raises BackEndMissingError or PortStuckError where this process can do no more.
        """
        why_lost = self._opened()
        ready = SenderReady(
            backend=self._port.backend,
            port=self._port.name,
            virtual=self._port.is_virtual,
            fifo=granted.fifo,
            memory_locked=granted.memory_locked,
        )
        self._look_at_peers()
        self._say(single(ready))
        if why_lost:
            self._lose(why_lost)
        while True:
            self._wait()
            self._take_in()
            self._serve()
            self._look()
            self._counters[Cell.HEARTBEAT_NS] = time.monotonic_ns()

    def _wait(self) -> None:
        now_ns = time.monotonic_ns()
        wake_ns = now_ns + _TURN_NS
        leave_ns = self._next_leave_ns()
        if leave_ns is not None:
            wake_ns = min(wake_ns, leave_ns - _SELECT_MARGIN_NS)
        watched = [self._inbox.fileno()]
        if self._port.fileno() >= 0:
            watched.append(self._port.fileno())
        select.select(watched, [], [], max(0, wake_ns - now_ns) / _NS_PER_SECOND)
        if leave_ns is not None:
            left_ns = leave_ns - time.monotonic_ns()
            if 0 < left_ns <= _SELECT_MARGIN_NS:
                time.sleep(left_ns / _NS_PER_SECOND)

    def _next_leave_ns(self) -> int | None:
        next_ns = self._schedule.next_ns
        return None if next_ns is None else next_ns - self._lead_ns()

    def _lead_ns(self) -> int:
        return self._port.lead_ns if self._is_open else 0

    def _take_in(self) -> None:
        for message in self._inbox.receive():
            values = message.values
            match message.kind:
                case "send":
                    self._schedule.add(
                        Scheduled(
                            at_ns=values["at_ns"],
                            order=self._arrived,
                            message_id=values["id"],
                            message=bytes.fromhex(values["hex"]),
                            received_ns=time.monotonic_ns(),
                        )
                    )
                    self._arrived += 1
                case "drop":
                    self._counters[Cell.DROPPED] += len(self._schedule.clear())
                    self._dropped_below = self._arrived
                    self._port.withdraw()

    def _serve(self) -> None:
        """Hand over what is due, and tell what has left."""
        leave_until_ns = time.monotonic_ns() + self._lead_ns()
        while self._is_open and (scheduled := self._schedule.take(leave_until_ns)) is not None:
            self._port.hand(scheduled)
        left, returned = self._port.collect()
        for scheduled in returned:
            if scheduled.order < self._dropped_below:
                self._counters[Cell.DROPPED] += 1
            else:
                self._schedule.add(scheduled)
        if left:
            self._tell_sent(left)
        if not self._is_open:
            self._pass_over()

    def _tell_sent(self, left: list[Left]) -> None:
        self._look_at_peers()
        if self._peers == ():
            self._tell_unheard([one.scheduled for one in left])
            return
        reports = []
        for one in left:
            scheduled = one.scheduled
            # A message that came past its time could only leave at once.
            could_ns = max(scheduled.at_ns, scheduled.received_ns + self._port.grain_ns)
            late_ns = one.sent_ns - could_ns
            self._counters[Cell.SENT] += 1
            self._counters[Cell.LATE] += late_ns > _LATE_NS
            count_lateness(self._counters, late_ns)
            reports.append(
                Sent(
                    id=scheduled.message_id,
                    due_ns=scheduled.at_ns,
                    sent_ns=one.sent_ns,
                    handed_ns=one.handed_ns,
                    grain_ns=self._port.grain_ns,
                )
            )
        self._say(batch(reports))

    def _tell_unheard(self, unheard: list[Scheduled]) -> None:
        """Tell of what left a port that nobody is connected to."""
        self._counters[Cell.NOT_SENT] += len(unheard)
        sentence = f"Nobody is connected to {self._port.name}."
        self._say(batch([NotSent(one.message_id, one.at_ns, sentence) for one in unheard]))

    def _pass_over(self) -> None:
        """Give up what is due while there is no port: late, it would surprise the DAW."""
        reports = []
        while (scheduled := self._schedule.take(time.monotonic_ns())) is not None:
            self._counters[Cell.NOT_SENT] += 1
            sentence = self._why_lost or "Its port is away."
            reports.append(NotSent(scheduled.message_id, scheduled.at_ns, sentence))
        if reports:
            self._say(batch(reports))

    def _look(self) -> None:
        """Notice a port that has gone, and try one that is lost again when that is due."""
        sentence = self._port.look()
        if time.monotonic_ns() >= self._next_peers_ns:
            self._look_at_peers()
        if self._is_open:
            if sentence:
                self._port.withdraw()
                self._retry_wait_ns = _FIRST_RETRY_NS
                self._lose(sentence)
        elif self._is_to_try_again():
            if sentence := self._opened():
                self._lose(sentence)
                # Each failure leaves a little behind, and the collector is off.
                gc.collect()
            else:
                self._why_lost = ""
                self._look_at_peers()
                self._say(single(PortBack(self._port.name)))

    def _is_to_try_again(self) -> bool:
        now_ns = time.monotonic_ns()
        if self._arrivals.have_come(now_ns):
            # It may take a moment yet until it answers.
            self._retry_wait_ns = _FIRST_RETRY_NS
            return True
        return now_ns >= self._retry_ns

    def _look_at_peers(self) -> None:
        """Look who hears our own port; tell where that has changed."""
        if not self._is_open:
            return
        self._next_peers_ns = time.monotonic_ns() + _PEERS_EVERY_NS
        peers, awaited = self._port.peers(), self._port.awaited
        if peers is not None and (peers, awaited) != (self._peers, self._awaited):
            self._say(single(PeersChanged(self._port.name, peers, awaited)))
        self._peers, self._awaited = peers, awaited

    def _opened(self) -> str:
        """Open the port; return why it does not open, or nothing."""
        try:
            self._port.open()
        except PortError as error:
            return str(error)
        self._is_open = True
        return ""

    def _lose(self, sentence: str) -> None:
        self._is_open = False
        self._retry_ns = time.monotonic_ns() + self._retry_wait_ns
        self._retry_wait_ns = min(2 * self._retry_wait_ns, _LONGEST_RETRY_NS)
        if sentence != self._why_lost:
            self._why_lost = sentence
            self._say(single(PortLost(sentence)))

    def _say(self, message: wire.Message) -> None:
        wire.send(self._end, message)
