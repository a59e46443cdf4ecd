"""The real box: the daemon as it is installed, its pedals and its status over the control socket."""

from __future__ import annotations

import signal
import sqlite3
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from countoff.control.client import Client, NoDaemonError
from real_ardour.programs import Program, TrialError, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SOUND, DAW_OUT, DAW_IN = "PortAudio:out_0", "Countoff:DAW", "Countoff:DAW in"
CLOCK_OUT = "Countoff MIDI:Clock"
BPM, BEATS_IN_BAR = "113.7", 4
_FIRMWARE = Path(__file__).resolve().parents[2] / "firmware"


class Box(Program):
    """The box in `folder`, with one song. Use as a context manager."""

    def __init__(self, folder: Path, env: Mapping[str, str], settings: str) -> None:
        """Configure it."""
        folder.mkdir()
        self._socket = folder / "control.sock"
        self._log = folder / "log" / "takes.sqlite"
        config = folder / "countoff.toml"
        config.write_text(
            f'[log]\nfolder = "{folder / "log"}"\n[unit]\nsocket = "{self._socket}"\n'
            f"simulate = true\n{settings}"
        )
        songs = folder / "songs"
        songs.mkdir()
        (songs / "trial.toml").write_text(
            f'title = "Trial"\ntempo = {BPM}\nmeter = "4/4"\ncount_in = 1\n'
        )
        command = [sys.executable, "-m", "countoff", "run", "--config", str(config)]
        env = {**env, "PYTHONPATH": str(_FIRMWARE)}
        super().__init__(command, env, folder / "said.txt", ends_by=signal.SIGTERM)

    def __enter__(self) -> Self:
        """Start it, and wait until it has sound."""
        super().__enter__()
        self.wait_for(lambda status: status["has_sound"], "the box has sound")
        return self

    def status(self) -> dict[str, Any]:
        """Return its status, empty where it does not answer."""
        if not self.is_running():
            raise TrialError(f"The box has ended: {self.said()}")
        try:
            with Client([self._socket]) as client:
                status: dict[str, Any] = client.ask(ask="status")["status"]
                return status
        except (NoDaemonError, OSError):
            return {}

    def wait_for(self, is_so: Callable[[dict[str, Any]], object], what: str) -> dict[str, Any]:
        """Wait until the status is so, and return it."""
        seen: dict[str, Any] = {}

        def look() -> bool:
            seen.clear()
            seen.update(self.status())
            return bool(seen and is_so(seen))

        try:
            wait_until(look, what, 30)
        except TrialError as error:
            shown = ("phase", "tally", "parts", "message")
            raise TrialError(f"{error} { {key: seen.get(key) for key in shown} }") from None
        return dict(seen)

    def press(self, pedal: str) -> None:
        """Step on a pedal for a moment."""
        self._ask(ask="press", pedal=pedal, hold_s=0.1)

    def do(self, action: str) -> None:
        """Have an action done."""
        self._ask(ask="do", action=action)

    def take(self) -> dict[str, Any]:
        """Return the log's row of the last take."""
        return self.rows("SELECT * FROM takes ORDER BY entry DESC LIMIT 1")[0]

    def incidents(self) -> list[str]:
        """Return the incidents of the last take."""
        query = "SELECT kind, detail FROM incidents WHERE take_id = ?"
        return [f"{row['kind']}: {row['detail']}" for row in self.rows(query, self.take()["id"])]

    def flags_ns(self) -> list[int]:
        """Return when the flags of the last take were made."""
        rows = self.rows("SELECT at_ns FROM flags WHERE take_id = ?", self.take()["id"])
        return [row["at_ns"] for row in rows]

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        """Ask the take log."""
        with sqlite3.connect(f"file:{self._log}?mode=ro", uri=True) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(query, values)]

    def _ask(self, **request: object) -> None:
        with Client([self._socket]) as client:
            answer = client.ask(**request)
            if not answer["ok"]:
                raise TrialError(f"The box does not do it: {answer}")
