"""The plan of a MIDI clock or a time code, and when each byte is due. Pure; the sender's loop.

The controller plans on frames, tens of seconds ahead; which host time a frame has is worked out
anew, just before the byte leaves, by the stream's newest fit: drift costs nothing, and while the
controller stalls or audio is away the last fit goes on. Where the port counts the same frames as
the stream, each byte is given its frame itself.

A pulse that is a little late still leaves, since receivers count pulses. Later than that it does
not, and after an outage none does that is overdue: receivers take the time between two for the
tempo, and a burst for a leap of it. Of time code nothing is sent late: a quarter frame that comes
with the next one is no use, and after it goes on with a whole place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from countoff.core.timebase import NS_PER_SECOND, ClockFit
from countoff.midi import mtc
from countoff.midi.realtime import Realtime
from countoff.sender.schedule import Scheduled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from countoff.sender.port import Port

    _Row = tuple[int, int, int]

NONE_TAKEN = -(1 << 62)
COLUMNS = 3
_KEY, _BYTES = 0, 2
_BYTE_BITS = 8
_NO_ROWS: NDArray[np.int64] = np.zeros((0, COLUMNS), dtype=np.int64)
_NO_ID = 0
STOP = bytes((Realtime.STOP,))
# Longer than a stretch of a busy machine; as long as one pulse lasts at 100 quarters a minute.
_LATEST_PULSE_NS = 25_000_000
# A DAW that is started late is started, and the log says so; by now it is somewhere else.
_LATEST_WORD_NS = 3_000_000_000
# Just before the next quarter frame is due, at the fastest rate.
_LATEST_QUARTER_NS = 8_000_000
# Among quarter frames a full frame would stop the DAW.
_LATEST_FULL_FRAME_NS = 150_000_000
_FULL_FRAME_PLACE_BYTES = 4
_PIECE_BITS = 0x70
# Two clocks of one server differ by its latency; those of two servers by when they were started.
_SAME_SERVER_NS = NS_PER_SECOND


def full_frame_row(place_bytes: bytes) -> int:
    """Return the bytes of a full frame as a number: its place alone, negative, for all does not fit."""
    return -1 - int.from_bytes(place_bytes, "big")


def rows_in(payload: bytes) -> NDArray[np.int64]:
    """Return the rows of a plan as they travel: key, frame, and bytes as a number."""
    return np.frombuffer(payload, dtype="<i8").reshape(-1, COLUMNS)


class ClockPlan:
    """What is still to be sent of the clock or time code that runs. Keys rise with each byte of it."""

    def __init__(self, offset_ns: int = 0) -> None:
        """Send nothing yet, and all of it `offset_ns` later than the frames say."""
        self._offset_ns = offset_ns
        # Kept as it came: to take half a minute of it apart at once would take milliseconds.
        self._rows = _NO_ROWS
        self._next: _Row | None = None
        self._fit: ClockFit | None = None
        self._start_key = 0
        self._is_running = False
        self.run = 0
        """Which clock it is, as the controller counts them."""
        self.taken_key = NONE_TAKEN
        """The last byte that was taken out."""

    def start(self, values: Mapping[str, Any], payload: bytes) -> None:
        """Begin another clock, after `taken_key` where a sender before this one sent that far."""
        self.run, self._start_key = values["run"], values["start_key"]
        self.taken_key = values["taken_key"]
        self._is_running = True
        self.lay(values, payload)

    def lay(self, values: Mapping[str, Any], payload: bytes) -> None:
        """Have what has not been taken out lie on the frames of another stream."""
        if self._is_running:
            self._fit = ClockFit(**values["fit"])
            rows = rows_in(payload)
            self._go_on_with(rows[rows[:, _KEY] > self.taken_key])

    def extend(self, values: Mapping[str, Any], payload: bytes) -> None:
        """Append, where the plan is on the same stream."""
        if self._fit is not None and values["epoch"] == self._fit.epoch and self._is_running:
            rows = rows_in(payload)
            last_key = int(self._rows[-1, _KEY]) if len(self._rows) else self.taken_key
            self._go_on_with(np.concatenate([self._rows, rows[rows[:, _KEY] > last_key]]))

    def aim(self, values: Mapping[str, Any]) -> None:
        """Go by a newer fit of the same stream."""
        fit = ClockFit(**values["fit"])
        if self._fit is not None and fit.epoch == self._fit.epoch:
            self._fit = fit

    def stop(self, at_ns: int, order: int) -> Scheduled | None:
        """Forget the rest; return the stop that is to be sent where the DAW was started."""
        was_started = self._is_running and self.taken_key >= self._start_key
        self._go_on_with(_NO_ROWS)
        self._is_running = False
        if not was_started:
            return None
        due_ns = at_ns + self._offset_ns
        return Scheduled(
            due_ns,
            order,
            _NO_ID,
            STOP,
            due_ns,
            stale_ns=due_ns + _LATEST_WORD_NS,
            clock_key=self.taken_key,
        )

    def next_ns(self, port: Port) -> int | None:
        """Return when the next byte is due on `port`, or None."""
        if self._next is None or self._fit is None:
            return None
        _, frame, _ = self._next
        return self._due(frame, port)[0]

    def take(self, until_ns: int, port: Port, order: int) -> Scheduled | None:
        """Take out the next byte where it is due at or before `until_ns`."""
        if self._next is None or self._fit is None:
            return None
        key, frame, packed = self._next
        due_ns, server_frame = self._due(frame, port)
        if due_ns > until_ns:
            return None
        self._go_on_with(self._rows[1:])
        self.taken_key = key
        message = _message(packed)
        stale_ns = due_ns + _latest_ns(packed)
        return Scheduled(due_ns, order, _NO_ID, message, due_ns, stale_ns, server_frame, key)

    def is_next_stale(self, now_ns: int, port: Port) -> bool:
        """Return whether the next byte is no use any more, sent or not."""
        next_ns = self.next_ns(port)
        if next_ns is None or self._next is None:
            return False
        _, _, packed = self._next
        return now_ns > next_ns + _latest_ns(packed)

    def skip_overdue(self, now_ns: int, port: Port) -> int:
        """Leave out pulses and quarter frames that are overdue, and return how many; words stay."""
        rows = self._rows
        while (next_ns := self.next_ns(port)) is not None and next_ns < now_ns:
            self._go_on_with(self._rows[1:])
        overdue = rows[: len(rows) - len(self._rows)]
        packed = overdue[:, _BYTES]
        words = overdue[(packed != Realtime.PULSE) & (packed >> _BYTE_BITS != mtc.QUARTER_FRAME)]
        skipped = len(overdue) - len(words) + self.skip_to_whole_place()
        self._go_on_with(np.concatenate([words, self._rows]))
        return skipped

    def skip_to_whole_place(self) -> int:
        """Leave out what is left of a place of time code that was begun, and return how much."""
        skipped = 0
        while skipped < len(self._rows) and _is_within_place(int(self._rows[skipped, _BYTES])):
            skipped += 1
        self._go_on_with(self._rows[skipped:])
        return skipped

    def _go_on_with(self, rows: NDArray[np.int64]) -> None:
        self._rows = rows
        self._next = tuple(rows[0].tolist()) if len(rows) else None

    def _due(self, frame: int, port: Port) -> tuple[int, int | None]:
        """Return when `frame` is due, and on which frame of the port's own, where those are one."""
        fit = self._fit
        if fit is None:
            raise ValueError("A clock without a fit has no moments.")
        sounds_ns = fit.ns_at_frame(frame)
        if fit.counts_server_frames:
            passes_ns = port.ns_at_server_frame(frame)
            if passes_ns is not None and abs(passes_ns - sounds_ns) < _SAME_SERVER_NS:
                later_frames = round(self._offset_ns * fit.rate_hz / NS_PER_SECOND)
                return passes_ns + self._offset_ns, frame + later_frames
        return sounds_ns + self._offset_ns, None


def _message(packed: int) -> bytes:
    if packed < 0:
        return mtc.full_frame_of((-1 - packed).to_bytes(_FULL_FRAME_PLACE_BYTES, "big"))
    return packed.to_bytes((packed.bit_length() + 7) // 8, "big")


def _is_within_place(packed: int) -> bool:
    """Tell whether it is a quarter frame that does not begin a place."""
    return packed >> _BYTE_BITS == mtc.QUARTER_FRAME and packed & _PIECE_BITS != 0


def _latest_ns(packed: int) -> int:
    """Return how late a byte still is of use."""
    if packed == Realtime.PULSE:
        return _LATEST_PULSE_NS
    if packed < 0:
        return _LATEST_FULL_FRAME_NS
    return _LATEST_QUARTER_NS if packed >> _BYTE_BITS == mtc.QUARTER_FRAME else _LATEST_WORD_NS
