"""What the sender says to the controller, and how it travels."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from countoff.processes.wire import Message

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class SenderReady:
    """The sender runs. A PortLost that follows at once means that the port is not there yet."""

    backend: str
    port: str
    virtual: bool
    """Nobody hears it."""
    fifo: bool
    memory_locked: bool


@dataclass(frozen=True, slots=True)
class SenderFailed:
    """This sender can do no more, and ends; the sentence says why."""

    sentence: str


@dataclass(frozen=True, slots=True)
class PortLost:
    """The port is not there; the sender tries it again and again. Said anew if the reason changes."""

    sentence: str


@dataclass(frozen=True, slots=True)
class PortBack:
    """The port is there again, by name."""

    port: str


@dataclass(frozen=True, slots=True)
class PeersChanged:
    """Others have connected to our own port, or left it; and who is awaited, all by name."""

    port: str
    peers: tuple[str, ...]
    awaited: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sent:
    """Message `id`, due at `due_ns`, is on the cable at `sent_ns`.

    `handed_ns` is when it was given to the system: before `sent_ns` where that places it exactly.
    A message that came at its time may leave `grain_ns` later by the nature of the port.
    """

    id: int
    due_ns: int
    sent_ns: int
    handed_ns: int
    grain_ns: int


@dataclass(frozen=True, slots=True)
class NotSent:
    """The time of message `id` passed while nobody could hear it. It will never be sent."""

    id: int
    due_ns: int
    sentence: str
    """Why."""


Single = SenderReady | SenderFailed | PortLost | PortBack | PeersChanged
Report = Single | Sent | NotSent

_SINGLE: dict[str, type[Single]] = {
    "ready": SenderReady,
    "failed": SenderFailed,
    "port_lost": PortLost,
    "port_back": PortBack,
    "peers": PeersChanged,
}
_KINDS = {report: kind for kind, report in _SINGLE.items()}


def single(report: Single) -> Message:
    """Return the message that carries one report."""
    return Message(_KINDS[type(report)], asdict(report))


def batch(reports: Sequence[Sent] | Sequence[NotSent]) -> Message:
    """Return the message that carries reports of one kind."""
    kind = "sent" if isinstance(reports[0], Sent) else "not_sent"
    return Message(kind, {"entries": [list(asdict(report).values()) for report in reports]})


def reports_in(message: Message) -> list[Report]:
    """Return the reports that a message carries; none where it carries something else."""
    entries = message.values.get("entries", ())
    match message.kind:
        case "sent":
            return [Sent(*entry) for entry in entries]
        case "not_sent":
            return [NotSent(*entry) for entry in entries]
        case "peers":
            names = {key: tuple(message.values[key]) for key in ("peers", "awaited")}
            return [PeersChanged(message.values["port"], **names)]
        case kind if kind in _SINGLE:
            return [_SINGLE[kind](**message.values)]
    return []
