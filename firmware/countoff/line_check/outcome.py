"""What a line check came to, whoever made it, and how it is told: as JSON, or to people. Loads rich late."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from countoff.core.finding import Finding, Grade, counted, worst

if TYPE_CHECKING:
    from rich.console import Console

    from countoff.core.events import Pedal

_STYLES: Final = {Grade.PASS: "green", Grade.WARN: "bold yellow", Grade.FAIL: "bold red"}
_GRADE_COLUMNS: Final = 4
_CHECK_COLUMNS: Final = 13
_PIPE_WIDTH: Final = 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found.

    by_running_box: the box itself has looked; else the parts were opened for it
    closed:     the pedals whose contacts are closed at rest and should not be
    learnt:     those that were learnt to be normally closed
    broken_off: why it was not brought to its end; empty where it was
    """

    findings: tuple[Finding, ...]
    by_running_box: bool
    closed: frozenset[Pedal] = frozenset()
    learnt: frozenset[Pedal] = frozenset()
    broken_off: str = ""

    @property
    def grade(self) -> Grade:
        """The worst that was found."""
        return worst(finding.grade for finding in self.findings)

    @property
    def summary(self) -> str:
        """How many there were of each grade, and who has looked."""
        by = "the running box" if self.by_running_box else "this command: no box is running"
        return f"{counted(self.findings)}. Looked at by {by}."

    def as_json(self) -> str:
        """Return all of it as JSON."""
        told = {
            "grade": str(self.grade),
            "by_running_box": self.by_running_box,
            "broken_off": self.broken_off,
            "findings": [asdict(finding) for finding in self.findings],
            "closed": sorted(self.closed),
            "learnt": sorted(self.learnt),
        }
        return json.dumps(told, indent=2, ensure_ascii=False)


class Printer:
    """Prints findings as they come, a row each, in colour where it goes to a terminal."""

    def __init__(self) -> None:
        """Print nothing yet."""
        from rich.console import Console  # noqa: PLC0415 (only where something is printed)

        self._console: Console = Console(highlight=False)
        if not self._console.is_terminal:
            self._console.width = _PIPE_WIDTH

    def finding(self, finding: Finding) -> None:
        """Print one finding, and below it what to do."""
        from rich.table import Table  # noqa: PLC0415 (as above)
        from rich.text import Text  # noqa: PLC0415 (as above)

        row = Table.grid(padding=(0, 2))
        row.add_column(width=_GRADE_COLUMNS)
        row.add_column(width=_CHECK_COLUMNS)
        row.add_column()
        said = Text(finding.found)
        if finding.remedy:
            said.append(f"\n{finding.remedy}", style="bold")
        row.add_row(
            Text(finding.grade.upper(), style=_STYLES[finding.grade]), Text(finding.check), said
        )
        self._console.print(row)

    def line(self, text: str) -> None:
        """Print a line of text."""
        self._console.print(text, markup=False)
