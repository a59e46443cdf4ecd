"""What is said of a file that cannot be imported, and of what a song cannot have.

Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.config.problems import Problem
from countoff.songs.playing_order import MOST_SECTIONS
from countoff.songs.tempo_values import FASTEST_QUARTERS_PER_MINUTE, SLOWEST_QUARTERS_PER_MINUTE
from countoff.songs.values import LONGEST_SONG_BARS, MOST_CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction
    from pathlib import Path

    from countoff.core.section import Section


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
    if SLOWEST_QUARTERS_PER_MINUTE <= quarters_per_minute <= FASTEST_QUARTERS_PER_MINUTE:
        return ""
    return (
        f"A tempo of {float(quarters_per_minute):.6g} quarter notes a minute is not allowed; "
        f"a tempo is {SLOWEST_QUARTERS_PER_MINUTE} to {FASTEST_QUARTERS_PER_MINUTE}."
    )


def length_faults(sections: Sequence[Section]) -> list[str]:
    """Return what makes a song too long, as sentences."""
    faults = []
    bars = sum(section.bars or 0 for section in sections)
    if bars > LONGEST_SONG_BARS:
        faults.append(f"It has {bars} bars; a song has at most {LONGEST_SONG_BARS}.")
    if len(sections) > MOST_SECTIONS:
        faults.append(f"It has {len(sections)} sections; a song has at most {MOST_SECTIONS}.")
    return faults


def song_name(path: Path) -> str:
    """Return a title made from the file's name."""
    return path.stem.replace("_", " ").strip()[:MOST_CHARACTERS] or "Untitled"
