"""A fault in a file, as one sentence: where it is, what was found, what was allowed.

Shared by the configuration and the song files. Pure; never prints.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

LONGEST_VALUE = 60  # characters of a value that a sentence quotes
_DEEPEST = 20  # tables in tables; no key of ours goes as deep as three


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of one file. `str(problem)` is the whole sentence.

    `key` is dotted (`audio.rate_hz`) and empty where the file as a whole is meant; `line` counts
    from 1 and is None where it is not known.
    """

    path: Path | None
    line: int | None
    key: str
    sentence: str

    def __str__(self) -> str:
        """Write file and line before the sentence, as compilers do."""
        where = "" if self.path is None else str(self.path)
        if self.line is not None:
            where += f", line {self.line}"
        return f"{where}: {self.sentence}" if where else self.sentence


def summed_up(problems: Sequence[Problem]) -> str:
    """Return the first of some problems, and how many more there are: what a screen has room for."""
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"{problems[0]}{more}" if problems else ""


def either(words: Sequence[str]) -> str:
    """Write `a, b or c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def quoted(value: object, *, whole: bool = False) -> str:
    """Write a value as the file would have it, cut short where it is long and not asked `whole`."""
    text = _as_toml(value)
    return text if whole or len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"


def _as_toml(value: object, depth: int = 0) -> str:
    if depth > _DEEPEST:
        return "…"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_as_toml(item, depth + 1) for item in value)}]"
    if isinstance(value, dict):
        items = (f"{key} = {_as_toml(item, depth + 1)}" for key, item in value.items())
        return f"{{ {', '.join(items)} }}"
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return str(value).lower()
