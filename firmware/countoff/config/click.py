"""What the configuration makes of the click: which sound each voice has, and how loud it is where.

Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from countoff.config.places import beside
from countoff.core.sounds import Sound
from countoff.core.voice import Voice

if TYPE_CHECKING:
    from countoff.config.load import Loaded
    from countoff.config.model import Config, Levels

_ROLES = {
    Voice.ACCENT: "accent",
    Voice.GROUP: "group",
    Voice.BEAT: "beat",
    Voice.SUBDIVISION: "subdivision",
    Voice.COUNT_IN_ACCENT: "count_in",
    Voice.COUNT_IN: "count_in",
}


def voice_sounds(loaded: Loaded) -> tuple[str, ...]:
    """Return for each voice the name of its sound, or the path of its WAV file.

    A path counts from the configuration's folder.
    """
    click = loaded.config.click
    chosen = [getattr(click, _ROLES[voice]) or click.sound for voice in Voice]
    return tuple(
        sound.value if isinstance(sound, Sound) else str(beside(loaded, sound)) for sound in chosen
    )


def channel_gains(config: Config) -> tuple[tuple[float, ...], ...]:
    """Return the linear gain of each voice (rows) on each output channel (columns).

    Where outputs are configured, a channel of none is silent.
    """
    click, channels = config.click, range(1, config.audio.channels + 1)
    if not click.output:
        return tuple((_gain(_level_of(voice, click.levels)),) * len(channels) for voice in Voice)
    output_of = {channel: output for output in click.output for channel in output.channels}

    def gain(voice: Voice, channel: int) -> float:
        output = output_of.get(channel)
        if output is None:
            return 0.0
        there = _gain(output.level) * _gain(_level_of(voice, output.levels))
        return _gain(_level_of(voice, click.levels)) * there

    return tuple(tuple(gain(voice, channel) for channel in channels) for voice in Voice)


def _level_of(voice: Voice, levels: Levels) -> float | Literal["off"]:
    level: float | Literal["off"] = getattr(levels, _ROLES[voice])
    return level


def _gain(level_db: float | Literal["off"]) -> float:
    return 0.0 if level_db == "off" else 10.0 ** (level_db / 20)
