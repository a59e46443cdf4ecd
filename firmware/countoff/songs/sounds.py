"""What the click of one output sounds like, as the configuration says. For commands only.

Reads the WAV files that the configuration names, and may block.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from countoff.config.click import channel_gains, voice_sounds
from countoff.core.nearest import nearest_word
from countoff.core.sounds import Sound
from countoff.player.user_sounds import user_bank
from countoff.songs.rendering import CannotRenderError, Sounds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from countoff.config.load import Loaded

# The sounds are written for what a studio records at; lower down, part of them would fold back.
_MADE_AT_LEAST_AT_HZ: Final = 44_100
# Less of a voice than this is not the voice that somebody knows.
_LEAST_SHARE: Final = 0.25


def sounds_of_output(
    loaded: Loaded, rate_hz: int, name: str | None = None
) -> tuple[Sounds, tuple[str, ...]]:
    """Return what is heard on the output `name`, or on the first one, as one channel.

    Also a sentence for each WAV file that cannot be used, and for each sound of which next to nothing
    is left at a low rate. Raises CannotRenderError where there is no such output.
    """
    channel = _channel(loaded, name)
    gains = tuple(row[channel - 1] for row in channel_gains(loaded.config))
    names = voice_sounds(loaded)
    times = -(-_MADE_AT_LEAST_AT_HZ // rate_hz)
    bank, faults = user_bank(rate_hz * times, names)
    if times > 1:
        fine = bank
        bank = tuple(_at_low_rate(samples, rate_hz, times) for samples in fine)
        faults += _lost(names, fine, bank, rate_hz, times)
    return Sounds(bank, gains), faults


def _at_low_rate(samples: NDArray[np.float32], rate_hz: int, times: int) -> NDArray[np.float32]:
    """Return a voice that was made at `times` the rate at the rate, without what lies too high."""
    import soxr  # noqa: PLC0415 - only for rates that no studio has

    low = soxr.resample(samples, rate_hz * times, rate_hz, quality="VHQ")
    return np.asarray(low, dtype=np.float32)


def _lost(
    names: Sequence[str],
    fine: Sequence[NDArray[np.float32]],
    low: Sequence[NDArray[np.float32]],
    rate_hz: int,
    times: int,
) -> tuple[str, ...]:
    """Return a sentence for each sound of which a voice has lost most of its energy."""
    lost = [
        name
        for name, before, after in zip(names, fine, low, strict=True)
        if np.square(after).sum() * times < _LEAST_SHARE * np.square(before).sum()
    ]
    return tuple(
        f"Of {name} hardly anything is left at {rate_hz} Hz: it lies above {rate_hz // 2} Hz, which"
        f" that rate cannot hold. {Sound.BEEP} and {Sound.LOW_BLEED} lie below."
        for name in dict.fromkeys(lost)
    )


def _channel(loaded: Loaded, name: str | None) -> int:
    """Return the first channel of an output: all of its channels sound alike."""
    outputs = loaded.config.click.output
    if name is None:
        return outputs[0].channels[0] if outputs else 1
    for output in outputs:
        if output.name.casefold() == name.casefold():
            return output.channels[0]
    names = [output.name for output in outputs if output.name]
    known = f" Known: {', '.join(names)}." if names else " No output has a name."
    guess = nearest_word(name, names) or known
    raise CannotRenderError(f'No output of the configuration is called "{name}".{guess}')
