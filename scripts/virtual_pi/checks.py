"""The verdict on a case as it is put together, and what is judged of every take: log and clicks.

Runs on the host.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from virtual_pi.recording import off_grid, wrong_accents

if TYPE_CHECKING:
    from collections.abc import Mapping

    from virtual_pi.recording import Onset

BPM = "113.7"
BEATS_IN_BAR = 4
COUNT_IN_BARS = 1


@dataclass(frozen=True)
class Report:
    """The verdict on one case, and what it rests on."""

    case: str
    passed: bool
    facts: tuple[str, ...]

    def line(self) -> str:
        """Return it for a person."""
        return f"{'passed' if self.passed else 'FAILED'}  {self.case}: {'; '.join(self.facts)}"


class Checks:
    """Collects facts, and whether all of them are as they should be."""

    def __init__(self) -> None:
        self.passed = True
        self.facts: list[str] = []

    def add(self, fact: str, *, is_right: bool = True) -> None:
        """Add a fact; one that is wrong is marked."""
        self.passed = self.passed and is_right
        self.facts.append(fact if is_right else f"WRONG: {fact}")


def judge_end(take: Mapping[str, Any], checks: Checks) -> None:
    """Judge how and where a take ended, by the log."""
    checks.add(
        f"log: T{take['number']} {take['how']} at {take['end_bar']}.{take['end_beat']}",
        is_right=take["how"] == "ended" and take["end_beat"] == BEATS_IN_BAR,
    )


def clicks_in(take: Mapping[str, Any]) -> int:
    """Return how many clicks a take has, its count-in with it."""
    return BEATS_IN_BAR * (COUNT_IN_BARS + int(take["end_bar"]))


def judge_clicks(clicks: list[Onset], take: Mapping[str, Any], checks: Checks) -> None:
    """Judge whether every click of a take was heard, on the grid that the first one sets."""
    expected = clicks_in(take)
    found = off_grid(clicks, BPM, whole=BEATS_IN_BAR * COUNT_IN_BARS)
    away = max(abs(off) for _, off in found)
    checks.add(f"{len(clicks)} of {expected} clicks", is_right=len(clicks) == expected)
    checks.add(f"{away} frames off the grid", is_right=away == 0)
    wrong = wrong_accents(clicks, BPM, BEATS_IN_BAR)
    checks.add(f"{wrong} wrong accents", is_right=wrong == 0)
