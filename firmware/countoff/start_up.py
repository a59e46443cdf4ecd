"""How long the box took to come up, from its first instruction on: for the status, and who measures.

Ready is when it answers, its pedals are open, its screen shows a picture and its sound is there. The
main thread calls all of it, but where something else is said.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from countoff.core.events import Part, PartReported, PartState

if TYPE_CHECKING:
    from collections.abc import Callable

    from countoff.core.events import Event
    from countoff.core.session.state import State

_NS_PER_SECOND: Final = 1_000_000_000
_OWN_STAT: Final = Path("/proc/self/stat")
# The field in which the kernel says when the process began, counted from behind its name.
_START_FIELD: Final = 19
_STAGES: Final = ("answers", "pedals", "screen", "sound")


def process_began_ns() -> int:
    """Return when this process was started, in monotonic host time, to the kernel's hundredth second."""
    ticks = int(_OWN_STAT.read_text().rpartition(")")[2].split()[_START_FIELD])
    since_boot_ns = ticks * _NS_PER_SECOND // os.sysconf("SC_CLK_TCK")
    asleep_ns = time.clock_gettime_ns(time.CLOCK_BOOTTIME) - time.monotonic_ns()
    return since_boot_ns - asleep_ns


class StartUp:
    """The stages of one start."""

    def __init__(self, began_ns: int) -> None:
        """Count from `began_ns`, monotonic host time."""
        self._began_ns = began_ns
        self._reached: dict[str, int] = {}
        self._screen: PartReported | None = None

    def answers(self) -> None:
        """Note that the control socket is served."""
        self._reach("answers", time.monotonic_ns())

    def pedals_are_open(self) -> None:
        """Note that whoever steps on a pedal is heard."""
        self._reach("pedals", time.monotonic_ns())

    def heard_before(self, post: Callable[[Event], None]) -> Callable[[Event], None]:
        """Return `post`, listened to: a real screen says so at its first picture. For any thread."""

        def heard(event: Event) -> None:
            if isinstance(event, PartReported) and event.part is Part.SCREEN:
                self._screen = event
            post(event)

        return heard

    def look(self, state: State, *, is_drawn: bool) -> None:
        """Note what has come up by now; `is_drawn` where there is a picture for a screen."""
        if len(self._reached) == len(_STAGES):
            return
        screen = self._screen
        if screen is not None and screen.state is PartState.OK:
            self._reach("screen", screen.at_ns)
        elif screen is not None and screen.state is PartState.VIRTUAL and is_drawn:
            self._reach("screen", time.monotonic_ns())
        if state.audio_is_here:
            self._reach("sound", time.monotonic_ns())

    def told(self) -> dict[str, float | None]:
        """Return after how many seconds each stage was reached, and all; None for those that were not.

        Any thread.
        """
        reached = {stage: self._reached.get(stage) for stage in _STAGES}
        known = [at_ns for at_ns in reached.values() if at_ns is not None]
        ready_ns = max(known) if len(known) == len(_STAGES) else None
        return {stage: self._s(at_ns) for stage, at_ns in {**reached, "ready": ready_ns}.items()}

    def _reach(self, stage: str, at_ns: int) -> None:
        self._reached.setdefault(stage, at_ns)

    def _s(self, at_ns: int | None) -> float | None:
        return None if at_ns is None else round((at_ns - self._began_ns) / _NS_PER_SECOND, 3)
