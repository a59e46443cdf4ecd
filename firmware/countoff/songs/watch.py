"""Reads the songs again when a file has changed, and tells the controller.

On a thread of its own, far from real time: it looks at the folder once a second, blocks on the
disk, and hands on whole songs only. It never touches a file.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final, Self

from countoff.config.problems import summed_up
from countoff.core.events import Part, PartReported, PartState, SongsRead

if TYPE_CHECKING:
    from collections.abc import Callable

    from countoff.config.problems import Problem
    from countoff.core.events import Event
    from countoff.songs.book import Songbook, SongFolder

LOOK_EVERY_S: Final = 1.0
_LAST_LOOK_S: Final = 2.0


class SongWatch:
    """Watches one folder of songs."""

    def __init__(
        self, folder: SongFolder, post: Callable[[Event], None], say: Callable[[str], None]
    ) -> None:
        """Watch `folder`. Every problem is said once, the first is posted; `say` may block."""
        self._folder = folder
        self._problems: tuple[Problem, ...] = ()
        self._said: tuple[Problem, ...] = ()
        self._post = post
        self._say = say
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="songs", daemon=True)

    def open(self) -> Songbook:
        """Read the songs for the first time. May block; once, before the watch begins."""
        book = self._folder.read()
        self._problems = book.problems
        return book

    def __enter__(self) -> Self:
        """Say what was wrong with the songs, and watch them from now on."""
        self._tell(time.monotonic_ns())
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End. Waits for a look that is being taken, at most for two seconds."""
        self._stopping.set()
        self._thread.join(_LAST_LOOK_S)

    def look(self) -> None:
        """Read what has changed since the last look, if anything, and post it. May block."""
        if not self._folder.has_changed():
            return
        book = self._folder.read()
        if self._stopping.is_set():
            return
        at_ns = time.monotonic_ns()
        self._post(SongsRead(at_ns, book.songs))
        self._problems = book.problems
        self._tell(at_ns)

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_EVERY_S):
            self.look()

    def _tell(self, at_ns: int) -> None:
        if self._problems == self._said:
            return
        state = PartState.FAULT if self._problems else PartState.OK
        self._post(PartReported(at_ns, Part.SONGS, state, summed_up(self._problems)))
        for problem in self._problems:
            if problem not in self._said:
                self._say(str(problem))
        self._said = self._problems
