"""What a line check finds: one finding a check, and what of several is the worst. Pure values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


PEDALS_CHECK = "pedals"
"""The check of the contacts at rest: what is learnt of one of them changes its finding."""


class Grade(StrEnum):
    """How a check went."""

    PASS = "pass"  # noqa: S105 (a grade)
    WARN = "warn"
    """It works; something about it deserves a look."""
    FAIL = "fail"
    """A session would suffer from it."""


_FROM_BEST = (Grade.PASS, Grade.WARN, Grade.FAIL)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found.

    check:  what was looked at, in a word or two
    found:  a sentence that says how it is
    remedy: a sentence that says what to do; empty where all is well
    """

    check: str
    grade: Grade
    found: str
    remedy: str = ""

    @classmethod
    def well(cls, check: str, found: str) -> Finding:
        """Return a finding with which all is well."""
        return cls(check, Grade.PASS, found)

    @classmethod
    def doubt(cls, check: str, found: str, remedy: str) -> Finding:
        """Return a finding that deserves a look."""
        return cls(check, Grade.WARN, found, remedy)

    @classmethod
    def fault(cls, check: str, found: str, remedy: str) -> Finding:
        """Return a finding of what does not work."""
        return cls(check, Grade.FAIL, found, remedy)


def worst(grades: Iterable[Grade]) -> Grade:
    """Return the worst of `grades`; PASS where there is none."""
    return max(grades, key=_FROM_BEST.index, default=Grade.PASS)


def counted(findings: Iterable[Finding]) -> str:
    """Return how many there are of each grade, in words: "9 PASS, 2 WARN, 1 FAIL"."""
    grades = [finding.grade for finding in findings]
    counts = [(grades.count(grade), grade.upper()) for grade in _FROM_BEST]
    return ", ".join(f"{count} {grade}" for count, grade in counts if count) or "nothing checked"
