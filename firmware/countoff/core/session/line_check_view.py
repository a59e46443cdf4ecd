"""What the screen shows of a line check. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from countoff.core.events import Pedal
from countoff.core.finding import Grade, counted
from countoff.core.line_check import Stage
from countoff.core.screen.canvas import LEFT, RIGHT
from countoff.core.screen.letters import small
from countoff.core.screen.notes import wrapped
from countoff.core.screen.view import CheckShown, HealthMark
from countoff.core.session.pedals import Phase

if TYPE_CHECKING:
    from countoff.core.finding import Finding
    from countoff.core.line_check import LineCheck
    from countoff.core.session.state import State

_MARKS = {Grade.PASS: HealthMark.OK, Grade.WARN: HealthMark.WARN, Grade.FAIL: HealthMark.FAULT}
# As many as have room above the pedals, and without them.
_LINES_ABOVE_PEDALS = 4
_LINES = 5
_LINES_OF_TEXT = 4


def check_shown(state: State) -> CheckShown | None:
    """Return what is shown of the line check; None where none is on."""
    check = state.line_check
    if check is None or check.stage is Stage.OVER or state.phase is not Phase.IDLE:
        return None
    match check.stage:
        case Stage.LOOKING:
            return _looking(check)
        case Stage.FEELING:
            lines = _wrapped(_asked(check))
            return CheckShown(title="STEP ON EACH", text=lines, pedals=_pedals(check))
        case _:
            return _told(check)


def _looking(check: LineCheck) -> CheckShown:
    room = _LINES_ABOVE_PEDALS if check.is_attended else _LINES
    newest = check.findings[-room:]
    return CheckShown(
        title=f"LINE CHECK {len(check.findings)}" if newest else "LINE CHECK",
        lines=tuple((each.check.upper(), _MARKS[each.grade]) for each in newest),
        pedals=_pedals(check) if check.is_attended else (),
    )


def _asked(check: LineCheck) -> str:
    """Return what is asked of whoever stands there."""
    missing = [pedal for pedal in Pedal if pedal in check.to_learn]
    if missing:
        names = " and ".join(pedal.upper() for pedal in missing)
        return f"{names} closed at rest: stuck? If it opens when stepped on, step twice: learnt."
    return "Step on every pedal once. Hold ROLL to leave."


def _pedals(check: LineCheck) -> tuple[tuple[str, bool], ...]:
    return tuple(
        (pedal.upper(), pedal in check.felt and pedal not in check.to_learn) for pedal in Pedal
    )


def _told(check: LineCheck) -> CheckShown:
    pages = pages_told(check)
    if not pages:
        counts = _wrapped(f"{counted(check.findings)}.")
        return CheckShown(title="ALL WELL", text=counts, is_well=True)
    place = check.page % len(pages)
    foot = "" if len(pages) == 1 else f"SONG: {place + 1}/{len(pages)}"
    return replace(pages[place], foot=foot)


def pages_told(check: LineCheck) -> list[CheckShown]:
    """Return the pages that tell what is not well, which SONG turns; none where all is well."""
    return [page for finding in check.troubles for page in _pages(finding)]


def _pages(finding: Finding) -> list[CheckShown]:
    """Return what is told of one finding: on one page, where it has room there."""
    shown = CheckShown(
        title=f"{finding.grade.upper()} {finding.check.upper()}",
        is_trouble=finding.grade is Grade.FAIL,
    )
    whole = _wrapped(f"{finding.found} {finding.remedy}")
    apart = (_wrapped(finding.found), _wrapped(finding.remedy))
    parts = (whole,) if len(whole) <= _LINES_OF_TEXT else apart
    return [
        replace(shown, text=lines[first : first + _LINES_OF_TEXT])
        for lines in parts
        for first in range(0, len(lines), _LINES_OF_TEXT)
    ]


def _wrapped(text: str) -> tuple[str, ...]:
    return tuple(wrapped(text, [RIGHT - LEFT], small().width))
