"""The DAW of a rehearsal that answers: the simulated one, joined to the box by a conversation.

On the rehearsal's one thread. The cable between the two takes no time, nor does the network, where it
answers over that; what the box hears is handed to `told`, each event with its moment.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

from countoff.core.events import DawNotTold, DawTold, Part, PartReported, PartState
from countoff.daw.osc.ears import ear_for
from countoff.daw.osc.listening import OscListener
from countoff.daw.simulated.asked import Ask
from countoff.daw.simulated.model import SimulatedDaw
from countoff.midi.timecode import Rate
from countoff.rehearsal.statements import DawDoes
from countoff.rehearsal.virtual_daw import Sent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from countoff.core.actions import TellDaw
    from countoff.core.events import Event
    from countoff.daw.conversation import Conversation, Heard
    from countoff.daw.profile import Profile
    from countoff.daw.timed import Timed

_FLOOD_HZ = 500
_LOOK_EVERY_NS = 50_000_000
_ASKS = {
    DawDoes.RECORDS: Ask.RECORD,
    DawDoes.STOPS: Ask.STOP,
    DawDoes.PLAYS: Ask.PLAY,
    DawDoes.PAUSES: Ask.PAUSE,
}


class AnsweringDaw:
    """Takes what the controller tells the DAW, and tells what is heard of it."""

    def __init__(
        self, profile: Profile, conversation: Conversation, told: Callable[[int, Event], None]
    ) -> None:
        """Be the DAW of `profile`, which is told and heard through `conversation`."""
        self.sent: list[Sent] = []
        self._daw = SimulatedDaw(profile)
        self._ways = (Part.DAW, Part.CLOCK) if profile.transport.is_followed else (Part.DAW,)
        words = profile.answers.osc_words
        self._osc = None if words is None else OscListener(ear_for(words, Rate.FPS_25))
        self._conversation = conversation
        self._told = told
        self._waiting: list[tuple[int, int, bytes, TellDaw, bool]] = []
        self._count = 0
        self._now_ns = 0
        self._is_there = True

    @property
    def takes(self) -> int:
        """How many takes it has recorded; one that still goes on is not among them."""
        return len(self._daw.machine.takes)

    def start(self) -> None:
        """Run the DAW, and let the two find each other."""
        self._hear(self._daw.start(0))
        self._report(PartState.OK)
        self._reply(self._conversation.opened(0))

    def tell(self, command: TellDaw) -> None:
        """Have the command's bytes leave at its moment, or at once where that has passed."""
        self._queue(command, self._conversation.say(command))
        self.send_to(self._now_ns)

    def follow(self, at_ns: int, data: bytes) -> None:
        """Have the DAW hear what leaves by the clock's port now: time code, or a clock."""
        if self._is_there:
            self._hear(self._daw.hear(max(at_ns, self._now_ns), data))

    def drop(self) -> None:
        """Drop what has not left yet."""
        self._waiting.clear()
        self._conversation.drop()

    def let(self, does: DawDoes, length_ns: int) -> None:
        """Have the DAW, its user or its cable do something now; `length_ns` for being late only."""
        now_ns, faults = self._now_ns, self._daw.faults
        match does:
            case DawDoes.IS_DEAF | DawDoes.HEARS_AGAIN:
                faults.is_deaf = does is DawDoes.IS_DEAF
            case DawDoes.REFUSES | DawDoes.OBEYS:
                faults.refuses = does is DawDoes.REFUSES
            case DawDoes.IS_LATE:
                faults.late_ns = length_ns
            case DawDoes.FLOODS:
                faults.flood_hz = _FLOOD_HZ
            case DawDoes.CRASHES:
                self._hear(self._daw.crash(now_ns))
            case DawDoes.STARTS:
                self._hear(self._daw.start(now_ns))
            case DawDoes.IS_UNPLUGGED:
                self._hear(self._daw.unplug(now_ns))
                self._is_there = False
                self._conversation.lost()
                self._report(PartState.FAULT, "The DAW's port has gone.")
            case DawDoes.IS_PLUGGED_IN:
                self._hear(self._daw.plug_in(now_ns))
                self._is_there = True
                self._report(PartState.OK)
                self._reply(self._conversation.opened(now_ns))
                if self._osc is not None:
                    # With the port the rules forgot what came over the network, too.
                    self._osc.tell_again()
            case DawDoes.RECORDS | DawDoes.STOPS | DawDoes.PLAYS | DawDoes.PAUSES:
                self._hear(self._daw.use(now_ns, _ASKS[does]))

    def next_moment_ns(self) -> int | None:
        """Return when something is to leave, to be done or to be said next."""
        moments = (
            self._waiting[0][0] if self._waiting else None,
            self._daw.next_moment_ns(),
            self._conversation.next_moment_ns(),
            # As often as the box's own thread looks.
            None if self._osc is None else (self._now_ns // _LOOK_EVERY_NS + 1) * _LOOK_EVERY_NS,
        )
        known = [moment for moment in moments if moment is not None]
        return max(min(known), self._now_ns) if known else None

    def send_to(self, now_ns: int) -> None:
        """Let everything leave, be done and be said that is due at host time `now_ns`."""
        self._now_ns = now_ns
        while self._waiting and self._waiting[0][0] <= now_ns:
            at_ns, _, message, command, is_last = heapq.heappop(self._waiting)
            if not self._is_there:
                reason = "The DAW's port has gone."
                self._told(now_ns, DawNotTold(now_ns, command.command, command.at_ns, reason))
                continue
            self.sent.append(Sent(at_ns, message))
            if is_last:
                self._told(now_ns, DawTold(at_ns, command.command, command.at_ns))
            self._hear(self._daw.hear(now_ns, message))
        self._hear(self._daw.pass_time(now_ns))
        self._take_in(self._conversation.look(now_ns))
        self._talk_over_network()

    def _talk_over_network(self) -> None:
        if self._osc is None:
            return
        for question in self._osc.asked_for(self._now_ns):
            self._daw.hear_osc(self._now_ns, question)
        for at_ns, packet in self._daw.osc_said(self._now_ns):
            self._tell_all(self._osc.hear(at_ns, packet))
        self._tell_all(self._osc.look(self._now_ns))

    def _tell_all(self, events: Iterable[Event]) -> None:
        for event in events:
            self._told(max(event.at_ns, self._now_ns), event)

    def _queue(self, command: TellDaw, messages: Iterable[Timed]) -> None:
        queued = [*messages]
        for place, (at_ns, message) in enumerate(queued):
            self._count += 1
            is_last = place + 1 == len(queued)
            due_ns = max(at_ns, self._now_ns)
            heapq.heappush(self._waiting, (due_ns, self._count, message, command, is_last))

    def _hear(self, said: Iterable[Timed]) -> None:
        for at_ns, data in said:
            if self._is_there:
                self._take_in(self._conversation.hear(at_ns, data))

    def _take_in(self, heard: Heard) -> None:
        self._tell_all(heard.events)
        for spoken in heard.spoken:
            self._queue(spoken.command, spoken.messages)
        self._reply(heard.replies)

    def _reply(self, replies: Iterable[bytes]) -> None:
        for reply in replies:
            self._hear(self._daw.hear(self._now_ns, reply))

    def _report(self, part_state: PartState, sentence: str = "") -> None:
        for way in self._ways:
            self._told(self._now_ns, PartReported(self._now_ns, way, part_state, sentence))
