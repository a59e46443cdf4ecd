"""What is said to one DAW and heard from it: commands into its bytes, its bytes into events.

A plain object for one open port, on the thread of whoever owns it. Pure: no clock and no I/O; time
comes in with each call, and `next_moment_ns` says when to call `look` at the latest.

    conversation.opened(at_ns)     # the port is there: bytes to send, so that the DAW says its state
    conversation.say(command)      # messages with their moments
    conversation.hear(at_ns, data) # events, replies, and what of the commands had waited
    conversation.look(now_ns)      # the same, where only time has passed
    conversation.lost()            # the port has gone: nothing is known any more
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from countoff.core.actions import DawCommand, TellDaw
from countoff.daw.listening import Listener
from countoff.daw.pressing import RecordButton
from countoff.daw.profile import Dialect
from countoff.daw.speaking import Address, messages_for
from countoff.daw.timed import Timed

if TYPE_CHECKING:
    from countoff.core.events import DawHeard
    from countoff.daw.profile import Profile, Said
    from countoff.midi.attention import Attention


@dataclass(frozen=True, slots=True)
class Spoken:
    """A command that had to wait for lights, and its messages."""

    command: TellDaw
    messages: tuple[Timed, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """What a message, or the passing of time, comes to.

    replies: to be sent at once
    spoken:  commands that had waited, to be sent at their moments
    """

    events: tuple[DawHeard, ...] = ()
    replies: tuple[bytes, ...] = ()
    spoken: tuple[Spoken, ...] = ()


class Conversation:
    """One DAW at the other end of one port."""

    def __init__(self, profile: Profile, address: Address | None = None) -> None:
        """Speak as `profile` says, to `address`; know nothing of the DAW yet."""
        self._moved = profile.transport
        self._address = address or Address()
        self._listener = Listener(profile, self._address.rate)
        surface = self._listener.surface
        self._button = None if surface is None else RecordButton(profile.transport, surface.lamps)
        self._waiting: list[TellDaw] = []

    @property
    def attention(self) -> Attention | None:
        """What is to be heard of the DAW; None where nothing it says is of use."""
        return self._listener.attention

    @property
    def is_silent(self) -> bool:
        """Whether nothing is ever said to the DAW here, nor heard of it: its port may stay alone."""
        return self._moved.spoken in (Dialect.REALTIME, Dialect.NONE) and self.attention is None

    @property
    def is_looped(self) -> bool:
        """Whether what is said comes back as it was said: then nothing that is heard is believed."""
        return self._listener.is_looped

    def say(self, command: TellDaw) -> tuple[Timed, ...]:
        """Return the messages of `command` with their moments.

        None where it has to wait for lights: then they come from `hear` or `look`. A stop takes the
        place of what waits.
        """
        if command.command is DawCommand.STOP:
            self.drop()
        elif command.command is DawCommand.RECORD:
            if self._button is not None and self._button.is_unsure(command.at_ns):
                self._waiting.append(command)
                return ()
            self._listener.tell_to_record(command.at_ns)
        return self._messages(command, command.at_ns)

    def drop(self) -> None:
        """Drop what waits to be said."""
        self._waiting.clear()

    def hear(self, at_ns: int, data: bytes) -> Heard:
        """Take in bytes that arrived at host time `at_ns`."""
        events, replies = self._listener.hear(at_ns, data)
        return Heard(events, replies, self._spoken(at_ns))

    def look(self, now_ns: int) -> Heard:
        """Take in that time has passed."""
        return Heard(self._listener.look(now_ns), (), self._spoken(now_ns))

    def next_moment_ns(self) -> int | None:
        """Return when `look` has something to say at the latest, or None."""
        moments = [self._listener.next_moment_ns()]
        if self._waiting and self._button is not None:
            moments.append(self._button.sure_at_ns)
        return min((moment_ns for moment_ns in moments if moment_ns is not None), default=None)

    def opened(self, at_ns: int) -> tuple[bytes, ...]:
        """Return what is said to a DAW whose port is there, so that it says its state again.

        Call it also where somebody else has connected to the port. What is known of the DAW stays
        known, and is told again.
        """
        if self._button is not None:
            self._button.opened(at_ns)
        return self._listener.greet()

    def asking(self) -> tuple[bytes, ...]:
        """Return what asks a DAW that is there for its state; a command in between waits for nothing."""
        return self._listener.greet()

    def lost(self) -> None:
        """Forget what was heard: stale is not off."""
        self._listener.forget()
        if self._button is not None:
            self._button.lost()

    def _spoken(self, now_ns: int) -> tuple[Spoken, ...]:
        """Return the commands that need not wait any more."""
        if self._button is None or self._button.is_unsure(now_ns) or not self._waiting:
            return ()
        waiting, self._waiting = self._waiting, []
        return tuple(
            Spoken(command, self._messages(command, max(command.at_ns, now_ns)))
            for command in waiting
        )

    def _messages(self, command: TellDaw, from_ns: int) -> tuple[Timed, ...]:
        messages: list[Timed] = []
        for place, said in enumerate(self._steps(command, from_ns)):
            at_ns = from_ns + place * self._moved.between_ns
            said_as = messages_for(said, self._moved.spoken, self._address, command.locate_s)
            messages += [Timed(at_ns, data) for data in said_as]
        self._listener.note_said(tuple(messages))
        return tuple(messages)

    def _steps(self, command: TellDaw, from_ns: int) -> tuple[Said, ...]:
        match command.command:
            case DawCommand.RECORD:
                if self._button is None:
                    return self._moved.record
                return self._button.record(from_ns)
            case DawCommand.STOP:
                if self._button is None:
                    return self._moved.stop
                return self._button.stop(from_ns)
            case DawCommand.LOCATE:
                return self._moved.locate
            case DawCommand.MARKER:
                return self._moved.marker
