"""The sender's loop: takes messages in, has each leave at its time, says what became of it.

The only thread of the sender apart from JACK's, or RtMidi's where something is heard. It waits in
`select` and, for the last millisecond before a message's time, in a sleep to that very time. Before
anything leaves, the controller's newest words are read: what is dropped, or comes from a controller
that has gone, does not leave.
"""

from __future__ import annotations

import gc
import select
import time
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

from countoff.core.timebase import NS_PER_SECOND
from countoff.processes import wire
from countoff.processes.arrivals import Arrivals
from countoff.processes.realtime import PULSE_PRIORITY, raised_to
from countoff.sender.clock_plan import NONE_TAKEN, STOP, ClockPlan
from countoff.sender.company import Company
from countoff.sender.counters import Cell, count_lateness
from countoff.sender.hearing import Ears
from countoff.sender.port import PortError
from countoff.sender.reports import (
    NotSent,
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
    from collections.abc import Callable

    from countoff.processes.child import Counters
    from countoff.processes.realtime import Granted
    from countoff.sender.port import Left, Port

_MS = 1_000_000
# How often the heartbeat is written and the port looked at, when nothing else happens.
_TURN_NS = 25 * _MS
# select may be this late; a sleep is not.
_SELECT_MARGIN_NS = 1 * _MS
_LATE_NS = 1 * _MS
_FIRST_RETRY_NS = 250 * _MS
_LONGEST_RETRY_NS = 2000 * _MS
_PEERS_EVERY_NS = 250 * _MS
_CLOCK_LATE_NS = 5 * _MS
# A byte of the clock is got ready this long before it leaves: all that Python has to do takes less.
_AIMING_NS = 2 * _MS
# Waking up may take as long as this.
_WAKING_NS = 250_000
# How fast what a byte takes on its way through the port is learned, and how long that is at most.
_LEARNING = 8
_LONGEST_WRITE_NS = 1 * _MS


class SenderLoop:
    """One controller, one port."""

    def __init__(
        self,
        end: socket.socket,
        counters: Counters,
        port: Port,
        clock_offset_ns: int = 0,
        ears: Ears | None = None,
    ) -> None:
        """Serve the controller at the other end of `end`; `run` does it.

        A MIDI clock is sent `clock_offset_ns` later than its frames say. What the port hears comes
        through `ears`.
        """
        self._end = end
        self._inbox = wire.Inbox(end)
        self._counters = counters
        self._port = port
        self._ears = ears or Ears(None, has_pedals=False)
        self._company = Company(port, self._say)
        self._schedule = Schedule()
        self._arrived = 0
        self._dropped_below = 0
        self._clock = ClockPlan(clock_offset_ns)
        self._clock_dropped_below = 0
        self._write_ns = 0
        self._is_open = False
        self._why_lost = ""
        self._retry_ns = 0
        self._retry_wait_ns = _FIRST_RETRY_NS
        self._arrivals = Arrivals()
        self._next_peers_ns = 0

    def run(self, become_real_time: Callable[[], Granted]) -> None:
        """Open the port and serve. Raises PeerGoneError when the controller has gone.

        Raises BackEndMissingError or PortStuckError where this process can do no more.
        """
        why_lost = self._opened()
        # Not before: loading and opening is long work, done in the middle of a take too, and must
        # not keep a sound server from the processor.
        granted = become_real_time()
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
            self._ears.pass_on(self._say, time.monotonic_ns())
            self._counters[Cell.HEARTBEAT_NS] = time.monotonic_ns()

    def _wait(self) -> None:
        now_ns = time.monotonic_ns()
        wake_ns = now_ns + _TURN_NS
        leave_ns = self._next_leave_ns()
        if leave_ns is not None:
            wake_ns = min(wake_ns, leave_ns - _SELECT_MARGIN_NS)
        heard_ns = self._ears.next_ns(now_ns)
        if heard_ns is not None:
            wake_ns = min(wake_ns, heard_ns)
        descriptors = (self._inbox.fileno(), self._port.fileno(), self._ears.fileno(now_ns))
        watched = [descriptor for descriptor in descriptors if descriptor >= 0]
        select.select(watched, [], [], max(0, wake_ns - now_ns) / NS_PER_SECOND)
        if leave_ns is not None:
            left_ns = leave_ns - time.monotonic_ns()
            if 0 < left_ns <= _SELECT_MARGIN_NS:
                time.sleep(left_ns / NS_PER_SECOND)

    def _next_leave_ns(self) -> int | None:
        if not self._is_open:
            return None
        lead_ns = self._lead_ns()
        next_ns, pulse_ns = self._schedule.next_ns, self._clock.next_ns(self._port)
        moments = []
        if next_ns is not None:
            moments.append(next_ns - lead_ns)
        if pulse_ns is not None:
            moments.append(pulse_ns - max(lead_ns, _AIMING_NS))
        return min(moments, default=None)

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
                    dropped = self._schedule.clear(_is_command)
                    self._counters[Cell.DROPPED] += len(dropped)
                    self._dropped_below = self._arrived
                    self._port.withdraw(_is_command)
                case _:
                    self._take_in_clock(message)

    def _take_in_clock(self, message: wire.Message) -> None:
        values, payload = message.values, message.payload
        match message.kind:
            case "clock_start":
                self._drop_clock()
                self._clock.start(values, payload)
                self._counters[Cell.CLOCK_KEY] = self._clock.taken_key
                self._counters[Cell.CLOCK_RUN] = self._clock.run
                if self._clock.taken_key != NONE_TAKEN:
                    self._skip_overdue()
            case "clock_extend":
                self._clock.extend(values, payload)
            case "clock_lay":
                self._clock.lay(values, payload)
            case "clock_aim":
                self._clock.aim(values)
            case "clock_stop":
                # Made first: a cycle that begins after the drop and before the stop is handed over has no byte.
                stop = self._clock.stop(values["at_ns"], self._arrived)
                self._drop_clock()
                if stop is not None:
                    self._schedule.add(replace(stop, received_ns=time.monotonic_ns()))
                    self._arrived += 1

    def _drop_clock(self) -> None:
        """Drop what was handed over of the clock and has not left; but not the stop of the last."""
        self._clock_dropped_below = self._arrived
        self._schedule.clear(_is_of_clock_plan)
        self._port.withdraw(_is_of_clock_plan)

    def _serve(self) -> None:
        """Hand over what is due, and tell what has left."""
        leave_until_ns = time.monotonic_ns() + self._lead_ns()
        while self._is_open and (scheduled := self._schedule.take(leave_until_ns)) is not None:
            self._port.hand(scheduled)
        self._serve_clock(leave_until_ns)
        left, returned = self._port.collect()
        for scheduled in returned:
            if scheduled.is_clock:
                self._take_back_clock(scheduled)
            elif scheduled.order < self._dropped_below:
                self._counters[Cell.DROPPED] += 1
            else:
                self._schedule.add(scheduled)
        if left:
            self._tell_sent(left)
        if not self._is_open:
            self._pass_over()

    def _serve_clock(self, leave_until_ns: int) -> None:
        """Hand over what is due of the clock; give up what is no use any more."""
        now_ns = time.monotonic_ns()
        until_ns = max(leave_until_ns, now_ns + _AIMING_NS)
        if not self._is_open:
            # A byte may still be of use to the port that comes back.
            until_ns = now_ns
        while self._is_open or self._clock.is_next_stale(now_ns, self._port):
            byte = self._clock.take(until_ns, self._port, self._arrived)
            if byte is None:
                return
            self._arrived += 1
            if byte.is_stale(now_ns):
                self._give_up_clock(byte)
                # What is left of a place of time code says nothing without it.
                self._counters[Cell.CLOCK_LOST] += self._clock.skip_to_whole_place()
            else:
                self._aim(byte)

    def _aim(self, byte: Scheduled) -> None:
        """Hand over a byte so that it is through the port at its moment.

        Where the port keeps the moment itself there is nothing to wait for, nor to go first for.
        """
        is_awaited = not self._port.lead_ns
        # Only here, and for one byte: it sleeps, spins for a quarter of a millisecond, and writes.
        with raised_to(PULSE_PRIORITY) if is_awaited else nullcontext():
            _await_to_the_microsecond(byte.at_ns - self._port.lead_ns - self._write_ns)
            handed_ns = time.monotonic_ns()
            self._port.hand(byte)
            took_ns = min(time.monotonic_ns() - handed_ns, _LONGEST_WRITE_NS)
        self._write_ns += (took_ns - self._write_ns) // _LEARNING

    def _skip_overdue(self) -> None:
        """After an outage, go on with the next pulse: a burst would be worse than a gap.

        One that belongs into a server's running cycle is overdue too: it would leave with the next.
        """
        cycle_ends_ns = time.monotonic_ns() + self._port.grain_ns
        self._counters[Cell.CLOCK_LOST] += self._clock.skip_overdue(cycle_ends_ns, self._port)

    def _take_back_clock(self, byte: Scheduled) -> None:
        """Keep a byte of the clock that the port gave back, where it still is of use."""
        if byte.order < self._clock_dropped_below and byte.message != STOP:
            return
        if byte.is_stale(time.monotonic_ns()):
            self._give_up_clock(byte)
        else:
            self._schedule.add(byte)

    def _give_up_clock(self, byte: Scheduled) -> None:
        self._counters[Cell.CLOCK_LOST] += 1
        self._note_clock(byte)

    def _note_clock(self, byte: Scheduled) -> None:
        """Let a successor know how far the clock came."""
        if byte.clock_key is not None and byte.order >= self._clock_dropped_below:
            reached = max(int(self._counters[Cell.CLOCK_KEY]), byte.clock_key)
            self._counters[Cell.CLOCK_KEY] = reached

    def _count(self, one: Left) -> None:
        """Count a message that has left, and how late it was."""
        scheduled = one.scheduled
        # A message that came past its time could only leave at once.
        could_ns = max(scheduled.at_ns, scheduled.received_ns + self._port.grain_ns)
        if scheduled.is_clock:
            # Its pulses are planned long before; its stop comes as any message does.
            if scheduled.message != STOP:
                could_ns = scheduled.at_ns
            self._note_clock(scheduled)
        late_ns = one.sent_ns - could_ns
        self._counters[Cell.SENT] += 1
        self._counters[Cell.LATE] += late_ns > _LATE_NS
        self._counters[Cell.CLOCK_LATE] += scheduled.is_clock and late_ns > _CLOCK_LATE_NS
        count_lateness(self._counters, late_ns)

    def _tell_sent(self, everything: list[Left]) -> None:
        for one in everything:
            if one.scheduled.is_clock:
                self._count(one)
        left = [one for one in everything if not one.scheduled.is_clock]
        if not left:
            return
        self._look_at_peers()
        if self._company.is_alone:
            self._tell_unheard([one.scheduled for one in left])
            return
        reports = []
        for one in left:
            self._count(one)
            reports.append(
                Sent(
                    id=one.scheduled.message_id,
                    due_ns=one.scheduled.at_ns,
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
        reports, kept = [], []
        while (scheduled := self._schedule.take(time.monotonic_ns())) is not None:
            if scheduled.is_clock:
                kept.append(scheduled)
                continue
            self._counters[Cell.NOT_SENT] += 1
            sentence = self._why_lost or "Its port is away."
            reports.append(NotSent(scheduled.message_id, scheduled.at_ns, sentence))
        for byte in kept:
            self._take_back_clock(byte)
        if reports:
            self._say(batch(reports))

    def _look(self) -> None:
        """Notice a port that has gone, and try one that is lost again when that is due."""
        sentence = self._port.look()
        if time.monotonic_ns() >= self._next_peers_ns:
            self._next_peers_ns = time.monotonic_ns() + _PEERS_EVERY_NS
            self._look_at_peers()
            self._company.look_at_pedals()
        if self._is_open:
            if sentence:
                self._port.withdraw(lambda _: True)
                self._retry_wait_ns = _FIRST_RETRY_NS
                self._lose(sentence)
        elif self._is_to_try_again():
            if sentence := self._opened():
                self._lose(sentence)
                # Each failure leaves a little behind, and the collector is off.
                gc.collect()
            else:
                self._why_lost = ""
                self._skip_overdue()
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
        if self._is_open:
            self._company.look()

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


def _is_command(waiting: Scheduled) -> bool:
    return not waiting.is_clock


def _is_of_clock_plan(waiting: Scheduled) -> bool:
    """Tell whether it goes with its clock. The stop of the one before does not: the DAW still runs."""
    return waiting.is_clock and waiting.message != STOP


def _await_to_the_microsecond(at_ns: int) -> None:
    """Wait, for the last fraction of a millisecond without sleeping: waking up may take as long."""
    left_ns = at_ns - time.monotonic_ns()
    if left_ns > _WAKING_NS:
        time.sleep((left_ns - _WAKING_NS) / NS_PER_SECOND)
    while time.monotonic_ns() < at_ns:
        pass
