"""What the sender was ordered of the clock: put into messages, and kept for a successor.

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
from countoff.core.midi_clock import TICKS_PER_PULSE, ClockWord
from countoff.midi.realtime import Realtime, SongPosition, encode
from countoff.processes.wire import Message
from countoff.sender.clock_plan import COLUMNS, NONE_TAKEN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from countoff.core.midi_clock import ClockStretch, Cue
    from countoff.core.timebase import ClockFit

# A tick has room for a position, a start and a pulse, in this order.
_KEYS_A_TICK = 4
_RANKS = {ClockWord.POSITION: 0, ClockWord.START: 1, ClockWord.CONTINUE: 1}
_PULSE_RANK = 2
# Later than any word: a clock that starts nobody has nobody to stop.
_NO_START_KEY = 1 << 62
_PULSE = int.from_bytes(encode(Realtime.PULSE), "big")
_NO_ROWS = np.zeros((0, COLUMNS), dtype=np.int64)
# What was due before that has been sent, or never will be.
_KEPT_S = 10
_STOP_STALE_NS = 3_000_000_000


class ClockOrders:
    """The clock that runs, as it was ordered."""

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
                self._start_key = max(
                    (_key(cue) for cue in stretch.cues if cue.word is not ClockWord.POSITION),
                    default=_NO_START_KEY,
                )
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


def rows_of(stretch: ClockStretch) -> NDArray[np.int64]:
    """Return the rows of a stretch as they travel, in the order in which they leave."""
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
