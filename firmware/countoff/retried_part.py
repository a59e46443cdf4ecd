"""A part of the box that shows what is wanted of it, on a thread of its own, and is tried again.

Whoever wants something never waits and never meets an error of the part. It is opened on its thread,
and after each failure again until it is back; each change of its health is told once. One that does
not come back from a call cannot say so itself: the owner thread looks after it.
"""

from __future__ import annotations

import contextlib
import threading
import time
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from countoff.core.events import Part, PartReported, PartState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_NS_PER_SECOND: Final = 1_000_000_000
_FIRST_RETRY_S: Final = 0.5
_LAST_RETRY_S: Final = 5.0
_STOP_DEADLINE_S: Final = 1.0
_HUNG_NS: Final = 3 * _NS_PER_SECOND
"""A call that takes longer is told as a fault: the slowest screen needs a tenth of it."""

Wanted = TypeVar("Wanted")


class RetriedPart(ABC, Generic[Wanted]):
    """Does `_show_until_stopped` again and again, until `stop`.

    `report` is called on the part's thread, once for each change: when it first works, when it fails
    or fails for another reason, when it is back.
    """

    def __init__(self, part: Part, report: Callable[[PartReported], None], wanted: Wanted) -> None:
        self._part = part
        self._report = report
        self._changed = threading.Condition()
        self._wanted = wanted
        self._stopping = False
        self._told: str | None = None
        self._telling = threading.Lock()
        self._at_work_since_ns: int | None = None
        self._retry_s = _FIRST_RETRY_S
        self._thread = threading.Thread(target=self._run, name=part.value, daemon=True)

    def start(self) -> None:
        """Start the thread; the part is opened there."""
        self._thread.start()

    def stop(self) -> None:
        """Go dark, let go of the part, and end the thread; gives up on a hung one after a second."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread.ident is not None:
            self._thread.join(_STOP_DEADLINE_S)

    def poll(self, now_ns: int) -> Sequence[PartReported]:
        """Return that the part hangs, once, where it does. Never waits; for the owner thread."""
        since_ns = self._at_work_since_ns
        if since_ns is None or now_ns - since_ns < _HUNG_NS:
            return ()
        # Whoever holds it is telling something newer.
        if not self._telling.acquire(blocking=False):
            return ()
        try:
            fault = self._failure(TimeoutError(f"no answer for {_HUNG_NS // _NS_PER_SECOND} s"))
            if self._at_work_since_ns != since_ns or fault == self._told:
                return ()
            self._told = fault
            return (PartReported(now_ns, self._part, PartState.FAULT, fault),)
        finally:
            self._telling.release()

    @abstractmethod
    def _show_until_stopped(self) -> None:
        """Open the part, show what is wanted until it is time to stop, and let go of it.

        Says `_works` whenever it has shown something; raises whatever the part raises.
        """

    @abstractmethod
    def _failure(self, error: Exception) -> str:
        """Return the sentence that says what does not work and what to do."""

    def _want(self, wanted: Wanted) -> None:
        """Have `wanted` shown from now on. Never blocks: the lock is never held over the part."""
        with self._changed:
            self._wanted = wanted
            self._changed.notify()

    @contextlib.contextmanager
    def _at_work(self) -> Iterator[None]:
        """Have it told when what is done within hangs. On the part's thread."""
        self._at_work_since_ns = time.monotonic_ns()
        try:
            yield
        finally:
            self._at_work_since_ns = None

    def _works(self) -> None:
        self._retry_s = _FIRST_RETRY_S
        self._tell("")

    def _run(self) -> None:
        while not self._stopping:
            try:
                self._show_until_stopped()
            # Whatever a driver raises: the box plays on without this part, and tries again.
            except Exception as error:  # noqa: BLE001
                self._tell(self._failure(error))
            # What is wanted goes on changing meanwhile, and must not hurry the next attempt.
            with self._changed:
                self._changed.wait_for(lambda: self._stopping, timeout=self._retry_s)
            self._retry_s = min(2 * self._retry_s, _LAST_RETRY_S)

    def _tell(self, fault: str) -> None:
        with self._telling:
            if fault != self._told:
                self._told = fault
                state = PartState.FAULT if fault else PartState.OK
                self._report(PartReported(time.monotonic_ns(), self._part, state, fault))
