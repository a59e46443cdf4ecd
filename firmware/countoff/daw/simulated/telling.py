"""What the simulated DAW tells without a face: a line for people, or JSON for a program that watches."""

from __future__ import annotations

import json
import sys
from typing import Final, TextIO

_NS_PER_SECOND = 1_000_000_000
_HEARS, _SAYS, _DOES = "hears", "says", "does"
# The place changes all the time while it rolls; a face needs it as often as an eye sees.
_PLACE_EVERY_NS: Final = 100_000_000


class LineTeller:
    """Prints a line for each thing that happens: `   3.140  does   records from 00:00:00:00`."""

    def __init__(self, from_ns: int, out: TextIO = sys.stdout) -> None:
        """Count seconds from host time `from_ns`."""
        self._from_ns = from_ns
        self._out = out

    def heard(self, at_ns: int, words: str) -> None:
        """Print what the box said."""
        self._print(at_ns, _HEARS, words)

    def said(self, at_ns: int, words: str) -> None:
        """Print what the DAW said."""
        self._print(at_ns, _SAYS, words)

    def did(self, at_ns: int, words: str) -> None:
        """Print what the DAW did."""
        self._print(at_ns, _DOES, words)

    def stands(self, at_ns: int, state: dict[str, object]) -> None:
        """Print nothing: what has changed was said."""

    def _print(self, at_ns: int, who: str, words: str) -> None:
        seconds = (at_ns - self._from_ns) / _NS_PER_SECOND
        print(f"{seconds:9.3f}  {who:<5}  {words}", file=self._out, flush=True)


class JsonTeller:
    """Prints an object a line: what happened with its host time, and the state when it changes."""

    def __init__(self, out: TextIO = sys.stdout) -> None:
        """Write to `out`."""
        self._out = out
        self._told: dict[str, object] = {}
        self._told_ns = 0

    def heard(self, at_ns: int, words: str) -> None:
        """Tell what the box said."""
        self._write({"at_ns": at_ns, _HEARS: words})

    def said(self, at_ns: int, words: str) -> None:
        """Tell what the DAW said."""
        self._write({"at_ns": at_ns, _SAYS: words})

    def did(self, at_ns: int, words: str) -> None:
        """Tell what the DAW did."""
        self._write({"at_ns": at_ns, _DOES: words})

    def stands(self, at_ns: int, state: dict[str, object]) -> None:
        """Tell the state where it has changed; the place alone only so often."""
        has_only_moved = {**self._told, "place": state["place"]} == state
        is_soon = at_ns - self._told_ns < _PLACE_EVERY_NS
        if state == self._told or (has_only_moved and is_soon):
            return
        self._told, self._told_ns = state, at_ns
        self._write({"at_ns": at_ns, "state": state})

    def _write(self, told: dict[str, object]) -> None:
        print(json.dumps(told), file=self._out, flush=True)
