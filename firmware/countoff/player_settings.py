"""From the configuration to what the player opens and plays. Pure.

A file of its own, since the player is started before the rest of the daemon is loaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.config.click import channel_gains, voice_sounds
from countoff.player.link import PlayerSettings

if TYPE_CHECKING:
    from countoff.config.load import Loaded


def player_settings(loaded: Loaded) -> PlayerSettings:
    """Return what the player is to open, and what it plays there."""
    audio = loaded.config.audio
    return PlayerSettings(
        device=audio.device,
        channels=audio.channels,
        rate_hz=audio.rate_hz,
        block_frames=audio.block_frames,
        latency_ms=round(audio.latency_ms),
        is_virtual=audio.backend == "virtual",
        is_device_demanded=audio.backend == "portaudio",
        wav=audio.wav,
        sounds=voice_sounds(loaded),
        gains=channel_gains(loaded.config),
        output_latency_ms=audio.output_latency_ms,
        loopback_input=audio.loopback_input,
    )
