"""The sender's seat: keeps one sender running, and tells the DAW in its dialect.

On the controller's owner thread; nothing here waits. A sender that dies or hangs is replaced; what
it had not sent yet and is still due goes to its successor.
"""

from __future__ import annotations

import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from countoff.core.events import (
    DawNotTold,
    Mishap,
    Part,
    PartReported,
    PartState,
    SenderCounted,
)
from countoff.midi.dialect import messages_for
from countoff.processes.heartbeat import Heartbeat
from countoff.processes.respawn import Respawn
from countoff.processes.wire import PeerGoneError
from countoff.sender.clock_orders import ClockOrders
from countoff.sender.clock_plan import NONE_TAKEN
from countoff.sender.link import (
    Cell,
    NotSent,
    PeersChanged,
    PortBack,
    PortLost,
    SenderFailed,
    SenderLink,
    SenderReady,
    SenderSettings,
    Sent,
)

if TYPE_CHECKING:
    from countoff.core.actions import ClockAction, TellDaw
    from countoff.core.events import Event
    from countoff.midi.dialect import Dialect

_MS = 1_000_000
# The sender's loop turns nine times as often; with two looks of the owner, found within 300 ms.
SILENT_NS = 225 * _MS
# So much later than the port's own grain is worth an incident: a DAW takes longer to begin to record.
_LATE_NS = 15 * _MS
# Starting takes some ms of Python; longer than this it hangs.
_STARTING_NS = 5000 * _MS
# What a successor is handed later than this is not sent: the DAW is somewhere else by then, and a
# stop that comes late could end what the engineer has begun by hand.
_STALE_NS = 3000 * _MS
_SENT_KEPT = 256
_LEAVING_S = 0.5
_COUNT_EVERY_NS = 250 * _MS
# A port in trouble is late again and again; an entry this often says as much.
_CLOCK_TOLD_EVERY_NS = 1000 * _MS
_PORT_KEYS = {Part.DAW: "midi.port", Part.CLOCK: "midi.clock_port"}


@dataclass(frozen=True, slots=True)
class _Unsent:
    """A message that has not left yet, and the command that it is, or is part of."""

    command: TellDaw
    message: bytes


class SenderSeat:
    """One seat, one sender at a time."""

    def __init__(self, settings: SenderSettings, dialect: Dialect, part: Part = Part.DAW) -> None:
        """Seat a sender with `settings` that speaks `dialect`; `start` runs it.

        `part` is what it is to the box: the way to the DAW, or its MIDI clock.
        """
        self._settings = settings
        self._dialect = dialect
        self._part = part
        self.sent: deque[Sent] = deque(maxlen=_SENT_KEPT)
        """The newest messages that have left, and when: what is measured is read from here."""
        self._sender: SenderLink | None = None
        self._leaving: list[SenderLink] = []
        self._heartbeat = Heartbeat()
        self._respawn = Respawn()
        self._senders_started = 0
        self._count_due_ns = 0
        self._message_id = 0
        self._unsent: dict[int, _Unsent] = {}
        self._untold: TellDaw | None = None
        self._clock = ClockOrders()
        self._clock_run, self._clock_key = 0, NONE_TAKEN
        self._clock_late_told = self._clock_lost_told = 0
        self._clock_due_ns = 0
        self._port = ""
        self._peers: tuple[str, ...] | None = None
        self._is_open = False
        self._is_ready = False
        self._news: list[Event] = []

    def start(self) -> None:
        """Start the sender. Takes some ms."""
        self._respawn.started()
        self._heartbeat = Heartbeat()
        self._peers, self._is_open, self._is_ready = None, False, False
        self._clock_late_told = self._clock_lost_told = 0
        sender = SenderLink(self._settings)
        try:
            sender.start()
        except OSError as error:
            # No memory or no process left: the seat stays empty until the next try.
            now_ns = time.monotonic_ns()
            self._respawn.failed(now_ns)
            sentence = f"The MIDI sender cannot be started: {error}. It is tried again."
            self._news.append(PartReported(now_ns, self._part, PartState.FAULT, sentence))
            return
        self._sender = sender
        self._senders_started += 1
        self._count_due_ns = 0

    def descriptors(self) -> list[int]:
        """Return the descriptor that becomes readable when the sender says something or dies."""
        return [self._sender.fileno()] if self._sender is not None else []

    def tell(self, command: TellDaw) -> None:
        """Have the dialect's bytes for `command` sent at its moment."""
        for message in messages_for(command.command, command.locate_s, self._dialect):
            self._message_id += 1
            self._unsent[self._message_id] = _Unsent(command, message)
            self._send(self._message_id)

    def drop(self) -> None:
        """Drop what has not been sent yet."""
        self._unsent.clear()
        if self._sender is not None:
            with suppress(PeerGoneError):
                self._sender.drop()

    def do_clock(self, action: ClockAction) -> None:
        """Have the MIDI clock begin, go on or end."""
        order = self._clock.message_for(action)
        if self._sender is not None:
            with suppress(PeerGoneError):
                self._sender.order_clock(order)

    def poll(self) -> list[Event]:
        """Judge the sender by its newest words and heartbeat; return what has happened."""
        events: list[Event] = []
        self._leaving = [link for link in self._leaving if link.is_alive()]
        if self._sender is None and time.monotonic_ns() >= self._respawn.due_ns:
            self.start()
            self._hand_over(events)
        events.extend(self._news)
        self._news = []
        if self._sender is None:
            return events
        why_lost = self._listen(self._sender, events) or self._why_hung(self._sender)
        self._tell_counts(self._sender, events, is_last=bool(why_lost))
        self._tell_of_clock(self._sender, events)
        if why_lost:
            now_ns = time.monotonic_ns()
            self._clock_run = self._sender.cell(Cell.CLOCK_RUN)
            self._clock_key = self._sender.cell(Cell.CLOCK_KEY)
            self._sender.kill()
            self._leaving.append(self._sender)
            self._sender = None
            self._respawn.failed(now_ns)
            events.append(PartReported(now_ns, self._part, PartState.FAULT, why_lost))
        return events

    def close(self) -> None:
        """End the sender. Nobody tells the DAW anything. May block for half a second."""
        if self._sender is not None:
            self._sender.kill()
            self._leaving.append(self._sender)
            self._sender = None
        for link in self._leaving:
            link.child.gone_within(_LEAVING_S)

    def _hand_over(self, events: list[Event]) -> None:
        """Give a new sender what its predecessor had not sent, unless that is stale by now."""
        now_ns = time.monotonic_ns()
        for message_id, unsent in list(self._unsent.items()):
            if now_ns - unsent.command.at_ns > _STALE_NS:
                self._give_up(message_id, "There was no MIDI sender for too long.", events)
            else:
                self._send(message_id)
        for order in self._clock.messages_for_successor(self._clock_run, self._clock_key, now_ns):
            if self._sender is not None:
                with suppress(PeerGoneError):
                    self._sender.order_clock(order)

    def _tell_of_clock(self, sender: SenderLink, events: list[Event]) -> None:
        """Tell, not too often, of bytes of the clock that were late, or that nobody will hear."""
        now_ns = time.monotonic_ns()
        late, lost = sender.cell(Cell.CLOCK_LATE), sender.cell(Cell.CLOCK_LOST)
        is_news = late > self._clock_late_told or lost > self._clock_lost_told
        if not is_news or not self._is_open or now_ns < self._clock_due_ns:
            return
        self._clock_due_ns = now_ns + _CLOCK_TOLD_EVERY_NS
        if late > self._clock_late_told:
            detail = f"{late - self._clock_late_told} bytes of the clock left more than 5 ms late."
            events.append(Mishap(now_ns, "late midi", detail))
        if lost > self._clock_lost_told:
            detail = f"{lost - self._clock_lost_told} bytes of the clock were not sent."
            events.append(Mishap(now_ns, "midi clock gap", detail))
        self._clock_late_told, self._clock_lost_told = late, lost

    def _give_up(self, message_id: int, reason: str, events: list[Event]) -> None:
        """Tell, once for each command, that it will never be sent."""
        unsent = self._unsent.pop(message_id, None)
        if unsent is not None and unsent.command is not self._untold:
            command = self._untold = unsent.command
            events.append(DawNotTold(time.monotonic_ns(), command.command, command.at_ns, reason))

    def _send(self, message_id: int) -> None:
        # A sender that cannot be sent to is found dead by the next poll.
        if self._sender is not None:
            unsent = self._unsent[message_id]
            with suppress(PeerGoneError):
                at_ns = unsent.command.at_ns + self._settings.offset_ns
                self._sender.send(at_ns, unsent.message, message_id)

    def _listen(self, sender: SenderLink, events: list[Event]) -> str:
        """Take in what the sender says; return why it is lost, or nothing."""
        try:
            reports = sender.poll()
        except PeerGoneError:
            return "The MIDI sender has died; it is being replaced."
        now_ns = time.monotonic_ns()
        for report in reports:
            match report:
                case SenderReady():
                    self._is_open = self._is_ready = True
                    self._respawn.works(now_ns)
                    # How long it took to open its port is no silence.
                    self._heartbeat = Heartbeat()
                    is_virtual = report.virtual
                    events.append(self._virtual(now_ns) if is_virtual else self._how_daw_is(now_ns))
                case SenderFailed(sentence):
                    return sentence
                case PeersChanged():
                    self._port, self._peers = report.port, report.peers
                    # For whoever takes this sender's place.
                    known = (*report.peers, *report.awaited)
                    self._settings = replace(self._settings, peers=known)
                    if self._is_open:
                        events.append(self._how_daw_is(now_ns))
                case PortLost(sentence):
                    self._is_open = False
                    events.append(PartReported(now_ns, self._part, PartState.FAULT, sentence))
                case PortBack():
                    self._is_open = True
                    events.append(self._how_daw_is(now_ns))
                case NotSent():
                    self._give_up(report.id, report.sentence, events)
                case Sent():
                    self._unsent.pop(report.id, None)
                    self.sent.append(report)
                    late_ns = report.sent_ns - report.due_ns
                    if late_ns > report.grain_ns + _LATE_NS:
                        detail = f"A command to the DAW left {late_ns / _MS:.1f} ms late."
                        events.append(Mishap(now_ns, "late midi", detail))
        return ""

    def _tell_counts(self, sender: SenderLink, events: list[Event], *, is_last: bool) -> None:
        now_ns = time.monotonic_ns()
        if is_last or now_ns >= self._count_due_ns:
            self._count_due_ns = now_ns + _COUNT_EVERY_NS
            counted = SenderCounted(now_ns, self._part, self._senders_started, sender.counts())
            events.append(counted)

    def _how_daw_is(self, now_ns: int) -> PartReported:
        """Return how the DAW is while its port is there: well, unless nobody hears that port."""
        if self._peers == ():
            sentence = (
                f"No DAW is connected to {self._port}; choose that port in the DAW,"
                f" or name the DAW's own as {_PORT_KEYS[self._part]}."
            )
            return PartReported(now_ns, self._part, PartState.WARNING, sentence)
        return PartReported(now_ns, self._part, PartState.OK)

    def _virtual(self, now_ns: int) -> PartReported:
        what = "the DAW is told nothing" if self._part is Part.DAW else "there is no clock"
        return PartReported(
            now_ns, self._part, PartState.VIRTUAL, f"There is no MIDI here: {what}."
        )

    def _why_hung(self, sender: SenderLink) -> str:
        now_ns = time.monotonic_ns()
        heartbeat_ns = sender.heartbeat_ns()
        silent_ns = self._heartbeat.silent_ns(heartbeat_ns, now_ns)
        is_ready = self._is_ready or heartbeat_ns > 0
        if is_ready and silent_ns > SILENT_NS:
            return "The MIDI sender hangs; it is being replaced."
        if not is_ready and silent_ns > _STARTING_NS:
            return "The MIDI sender did not start; it is being replaced."
        return ""
