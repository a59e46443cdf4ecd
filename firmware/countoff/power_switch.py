"""Switches the box off: leaves a file in the service's runtime folder, which systemd waits for.

The daemon has no right to shut the machine down, and needs none: `countoff-power-off.path` sees the
file. On the owner thread; the folder is in memory, so nothing here waits for a disk.
"""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from countoff.core.events import PowerOffRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from countoff.core.actions import PowerOff
    from countoff.core.events import Event

FILE_NAME = "power-off"
_NOT_A_SERVICE = (
    "The box was asked to switch off and stays on: this Countoff does not run as the service, so "
    "nobody waits for its word. Switch the machine off as usual."
)


class PowerSwitch:
    """Where the box's request to be switched off goes."""

    def __init__(
        self,
        post: Callable[[Event], None],
        say: Callable[[str], None],
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        """Post a refusal to `post`, and the reason, which may block, to `say` on another thread."""
        self._post = post
        self._say = say
        folder = environ.get("RUNTIME_DIRECTORY", "").split(":", maxsplit=1)[0]
        is_service = bool(folder) and bool(environ.get("NOTIFY_SOCKET"))
        self._file = Path(folder) / FILE_NAME if is_service else None

    def press(self, _action: PowerOff) -> None:
        """Have the machine go down; where that cannot be, the screen and the journal say so."""
        if self._file is None:
            self._refuse("NOT A SERVICE: STAYS ON", _NOT_A_SERVICE)
            return
        try:
            self._file.touch()
        except OSError as error:
            self._refuse(
                "CANNOT SWITCH OFF",
                f"The box was asked to switch off and stays on: {self._file} cannot be made "
                f"({error.strerror}). Switch the machine off as usual.",
            )

    def _refuse(self, words: str, sentence: str) -> None:
        self._post(PowerOffRefused(time.monotonic_ns(), words))
        threading.Thread(target=self._say, args=(sentence,), name="refusal", daemon=True).start()
