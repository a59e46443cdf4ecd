"""What is said of a file that cannot be imported, and what a song may hold at most.

Pure.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from countoff.config.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SLOWEST: Final = Fraction(10)
FASTEST: Final = Fraction(999)
MOST_BARS: Final = 9999
MOST_SECTIONS: Final = 500
LONGEST_NAME: Final = 80
SOFTEST_DB: Final = -40.0
LOUDEST_DB: Final = 6.0


class ImportRefusedError(Exception):
    """A file cannot be imported. The text is one sentence for each fault, each with its place."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Take all that is wrong with the file, at once."""
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


def refusal(path: Path, sentence: str) -> ImportRefusedError:
    """Return the error for a file that is refused as a whole, for one reason."""
    return ImportRefusedError([Problem(path, None, "", sentence)])


def tempo_fault(quarters_per_minute: Fraction) -> str:
    """Return what is wrong with a tempo, as a sentence; nothing where it is allowed."""
    if SLOWEST <= quarters_per_minute <= FASTEST:
        return ""
    return (
        f"A tempo of {float(quarters_per_minute):.6g} quarter notes a minute is not allowed; "
        f"a tempo is {SLOWEST} to {FASTEST}."
    )


def song_name(path: Path) -> str:
    """Return a title made from the file's name."""
    return path.stem.replace("_", " ").strip()[:LONGEST_NAME] or "Untitled"
