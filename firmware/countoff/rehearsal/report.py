"""What a rehearsal says at its end: in sentences for a person, the lines that were not met first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.rehearsal.statements import Deed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from countoff.rehearsal.playing import Course, Unmet
    from countoff.rehearsal.script import Mistake
    from countoff.rehearsal.statements import Script

_NS_PER_SECOND = 1_000_000_000


def unmet_sentences(path: Path, unmet: Sequence[Unmet]) -> list[str]:
    """Return a sentence for each line that was not met, with its place in the script."""
    return [f"{path}:{one.line.number}: {one.sentence}" for one in unmet]


def mistake_sentences(path: Path, mistakes: Sequence[Mistake]) -> list[str]:
    """Return a sentence for each mistake of a script, with its place."""
    return [f"{path}:{mistake.line_number}: {mistake.sentence}" for mistake in mistakes]


def summary(script: Script, course: Course, unmet: Sequence[Unmet], folder: Path) -> str:
    """Return the last line: how long it was, how much of it was met, and where it lies."""
    expected = sum(not isinstance(line.statement, Deed) for line in script.lines)
    missed = len({one.line.number for one in unmet})
    minutes, seconds = divmod(course.length_ns // _NS_PER_SECOND, 60)
    outcome = f"all {expected} expectations met"
    if missed:
        outcome = f"{missed} line{'s' if missed > 1 else ''} not met"
    return f"{minutes} min {seconds} s of session: {outcome}. Click, MIDI and log are in {folder}."
