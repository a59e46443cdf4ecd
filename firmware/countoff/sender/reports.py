"""What the sender says to the controller, and how it travels."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
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
    """Others have connected to our port, or left it; and who is awaited, all by name.

    `peers` hear what is sent; None where a port was named, or nobody can tell. `sources` are heard;
    None where nothing is to be heard, or nobody can tell.
    """

    port: str
    peers: tuple[str, ...] | None
    awaited: tuple[str, ...]
    sources: tuple[str, ...] | None = None
    awaited_sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PedalsLost:
    """The foot controller is not heard; the sender tries it again and again."""

    sentence: str


@dataclass(frozen=True, slots=True)
class PedalsBack:
    """The foot controller is heard, by name."""

    port: str


class Role(StrEnum):
    """Whom the sender hears."""

    DAW = "daw"
    PEDALS = "pedals"


@dataclass(frozen=True, slots=True)
class BytesHeard:
    """A whole message that came from `role` at host time `at_ns`."""

    role: Role
    at_ns: int
    data: bytes


@dataclass(frozen=True, slots=True)
class BytesMissed:
    """More came from `role` than could be passed on: the state it is in has to be asked for."""

    role: Role


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


Single = (
    SenderReady
    | SenderFailed
    | PortLost
    | PortBack
    | PeersChanged
    | PedalsLost
    | PedalsBack
    | BytesMissed
)
Report = Single | Sent | NotSent | BytesHeard

_SINGLE: dict[str, type[Single]] = {
    "ready": SenderReady,
    "failed": SenderFailed,
    "port_lost": PortLost,
    "port_back": PortBack,
    "peers": PeersChanged,
    "pedals_lost": PedalsLost,
    "pedals_back": PedalsBack,
    "missed": BytesMissed,
}
_KINDS = {report: kind for kind, report in _SINGLE.items()}


def single(report: Single) -> Message:
    """Return the message that carries one report."""
    return Message(_KINDS[type(report)], asdict(report))


def batch(reports: Sequence[Sent] | Sequence[NotSent]) -> Message:
    """Return the message that carries reports of one kind."""
    kind = "sent" if isinstance(reports[0], Sent) else "not_sent"
    return Message(kind, {"entries": [list(asdict(report).values()) for report in reports]})


def heard(role: Role, messages: Sequence[tuple[int, bytes]]) -> Message:
    """Return the message that carries what was heard of `role`: moments, lengths, and the bytes."""
    values = {
        "role": role,
        "at_ns": [at_ns for at_ns, _ in messages],
        "lengths": [len(data) for _, data in messages],
    }
    return Message("heard", values, b"".join(data for _, data in messages))


def _heard_in(message: Message) -> list[Report]:
    role, payload = Role(message.values["role"]), message.payload
    reports: list[Report] = []
    start = 0
    for at_ns, length in zip(message.values["at_ns"], message.values["lengths"], strict=True):
        reports.append(BytesHeard(role, at_ns, payload[start : start + length]))
        start += length
    return reports


def _names(names: list[str] | None) -> tuple[str, ...] | None:
    return None if names is None else tuple(names)


def reports_in(message: Message) -> list[Report]:
    """Return the reports that a message carries; none where it carries something else."""
    entries = message.values.get("entries", ())
    match message.kind:
        case "sent":
            return [Sent(*entry) for entry in entries]
        case "not_sent":
            return [NotSent(*entry) for entry in entries]
        case "heard":
            return _heard_in(message)
        case "missed":
            return [BytesMissed(Role(message.values["role"]))]
        case "peers":
            values = message.values
            return [
                PeersChanged(
                    port=values["port"],
                    peers=_names(values["peers"]),
                    awaited=tuple(values["awaited"]),
                    sources=_names(values["sources"]),
                    awaited_sources=tuple(values["awaited_sources"]),
                )
            ]
        case kind if kind in _SINGLE:
            return [_SINGLE[kind](**message.values)]
    return []
