"""The net under the rules: an event they cannot take in ends neither the daemon nor the take.

Runs in the owner thread. Never waits: what it has to say for the journal is said by a thread of its
own, since nobody may be reading.
"""

from __future__ import annotations

import threading
import traceback
import uuid
from typing import TYPE_CHECKING

from countoff.core.entries import IncidentHappened
from countoff.core.events import Mishap, PedalMoved, TimePassed
from countoff.journal import say as say_on_standard_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from countoff.controller import Controller
    from countoff.core.events import Event

_KIND = "internal fault"
# The same fault, again and again, is told once in this time: it must not fill the log.
_TOLD_AGAIN_AFTER_NS = 60_000_000_000


class Net:
    """Gives events to `controller`, and catches what they bring down."""

    def __init__(
        self, controller: Controller, say: Callable[[str], None] = say_on_standard_error
    ) -> None:
        """Tell faults to `say`, on a thread of their own."""
        self._controller = controller
        self._say = say
        self._saying: threading.Thread | None = None
        self._told_ns: dict[str, int] = {}

    def take_in(self, event: Event) -> bool:
        """Let one event have its effect; return False where the rules failed on it.

        Then the state is that from before it, and the log holds the incident. Where a pedal was at
        fault, every foot counts as lifted: a release that was lost must not become a hold that ends
        the take.
        """
        try:
            self._controller.take_in(event)
        except Exception as fault:  # noqa: BLE001 (whatever it is, the take goes on)
            self._survive(event, fault)
            return False
        return True

    def next_moment_ns(self) -> int | None:
        """Return when TimePassed is due; None where the rules cannot tell any more."""
        try:
            return self._controller.next_moment_ns()
        except Exception:  # noqa: BLE001 (the next event fails on the same, and tells)
            return None

    def _survive(self, event: Event, fault: Exception) -> None:
        if isinstance(event, PedalMoved):
            self._controller.lift_feet()
        detail = f"{type(fault).__name__}: {fault} (on {type(event).__name__})"
        is_news = self._is_news(detail, event.at_ns)
        if is_news:
            self._print("".join(traceback.format_exception(fault)))
        # Also where nothing is logged any more, it shows whether time itself can pass.
        next_event = Mishap(event.at_ns, _KIND, detail) if is_news else TimePassed(event.at_ns)
        if self._passes(next_event):
            return
        # What time brings is at fault: a hold, perhaps. All that can be let go of are the pedals.
        self._controller.lift_feet()
        if not self._passes(next_event) and is_news:
            self._write(event.at_ns, detail)

    def _is_news(self, detail: str, at_ns: int) -> bool:
        recent = {
            told: told_ns
            for told, told_ns in self._told_ns.items()
            if at_ns - told_ns < _TOLD_AGAIN_AFTER_NS
        }
        self._told_ns = {detail: at_ns, **recent}
        return detail not in recent

    def _passes(self, event: Event) -> bool:
        try:
            self._controller.take_in(event)
        except Exception:  # noqa: BLE001 (the same fault, most likely; it is told already)
            return False
        return True

    def _write(self, at_ns: int, detail: str) -> None:
        """Log the incident past the rules, which can take nothing in."""
        take = self._controller.state.take
        take_id = take.id if take is not None and not take.is_rehearsal else None
        self._controller.write(
            IncidentHappened(
                id=str(uuid.uuid4()),
                at_ns=at_ns,
                take_id=take_id,
                kind=_KIND,
                detail=detail,
                epoch=None,
                frame=None,
                bar=None,
                beat=None,
            )
        )

    def _print(self, text: str) -> None:
        if self._saying is None or not self._saying.is_alive():
            self._saying = threading.Thread(
                target=self._say, args=(text.rstrip(),), name="fault", daemon=True
            )
            self._saying.start()
