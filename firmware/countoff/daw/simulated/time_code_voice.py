"""MIDI Time Code, as a DAW sends it: it rolls while the DAW does, and a full frame tells of a locate. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.daw.simulated.time_text import time_code_at
from countoff.daw.simulated.voice import NOTHING, Reaction
from countoff.midi import mtc

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from countoff.daw.simulated.machine import Machine
    from countoff.midi.timecode import Rate

_NS_PER_SECOND = 1_000_000_000


class TimeCodeVoice:
    """Sends time code from where the machine begins to roll."""

    def __init__(self, rate: Rate) -> None:
        """Send `rate` frames a second."""
        self._rate = rate
        self._stood_s: Fraction | None = None
        """The place that was told last, while nothing rolls."""
        self._rolls_since_ns: int | None = None
        self._pieces: Iterator[tuple[Fraction, bytes]] = iter(())
        self._next: tuple[int, bytes] | None = None

    def greet(self, at_ns: int, machine: Machine) -> Reaction:
        """Say nothing until it moves."""
        self._stood_s = machine.seconds_at(at_ns)
        return NOTHING

    def hear(self, at_ns: int, data: bytes, machine: Machine) -> Reaction:
        """Hear nothing."""
        return NOTHING

    def take_turn(self, at_ns: int, machine: Machine) -> Reaction:
        """Say where it has gone, and each quarter frame that is due."""
        said: list[bytes] = []
        if machine.rolls_since_ns is None:
            self._rolls_since_ns = self._next = None
            here_s = machine.seconds_at(at_ns)
            if here_s != self._stood_s:
                self._stood_s = here_s
                said.append(self._full_frame(here_s))
        elif machine.rolls_since_ns != self._rolls_since_ns:
            said.append(self._start(machine, machine.rolls_since_ns))
        while self._next is not None and self._next[0] <= at_ns:
            said.append(self._next[1])
            self._fetch()
        return Reaction(said=tuple(said))

    def next_ns(self, machine: Machine) -> int | None:
        """Return when the next quarter frame is due."""
        return None if self._next is None else self._next[0]

    def _start(self, machine: Machine, since_ns: int) -> bytes:
        """Begin to send from where it began to roll; return the full frame that comes first."""
        self._rolls_since_ns = since_ns
        from_s = machine.seconds_at(since_ns)
        # As long as anybody records: time code that ends by itself would look like a stop.
        self._pieces = mtc.quarter_frames(
            time_code_at(from_s, self._rate), self._rate.frames_per_day
        )
        self._fetch()
        return self._full_frame(from_s)

    def _fetch(self) -> None:
        after_s, data = next(self._pieces, (None, b""))
        since_ns = self._rolls_since_ns
        if after_s is None or since_ns is None:
            self._next = None
        else:
            self._next = since_ns + round(after_s * _NS_PER_SECOND), data

    def _full_frame(self, seconds: Fraction) -> bytes:
        return mtc.encode(mtc.FullFrame(time_code_at(seconds, self._rate)))
