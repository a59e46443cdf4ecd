"""The running box and the numbers of takes: what it has given already, and what it is told.

For commands only, in their own process. Waits for the box, but not for ever. Where no box that writes this
log is reached, there is nobody to tell: one that starts later reads the log.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from countoff.control.client import Client, NoDaemonError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WITHIN_S = 3.0


class BoxRefusedError(RuntimeError):
    """The box does not take up what it was told, or its log is behind; the sentence says so."""


class Box:
    """The running box that writes a log, or nobody."""

    def __init__(self, client: Client | None) -> None:
        """Talk over `client`."""
        self._client = client

    @property
    def is_there(self) -> bool:
        """Whether there is anybody to tell."""
        return self._client is not None

    def set_next(self, song: str, number: int) -> None:
        """Have the next take of `song` be `number`. Raises BoxRefusedError where one has that already.

        A song that the box does not play is kept by it all the same.
        """
        if self._client is None:
            return
        self._client.ask(ask="number", title=song, number=number)
        status = self._client.status_when(
            lambda status: _next(status, song) in (None, number), WITHIN_S
        )
        if status is None:
            now = _next(self._client.status(), song)
            raise BoxRefusedError(
                f"The box gives T{now} of {song} next, not T{number}: a take has begun meanwhile."
            )

    def wait_saved(self) -> None:
        """Wait until all takes that the box has begun are in the log. Raises BoxRefusedError."""
        if self._client is None:
            return
        begun = self._client.status()["log"]["submitted"]
        if self._client.status_when(lambda status: status["log"]["saved"] >= begun, WITHIN_S):
            return
        raise BoxRefusedError(
            "The box waits for its disk, so that not all takes are in the log yet: try again later."
        )


@contextmanager
def running_box(paths: Sequence[Path], folder: Path) -> Iterator[Box]:
    """Yield the box that writes the log in `folder` and listens at one of `paths`, or nobody.

    Raises BoxRefusedError where it goes away in the midst of it.
    """
    try:
        client = Client(paths)
    except NoDaemonError:
        yield Box(None)
        return
    with client:
        try:
            writes_here = Path(client.status()["log"]["folder"]).resolve() == folder.resolve()
            yield Box(client if writes_here else None)
        except NoDaemonError as error:
            raise BoxRefusedError(f"{error} Try again.") from error


def _next(status: dict[str, Any], song: str) -> int | None:
    """Return the number of a song's next take, None where the box does not say."""
    told = (each.get("next_number") for each in status["songs"] if each["title"] == song)
    return next(told, None)
