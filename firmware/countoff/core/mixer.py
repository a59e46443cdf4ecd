"""What sounds: the samples of any stretch of frames, as a plain function of the plan.

Nothing is carried from block to block, so any sequence of block sizes gives the same samples, and
after a gap in the stream every voice goes on where it would have been. Called from the audio
callback: no lock, no log, no allocation that grows with the length of a song.

What is heard is `mix`, then the level of the whole click (`apply_fade`), then `limiter.limit`, each
in place on the same block. A whole song at once goes the same way, with one long block.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEVER_FRAME = 2**62


def _no_frames() -> NDArray[np.int64]:
    return np.zeros(0, dtype=np.int64)


def _no_levels() -> NDArray[np.float32]:
    return np.zeros(0, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Program:
    """Everything the callback needs to sound; replaced as a whole by one assignment.

    frames:          int64, rising; where each event starts
    voices:          int64, same length; its place in the voice bank
    levels:          float32, same length; the linear gain of this one event
    gains:           float32, voices by channels; the gain of each voice on each output channel
    silent_from_frame: events that start at or after it do not sound; those before ring out
    """

    frames: NDArray[np.int64] = field(default_factory=_no_frames)
    voices: NDArray[np.int64] = field(default_factory=_no_frames)
    levels: NDArray[np.float32] = field(default_factory=_no_levels)
    gains: NDArray[np.float32] = field(default_factory=lambda: np.ones((1, 1), dtype=np.float32))
    silent_from_frame: int = NEVER_FRAME


@dataclass(frozen=True, slots=True)
class Fade:
    """The level of the whole click: it moves in a straight line between two gains.

    The start gain holds before `start_frame`, the end gain from `start_frame + length_frames` on.
    """

    start_frame: int
    length_frames: int
    start_gain: float
    end_gain: float

    def gain_at(self, frame: int) -> float:
        """Return the gain at `frame`."""
        if self.start_gain == self.end_gain or frame >= self.start_frame + self.length_frames:
            return self.end_gain
        if frame <= self.start_frame:
            return self.start_gain
        done = (frame - self.start_frame) / self.length_frames
        return self.start_gain + (self.end_gain - self.start_gain) * done

    def is_over_at(self, frame: int) -> bool:
        """Tell whether the level no longer moves from `frame` on."""
        return self.start_gain == self.end_gain or frame >= self.start_frame + self.length_frames


def mix(
    out: NDArray[np.float32],
    start_frame: int,
    program: Program,
    bank: tuple[NDArray[np.float32], ...],
    longest_voice_frames: int,
) -> bool:
    """Fill `out` (frames by channels, float32) with what sounds from `start_frame` on.

    Returns whether any voice reaches into it; where none does it is all zeros, and neither a level
    nor the limiter would change it.

    `longest_voice_frames` is the length of the longest voice of `bank`: how far back an event can
    have started and still be heard.
    """
    out.fill(0.0)
    frames = program.frames
    end_frame = start_frame + len(out)
    event = int(frames.searchsorted(start_frame - longest_voice_frames, side="right"))
    is_heard = False
    while event < len(frames) and (event_frame := int(frames[event])) < end_frame:
        if event_frame >= program.silent_from_frame:
            break
        voice = int(program.voices[event])
        samples = bank[voice]
        from_frame = max(event_frame, start_frame)
        to_frame = min(event_frame + len(samples), end_frame)
        if from_frame < to_frame:
            is_heard = True
            heard = samples[from_frame - event_frame : to_frame - event_frame]
            out[from_frame - start_frame : to_frame - start_frame] += heard[:, np.newaxis] * (
                program.gains[voice] * program.levels[event]
            )
        event += 1
    return is_heard


def apply_fade(out: NDArray[np.float32], start_frame: int, fade: Fade) -> None:
    """Scale `out` (frames by channels), which starts at `start_frame`, by the moving level."""
    if fade.is_over_at(start_frame):
        if fade.end_gain != 1.0:
            out *= np.float32(fade.end_gain)
        return
    since_start_frames = np.arange(len(out)) + (start_frame - fade.start_frame)
    done = np.maximum(since_start_frames, 0) / max(fade.length_frames, 1)
    level = fade.start_gain + (fade.end_gain - fade.start_gain) * done
    # Exactly the end gain after the end, as in a block that begins there.
    level[since_start_frames >= fade.length_frames] = fade.end_gain
    out *= level.astype(np.float32)[:, np.newaxis]
