"""Which frame a block begins with: frames delivered plus frames lost.

Runs in the audio callback: plain arithmetic on numbers the API hands in, nothing that can block.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

_NS_PER_SECOND = 1_000_000_000
# How a 32-bit frame counter wraps: after 24.8 h at 48 kHz.
_WRAP_FRAMES = 1 << 32
# Below this a jump of the converter's clock is jitter of its reading; an underrun costs more.
_SHORTEST_LOSS_S = 0.0015
# A driver knows to about a USB frame how much of the queue has been played.
_READING_S = 0.002
# How fast the expectation follows the converter's clock: slow against jitter, fast against drift.
_FOLLOW = 0.05
_SETTLING_BLOCKS = 20


class StreamClock(Protocol):
    """Names the first frame of each block. Callback only; never blocks.

    The API's own times of a block, in seconds on its own clock: now, and when the block is converted.
    """

    def first_frame(self, frames: int, current_s: float, dac_s: float) -> tuple[int, int]:
        """Return the block's first frame, and how many frames were lost just before it."""
        ...

    def is_in_time(self) -> bool:
        """Tell, once the block is filled, whether it still reaches the device.

        One that does not is lost: the next block's first frame says so.
        """
        ...


class ServerClock:
    """Reads the frame from a sound server that counts them for all its clients (JACK)."""

    def __init__(self, last_frame_time: Callable[[], int]) -> None:
        """Use `last_frame_time`, the server's 32-bit frame at the start of the running cycle."""
        self._last_frame_time = last_frame_time
        self._next_frame: int | None = None
        self._counted = 0
        self._frames = 0
        self._too_late_frames = 0

    def first_frame(self, frames: int, current_s: float, dac_s: float) -> tuple[int, int]:
        """Return the server's frame, unwrapped, and the jump since the last block's end."""
        counted = self._last_frame_time()
        expected = counted if self._next_frame is None else self._next_frame
        jump = (counted - expected + _WRAP_FRAMES // 2) % _WRAP_FRAMES - _WRAP_FRAMES // 2
        frame = expected + jump
        self._next_frame = frame + frames
        self._counted, self._frames = counted, frames
        too_late_frames, self._too_late_frames = self._too_late_frames, 0
        # A server can also run one cycle twice after a late client; that loses nothing.
        return frame, too_late_frames + max(0, jump)

    def is_in_time(self) -> bool:
        """Tell whether the server is still in the block's own cycle.

        It does not wait for a client: at the end of a cycle it takes what is there.
        """
        is_in_time = self._last_frame_time() == self._counted
        if not is_in_time:
            self._too_late_frames = self._frames
        return is_in_time


class ConverterClock:
    """Counts frames, and finds lost ones as a jump of the converter's time (ALSA and others).

    The absolute time is not trusted, only how it moves from block to block. And a jump alone loses
    nothing: a converter that halts for a moment plays on what is queued. Frames are lost only where
    the callback came so late that the queue may have run dry.
    """

    def __init__(self, rate_hz: int) -> None:
        """Count frames of a stream at `rate_hz`."""
        self._rate_hz = rate_hz
        self._next_frame = 0
        self._offset_s: float | None = None
        self._last_dac_s = 0.0
        self._blocks = 0

    def first_frame(self, frames: int, current_s: float, dac_s: float) -> tuple[int, int]:
        """Return the next frame, moved on by what the converter's clock says was lost."""
        lost = 0
        if dac_s > 0:
            lost = self._lost_frames(current_s, dac_s)
        frame = self._next_frame + lost
        self._next_frame = frame + frames
        self._last_dac_s = dac_s
        return frame, lost

    def is_in_time(self) -> bool:
        """Tell that it is: what came too late shows at the next block."""
        return True

    def _lost_frames(self, current_s: float, dac_s: float) -> int:
        offset_s = dac_s - self._next_frame / self._rate_hz
        self._blocks += 1
        if self._offset_s is None or self._blocks < _SETTLING_BLOCKS:
            # A stream that starts fills its buffers: its clock jumps without losing anything.
            self._offset_s = offset_s
            return 0
        late_s = offset_s - self._offset_s
        # Until the block before this one has begun to sound, the queue holds all of it.
        may_be_dry = current_s > self._last_dac_s - _READING_S
        if late_s < _SHORTEST_LOSS_S or not may_be_dry:
            self._offset_s += _FOLLOW * late_s
            return 0
        return round(late_s * self._rate_hz)


class PacedClock:
    """Counts the frames of the virtual output, which says itself what it skipped."""

    def __init__(self) -> None:
        """Begin at frame 0."""
        self._next_frame = 0
        self._skipped_frames = 0

    def skip(self, frames: int) -> None:
        """Count `frames` as lost before the next block."""
        self._skipped_frames += frames

    def first_frame(self, frames: int, current_s: float, dac_s: float) -> tuple[int, int]:
        """Return the next frame and what was skipped before it."""
        lost, self._skipped_frames = self._skipped_frames, 0
        frame = self._next_frame + lost
        self._next_frame = frame + frames
        return frame, lost

    def is_in_time(self) -> bool:
        """Tell that it is: the virtual output waits for it."""
        return True


def latency_ns(current_s: float, dac_s: float, fallback_ns: int) -> int:
    """Return how long after entry the block reaches the converter: DAC minus current, if sane."""
    difference_ns = round((dac_s - current_s) * _NS_PER_SECOND)
    return difference_ns if 0 < difference_ns < _NS_PER_SECOND else fallback_ns
