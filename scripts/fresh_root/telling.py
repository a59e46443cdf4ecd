"""What a case says of itself."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Told:
    """Collects a case's faults and what is worth writing down."""

    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def expect(self, is_so: bool, fault: str) -> None:  # noqa: FBT001 - reads as a sentence
        """Note the fault where it is not so."""
        if not is_so:
            self.faults.append(fault)

    def expect_none(self, what: str, lines: list[str]) -> None:
        """Note what is there, but should not be; the first lines of it."""
        shown = "; ".join(lines[:12]) + (f"; and {len(lines) - 12} more" if len(lines) > 12 else "")
        self.expect(not lines, f"{what}: {shown}")
