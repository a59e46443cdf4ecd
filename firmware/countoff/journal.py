"""Says on standard error what is wrong with a part, when it changes: for the system's journal.

On a thread of its own, since whoever reads standard error may stop reading; nothing waits for it.
"""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from countoff.core.events import Part, PartState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from countoff.core.session.state import PartHealth

_STANDARD_ERROR = 2
_LAST_WORDS_S = 0.5
_WRONG = (PartState.FAULT, PartState.WARNING)
# Said in full by who reads them, every sentence.
_SAID_ELSEWHERE = (Part.SONGS,)


def say(sentence: str) -> None:
    """Write one line. May block for as long as nobody reads."""
    # Without Python's buffer: a thread stuck in it would not let the interpreter end.
    with suppress(OSError):
        os.write(_STANDARD_ERROR, f"{sentence}\n".encode())


class Journal:
    """Follows the health of the parts."""

    def __init__(
        self,
        parts: Callable[[], Mapping[Part, PartHealth]],
        say: Callable[[str], None] = say,
        said_before: str = "",
    ) -> None:
        """Read the parts' health from `parts`, on the journal's thread; one sentence is known."""
        self._parts = parts
        self._say = say
        self._said_before = said_before
        self._seen: dict[Part, PartHealth] = {}
        self._said: set[Part] = set()
        self._changed = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)

    def start(self) -> None:
        """Start to follow: what a part is now, before anything has happened, is not said."""
        self._seen = dict(self._parts())
        self._thread.start()

    def changed(self) -> None:
        """Have the parts looked at soon. Any thread; never waits."""
        self._changed.set()

    def stop(self) -> None:
        """Say what is left, and end. Waits for half a second at most."""
        self._stopping = True
        self._changed.set()
        self._thread.join(_LAST_WORDS_S)

    def _run(self) -> None:
        while not self._stopping:
            self._changed.wait()
            self._changed.clear()
            self._look()

    def _look(self) -> None:
        for part, health in self._parts().items():
            if part in _SAID_ELSEWHERE or health == self._seen.get(part):
                continue
            self._seen[part] = health
            if health.state in _WRONG:
                if health.sentence != self._said_before:
                    self._said.add(part)
                    self._say(health.sentence)
            elif part in self._said:
                self._said.discard(part)
                self._say(f"{part}: that is over.")
