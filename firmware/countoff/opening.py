"""From the configuration, the songs and the log to the state the box begins in. Pure."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from countoff.core.events import Pedal
from countoff.core.gestures import Feet
from countoff.core.session.pedals import PEDAL_TABLE, Do, PedalTable, PedalUse, Phase
from countoff.core.session.state import LocatePlace, Settings, State
from countoff.midi.dialect import Dialect, rate_of
from countoff.player.link import PlayerSettings
from countoff.sender.link import SenderSettings

if TYPE_CHECKING:
    import uuid

    from countoff.config.model import Config
    from countoff.core.song import Song
    from countoff.takelog.recovery import Recovered

_NS_PER_MS = 1_000_000
_FRESH = "fresh"


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
        settings=Settings(
            lead_ns=config.daw.lead_ms * _NS_PER_MS,
            locate_place=LocatePlace.FRESH if config.daw.locate == _FRESH else LocatePlace.FIXED,
            locate_s=0 if config.daw.locate == _FRESH else _seconds(config.daw.locate),
            pedal_table=pedal_table(config),
        ),
        songs=songs,
        last_numbers=MappingProxyType(dict(recovered.last_number_by_song)),
        takes_begun=recovered.session_take_count,
        feet=Feet(lockout_ns=config.pedals.lockout_ms * _NS_PER_MS),
    )


def pedal_table(config: Config) -> PedalTable:
    """Return the design's pedal table with the configuration's changes."""
    table = dict(PEDAL_TABLE)
    for pedal in Pedal:
        phases = getattr(config.pedals.map, pedal)
        for phase in Phase:
            changes = getattr(phases, phase)
            usual = table.get((pedal, phase), PedalUse())
            table[pedal, phase] = PedalUse(
                press=Do(changes.press or usual.press),
                hold=Do(changes.hold or usual.hold),
                long_hold=Do(changes.long_hold or usual.long_hold),
            )
    return MappingProxyType(table)


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
        wav=audio.wav,
        output_latency_ms=audio.output_latency_ms,
    )


def sender_settings(config: Config) -> SenderSettings:
    """Return how the sender reaches the DAW."""
    return SenderSettings(backend=config.midi.backend, port=config.midi.port)


def dialect(config: Config) -> Dialect:
    """Return how the DAW is spoken to."""
    return Dialect(config.midi.device_id, rate_of(config.daw.frames_per_second))


def _seconds(time_code: str) -> int:
    hours, minutes, seconds, _frames = (int(part) for part in time_code.split(":"))
    return (hours * 60 + minutes) * 60 + seconds
