"""What the sender was ordered of a clock or time code: put into messages, and kept for a successor.

The controller's end, on its owner thread; pure. A sender that takes the place of another is told
where that one was, and goes on from there.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from countoff.core.actions import (
    AimClock,
    ClockAction,
    ExtendClock,
    LayClockAnew,
    StartClock,
    StopClock,
)
from countoff.core.midi_clock import TICKS_PER_PULSE, ClockStretch, ClockWord
from countoff.core.time_code import QUARTERS_PER_PLACE, TimeCodeRate
from countoff.midi import mtc
from countoff.midi.realtime import Realtime, SongPosition, encode
from countoff.midi.timecode import Rate, TimeCode
from countoff.processes.wire import Message
from countoff.sender.clock_plan import COLUMNS, NONE_TAKEN, full_frame_row

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from countoff.core.midi_clock import Cue
    from countoff.core.time_code import TimeCodeStretch
    from countoff.core.timebase import ClockFit

# A tick has room for a position, a start and a pulse, in this order.
_KEYS_A_TICK = 4
_RANKS = {ClockWord.POSITION: 0, ClockWord.START: 1, ClockWord.CONTINUE: 1}
_PULSE_RANK = 2
# Later than any word: a clock that starts nobody has nobody to stop.
_NO_START_KEY = 1 << 62
_PULSE = int.from_bytes(encode(Realtime.PULSE), "big")
# A quarter frame has room for a full frame before it.
_KEYS_A_QUARTER = 2
_RATES = {
    TimeCodeRate.FPS_24: Rate.FPS_24,
    TimeCodeRate.FPS_25: Rate.FPS_25,
    TimeCodeRate.FPS_30: Rate.FPS_30,
    TimeCodeRate.FPS_30_DROP: Rate.FPS_30_DROP,
}
_NO_ROWS = np.zeros((0, COLUMNS), dtype=np.int64)
# What was due before that has been sent, or never will be.
_KEPT_S = 10
_STOP_STALE_NS = 3_000_000_000


class ClockOrders:
    """The clock, or the time code, that runs, as it was ordered."""

    def __init__(self) -> None:
        """Know of none."""
        self._run = 0
        self._start_key = 0
        self._rows = _NO_ROWS
        self._fit: ClockFit | None = None
        self._stop: StopClock | None = None

    def message_for(self, action: ClockAction) -> Message:
        """Return the message that has `action` done, and remember it."""
        match action:
            case StartClock(fit, stretch):
                self._run += 1
                self._fit, self._rows, self._stop = fit, rows_of(stretch), None
                self._start_key = _start_key(stretch)
                return self._start(NONE_TAKEN)
            case LayClockAnew(fit, stretch):
                self._fit, self._rows = fit, rows_of(stretch)
                return Message("clock_lay", {"fit": asdict(fit)}, self._rows.tobytes())
            case ExtendClock(epoch, stretch):
                rows = rows_of(stretch)
                if self._fit is not None and epoch == self._fit.epoch:
                    oldest_frame = self._fit.frame - _KEPT_S * self._fit.rate_hz
                    kept = self._rows[self._rows[:, 1] >= oldest_frame]
                    self._rows = np.concatenate([kept, rows])
                return Message("clock_extend", {"epoch": epoch}, rows.tobytes())
            case AimClock(fit):
                if self._fit is not None and fit.epoch == self._fit.epoch:
                    self._fit = fit
                return Message("clock_aim", {"fit": asdict(fit)})
            case StopClock(at_ns):
                self._stop, self._rows = action, _NO_ROWS
                return Message("clock_stop", {"at_ns": at_ns})

    def messages_for_successor(self, run: int, taken_key: int, now_ns: int) -> list[Message]:
        """Return what a new sender is told, whose predecessor was in clock `run` at `taken_key`."""
        if self._fit is None:
            return []
        messages = [self._start(taken_key if run == self._run else NONE_TAKEN)]
        if self._stop is not None:
            if now_ns - self._stop.at_ns > _STOP_STALE_NS:
                return []
            messages.append(Message("clock_stop", {"at_ns": self._stop.at_ns}))
        return messages

    def _start(self, taken_key: int) -> Message:
        values = {
            "run": self._run,
            "start_key": self._start_key,
            "taken_key": taken_key,
            "fit": asdict(self._fit) if self._fit is not None else None,
        }
        return Message("clock_start", values, self._rows.tobytes())


def rows_of(stretch: ClockStretch | TimeCodeStretch) -> NDArray[np.int64]:
    """Return the rows of a stretch as they travel, in the order in which they leave."""
    if isinstance(stretch, ClockStretch):
        return _clock_rows(stretch)
    return _time_code_rows(stretch)


def _start_key(stretch: ClockStretch | TimeCodeStretch) -> int:
    """Return which byte starts the DAW. Time code has none: where it ceases, the DAW stops."""
    cues = stretch.cues if isinstance(stretch, ClockStretch) else ()
    return max(
        (_key(cue) for cue in cues if cue.word is not ClockWord.POSITION), default=_NO_START_KEY
    )


def _clock_rows(stretch: ClockStretch) -> NDArray[np.int64]:
    ticks = stretch.first_tick + TICKS_PER_PULSE * np.arange(len(stretch.frames), dtype=np.int64)
    rows = np.empty((len(ticks), COLUMNS), dtype=np.int64)
    rows[:, 0] = ticks * _KEYS_A_TICK + _PULSE_RANK
    rows[:, 1] = stretch.frames
    rows[:, 2] = _PULSE
    # The last cue first, so that those before it find their pulses where they were.
    for cue in reversed(stretch.cues):
        row = [[_key(cue), cue.frame, int.from_bytes(_bytes_of(cue), "big")]]
        before = max(cue.tick - stretch.first_tick, 0) // TICKS_PER_PULSE
        rows = np.concatenate([rows[:before], np.array(row, dtype=np.int64), rows[before:]])
    return rows


def _time_code_rows(stretch: TimeCodeStretch) -> NDArray[np.int64]:
    rate, first = _RATES[stretch.rate], stretch.first_quarter
    quarters = np.arange(first, first + len(stretch.frames), dtype=np.int64)
    rows = np.empty((len(quarters), COLUMNS), dtype=np.int64)
    rows[:, 0] = quarters * _KEYS_A_QUARTER + 1
    rows[:, 1] = stretch.frames
    # Of whole places, from the one that the stretch begins in.
    begun, places = first // QUARTERS_PER_PLACE, -(-(first + len(quarters)) // QUARTERS_PER_PLACE)
    numbers = range(begun, places)
    # Frame, second, minute, hour, each in two halves, the lower first: all at once, for at a press
    # there is half a minute of them.
    said = np.array([tuple(_place(number, rate).five_bytes[3::-1]) for number in numbers], np.int64)
    halves = np.stack([said & 0x0F, said >> 4], axis=-1).reshape(-1, QUARTERS_PER_PLACE)
    pieces = mtc.QUARTER_FRAME << 8 | np.arange(QUARTERS_PER_PLACE) << 4 | halves
    skipped = first - begun * QUARTERS_PER_PLACE
    rows[:, 2] = pieces.reshape(-1)[skipped : skipped + len(quarters)]
    if stretch.located_frame is None:
        return rows
    place_bytes = _place(begun, rate).five_bytes[:4]
    located = [[first * _KEYS_A_QUARTER, stretch.located_frame, full_frame_row(place_bytes)]]
    return np.concatenate([np.array(located, dtype=np.int64), rows])


def _place(number: int, rate: Rate) -> TimeCode:
    """Return the place of a number; after 23:59:59 comes midnight."""
    return TimeCode.at_frame(number * mtc.FRAMES_PER_PLACE % rate.frames_per_day, rate)


def _key(cue: Cue) -> int:
    return cue.tick * _KEYS_A_TICK + _RANKS[cue.word]


def _bytes_of(cue: Cue) -> bytes:
    match cue.word:
        case ClockWord.POSITION:
            return encode(SongPosition(cue.sixteenths))
        case ClockWord.START:
            return encode(Realtime.START)
        case ClockWord.CONTINUE:
            return encode(Realtime.CONTINUE)
