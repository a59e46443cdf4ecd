"""The controller's end of the sender: what is to be sent goes down, what became of it comes up.

On the controller's owner thread; nothing here waits. Who replaces a sender that died or hangs is
`sender.seat`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from countoff.processes.child import Child
from countoff.processes.wire import Message
from countoff.sender.counters import CELLS, Cell, read_counts
from countoff.sender.reports import (
    BytesHeard,
    BytesMissed,
    NotSent,
    PedalsBack,
    PedalsLost,
    PeersChanged,
    PortBack,
    PortLost,
    Report,
    Role,
    SenderFailed,
    SenderReady,
    Sent,
    reports_in,
)

if TYPE_CHECKING:
    from countoff.core.counts import SenderCounts
    from countoff.midi.attention import Attention

__all__ = [
    "BytesHeard",
    "BytesMissed",
    "Cell",
    "NotSent",
    "PedalsBack",
    "PedalsLost",
    "PeersChanged",
    "PortBack",
    "PortLost",
    "Role",
    "SenderFailed",
    "SenderLink",
    "SenderReady",
    "SenderSettings",
    "Sent",
]

_MODULE = "countoff.sender"


@dataclass(frozen=True, slots=True)
class SenderSettings:
    """How the DAW is reached, in the configuration's own words."""

    backend: str = "auto"
    """auto, alsa, jack or none."""
    port: str = ""
    """Part of the port's name; empty: a port of our own that the DAW connects to."""
    client_name: str = "Countoff"
    port_name: str = "DAW"
    offset_ns: int = 0
    """How much later than planned everything leaves."""
    peers: tuple[str, ...] = ()
    """Who was connected to the port of our own, to be connected again, by name."""
    hears: bool = False
    """Whether the port has an input too."""
    states: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    """What of the DAW matters, as in `midi.attention`, in hexadecimal digits."""
    sources: tuple[str, ...] = ()
    """Who was heard on the port of our own, to be connected again, by name."""
    pedals_port: str = ""
    """Part of the name of the foot controller's port; empty: none is heard."""

    def listening(self, attention: Attention) -> SenderSettings:
        """Return the same with an input, on which `attention` says what matters."""
        return replace(
            self,
            hears=True,
            states=tuple(state.hex() for state in attention.states),
            words=tuple(word.hex() for word in attention.words),
        )

    def after(self, report: PeersChanged) -> SenderSettings:
        """Return the same for a sender that connects whom the last one was connected to."""
        return replace(
            self,
            peers=(*(report.peers or ()), *report.awaited),
            sources=(*(report.sources or ()), *report.awaited_sources),
        )


class SenderLink:
    """One running sender. Make a new one to replace it."""

    def __init__(self, settings: SenderSettings) -> None:
        """Prepare; `start` runs it."""
        self._settings = settings
        self._child: Child | None = None

    @property
    def child(self) -> Child:
        """The process, once started. Raises RuntimeError before."""
        if self._child is None:
            raise RuntimeError("The sender has not been started.")
        return self._child

    @property
    def pid(self) -> int:
        """Return the sender's process id."""
        return self.child.pid

    def start(self) -> None:
        """Start the process. Takes some ms; raises OSError where the system has no room for it."""
        self._child = Child.spawn(_MODULE, asdict(self._settings), counters=CELLS)

    def send(self, at_ns: int, message: bytes, message_id: int) -> None:
        """Have `message` leave at host time `at_ns`; at once where that is past.

        Raises PeerGoneError where the sender has died or stopped reading.
        """
        values = {"at_ns": at_ns, "id": message_id, "hex": message.hex()}
        self.child.send(Message("send", values))

    def drop(self) -> None:
        """Drop all that has not left yet. Raises PeerGoneError."""
        self.child.send(Message("drop"))

    def order_clock(self, order: Message) -> None:
        """Have one of `sender.clock_orders` carried out. Raises PeerGoneError."""
        self.child.send(order)

    def poll(self) -> tuple[Report, ...]:
        """Return what the sender has said. Raises PeerGoneError once it has gone."""
        return tuple(report for message in self.child.receive() for report in reports_in(message))

    def fileno(self) -> int:
        """Return the descriptor that becomes readable when it says something or dies."""
        return self.child.fileno()

    def heartbeat_ns(self) -> int:
        """Return when its loop turned last: every 25 ms while it lives. 0 before the first turn."""
        return self.cell(Cell.HEARTBEAT_NS)

    def cell(self, cell: Cell) -> int:
        """Return one of the shared counters."""
        return int(self.child.counters[cell])

    def counts(self) -> SenderCounts:
        """Return what it has counted, also where it has died since."""
        return read_counts(self.child.counters)

    def is_alive(self) -> bool:
        """Return whether the process runs; a dead one is reaped."""
        return self.child.is_alive()

    def kill(self) -> None:
        """End it at once, without waiting; what it had not sent is not sent."""
        self.child.kill()
