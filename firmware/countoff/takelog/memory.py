"""The entries of the latest take and the day's changes, kept so that a new file can begin with them.

When a file is lost in the middle of a take, what follows still has to find its take, and the next
start the tempos of the day and the song that was chosen. Only the writer's thread uses this; it
touches no file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.entries import (
    ClickLevelChanged,
    IncidentHappened,
    PressLogged,
    SessionStarted,
    SongChosen,
    TakePosition,
    TakeStarted,
    TempoChanged,
    WallClockSynchronised,
)

if TYPE_CHECKING:
    from countoff.takelog.stamps import Stamped


class LatestTake:
    """The session, what was changed in it, and of its latest take all but presses and incidents."""

    def __init__(self) -> None:
        self._session: Stamped | None = None
        self._clock: Stamped | None = None
        self._tempos: dict[str, Stamped] = {}
        self._click_level: Stamped | None = None
        self._take: list[Stamped] = []
        self._position: Stamped | None = None
        self._choice: Stamped | None = None
        """What was chosen since that take; the take itself tells what it was of."""

    def remember(self, saved: Stamped) -> None:
        """Take note of an entry that is on disk."""
        match saved.entry:
            case SessionStarted():
                self._session = saved
                self._tempos = {}
                self._click_level = None
                self._choice = None
            case WallClockSynchronised():
                self._clock = saved
            case TempoChanged(song=song):
                self._tempos[song] = saved
            case ClickLevelChanged():
                self._click_level = saved
            case SongChosen():
                self._choice = saved
            case TakeStarted():
                self._take = [saved]
                self._position = None
                self._choice = None
            case TakePosition():
                self._position = saved
            case PressLogged() | IncidentHappened():
                # They need no take.
                pass
            case _:
                self._take.append(saved)

    def entries(self) -> list[Stamped]:
        """Return what a new file begins with, in an order in which it can be written."""
        changes = [*self._tempos.values(), self._click_level]
        kept = [self._session, self._clock, *changes, *self._take, self._position, self._choice]
        return [stamped for stamped in kept if stamped is not None]
