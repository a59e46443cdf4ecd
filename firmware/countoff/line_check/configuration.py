"""Is the configuration right, with the songs it names? Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "configuration"


def judge(problems: Sequence[str], where: str) -> Finding:
    """Return what is to be said of `problems`, a sentence each, of the file `where`."""
    if not problems:
        return Finding.well(NAME, f"No fault in {where}.")
    more = f" ({len(problems)} faults in all.)" if len(problems) > 1 else ""
    return Finding.fault(
        NAME, f"{problems[0]}{more}", "Correct it; countoff config check names every fault."
    )
