"""The simulated DAW: hears bytes, says bytes, moves in time. Pure; time comes in and never goes back.

It is moved and it answers as its profile says. What is told to it is done a moment later, as a DAW
that works in blocks does; what is wrong with it can be changed while it runs.
"""

from __future__ import annotations

import heapq
from collections import deque
from typing import TYPE_CHECKING

from countoff.daw.simulated.asked import Ask, Asked
from countoff.daw.simulated.deeds import Deed, deed_of
from countoff.daw.simulated.faults import Faults
from countoff.daw.simulated.flood import Flood
from countoff.daw.simulated.machine import Machine
from countoff.daw.simulated.obeying import obey, stays_armed
from countoff.daw.simulated.voices import osc_voice_of, voices_of
from countoff.daw.timed import Timed
from countoff.midi.timecode import Rate

if TYPE_CHECKING:
    from collections.abc import Iterable
    from fractions import Fraction

    from countoff.core.daw import DawTransport
    from countoff.daw.profile import Profile
    from countoff.daw.simulated.voice import Reaction

REACTION_NS = 20_000_000
"""From what a DAW is told to what it does: it works in blocks. Ardour was seen to take 16 to 26 ms."""


class SimulatedDaw:
    """One DAW with its user, its faults and its port. One thread at a time.

    Each call takes the host time at which something happens, and returns what the DAW has said by then.
    """

    def __init__(
        self, profile: Profile, rate: Rate = Rate.FPS_25, reaction_ns: int = REACTION_NS
    ) -> None:
        """Be the DAW of `profile`, not running yet; `start` runs it. It shows time at `rate`."""
        self.profile = profile
        self.faults = Faults()
        self.machine = Machine(stays_armed=stays_armed(profile))
        self.deeds: list[Deed] = []
        """What it has done so far, in words."""
        self.is_running = False
        self.is_port_there = True
        self._rate = rate
        self._reaction_ns = reaction_ns
        self._voices = voices_of(profile, rate)
        self._osc = osc_voice_of(profile, rate)
        self._osc_said: deque[Timed] = deque()
        self._flood = Flood()
        self._asked: list[tuple[int, int, Asked]] = []
        self._said: deque[Timed] = deque()
        self._count = 0
        self._now_ns = 0
        self._last_said_ns = 0

    @property
    def transport(self) -> DawTransport:
        """What it does now."""
        return self.machine.transport

    def seconds_at(self, at_ns: int) -> Fraction:
        """Return where it is on its timeline, in seconds as it displays them."""
        return self.machine.seconds_at(at_ns)

    def start(self, at_ns: int) -> tuple[Timed, ...]:
        """Run it, after a crash too: its takes are there, it stands where it stood."""
        self._pass_to(at_ns)
        self.is_running = True
        self._note("starts")
        self._greet(at_ns)
        return self._out(at_ns)

    def crash(self, at_ns: int) -> tuple[Timed, ...]:
        """Have it die at once: it says nothing any more, and what it recorded ends here."""
        self._pass_to(at_ns)
        said = self._out(at_ns)
        self.is_running = False
        self._asked.clear()
        self._silence()
        self.machine.halt(at_ns)
        self._note("crashes")
        return said

    def unplug(self, at_ns: int) -> tuple[Timed, ...]:
        """Pull its cable: it hears nothing, nobody hears it, and it goes on."""
        self._pass_to(at_ns)
        said = self._out(at_ns)
        self.is_port_there = False
        self._silence()
        self._note("loses its port")
        return said

    def plug_in(self, at_ns: int) -> tuple[Timed, ...]:
        """Push its cable in again. It does not know of that: it says nothing anew unless asked."""
        self._pass_to(at_ns)
        self.is_port_there = True
        self._note("has its port again")
        return self._out(at_ns)

    def hear(self, at_ns: int, data: bytes) -> tuple[Timed, ...]:
        """Take in one whole message that arrives at host time `at_ns`."""
        self._pass_to(at_ns)
        if self._is_reached:
            for voice in self._voices:
                self._take_in(at_ns, voice.hear(at_ns, data, self.machine))
        return self._out(at_ns)

    def hear_osc(self, at_ns: int, packet: bytes) -> None:
        """Take in a packet that came over the network; see `osc_said`."""
        self._pass_to(at_ns)
        if self._osc is not None and self._is_reached:
            self._say_osc(at_ns, self._osc.hear(at_ns, packet, self.machine))

    def osc_said(self, to_ns: int) -> tuple[Timed, ...]:
        """Return the packets that it has said over the network by then. Let time pass before."""
        said = []
        while self._osc_said and self._osc_said[0].at_ns <= to_ns:
            said.append(self._osc_said.popleft())
        return tuple(said)

    def use(self, at_ns: int, what: Ask, seconds: Fraction | None = None) -> tuple[Timed, ...]:
        """Have its own user ask for something, with mouse or keys: it is done at once."""
        self._pass_to(at_ns)
        if self.is_running:
            self._do(at_ns, Asked(what, seconds))
            self._let_speak(at_ns)
        return self._out(at_ns)

    def pass_time(self, to_ns: int) -> tuple[Timed, ...]:
        """Let time pass to `to_ns`; return what it has said by then, each with its moment."""
        self._pass_to(to_ns)
        return self._out(to_ns)

    def next_moment_ns(self) -> int | None:
        """Return when `pass_time` has something to do or to say at the earliest, or None."""
        moments = [queue[0][0] for queue in (self._asked, self._said, self._osc_said) if queue]
        if (next_ns := self._next_turn_ns()) is not None:
            moments.append(next_ns)
        return min(moments, default=None)

    @property
    def _is_reached(self) -> bool:
        return self.is_running and self.is_port_there and not self.faults.is_deaf

    def _pass_to(self, to_ns: int) -> None:
        self.machine.refuses = self.faults.refuses
        while True:
            asked_ns = self._asked[0][0] if self._asked else None
            turn_ns = self._next_turn_ns()
            moments = [moment for moment in (asked_ns, turn_ns) if moment is not None]
            if not moments or min(moments) > to_ns:
                break
            self._now_ns = max(self._now_ns, min(moments))
            if asked_ns is not None and asked_ns <= self._now_ns:
                _, _, asked = heapq.heappop(self._asked)
                self._do(self._now_ns, asked)
            self._let_speak(self._now_ns)
        self._now_ns = max(self._now_ns, to_ns)

    def _next_turn_ns(self) -> int | None:
        """Return when a voice, or the flood, has something to do by itself."""
        if not self.is_running:
            return None
        turns = [voice.next_ns(self.machine) for voice in self._voices]
        if self._osc is not None:
            turns.append(self._osc.next_ns(self.machine))
        turns.append(self._flood.next_ns(self._now_ns, self.faults.flood_hz))
        return min((turn for turn in turns if turn is not None), default=None)

    def _let_speak(self, at_ns: int) -> None:
        for voice in self._voices:
            self._take_in(at_ns, voice.take_turn(at_ns, self.machine))
        if self._osc is not None:
            self._say_osc(at_ns, self._osc.take_turn(at_ns, self.machine))
        flood_ns = self._flood.next_ns(at_ns, self.faults.flood_hz)
        while flood_ns is not None and flood_ns <= at_ns:
            self._say(flood_ns, self._flood.take())
            flood_ns = self._flood.next_ns(at_ns, self.faults.flood_hz)

    def _take_in(self, at_ns: int, reaction: Reaction) -> None:
        for asked in reaction.asked:
            self._count += 1
            heapq.heappush(self._asked, (at_ns + self._reaction_ns, self._count, asked))
        for data in reaction.said:
            self._say(at_ns, data)

    def _do(self, at_ns: int, asked: Asked) -> None:
        before, takes = self.transport, len(self.machine.takes)
        obey(self.machine, asked, at_ns, self.profile)
        has_ended = len(self.machine.takes) > takes
        words = deed_of(asked, before, self.machine, at_ns, self._rate, has_ended=has_ended)
        self.deeds.append(Deed(at_ns, words))

    def _say(self, at_ns: int, data: bytes) -> None:
        if self.is_port_there:
            # A cable keeps the order, also of what is said late and then not late any more.
            self._last_said_ns = max(self._last_said_ns, at_ns + self.faults.late_ns)
            self._said.append(Timed(self._last_said_ns, data))

    def _say_osc(self, at_ns: int, packets: Iterable[bytes]) -> None:
        if self.is_port_there:
            self._last_said_ns = max(self._last_said_ns, at_ns + self.faults.late_ns)
            self._osc_said.extend(Timed(self._last_said_ns, packet) for packet in packets)

    def _out(self, to_ns: int) -> tuple[Timed, ...]:
        said = []
        while self._said and self._said[0].at_ns <= to_ns:
            said.append(self._said.popleft())
        return tuple(said)

    def _greet(self, at_ns: int) -> None:
        self._voices = voices_of(self.profile, self._rate)
        for voice in self._voices:
            self._take_in(at_ns, voice.greet(at_ns, self.machine))
        self._osc = osc_voice_of(self.profile, self._rate)
        if self._osc is not None:
            self._say_osc(at_ns, self._osc.greet(at_ns, self.machine))

    def _silence(self) -> None:
        self._said.clear()
        self._osc_said.clear()

    def _note(self, words: str) -> None:
        self.deeds.append(Deed(self._now_ns, words))
