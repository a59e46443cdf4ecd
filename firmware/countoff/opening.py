"""From the configuration, the songs and the log to the state the box begins in. Pure."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from countoff.config.rules import session_settings
from countoff.core.gestures import Feet
from countoff.core.session.state import State
from countoff.midi.dialect import Dialect, rate_of
from countoff.player.link import PlayerSettings
from countoff.sender.link import SenderSettings

if TYPE_CHECKING:
    import uuid

    from countoff.config.model import Config
    from countoff.core.song import Song
    from countoff.takelog.recovery import Recovered

_NS_PER_MS = 1_000_000


def opening_state(
    config: Config,
    songs: tuple[Song, ...],
    recovered: Recovered,
    *,
    run_id: uuid.UUID,
    session_id: str,
) -> State:
    """Return the idle state, with the song's numbers going on where the log ended."""
    return State(
        run_id=run_id,
        session_id=session_id,
        settings=session_settings(config),
        songs=songs,
        last_numbers=MappingProxyType(dict(recovered.last_number_by_song)),
        takes_begun=recovered.session_take_count,
        feet=Feet(lockout_ns=config.pedals.lockout_ms * _NS_PER_MS),
    )


def player_settings(config: Config) -> PlayerSettings:
    """Return what the player is to open."""
    audio = config.audio
    return PlayerSettings(
        device=audio.device,
        channels=audio.channels,
        rate_hz=audio.rate_hz,
        block_frames=audio.block_frames,
        latency_ms=round(audio.latency_ms),
        channel_gains=audio.click_gains(),
        is_virtual=audio.backend == "virtual",
        is_device_demanded=audio.backend == "portaudio",
        wav=audio.wav,
        output_latency_ms=audio.output_latency_ms,
    )


def sender_settings(config: Config) -> SenderSettings:
    """Return how the sender reaches the DAW."""
    return SenderSettings(backend=config.midi.backend, port=config.midi.port)


def dialect(config: Config) -> Dialect:
    """Return how the DAW is spoken to."""
    return Dialect(config.midi.device_id, rate_of(config.daw.frames_per_second))
