"""The sender's seat: keeps one sender running, and tells the DAW what it is to do, and hears it.

On the controller's owner thread; nothing here waits. A sender that dies or hangs is replaced; what
it had not sent yet and is still due goes to its successor.
"""

from __future__ import annotations

import time
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from countoff.core.events import (
    Mishap,
    Part,
    PartReported,
    PartState,
    SenderCounted,
)
from countoff.processes.heartbeat import Heartbeat
from countoff.processes.respawn import Respawn
from countoff.processes.wire import PeerGoneError
from countoff.sender.clock_news import ClockNews
from countoff.sender.clock_orders import ClockOrders
from countoff.sender.clock_plan import NONE_TAKEN
from countoff.sender.dialogue import Dialogue
from countoff.sender.link import (
    BytesHeard,
    BytesMissed,
    Cell,
    NotSent,
    PedalsBack,
    PedalsLost,
    PeersChanged,
    PortBack,
    PortLost,
    Role,
    SenderFailed,
    SenderLink,
    SenderReady,
    SenderSettings,
    Sent,
)
from countoff.sender.outbox import Outbox
from countoff.sender.port_state import PortState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countoff.core.actions import ClockAction, TellDaw
    from countoff.core.events import Event
    from countoff.daw.conversation import Conversation
    from countoff.daw.timed import Timed
    from countoff.sender.reports import Report

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
_FOOT_CONTROLLER = "foot controller"


class Pedals(Protocol):
    """Whatever knows what the messages of a foot controller mean."""

    def hear(self, at_ns: int, data: bytes) -> Sequence[Event]:
        """Return what a whole message, heard at `at_ns`, means."""
        ...

    def lost(self, at_ns: int) -> Sequence[Event]:
        """Return what it means that the foot controller is not heard any more."""
        ...


class SenderSeat:
    """One seat, one sender at a time."""

    def __init__(
        self,
        settings: SenderSettings,
        conversation: Conversation | None = None,
        part: Part = Part.DAW,
        pedals: Pedals | None = None,
    ) -> None:
        """Seat a sender with `settings`; `start` runs it.

        `part` is what it is to the box: the way to the DAW, with whom it holds `conversation`, or
        its MIDI clock. `pedals` takes what comes from the port that the settings name for them.
        """
        attention = None if conversation is None else conversation.attention
        self._settings = settings if attention is None else settings.listening(attention)
        self._dialogue = None if conversation is None else Dialogue(conversation, self._put)
        self._pedals = pedals
        self._are_pedals_missing = False
        self._part = part
        self.sent: deque[Sent] = deque(maxlen=_SENT_KEPT)
        """The newest messages that have left, and when: what is measured is read from here."""
        self.ready: SenderReady | None = None
        """What the sender was granted, once one has said that it runs. Any thread may read it."""
        self._sender: SenderLink | None = None
        self._leaving: list[SenderLink] = []
        self._heartbeat = Heartbeat()
        self._respawn = Respawn()
        self._senders_started = 0
        self._count_due_ns = 0
        self._outbox = Outbox()
        self._clock = ClockOrders()
        self._clock_run, self._clock_key = 0, NONE_TAKEN
        self._clock_news = ClockNews()
        self._is_silent = conversation is not None and conversation.is_silent
        self._port = PortState(part, is_silent=self._is_silent)
        self._is_ready = False
        self._news: list[Event] = []

    def start(self) -> None:
        """Start the sender. Takes some ms."""
        if self._dialogue is not None:
            self._dialogue.open()
        self._respawn.started()
        self._heartbeat = Heartbeat()
        self._port = PortState(self._part, is_silent=self._is_silent)
        self._is_ready = False
        self._clock_news = ClockNews()
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
        """Return those that become readable when there is something to poll for."""
        descriptors = [] if self._dialogue is None else [self._dialogue.fileno()]
        if self._sender is not None:
            descriptors.append(self._sender.fileno())
        return descriptors

    def tell(self, command: TellDaw) -> None:
        """Have the bytes for `command` sent at its moment."""
        if self._dialogue is not None:
            self._dialogue.say(command)

    def ask(self) -> None:
        """Have the DAW asked for its state again, where there is a way to it."""
        if self._dialogue is not None:
            self._dialogue.ask(time.monotonic_ns())

    def drop(self) -> None:
        """Drop what has not been sent yet."""
        if self._dialogue is not None:
            self._dialogue.drop()
        self._outbox.clear()
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
        # Before its words are read: all that was heard until then is among them.
        heard_until_ns = self._sender.heartbeat_ns()
        why_lost = self._listen(self._sender, events) or self._why_hung(self._sender)
        self._converse(heard_until_ns, events)
        self._tell_counts(self._sender, events, is_last=bool(why_lost))
        events += self._of_clock(self._sender)
        if why_lost:
            now_ns = time.monotonic_ns()
            self._clock_run = self._sender.cell(Cell.CLOCK_RUN)
            self._clock_key = self._sender.cell(Cell.CLOCK_KEY)
            self._sender.kill()
            self._leaving.append(self._sender)
            self._sender = None
            self._respawn.failed(now_ns)
            self._lose(now_ns, events)
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
        if self._dialogue is not None:
            self._dialogue.close()

    def _hand_over(self, events: list[Event]) -> None:
        """Give a new sender what its predecessor had not sent, unless that is stale by now."""
        now_ns = time.monotonic_ns()
        fresh, stale = self._outbox.for_successor(now_ns - _STALE_NS)
        for message_id in stale:
            self._give_up(message_id, "There was no MIDI sender for too long.", events)
        for message_id in fresh:
            self._send(message_id)
        for order in self._clock.messages_for_successor(self._clock_run, self._clock_key, now_ns):
            if self._sender is not None:
                with suppress(PeerGoneError):
                    self._sender.order_clock(order)

    def _of_clock(self, sender: SenderLink) -> list[Mishap]:
        if not self._port.is_open:
            return []
        late, lost = sender.cell(Cell.CLOCK_LATE), sender.cell(Cell.CLOCK_LOST)
        return self._clock_news.look(late, lost, time.monotonic_ns())

    def _give_up(self, message_id: int, reason: str, events: list[Event]) -> None:
        """Tell, once for each command, that it will never be sent."""
        not_told = self._outbox.give_up(message_id, reason, time.monotonic_ns())
        if not_told is not None:
            events.append(not_told)

    def _put(self, messages: tuple[Timed, ...], command: TellDaw | None) -> None:
        """Have messages sent at their moments."""
        for message_id in self._outbox.put(messages, command):
            self._send(message_id)

    def _send(self, message_id: int) -> None:
        # A sender that cannot be sent to is found dead by the next poll.
        if self._sender is not None:
            at_ns, data = self._outbox.message(message_id)
            with suppress(PeerGoneError):
                self._sender.send(at_ns + self._settings.offset_ns, data, message_id)

    def _converse(self, heard_until_ns: int, events: list[Event]) -> None:
        """Take in what was heard, and say what was waiting to be said."""
        if self._dialogue is None:
            return
        now_ns = time.monotonic_ns()
        events += self._dialogue.turn(heard_until_ns, now_ns)
        if self._dialogue.is_looped is not self._port.is_looped:
            self._port.is_looped = self._dialogue.is_looped
            if self._port.is_open:
                events.append(self._port.report(now_ns))

    def _reach(self, now_ns: int) -> None:
        """Have the conversation know whether the DAW is there, and heard."""
        if self._dialogue is not None:
            self._dialogue.reach(self._port.who, now_ns)

    def _lose(self, now_ns: int, events: list[Event]) -> None:
        """Take in that nothing is heard any more."""
        if self._dialogue is not None:
            self._dialogue.reach(None, now_ns)
        if self._pedals is not None:
            events += self._pedals.lost(now_ns)

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
                    self.ready = report
                    self._is_ready = self._port.is_open = True
                    self._port.is_virtual = report.virtual
                    self._reach(now_ns)
                    self._respawn.works(now_ns)
                    # How long it took to open its port is no silence.
                    self._heartbeat = Heartbeat()
                    events.append(self._port.report(now_ns))
                case SenderFailed(sentence):
                    return sentence
                case PeersChanged():
                    self._port.note_peers(report)
                    # For whoever takes this sender's place.
                    self._settings = self._settings.after(report)
                    self._reach(now_ns)
                    if self._port.is_open:
                        events.append(self._port.report(now_ns))
                case PortLost(sentence):
                    events.append(self._port.lost(sentence, now_ns))
                    self._reach(now_ns)
                case PortBack():
                    self._port.is_open = True
                    self._reach(now_ns)
                    events.append(self._port.report(now_ns))
                case BytesHeard(Role.DAW, at_ns, data) if self._dialogue is not None:
                    self._dialogue.hear(at_ns, data)
                case BytesMissed(Role.DAW) if self._dialogue is not None:
                    self._dialogue.miss(now_ns)
                case _:
                    self._take_in(report, now_ns, events)
        return ""

    def _take_in(self, report: Report, now_ns: int, events: list[Event]) -> None:
        """Take in what became of a message, and what the foot controller says."""
        match report:
            case NotSent():
                self._give_up(report.id, report.sentence, events)
            case Sent():
                self.sent.append(report)
                is_command = self._outbox.is_of_command(report.id)
                told = self._outbox.left(report.id, report.sent_ns)
                if told is not None:
                    events.append(told)
                late_ns = report.sent_ns - report.due_ns
                if is_command and late_ns > report.grain_ns + _LATE_NS:
                    detail = f"A command to the DAW left {late_ns / _MS:.1f} ms late."
                    events.append(Mishap(now_ns, "late midi", detail))
            case BytesHeard(Role.PEDALS, at_ns, data) if self._pedals is not None:
                events += self._pedals.hear(at_ns, data)
            case PedalsLost() | BytesMissed() if self._pedals is not None:
                events += self._pedals.lost(now_ns)
        if isinstance(report, PedalsLost):
            self._are_pedals_missing = True
            events.append(_of_foot_controller(now_ns, PartState.WARNING, report.sentence))
        elif isinstance(report, PedalsBack) and self._are_pedals_missing:
            self._are_pedals_missing = False
            events.append(_of_foot_controller(now_ns, PartState.OK))

    def _tell_counts(self, sender: SenderLink, events: list[Event], *, is_last: bool) -> None:
        now_ns = time.monotonic_ns()
        if is_last or now_ns >= self._count_due_ns:
            self._count_due_ns = now_ns + _COUNT_EVERY_NS
            counted = SenderCounted(now_ns, self._part, self._senders_started, sender.counts())
            events.append(counted)

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


def _of_foot_controller(at_ns: int, state: PartState, sentence: str = "") -> PartReported:
    """Return what is to be said of it, which says nothing of the pedals that are wired."""
    return PartReported(at_ns, Part.PEDALS, state, sentence, source=_FOOT_CONTROLLER)
