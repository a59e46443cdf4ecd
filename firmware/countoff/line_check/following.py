"""Has the running box make a line check, and follows it over the control socket. Blocks."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from countoff.core.events import Pedal
from countoff.core.finding import Finding, Grade
from countoff.core.line_check import Stage
from countoff.line_check.outcome import Outcome

if TYPE_CHECKING:
    from countoff.control.client import Client
    from countoff.line_check.asking import Asker

_BEGINS_WITHIN_S: Final = 3.0
_LOOK_EVERY_S: Final = 0.1
# The rules end a line check on their own before that.
_LONGEST_S: Final = 180.0


class RefusedError(Exception):
    """The box makes no line check now; the message is a sentence."""


def follow(client: Client, asker: Asker, *, is_attended: bool) -> Outcome:
    """Return what the box has found. Raises RefusedError, and NoDaemonError where the box ends."""
    run = _begun(client, is_attended=is_attended)
    told = 0
    has_asked = False
    until_s = time.monotonic() + _LONGEST_S
    while True:
        status = client.status()
        check: dict[str, Any] = status["line_check"]
        if check["run"] != run:
            return Outcome((), by_running_box=True, broken_off="Another line check has begun.")
        findings = [_finding(each) for each in check["findings"]]
        for finding in findings[told:]:
            asker.found(finding)
        told = max(told, len(findings))
        if is_attended and not has_asked:
            # While the light swells and fades.
            asker.ask_for_lamp(is_simulated=status["parts"]["tally"]["state"] == "virtual")
            asker.ask_for_steps()
            has_asked = True
        if is_attended:
            asker.steps(_pedals(check["felt"]), _pedals(check["closed"]), _pedals(check["learnt"]))
        is_through = check["stage"] in (Stage.TELLING, Stage.OVER)
        if is_through or time.monotonic() > until_s:
            return _outcome(check, findings)
        time.sleep(_LOOK_EVERY_S)


def _begun(client: Client, *, is_attended: bool) -> int:
    before = client.status()["line_check"]
    run_before = before["run"] if before is not None else 0
    client.ask(ask="line_check", is_attended=is_attended)

    def has_begun(status: dict[str, Any]) -> bool:
        check = status["line_check"]
        is_on = check is not None and check["stage"] in (Stage.LOOKING, Stage.FEELING)
        return is_on or (check is not None and check["run"] > run_before)

    status = client.status_when(has_begun, _BEGINS_WITHIN_S)
    if status is None:
        raise RefusedError(
            "The box makes no line check now: something is being recorded. Ask again after the take."
        )
    return int(status["line_check"]["run"])


def _outcome(check: dict[str, Any], findings: list[Finding]) -> Outcome:
    broken_off = ""
    if check["was_broken_off"]:
        broken_off = "The line check was broken off: a take has begun, or somebody left it."
    return Outcome(
        tuple(findings),
        by_running_box=True,
        closed=_pedals(check["closed"]),
        learnt=_pedals(check["learnt"]),
        broken_off=broken_off,
    )


def _finding(values: dict[str, Any]) -> Finding:
    grade = Grade(values["grade"])
    return Finding(values["check"], grade, values["found"], values["remedy"])


def _pedals(names: list[str] | None) -> frozenset[Pedal]:
    return frozenset(Pedal(name) for name in names or ())
