"""A line check as the rules know it: what was found so far, and which pedals were felt. Pure values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from countoff.core.events import Pedal
from countoff.core.finding import PEDALS_CHECK, Finding, Grade, worst

if TYPE_CHECKING:
    from countoff.core.trial_clicks import TrialClicks

FELT_CHECK = "pedals felt"
# Somebody steps on it and comes off it; once could be a thing that was taken away.
STEPS_TO_LEARN = 2


class Stage(StrEnum):
    """How far a line check is."""

    LOOKING = "looking"
    """Checks are being made; pedals that are stepped on are ticked off meanwhile."""
    FEELING = "feeling"
    """The checks are through; pedals are still to be stepped on."""
    TELLING = "telling"
    """The screen tells what was found."""
    OVER = "over"


@dataclass(frozen=True, slots=True)
class LineCheck:
    """One line check, the `run`th since the box started.

    is_attended: somebody stands at the pedals: they are ticked off, and start no take
    until_ns:    when its stage is over at the latest
    felt:        the pedals that were stepped on
    closed:      those whose contacts are closed at rest and should not be; None: not known yet
    steps:       how often each of those was stepped on since
    learnt:      those that were taken for normally closed ones since the box started
    page:        of what was found, which the screen tells
    was_broken_off: something more important began before it was through
    """

    run: int
    is_attended: bool
    until_ns: int
    stage: Stage = Stage.LOOKING
    findings: tuple[Finding, ...] = ()
    felt: frozenset[Pedal] = frozenset()
    closed: frozenset[Pedal] | None = None
    steps: tuple[Pedal, ...] = ()
    learnt: frozenset[Pedal] = frozenset()
    page: int = 0
    trial: TrialClicks | None = None
    was_broken_off: bool = False

    @property
    def is_under_way(self) -> bool:
        """Whether checks are being made, or pedals are to be stepped on."""
        return self.stage in (Stage.LOOKING, Stage.FEELING)

    @property
    def takes_steps(self) -> bool:
        """Whether a step on a pedal is for the line check and for nothing else."""
        return self.is_attended and self.is_under_way

    @property
    def to_learn(self) -> frozenset[Pedal]:
        """The pedals that would be learnt by being stepped on."""
        return (self.closed or frozenset()) - self.learnt

    @property
    def is_felt(self) -> bool:
        """Whether nothing more is to be had of the pedals."""
        return not self.is_attended or (self.felt == frozenset(Pedal) and not self.to_learn)

    @property
    def grade(self) -> Grade:
        """The worst that was found."""
        return worst(finding.grade for finding in self.findings)

    @property
    def troubles(self) -> tuple[Finding, ...]:
        """What was found that is not well, the worst first."""
        return tuple(
            finding
            for grade in (Grade.FAIL, Grade.WARN)
            for finding in self.findings
            if finding.grade is grade
        )

    def stepped(self, pedal: Pedal) -> LineCheck:
        """Return it with one more step on `pedal`."""
        steps = (*self.steps, pedal) if pedal in self.to_learn else self.steps
        return replace(self, felt=self.felt | {pedal}, steps=steps)

    def having_learnt(self, pedal: Pedal) -> LineCheck:
        """Return it with `pedal` taken for a normally closed one, which is told with its finding."""
        learnt = self.learnt | {pedal}
        closed = self.closed or frozenset()
        if not closed <= learnt:
            return replace(self, learnt=learnt)
        names = " and ".join(each.upper() for each in Pedal if each in closed)
        opens = "opens" if len(closed) == 1 else "open"
        told = Finding.doubt(
            PEDALS_CHECK,
            f"{names} {opens} when stepped on: learnt, until the box is switched off.",
            "To keep it: sudo countoff doctor --learn",
        )
        findings = tuple(
            told if finding.check == PEDALS_CHECK else finding for finding in self.findings
        )
        return replace(self, learnt=learnt, findings=findings)

    def with_felt_told(self) -> LineCheck:
        """Return it with a finding on which pedals were felt, where somebody stood there."""
        if not self.is_attended:
            return self
        missing = [pedal.upper() for pedal in Pedal if pedal not in self.felt]
        if not missing:
            told = Finding.well(FELT_CHECK, f"All {len(Pedal)} were felt.")
        else:
            told = Finding.doubt(
                FELT_CHECK,
                f"No step was felt on {', '.join(missing)}.",
                "If you did step on it: check its cable, its plug and its pin.",
            )
        return replace(self, findings=(*self.findings, told))
