"""The box's conversation and the simulated DAW, joined by a cable that takes no time, in virtual time.

Where the DAW answers over the network, that is joined too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.actions import DawCommand, TellDaw
from countoff.core.events import DawHeard, DawTold
from countoff.daw.conversation import Conversation
from countoff.daw.finding import list_profiles
from countoff.daw.osc.ears import ear_for
from countoff.daw.osc.listening import OscListener
from countoff.daw.profile import Dialect, Profile
from countoff.daw.simulated.model import SimulatedDaw
from countoff.daw.timed import Timed
from countoff.midi.timecode import Rate

if TYPE_CHECKING:
    from collections.abc import Iterable
    from fractions import Fraction

    from countoff.core.daw import DawTransport
    from countoff.daw.conversation import Heard
    from countoff.daw.simulated.asked import Ask

S = 1_000_000_000
_MOST_TURNS = 100_000
_LOOK_EVERY_NS = 50_000_000

SHIPPED = [listed.profile for listed in list_profiles(None) if listed.profile is not None]
MOVED = [
    profile
    for profile in SHIPPED
    if profile.transport.dialect not in (Dialect.REALTIME, Dialect.MTC, Dialect.NONE)
]
"""Whoever is told to record, from here."""
FOLLOWING = [profile for profile in SHIPPED if profile.is_moved_by_time_code]
"""Whoever time code rolls, which comes by a cable of its own."""
CONFIRMING = [profile for profile in MOVED if profile.answers.dialect is not Dialect.NONE]
"""Whoever says that it records."""
CONFIRMING_BY_CABLE = [
    profile for profile in CONFIRMING if profile.answers.dialect is not Dialect.OSC
]
"""Of these, whoever says it over the very cable that moves it."""


def by_key(profile: Profile) -> str:
    """Name a profile in a test's name."""
    return profile.key


class Cable:
    """Both ends of it; what is heard of the DAW is kept."""

    def __init__(self, profile: Profile, now_ns: int = 0) -> None:
        """Start the DAW and let the two find each other; three seconds pass."""
        self.daw = SimulatedDaw(profile)
        self.conversation = Conversation(profile)
        self.now_ns = now_ns
        self.heard: DawTransport | None = None
        self.place: Fraction | None = None
        self._events: list[DawHeard | DawTold] = []
        self._to_daw: list[tuple[Timed, TellDaw | None]] = []
        self._is_there = True
        words = profile.answers.osc_words
        self._osc = None if words is None else OscListener(ear_for(words, Rate.FPS_25))
        self._carry(self.daw.start(now_ns))
        self._greet()
        self.wait(3 * S)

    def wait(self, for_ns: int) -> None:
        """Let time pass, and everything be said and heard."""
        end_ns = self.now_ns + for_ns
        for _ in range(_MOST_TURNS):
            moment_ns = self.next_moment_ns()
            if moment_ns is None or moment_ns > end_ns:
                self.now_ns = end_ns
                return
            self.turn(moment_ns)
        raise AssertionError("one of the two wants to be called for ever")

    def next_moment_ns(self) -> int | None:
        """Return when something is to be said or heard by itself."""
        moments = [timed.at_ns for timed, _ in self._to_daw]
        if self._osc is not None:
            # As often as the box's own thread looks.
            moments.append((self.now_ns // _LOOK_EVERY_NS + 1) * _LOOK_EVERY_NS)
        moments += [
            moment
            for moment in (self.daw.next_moment_ns(), self.conversation.next_moment_ns())
            if moment is not None
        ]
        return min(moments, default=None)

    def turn(self, now_ns: int) -> None:
        """Let everything be said and heard that is due."""
        self.now_ns = max(self.now_ns, now_ns)
        due = [(timed, of) for timed, of in self._to_daw if timed.at_ns <= self.now_ns]
        self._to_daw = [(timed, of) for timed, of in self._to_daw if timed.at_ns > self.now_ns]
        for timed, of in due:
            self._carry(self.daw.hear(self.now_ns, timed.data))
            if of is not None:
                self._events.append(DawTold(self.now_ns, of.command, of.at_ns))
        self._carry(self.daw.pass_time(self.now_ns))
        self._take(self.conversation.look(self.now_ns))
        self._talk_osc()

    def events(self) -> list[DawHeard | DawTold]:
        """Return what has happened since the last call, as the box's rules take it."""
        events, self._events = self._events, []
        return events

    def tell_again(self) -> None:
        """Have what came over the network told again, as the box does once it has forgotten it."""
        if self._osc is not None:
            self._osc.tell_again()

    def say(self, command: TellDaw) -> None:
        """Have the box tell the DAW something."""
        self._tell(self.conversation.say(command), command)

    def tell(self, command: DawCommand, locate_s: int = 0) -> None:
        """Have the box tell the DAW something now."""
        self.say(TellDaw(self.now_ns, command, locate_s))

    def drop(self) -> None:
        """Drop what the DAW has not been told yet."""
        self.conversation.drop()
        self._to_daw.clear()

    def use(self, what: Ask) -> None:
        """Have the DAW's own user do something."""
        self._carry(self.daw.use(self.now_ns, what))

    def follow(self, at_ns: int, data: bytes) -> None:
        """Have the DAW hear what comes by the other cable, which is that of time code."""
        if self._is_there:
            self._carry(self.daw.hear(max(at_ns, self.now_ns), data))

    def crash(self) -> None:
        """Have the DAW die at once; its port stays, as a cable's does."""
        self._carry(self.daw.crash(self.now_ns))

    def pull(self) -> None:
        """Pull the cable."""
        self._is_there = False
        self._carry(self.daw.unplug(self.now_ns))
        self.conversation.lost()
        self._to_daw.clear()
        self.heard = None

    def push(self) -> None:
        """Push it in again."""
        self._is_there = True
        self._carry(self.daw.plug_in(self.now_ns))
        self._greet()

    @property
    def does(self) -> DawTransport:
        """What the DAW really does."""
        return self.daw.transport

    def _greet(self) -> None:
        greeting = self.conversation.opened(self.now_ns)
        self._tell(Timed(self.now_ns, data) for data in greeting)

    def _carry(self, said: Iterable[Timed]) -> None:
        for timed in said:
            if self._is_there:
                self._take(self.conversation.hear(timed.at_ns, timed.data))

    def _take(self, heard: Heard) -> None:
        self._note(heard.events)
        self._tell(Timed(self.now_ns, data) for data in heard.replies)
        for spoken in heard.spoken:
            self._tell(spoken.messages, spoken.command)

    def _note(self, events: Iterable[DawHeard]) -> None:
        for event in events:
            self._events.append(event)
            self.heard = event.transport or self.heard
            if event.place is not None:
                self.place = event.place.seconds

    def _talk_osc(self) -> None:
        if self._osc is None:
            return
        for question in self._osc.asked_for(self.now_ns):
            self.daw.hear_osc(self.now_ns, question)
        for at_ns, packet in self.daw.osc_said(self.now_ns):
            self._note(self._osc.hear(at_ns, packet))
        self._note(self._osc.look(self.now_ns))

    def _tell(self, messages: Iterable[Timed], of: TellDaw | None = None) -> None:
        """Send messages; the last of a command's is when it was told."""
        sent = list(messages) if self._is_there else []
        self._to_daw += [(timed, None) for timed in sent[:-1]]
        self._to_daw += [(timed, of) for timed in sent[-1:]]
