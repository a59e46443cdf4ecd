"""Makes line checks of the running box, on threads of their own: nobody waits for them.

The owner thread says when one begins and when it is over; what is found comes back as events.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from countoff.core.actions import EndLineCheck, LearnNormallyClosed, StartLineCheck
from countoff.core.events import LineCheckDone, LineChecked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from countoff.core.actions import LineCheckAction
    from countoff.core.events import Event
    from countoff.core.finding import Finding
    from countoff.line_check.running_parts import RunningParts


class LineChecker:
    """Does what the rules say of line checks. All calls from the owner thread; none waits."""

    def __init__(self, post: Callable[[Event], None]) -> None:
        """Tell `post` what is found; there is nothing to check before `checking`."""
        self._post = post
        self._parts: RunningParts | None = None
        self._is_over = threading.Event()

    @contextmanager
    def checking(self, parts: RunningParts) -> Iterator[None]:
        """Have `parts` checked meanwhile, whenever that is asked for; then what looks is left behind."""
        self._parts = parts
        try:
            yield
        finally:
            self._parts = None
            self._is_over.set()

    def do(self, action: LineCheckAction) -> None:
        """Begin a line check, end the one that is being made, or learn of a pedal."""
        parts = self._parts
        match action:
            case StartLineCheck() if parts is not None:
                self._begin(parts)
            case EndLineCheck():
                self._is_over.set()
            case LearnNormallyClosed(pedal) if parts is not None:
                parts.board.learn_normally_closed(pedal)

    def _begin(self, parts: RunningParts) -> None:
        check = parts.state().line_check
        if check is None:
            return
        self._is_over.set()
        self._is_over = threading.Event()
        asked_ns = time.monotonic_ns()
        parts.senders[0].ask()
        if parts.osc is not None:
            parts.osc.tell_again()
        threading.Thread(
            target=self._look,
            args=(parts, check.run, asked_ns, self._is_over),
            name="line check",
            daemon=True,
        ).start()

    def _look(self, parts: RunningParts, run: int, asked_ns: int, is_over: threading.Event) -> None:
        # Here and not above: the daemon is ready sooner without what few of its days need.
        from countoff.line_check.checks import make_checks  # noqa: PLC0415
        from countoff.line_check.running_box import RunningBox  # noqa: PLC0415

        def found(finding: Finding) -> None:
            self._post(LineChecked(time.monotonic_ns(), run, finding))

        make_checks(RunningBox(parts, self._post, run, asked_ns), found, is_over)
        if not is_over.is_set():
            self._post(LineCheckDone(time.monotonic_ns(), run))
