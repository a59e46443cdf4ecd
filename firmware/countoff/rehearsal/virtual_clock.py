"""The MIDI clock or time code of a rehearsal: the product's own plan, each byte at its moment.

In virtual time, on the rehearsal's one thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.rehearsal.virtual_daw import Sent
from countoff.sender.clock_orders import ClockOrders
from countoff.sender.clock_plan import ClockPlan
from countoff.sender.no_port import NoPort

if TYPE_CHECKING:
    from collections.abc import Callable

    from countoff.core.actions import ClockAction
    from countoff.sender.schedule import Scheduled


class VirtualClock:
    """Takes what the controller orders of the clock, and keeps what it sent."""

    def __init__(self, follower: Callable[[int, bytes], None] | None = None) -> None:
        """Begin with nothing sent; `follower` hears each byte as it leaves."""
        self.sent: list[Sent] = []
        self._follower = follower
        self._orders = ClockOrders()
        self._plan = ClockPlan()
        self._port = NoPort()

    def do(self, action: ClockAction) -> None:
        """Have the clock begin, go on or end."""
        message = self._orders.message_for(action)
        values, payload = message.values, message.payload
        match message.kind:
            case "clock_start":
                self._plan.start(values, payload)
            case "clock_extend":
                self._plan.extend(values, payload)
            case "clock_lay":
                self._plan.lay(values, payload)
            case "clock_aim":
                self._plan.aim(values)
            case "clock_stop":
                stop = self._plan.stop(values["at_ns"], order=0)
                if stop is not None:
                    self._leave(stop)

    def next_moment_ns(self) -> int | None:
        """Return when the next byte is due."""
        return self._plan.next_ns(self._port)

    def send_to(self, now_ns: int) -> None:
        """Let everything leave that is due at host time `now_ns`."""
        while (byte := self._plan.take(now_ns, self._port, order=0)) is not None:
            if not byte.is_stale(now_ns):
                self._leave(byte)

    def _leave(self, byte: Scheduled) -> None:
        self.sent.append(Sent(byte.at_ns, byte.message))
        if self._follower is not None:
            self._follower(byte.at_ns, byte.message)
