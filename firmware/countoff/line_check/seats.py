"""What a line check reads from the seats of player and senders, whoever runs them. Never waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.events import PartState
from countoff.line_check.seen import AudioSeen, PortSeen

if TYPE_CHECKING:
    from countoff.config.load import Loaded
    from countoff.core.session.state import PartHealth
    from countoff.player.seat import PlayerSeat
    from countoff.sender.seat import SenderSeat


def audio_seen(
    loaded: Loaded, health: PartHealth, player: PlayerSeat, *, is_fifo: bool | None
) -> AudioSeen:
    """Return what plays; `health` is what the player's seat has said of it, `is_fifo` its counters."""
    opened, audio = player.opened, loaded.config.audio
    if health.state is PartState.FAULT or opened is None:
        sentence = health.sentence or "The player has not opened its output yet."
        versions = opened.versions if opened else ""
        return AudioSeen(fault=sentence, is_fifo=None, is_memory_locked=None, versions=versions)
    return AudioSeen(
        name=opened.name,
        rate_hz=opened.rate_hz,
        wanted_rate_hz=audio.rate_hz,
        is_virtual=opened.is_virtual,
        is_virtual_on_purpose=audio.backend == "virtual",
        is_fifo=is_fifo,
        is_memory_locked=opened.memory_locked,
        versions=opened.versions,
    )


def port_seen(health: PartHealth, sender: SenderSeat) -> PortSeen:
    """Return how a port is; `health` is what the sender's seat has said of it."""
    ready = sender.ready
    return PortSeen(
        state=str(health.state),
        sentence=health.sentence,
        is_fifo=None if ready is None else ready.fifo,
        is_memory_locked=None if ready is None else ready.memory_locked,
    )
