"""Whether the log says what a script expects. Pure, on rows that were read from the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.rehearsal.evidence import NotSoError, so_many, some_of
from countoff.rehearsal.statements import (
    LoggedExpectation,
    LoggedFlag,
    LoggedFlags,
    LoggedIncident,
    LoggedIncidents,
    LoggedPress,
    LoggedTake,
    LoggedTakes,
)

if TYPE_CHECKING:
    from countoff.rehearsal.evidence import Evidence
    from countoff.rehearsal.logbook import Logbook
    from countoff.rehearsal.statements import TakeName


def judge_log(expected: LoggedExpectation, evidence: Evidence) -> None:
    """Judge what is expected of the log. Raises NotSoError."""
    match expected:
        case LoggedTakes(count):
            found = len(evidence.logbook.takes)
            if found != count:
                raise NotSoError(f"expected {so_many(count, 'take')} in the log; found {found}.")
        case LoggedTake():
            _logged_take(expected, evidence)
        case LoggedFlag():
            _logged_flag(expected, evidence)
        case LoggedFlags(count, name):
            flags = [flag for flag in evidence.logbook.flags if not flag.is_taken_back]
            take_id = _take_id(name, evidence)
            _counted(count, "flag", [str(one) for one in flags if take_id in (None, one.take_id)])
        case LoggedIncident():
            _logged_incident(expected, evidence)
        case LoggedIncidents(count, name):
            incidents = evidence.logbook.incidents
            take_id = _take_id(name, evidence)
            of_take = [str(one) for one in incidents if take_id in (None, one.take_id)]
            _counted(count, "incident", of_take)
        case LoggedPress():
            _logged_press(expected, evidence.logbook)


def _take_id(name: TakeName | None, evidence: Evidence) -> str | None:
    return None if name is None else evidence.take(name).id


def _counted(count: int, what: str, found: list[str]) -> None:
    if len(found) != count:
        raise NotSoError(
            f"expected {so_many(count, what)}; the log has {len(found)}: {some_of(found)}."
        )


def _logged_take(expected: LoggedTake, evidence: Evidence) -> None:
    take = evidence.take(expected.take)
    how = take.how or "open"
    if how == expected.how and expected.place in (None, take.end):
        return
    wanted = expected.how + (f" at bar {expected.place}" if expected.place else "")
    found = how + (f" at bar {take.end}" if take.end else "")
    raise NotSoError(
        f"expected take {take.number} {wanted.replace('_', ' ')};"
        f" the log says {found.replace('_', ' ')}."
    )


def _logged_flag(expected: LoggedFlag, evidence: Evidence) -> None:
    take = evidence.take(expected.take)
    of_take = [flag for flag in evidence.logbook.flags if flag.take_id == take.id]
    for flag in of_take:
        place = None if flag.is_whole_take else flag.place
        if (flag.kind, place, flag.is_taken_back) == (
            expected.kind,
            expected.place,
            expected.is_taken_back,
        ):
            return
    where = f"at bar {expected.place}" if expected.place else "for the whole take"
    back = " taken back" if expected.is_taken_back else ""
    raise NotSoError(
        f"expected {expected.kind.replace('_', ' ')} {where} of take {take.number}{back};"
        f" the log has {some_of([str(flag) for flag in of_take])}."
    )


def _logged_incident(expected: LoggedIncident, evidence: Evidence) -> None:
    take_id = _take_id(expected.take, evidence)
    for incident in evidence.logbook.incidents:
        is_there = expected.place in (None, incident.place) and take_id in (None, incident.take_id)
        if incident.kind == expected.kind and is_there:
            return
    where = f" at bar {expected.place}" if expected.place else ""
    where += f" of take {expected.take.number}" if expected.take else ""
    found = some_of([str(incident) for incident in evidence.logbook.incidents])
    raise NotSoError(f'expected incident "{expected.kind}"{where}; the log has {found}.')


def _logged_press(expected: LoggedPress, logbook: Logbook) -> None:
    source, did, count = expected.source, expected.did, expected.count
    by_source = [one for one in logbook.presses if source in (one.source, one.gesture)]
    found = sum(one.did.startswith(did) for one in by_source)
    if found == count or (count is None and found):
        return
    times = "" if count is None else f" {count} times"
    others = some_of([f'"{one.did}"' for one in by_source])
    raise NotSoError(
        f'expected {source} "{did}"{times}; the log has it {found} times, of: {others}.'
    )
