"""Makes a line check where no box is running: opens the parts, looks, and lets go of them. Blocks."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

from countoff.core.events import Pedal
from countoff.core.line_check import LineCheck
from countoff.core.screen.view import CheckShown, Health, HealthMark, ScreenView
from countoff.line_check.checks import make_checks
from countoff.line_check.outcome import Outcome
from countoff.line_check.own_box import OwnBox
from countoff.line_check.steps import Steps

if TYPE_CHECKING:
    from pathlib import Path

    from countoff.config.load import Loaded
    from countoff.core.finding import Finding
    from countoff.line_check.asking import Asker

_FEELING_S: Final = 20.0
_LOOK_EVERY_S: Final = 0.1
_WELL: Final = Health(audio=HealthMark.ABSENT, daw=HealthMark.ABSENT, disk=HealthMark.ABSENT)


def check_alone(loaded: Loaded, log_folder: Path, asker: Asker, *, is_attended: bool) -> Outcome:
    """Return what was found."""
    findings: list[Finding] = []
    steps = Steps()

    def found(finding: Finding) -> None:
        findings.append(finding)
        asker.found(finding)

    view = ScreenView(page="line_check", health=_WELL, check=CheckShown(title="LINE CHECK"))
    with OwnBox(loaded, log_folder, view, steps.moved) as box:
        if is_attended:
            asker.ask_for_lamp(is_simulated=box.lamp().is_simulated)
        make_checks(box, found, threading.Event())
        closed = box.closed_by_mistake
        check = LineCheck(1, is_attended, 0, findings=tuple(findings), closed=closed)
        if is_attended and not box.pedals_are_simulated:
            steps.forget()
            asker.ask_for_steps()
            check = _feel(check, box, steps, asker)
            check = check.with_felt_told()
            asker.found(check.findings[-1])
    return Outcome(check.findings, by_running_box=False, closed=closed, learnt=check.learnt)


def _feel(check: LineCheck, box: OwnBox, steps: Steps, asker: Asker) -> LineCheck:
    """Wait until every pedal was felt, or nobody has stepped on one for a while."""
    until_s = time.monotonic() + _FEELING_S
    while not check.is_felt and time.monotonic() < until_s:
        time.sleep(_LOOK_EVERY_S)
        before = check
        for pedal in Pedal:
            if pedal in steps.felt - check.felt:
                check = check.stepped(pedal)
            if pedal in check.to_learn and steps.has_learnt(pedal):
                box.learn(pedal)
                check = check.having_learnt(pedal)
        asker.steps(check.felt, check.closed or frozenset(), check.learnt)
        if check != before:
            until_s = time.monotonic() + _FEELING_S
    return check
