"""The MIDI clock of a take: which pulse, and which word of the transport, lies on which frame.

Pure; called from the controller only. A pulse lies on every 40th tick of the song, 24 to the
quarter note, through ramps, meters and loops; like a click it is one rounding away from bar 1. What
leaves before a pulse (where a DAW is sent, that it starts) has its frame from that pulse.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from countoff.core.tempo import TICKS_PER_QUARTER

if TYPE_CHECKING:
    from countoff.core.grid import Grid
    from countoff.core.song import Song

PULSES_PER_QUARTER = 24
TICKS_PER_PULSE = TICKS_PER_QUARTER // PULSES_PER_QUARTER
TICKS_PER_SIXTEENTH = TICKS_PER_QUARTER // 4
# Further on a song position cannot say where a take begins: 1024 bars of 4/4.
MOST_SIXTEENTHS = (1 << 14) - 1
_MS_PER_SECOND = 1000
# A receiver prepares between a start and its pulse (1 ms at least), and cues after a position (50).
_START_BEFORE_PULSE_MS = 3
_POSITION_BEFORE_START_MS = 80


class ClockStart(StrEnum):
    """Whether a clock is sent, and which pulse the DAW begins with."""

    OFF = "off"
    TEMPO = "tempo"
    """None: pulses alone, from the first of the count-in, for what something else starts."""
    COUNT_IN = "count_in"
    """The first of the count-in: the DAW's bar 1 is the first bar that is counted."""
    BAR_1 = "bar_1"
    """The take's first bar line: the DAW's bar 1 is the song's."""


class ClockWord(StrEnum):
    """What is said beside the pulses."""

    POSITION = "position"
    START = "start"
    CONTINUE = "continue"


@dataclass(frozen=True, slots=True)
class Cue:
    """A word that leaves on `frame`, before the pulse on `tick`; `sixteenths` for POSITION only."""

    tick: int
    frame: int
    word: ClockWord
    sixteenths: int = 0


@dataclass(frozen=True, slots=True)
class ClockStretch:
    """A stretch of clock: a pulse on each of `frames`, 40 ticks from one to the next, and cues."""

    first_tick: int
    frames: tuple[int, ...]
    cues: tuple[Cue, ...] = ()


@dataclass(frozen=True, slots=True)
class ClockOpening:
    """How a take's clock begins: pulses from `pulse_tick` on, and the DAW with `start_tick`'s.

    `sixteenths` is where the DAW is then: 0 at its top, None where that cannot be said.
    `late_ticks` is how much later that is than was asked for: the next place that lies on a
    sixteenth. Negative: earlier. Where it `starts` nobody, there are pulses alone.
    """

    pulse_tick: int
    start_tick: int
    sixteenths: int | None
    late_ticks: int = 0
    starts: bool = True


def clock_opening(song: Song, start: ClockStart) -> ClockOpening | None:
    """Return how the clock of a take of `song` begins; None where it has none."""
    if start is ClockStart.OFF or song.is_free:
        return None
    pulse_tick = pulse_at_or_after(song.first_tick)
    if start is ClockStart.TEMPO:
        return ClockOpening(pulse_tick, pulse_tick, 0, starts=False)
    if start is ClockStart.BAR_1:
        top_tick, wanted_tick = 0, song.start_ticks[song.start_index]
        pulse_tick = min(pulse_tick, wanted_tick)
    else:
        top_tick, wanted_tick = pulse_at_or_after(song.starting_at(0).first_tick), pulse_tick
    # Bar lines of 32nds may lie between two sixteenths; before the DAW's top there is no place.
    sixteenths = max((wanted_tick - top_tick) // TICKS_PER_SIXTEENTH, 0)
    if top_tick + sixteenths * TICKS_PER_SIXTEENTH < pulse_tick:
        sixteenths += 1
    start_tick = top_tick + sixteenths * TICKS_PER_SIXTEENTH
    return ClockOpening(
        pulse_tick,
        start_tick,
        sixteenths if sixteenths <= MOST_SIXTEENTHS else None,
        start_tick - wanted_tick,
    )


def opening_stretch(opening: ClockOpening, grid: Grid, end_tick: int) -> ClockStretch:
    """Return the clock from its first pulse to before `end_tick`, cues included."""
    return ClockStretch(
        opening.pulse_tick,
        clock_stretch(grid, opening.pulse_tick, end_tick).frames,
        _cues(opening, grid),
    )


def clock_stretch(grid: Grid, from_tick: int, end_tick: int) -> ClockStretch:
    """Return the pulses with from_tick <= tick < end_tick."""
    first_tick = pulse_at_or_after(from_tick)
    ticks = np.arange(first_tick, end_tick, TICKS_PER_PULSE, dtype=np.int64)
    return ClockStretch(first_tick, tuple(grid.frames_at_ticks(ticks).tolist()))


def _cues(opening: ClockOpening, grid: Grid) -> tuple[Cue, ...]:
    if not opening.starts:
        return ()
    start_tick, rate_hz = opening.start_tick, grid.rate_hz
    pulse_frame = grid.frame_at_tick(start_tick)
    # Where pulses come faster than that, halfway after the one before.
    between_frames = pulse_frame - grid.frame_at_tick(start_tick - TICKS_PER_PULSE)
    ahead_frames = int(rate_hz * _START_BEFORE_PULSE_MS / _MS_PER_SECOND)
    start_frame = pulse_frame - min(ahead_frames, between_frames // 2)
    if opening.sixteenths == 0:
        return (Cue(start_tick, start_frame, ClockWord.START),)
    going_on = Cue(start_tick, start_frame, ClockWord.CONTINUE)
    if opening.sixteenths is None:
        return (going_on,)
    settled_frame = start_frame - int(rate_hz * _POSITION_BEFORE_START_MS / _MS_PER_SECOND)
    position_frame = min(settled_frame, grid.frame_at_tick(opening.pulse_tick))
    position = Cue(opening.pulse_tick, position_frame, ClockWord.POSITION, opening.sixteenths)
    return (position, going_on)


def pulse_at_or_after(tick: int) -> int:
    """Return the tick of the first pulse at or after `tick`."""
    return -(-tick // TICKS_PER_PULSE) * TICKS_PER_PULSE
