"""What the system really granted to the processes that must be on time. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.finding import Finding

if TYPE_CHECKING:
    from countoff.line_check.seen import AudioSeen, PortSeen

NAME = "real time"


def judge(audio: AudioSeen, port: PortSeen) -> Finding:
    """Return what is to be said of what player and sender were granted."""
    no_fifo, no_lock = [], []
    for who, is_fifo, is_locked in (
        ("the player", audio.is_fifo, audio.is_memory_locked),
        ("the sender", port.is_fifo, port.is_memory_locked),
    ):
        no_fifo += [who] if is_fifo is False else []
        no_lock += [who] if is_locked is False else []
    if no_fifo:
        return Finding.fault(
            NAME,
            f"FIFO scheduling was not granted to {' and '.join(no_fifo)}: clicks may come late.",
            "Use the service, or let the user: @audio - rtprio 80, in limits.d.",
        )
    if no_lock:
        return Finding.doubt(
            NAME,
            f"Memory is not locked for {' and '.join(no_lock)}.",
            "Use the service, or let the user: @audio - memlock unlimited, in limits.d.",
        )
    if audio.is_fifo is None:
        return Finding.doubt(
            NAME,
            "What the player was granted is not known: it plays nothing.",
            "Check again once there is an output.",
        )
    return Finding.well(NAME, "FIFO scheduling and locked memory were granted.")
