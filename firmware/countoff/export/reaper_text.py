"""The text that REAPER's projects are made of: chunks, lines, quoted names, numbers. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid5

from countoff.export.line_text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from fractions import Fraction

_OURS: Final = UUID("6f5b7a1e-3f0e-5d2b-9a51-0c0d0c047f0f")
_DECIMALS: Final = 12


class Chunk:
    """A chunk: its first line, then lines and further chunks."""

    def __init__(self, *words: str) -> None:
        self._head = words
        self._inside: list[Sequence[str] | str | Chunk] = []

    def line(self, *words: str) -> None:
        """Add a line of words that are written as they are."""
        self._inside.append(words)

    def note(self, text: str) -> None:
        """Add text of any number of lines."""
        self._inside += [f"|{one_line(line)}" for line in text.split("\n")]

    def chunk(self, chunk: Chunk) -> None:
        """Add a chunk."""
        self._inside.append(chunk)

    def text(self) -> str:
        """Return all of it, as it stands in the file."""
        return "".join(f"{line}\n" for line in self.lines())

    def lines(self, indent: str = "") -> Iterable[str]:
        """Yield its lines, so far to the right."""
        yield f"{indent}<{' '.join(self._head)}"
        for each in self._inside:
            if isinstance(each, Chunk):
                yield from each.lines(f"{indent}  ")
            elif isinstance(each, str):
                yield f"{indent}  {each}"
            else:
                yield f"{indent}  {' '.join(each)}"
        yield f"{indent}>"


def quoted(text: str) -> str:
    """Return a name in the first kind of quotes that is not in it; where all are, one gives way."""
    line = one_line(text)
    for mark in "\"'`":
        if mark not in line:
            return f"{mark}{line}{mark}"
    return "`" + line.replace("`", "'") + "`"


def number(value: Fraction | float) -> str:
    """Return a number with as many decimals as it takes to tell samples, and beats after hours, apart."""
    text = f"{float(value):.{_DECIMALS}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def guid(*of: object) -> str:
    """Return an id that is the same each time for the same thing."""
    name = "/".join(str(each) for each in of)
    return f"{{{str(uuid5(_OURS, name)).upper()}}}"
