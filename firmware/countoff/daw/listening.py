"""What is heard of one DAW, as events: thinned out, and settled where several lights make one word.

Pure; on the thread of whoever owns the conversation. Nothing is made up: what was not heard is not
known, and what comes back as it was said is not believed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.events import DawHeard
from countoff.daw.moving_ears import MmcEar, MovingEar, MtcEar, RealtimeEar
from countoff.daw.profile import Dialect
from countoff.daw.settling import PunchOut
from countoff.daw.surface_ears import HuiEar, MackieEar, SurfaceEar
from countoff.midi.attention import LIFE_EVERY_NS, Attention
from countoff.midi.stream import MessageStream

if TYPE_CHECKING:
    from countoff.core.daw import DawTransport
    from countoff.daw.ears import Ear
    from countoff.daw.profile import Profile
    from countoff.daw.timed import Timed
    from countoff.midi.timecode import Rate

_FIRST_REALTIME = 0xF8


class Listener:
    """Hears a DAW in the dialect that it answers in, and in the one that its lights speak."""

    def __init__(self, profile: Profile, rate: Rate) -> None:
        """Hear as `profile` says; the DAW's displays count at `rate`."""
        self._dialect = profile.answers.dialect
        ears = {
            dialect: ear
            for dialect in (profile.answers.dialect, profile.transport.spoken)
            if (ear := _ear_for(dialect, profile, rate)) is not None
        }
        moved = ears.get(profile.transport.spoken)
        # What moves a DAW by its lights needs them; of another dialect only the answers count.
        self.surface = moved if isinstance(moved, SurfaceEar) else None
        self._answers = ears.get(self._dialect)
        self._ears: tuple[Ear, ...] = tuple(
            ear for ear in ears.values() if ear in (self._answers, self.surface)
        )
        self._stream = MessageStream()
        self._greetings = frozenset(data for ear in self._ears for data in ear.greeting())
        self.is_looped = False
        self._transport: DawTransport | None = None
        self._punch_out = PunchOut()
        self._event_ns: int | None = None
        self._place_ns = -LIFE_EVERY_NS

    @property
    def attention(self) -> Attention | None:
        """What is to be heard; None where nothing is."""
        if not self._ears:
            return None
        return Attention(
            states=tuple(state for ear in self._ears for state in ear.attention.states),
            # What was said itself is never said by a DAW, but by a cable that leads back.
            words=(*(word for ear in self._ears for word in ear.attention.words), *self._greetings),
        )

    def greet(self) -> tuple[bytes, ...]:
        """Return what is said first, so that the DAW says its state.

        What is known of it already is told again: whoever was told before may have forgotten it.
        """
        if self.is_looped:
            self.forget()
        self._transport = None
        return tuple(data for ear in self._ears for data in ear.greeting())

    def forget(self) -> None:
        """Know nothing again."""
        for ear in self._ears:
            ear.forget()
        self._stream.forget()
        self.is_looped = False
        self._transport = self._event_ns = None
        self._punch_out.forget()
        self._place_ns = -LIFE_EVERY_NS

    def tell_to_record(self, at_ns: int) -> None:
        """Note that the DAW is told to record at `at_ns`: some can only say that they move."""
        if isinstance(self._answers, MovingEar):
            self._answers.tell_to_record(at_ns)

    def note_said(self, messages: tuple[Timed, ...]) -> None:
        """Note what is said: where it comes back, it proves nothing."""
        if isinstance(self._answers, MmcEar):
            for message in messages:
                self._answers.note_said(message.at_ns, message.data)

    def hear(self, at_ns: int, data: bytes) -> tuple[tuple[DawHeard, ...], tuple[bytes, ...]]:
        """Take in bytes that arrived at `at_ns`; return events, and what is answered at once."""
        events: list[DawHeard] = []
        replies: list[bytes] = []
        for message_ns, message in self._stream.feed(at_ns, data):
            self.is_looped |= message in self._greetings
            for ear in self._ears:
                replies += ear.hear(message_ns, message)
            events += self._told(message_ns)
            if not events and self._is_life(message_ns, message):
                events.append(self._event(DawHeard(message_ns)))
        return tuple(events), tuple(replies)

    def look(self, now_ns: int) -> tuple[DawHeard, ...]:
        """Return what time alone makes known."""
        return self._told(now_ns)

    def next_moment_ns(self) -> int | None:
        """Return when `look` has something to tell at the latest, or None."""
        if self._answers is None or self.is_looped:
            return None
        moments = [self._answers.next_moment_ns(), self._punch_out.sure_at_ns]
        return min((moment_ns for moment_ns in moments if moment_ns is not None), default=None)

    def _told(self, now_ns: int) -> tuple[DawHeard, ...]:
        """Return a new word of the DAW, or a new place; nothing where there is none."""
        if self._answers is None or self.is_looped:
            return ()
        transport = self._answers.transport(now_ns)
        told: list[DawHeard] = []
        if transport is not None:
            at_ns = self._punch_out.since_ns(self._transport, transport, now_ns)
            if at_ns is not None and transport is not self._transport:
                self._transport = transport
                told.append(self._event(DawHeard(at_ns, transport)))
        place = self._answers.place(now_ns)
        if place is not None and place[0] - self._place_ns >= LIFE_EVERY_NS:
            self._place_ns = place[0]
            told.append(self._event(DawHeard(place[0], place=place[1])))
        return tuple(told)

    def _is_life(self, at_ns: int, message: bytes) -> bool:
        if self._answers is None or self.is_looped:
            return False
        if message[0] >= _FIRST_REALTIME and self._dialect is not Dialect.REALTIME:
            return False
        return self._event_ns is None or at_ns - self._event_ns >= LIFE_EVERY_NS

    def _event(self, event: DawHeard) -> DawHeard:
        self._event_ns = event.at_ns
        return event


def _ear_for(dialect: Dialect, profile: Profile, rate: Rate) -> Ear | None:
    match dialect:
        case Dialect.MACKIE:
            return MackieEar(profile.answers.recording, rate)
        case Dialect.HUI:
            return HuiEar(profile.answers.recording, rate)
        case Dialect.MMC:
            return MmcEar()
        case Dialect.REALTIME:
            return RealtimeEar()
        case Dialect.MTC:
            return MtcEar()
    return None
