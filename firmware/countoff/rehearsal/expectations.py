"""Whether a session was what its script expected: each line that was not met, as a sentence. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.rehearsal.evidence import NotSoError
from countoff.rehearsal.judging_clock import judge_clock
from countoff.rehearsal.judging_log import judge_log
from countoff.rehearsal.judging_midi import judge_midi, judge_recorded
from countoff.rehearsal.judging_sound import SoundJudge
from countoff.rehearsal.playing import Unmet
from countoff.rehearsal.statements import (
    ClockExpectation,
    DawRecorded,
    HeardExpectation,
    LoggedExpectation,
    SentExpectation,
)

if TYPE_CHECKING:
    from countoff.rehearsal.evidence import Evidence
    from countoff.rehearsal.statements import Line


def unmet_lines(evidence: Evidence) -> list[Unmet]:
    """Return every line that was not met, in the order of the script."""
    found = list(evidence.course.unmet)
    for line in evidence.script.lines:
        try:
            _judge(line, evidence)
        except NotSoError as not_so:
            found.append(Unmet(line, str(not_so)))
    return sorted(found, key=lambda unmet: unmet.line.number)


def _judge(line: Line, evidence: Evidence) -> None:
    """Judge what is left to judge when all is over. Raises NotSoError."""
    moment = evidence.course.moments.get(line.number)
    if line.when is not None and moment is None:
        return  # it never came: that is said already, there or of the line that it belongs to
    start_ns = moment.start_ns if moment is not None else 0
    expected = line.statement
    if isinstance(expected, HeardExpectation):
        SoundJudge(evidence).judge(expected, start_ns)
    elif isinstance(expected, SentExpectation):
        judge_midi(expected, evidence.course.sent, start_ns)
    elif isinstance(expected, ClockExpectation):
        judge_clock(expected, evidence)
    elif isinstance(expected, DawRecorded):
        judge_recorded(expected, evidence.course.daw_takes)
    elif isinstance(expected, LoggedExpectation):
        judge_log(expected, evidence)
