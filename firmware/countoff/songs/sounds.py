"""What the click of one output sounds like, as the configuration says. For commands only.

Reads the WAV files that the configuration names, and may block.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.config.click import channel_gains, voice_sounds
from countoff.core.nearest import nearest_word
from countoff.player.user_sounds import user_bank
from countoff.songs.rendering import CannotRenderError, Sounds

if TYPE_CHECKING:
    from countoff.config.load import Loaded


def sounds_of_output(
    loaded: Loaded, rate_hz: int, name: str | None = None
) -> tuple[Sounds, tuple[str, ...]]:
    """Return what is heard on the output `name`, or on the first one, as one channel.

    Also a sentence for each WAV file that cannot be used. Raises CannotRenderError where there is
    no such output.
    """
    channel = _channel(loaded, name)
    bank, faults = user_bank(rate_hz, voice_sounds(loaded))
    gains = tuple(row[channel - 1] for row in channel_gains(loaded.config))
    return Sounds(bank, gains), faults


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
