"""What a click is measured from: a WAV file, or an input that a cable leads to.

For commands only; blocks. The libraries are loaded where they are needed.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from countoff.core.nearest import nearest_word
from countoff.core.timebase import NS_PER_SECOND, fit_clock
from countoff.measure.holding import Recording

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from countoff.core.timebase import ClockFit

_LOOK_EVERY_S = 0.05
_LONGEST_AGO_S = 1.0


class SourceUnusableError(Exception):
    """Nothing can be measured from there; the sentence says why, and what to do."""


def wav_recording(path: Path, channel: int, *, is_digital: bool) -> Recording:
    """Return `channel` (from 1) of the file at `path`. Raises SourceUnusableError."""
    import soundfile  # noqa: PLC0415 - only where it is needed

    try:
        samples, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    except (OSError, soundfile.SoundFileError) as error:
        sentence = f"{path} cannot be measured: it is no sound file that can be read ({error})."
        raise SourceUnusableError(sentence) from error
    if not 1 <= channel <= samples.shape[1]:
        sentence = f"{path} has {samples.shape[1]} channels; --channel {channel} is none of them."
        raise SourceUnusableError(sentence)
    # Of a soundfile of 16 bits a click is rounded, which costs it nothing of its place.
    return Recording(np.ascontiguousarray(samples[:, channel - 1]), rate_hz, is_digital=is_digital)


class CableEar:
    """Records one input channel of a sound device. Use as a context manager, then `listen`."""

    def __init__(self, name: str, channel: int, rate_hz: int, seconds: float) -> None:
        """Prepare `channel` (from 1) of the input whose name contains `name`."""
        self._name = name
        self._channel = channel
        self._rate_hz = rate_hz
        self._samples: NDArray[np.float32] = np.full(int(seconds * rate_hz), 0.0, dtype=np.float32)
        self._next = 0
        self._observed: list[tuple[int, int]] = []
        self._lost: list[tuple[int, int]] = []
        self._stream: Any = None

    def __enter__(self) -> Self:
        """Open the input. Raises SourceUnusableError."""
        try:
            import sounddevice  # noqa: PLC0415 (a library that may be missing)

            self._stream = sounddevice.InputStream(
                device=_input_called(sounddevice, self._name),
                channels=self._channel,
                samplerate=self._rate_hz,
                dtype="float32",
                callback=self._take_in,
            )
            self._stream.start()
        except OSError as error:
            raise SourceUnusableError(f"PortAudio cannot be loaded: {error}.") from error
        except sounddevice.PortAudioError as error:
            sentence = (
                f'The input "{self._name}" cannot be opened with {self._channel} channels at '
                f"{self._rate_hz} Hz: {error}."
            )
            raise SourceUnusableError(sentence) from error
        return self

    def __exit__(self, *_: object) -> None:
        """Close the input."""
        self._stream.close()

    def listen(self) -> None:
        """Listen until the time is over. Blocks so long."""
        while self._next < len(self._samples):
            time.sleep(_LOOK_EVERY_S)

    @property
    def recording(self) -> Recording:
        """What was recorded so far."""
        return Recording(
            self._samples[: self._next], self._rate_hz, is_digital=False, lost=tuple(self._lost)
        )

    def clock_fit(self) -> ClockFit:
        """Return when each frame was at the socket, by the host's clock.

        Raises SourceUnusableError where too little was recorded to tell.
        """
        observed = np.array(self._observed, dtype=np.int64).reshape(-1, 2)
        fit = fit_clock(observed[:, 0], observed[:, 1], epoch=0, rate_hz=self._rate_hz)
        if fit is None:
            raise SourceUnusableError(f'Too little came from the input "{self._name}".')
        return fit

    def _take_in(
        self,
        heard: NDArray[np.float32],
        frames: int,
        times: Any,  # noqa: ANN401 (untyped library)
        flags: Any,  # noqa: ANN401 (untyped library)
    ) -> None:
        entered_ns = time.monotonic_ns()
        # Its absolute times are not trusted, only how long before now the first frame came in.
        ago_s = times.currentTime - times.inputBufferAdcTime
        if not 0 < ago_s < _LONGEST_AGO_S:
            ago_s = frames / self._rate_hz
        self._observed.append((self._next, entered_ns - round(ago_s * NS_PER_SECOND)))
        if flags.input_overflow:
            self._lost.append((self._next - frames, self._next + 2 * frames))
        end = min(self._next + frames, len(self._samples))
        self._samples[self._next : end] = heard[: end - self._next, self._channel - 1]
        self._next = end


def _input_called(sounddevice: Any, wanted: str) -> int | None:  # noqa: ANN401 (untyped library)
    """Return the index of the one input whose name contains `wanted`; None for the default."""
    if not wanted:
        return None
    inputs = [device for device in sounddevice.query_devices() if device["max_input_channels"]]
    names = [str(device["name"]) for device in inputs]
    matching = [device for device in inputs if wanted.lower() in str(device["name"]).lower()]
    if len(matching) == 1:
        return int(matching[0]["index"])
    listed = ", ".join(f'"{name}"' for name in names) or "none at all"
    number = "several inputs" if matching else "no input"
    raise SourceUnusableError(
        f'--input "{wanted}": {number} of that name; found {listed}.' + nearest_word(wanted, names)
    )
