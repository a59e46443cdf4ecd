"""What the independent ear heard: onsets, commands and gaps, on JACK's frame clock.

The oracle of the end-to-end tests. It shares no code with the product: it knows clicks only as
sound after silence, and MMC only as the bytes of its specification.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_RECORDER = Path(__file__).with_name("jack_recorder.py")
# Beside the remains of a player that was killed, its successor has a number.
_AUDIO_FROM = r"^PortAudio(-\d+)?:out_0$"
_MIDI_FROM = "^Countoff:DAW$"
# A click begins softly, on its first sample; between clicks there is nothing at all.
_LOUD = 0.001
# Between the end of a click and the next there is silence; within a click there is not.
_SILENCE_S = 0.012

RECORD_STROBE = "f07f7f0606f7"
RECORD_EXIT = "f07f7f0607f7"
STOP = "f07f7f0601f7"


@dataclass(frozen=True)
class Onset:
    """A click that was heard: its frame on the server's clock, and how loud it was."""

    frame: int
    peak: float


@dataclass(frozen=True)
class Recording:
    """Everything that was heard."""

    audio: NDArray[np.float32]
    heard: NDArray[np.bool_]
    first_frame: int
    rate_hz: int
    cycles: NDArray[np.int64]
    midi: list[tuple[int, str]]
    xruns: list[int]

    def onsets(self) -> list[Onset]:
        """Return every sound that follows silence, in order."""
        loud = np.flatnonzero(np.abs(self.audio) > _LOUD)
        if not len(loud):
            return []
        silence = int(_SILENCE_S * self.rate_hz)
        starts = loud[np.flatnonzero(np.diff(loud, prepend=loud[0] - silence - 1) > silence)]
        return [
            Onset(
                self.first_frame + int(start),
                float(np.max(np.abs(self.audio[start : start + silence]))),
            )
            for start in starts
        ]

    def gaps(self) -> list[tuple[int, int]]:
        """Return the stretches of frames around which the server lost time, or the ear did."""
        frames = self.cycles[:, 0]
        steps = np.diff(frames)
        period = int(np.median(steps))
        jumps = [
            (int(frames[i]) - period, int(frames[i + 1]) + 2 * period)
            for i in np.flatnonzero(steps != period)
        ]
        return jumps + [(xrun - 8 * period, xrun + 8 * period) for xrun in self.xruns]

    def is_whole(self, from_frame: int, to_frame: int) -> bool:
        """Tell whether nothing was lost between the two frames."""
        return not any(start < to_frame and from_frame < end for start, end in self.gaps())

    def frame_at_ns(self, at_ns: int) -> float:
        """Return the server's frame at a moment of the monotonic clock."""
        return float(np.interp(at_ns, self.cycles[:, 1], self.cycles[:, 0]))

    def ns_at_frame(self, frame: int) -> float:
        """Return the moment of the monotonic clock at the server's frame."""
        return float(np.interp(frame, self.cycles[:, 0], self.cycles[:, 1]))


class Ear:
    """Records until it is closed."""

    def __init__(
        self,
        folder: Path,
        env: Mapping[str, str],
        seconds: int,
        *,
        follows: bool = True,
        midi_from: str = _MIDI_FROM,
    ) -> None:
        """Listen for at most `seconds`; `follows` where it also connects to what replaces a part.

        `midi_from` is the pattern of the port that it hears MIDI from.
        """
        self._path = folder / "heard.npz"
        following = "follows" if follows else "stays"
        arguments = [str(self._path), str(seconds), _AUDIO_FROM, midi_from, following]
        self._process = subprocess.Popen(
            [sys.executable, str(_RECORDER), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=dict(env),
        )

    def __enter__(self) -> Self:
        return self

    def wait_until_connected(self) -> None:
        """Wait until the ear hears the box's sound and its words to the DAW."""
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "connected\n"

    def close(self) -> Recording:
        """Stop listening and return what was heard."""
        self._process.communicate()
        saved = np.load(self._path)
        return Recording(
            audio=saved["audio"],
            heard=saved["heard"],
            first_frame=int(saved["first_frame"]),
            rate_hz=int(saved["rate_hz"]),
            cycles=saved["cycles"],
            midi=list(zip(saved["midi_frames"].tolist(), saved["midi_hex"].tolist(), strict=True)),
            xruns=saved["xruns"].tolist(),
        )

    def __exit__(self, *_: object) -> None:
        if self._process.returncode is None:
            self._process.kill()
            # Its pipes are closed too.
            self._process.communicate()


def grid_frame(first_frame: int, beat: int, bpm: str, note_value: int, rate_hz: int) -> int:
    """Return the frame of `beat` on the grid whose beat 0 is exactly on `first_frame`."""
    exact = first_frame + Fraction(beat * 60 * 4 * rate_hz, note_value) / Fraction(bpm)
    below = exact.numerator // exact.denominator
    return below if exact - below < Fraction(1, 2) else below + 1
