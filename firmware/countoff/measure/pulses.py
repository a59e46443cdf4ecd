"""MIDI clock that was heard, held against the audio grid or against the straightest line. Pure.

A place is a frame of a JACK server, or a host time in ns; `places_per_second` says which.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from countoff.core.midi_clock import PULSES_PER_QUARTER, TICKS_PER_PULSE
from countoff.midi.realtime import Realtime, SongPosition, decode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from countoff.core.grid import Grid

_FEWEST = 3


class NoClockError(Exception):
    """There is no MIDI clock in what was heard; the sentence says so."""


@dataclass(frozen=True, slots=True)
class HeldPulses:
    """What became of the pulses of a MIDI clock.

    errors:   for each pulse how much later it came than it should have, in places
    missing:  pulses that should have been between others, and were not
    doubled:  pulses that came where there was one already
    words:    place and name of what was said beside the pulses: start, stop, continue, position
    bpm:      quarter notes a minute; None where they follow a song
    in_lost:  pulses that came where the server, or the recorder, lost time: not judged
    on_grid:  whether the errors are against a song's own grid
    """

    places_per_second: int
    errors: NDArray[np.float64]
    missing: int
    doubled: int
    words: tuple[tuple[float, str], ...]
    bpm: float | None
    in_lost: int
    on_grid: bool

    @property
    def errors_ms(self) -> NDArray[np.float64]:
        """The errors in ms."""
        return self.errors * 1000 / self.places_per_second


def hold_to_grid(
    messages: Sequence[tuple[float, bytes]], grid: Grid, lost: Sequence[tuple[int, int]] = ()
) -> HeldPulses:
    """Hold pulses, by their frames, against every 40th tick of `grid`. Raises NoClockError."""
    places = _pulses(messages)
    judged = _outside(places, lost)
    ticks = np.array([_nearest_pulse(grid, round(place)) for place in places], dtype=np.int64)
    due = np.array([grid.frame_at_tick(int(tick)) for tick in ticks], dtype=np.int64)
    steps = np.diff(ticks) // TICKS_PER_PULSE
    whole = judged[1:] & judged[:-1]
    return HeldPulses(
        places_per_second=round(grid.rate_hz),
        errors=(places - due)[judged],
        missing=int((steps[whole] - 1).clip(min=0).sum()),
        doubled=int((steps[whole] < 1).sum()),
        words=_words(messages),
        bpm=None,
        in_lost=int((~judged).sum()),
        on_grid=True,
    )


def hold_to_line(
    messages: Sequence[tuple[float, bytes]],
    places_per_second: int,
    lost: Sequence[tuple[int, int]] = (),
) -> HeldPulses:
    """Hold pulses against the line through them: the steady tempo that they come nearest to.

    Raises NoClockError.
    """
    places = _pulses(messages)
    judged = _outside(places, lost)
    intervals = np.diff(places)
    usual = float(np.median(intervals))
    if usual <= 0:
        raise NoClockError("The pulses of the clock all came at once.")
    steps = np.round(intervals / usual).astype(np.int64)
    counts = np.concatenate([[0], np.cumsum(steps)])
    middle = float(counts.mean())
    slope, offset = np.polyfit(counts[judged] - middle, places[judged] - places[0], 1)
    errors = (places - places[0]) - (slope * (counts - middle) + offset)
    whole = judged[1:] & judged[:-1]
    return HeldPulses(
        places_per_second=places_per_second,
        errors=errors[judged],
        missing=int((steps[whole] - 1).clip(min=0).sum()),
        doubled=int((steps[whole] < 1).sum()),
        words=_words(messages),
        bpm=float(60 * places_per_second / (PULSES_PER_QUARTER * slope)),
        in_lost=int((~judged).sum()),
        on_grid=False,
    )


def _pulses(messages: Sequence[tuple[float, bytes]]) -> NDArray[np.float64]:
    places = [place for place, data in messages if decode(data) is Realtime.PULSE]
    if len(places) < _FEWEST:
        raise NoClockError("No MIDI clock was heard.")
    return np.array(places, dtype=np.float64)


def _outside(places: NDArray[np.float64], lost: Sequence[tuple[int, int]]) -> NDArray[np.bool_]:
    outside = np.ones(len(places), dtype=np.bool_)
    for start, end in lost:
        outside &= (places < start) | (places >= end)
    if outside.sum() < _FEWEST:
        raise NoClockError("The server lost time throughout: no pulse can be judged.")
    return outside


def _nearest_pulse(grid: Grid, frame: int) -> int:
    tick = grid.tick_at_frame(frame)
    before = tick // TICKS_PER_PULSE * TICKS_PER_PULSE
    after = before + TICKS_PER_PULSE
    early, late = frame - grid.frame_at_tick(before), grid.frame_at_tick(after) - frame
    return before if early <= late else after


def _words(messages: Sequence[tuple[float, bytes]]) -> tuple[tuple[float, str], ...]:
    said: list[tuple[float, str]] = []
    for place, data in messages:
        match decode(data):
            case SongPosition(sixteenths):
                said.append((place, f"position {sixteenths}"))
            case Realtime.START | Realtime.CONTINUE | Realtime.STOP as word:
                said.append((place, word.name.lower()))
    return tuple(said)
