"""A line check as a client of the control socket sees it: plain JSON values. Pure."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from countoff.core.events import Pedal

if TYPE_CHECKING:
    from collections.abc import Collection

    from countoff.core.line_check import LineCheck


def told_line_check(check: LineCheck | None) -> dict[str, Any] | None:
    """Return the newest line check; None where there was none since the box started.

    "closed" names the pedals whose contacts are closed at rest and should not be; null while that is
    not known.
    """
    if check is None:
        return None
    return {
        "run": check.run,
        "stage": str(check.stage),
        "is_attended": check.is_attended,
        "was_broken_off": check.was_broken_off,
        "findings": [asdict(finding) for finding in check.findings],
        "felt": _names(check.felt),
        "closed": None if check.closed is None else _names(check.closed),
        "learnt": _names(check.learnt),
    }


def _names(pedals: Collection[Pedal]) -> list[str]:
    return [str(pedal) for pedal in Pedal if pedal in pedals]
