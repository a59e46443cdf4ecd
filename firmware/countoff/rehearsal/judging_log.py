"""Whether the log says what a script expects. Pure, on rows that were read from the disk."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from countoff.rehearsal.evidence import NotSoError, so_many, some_of
from countoff.rehearsal.statements import (
    LoggedAtDaw,
    LoggedCertificate,
    LoggedClick,
    LoggedDayClick,
    LoggedDayTempo,
    LoggedExpectation,
    LoggedFlag,
    LoggedFlags,
    LoggedIncident,
    LoggedIncidents,
    LoggedPress,
    LoggedStart,
    LoggedTake,
    LoggedTakes,
    LoggedTempo,
    LoggedVerdict,
    Place,
)

if TYPE_CHECKING:
    from countoff.rehearsal.evidence import Evidence
    from countoff.rehearsal.logbook import FlagRow, Logbook, LoggedTakeRow
    from countoff.rehearsal.statements import TakeName

_NS_PER_SECOND = 1_000_000_000


def judge_log(expected: LoggedExpectation, evidence: Evidence) -> None:
    """Judge what is expected of the log. Raises NotSoError."""
    match expected:
        case LoggedTakes(count):
            found = len(evidence.logbook.takes)
            if found != count:
                raise NotSoError(f"expected {so_many(count, 'take')} in the log; found {found}.")
        case LoggedTake():
            _logged_take(expected, evidence)
        case LoggedStart():
            _logged_start(expected, evidence.take(expected.take))
        case LoggedTempo():
            _logged_tempo(expected, evidence)
        case LoggedCertificate(name, summary):
            take = evidence.take(name)
            if take.certified != summary:
                says = f'"{take.certified}"' if take.certified is not None else "nothing"
                raise NotSoError(
                    f'expected take {take.number} certified "{summary}"; the log says {says}.'
                )
        case LoggedVerdict(name, verdict):
            take = evidence.take(name)
            if take.verdict != verdict:
                raise NotSoError(
                    f'expected the verdict "{verdict}" of take {take.number};'
                    f' the log says "{take.verdict}".'
                )
        case LoggedAtDaw(name):
            take = evidence.take(name)
            if not take.began_at_daw:
                raise NotSoError(
                    f"expected take {take.number} begun at the DAW; the log says at the box."
                )
        case LoggedClick(name, level_db):
            take = evidence.take(name)
            if take.click_level_db != level_db:
                wanted, found_db = _click(level_db), _click(take.click_level_db)
                raise NotSoError(
                    f"expected the click of take {take.number} {wanted}; the log says {found_db}."
                )
        case LoggedDayTempo():
            _logged_day_tempo(expected, evidence.logbook)
        case LoggedDayClick():
            _logged_day_click(expected, evidence.logbook)
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
    place = expected.place
    is_there = place is None or (place.is_at(take.end) and _is_in_pass(place, take, evidence))
    if how == expected.how and is_there:
        return
    wanted = expected.how + (f" at bar {expected.place}" if expected.place else "")
    found = how + (f" at bar {take.end}" if take.end else "")
    raise NotSoError(
        f"expected take {take.number} {wanted.replace('_', ' ')};"
        f" the log says {found.replace('_', ' ')}."
    )


def _is_in_pass(place: Place, take: LoggedTakeRow, evidence: Evidence) -> bool:
    """Tell whether a looped take ended in the pass that is meant: all of them have the same bars."""
    if not take.is_looped or take.ended_ns is None:
        return place.pass_number == 1
    return evidence.is_in_beat(take.ended_ns, take, place)


def _logged_start(expected: LoggedStart, take: LoggedTakeRow) -> None:
    wanted = (expected.section, expected.bar, expected.is_looped)
    found = (take.start_section, take.start_bar, take.is_looped)
    if found != wanted:
        raise NotSoError(
            f"expected take {take.number} {_start(*wanted)}; the log says {_start(*found)}."
        )


def _start(section: str, bar: int, is_looped: bool) -> str:  # noqa: FBT001 - as the row has it
    return f'{"looping" if is_looped else "from"} "{section}" bar {bar}'


def _logged_tempo(expected: LoggedTempo, evidence: Evidence) -> None:
    """Judge the tempo's text, which people read, and its exact ratio to the written one."""
    take = evidence.take(expected.take)
    walk = evidence.walk(take)
    written = walk.song.sections[walk.start_index].tempo.quarters_per_minute
    is_so = written * take.tempo_ratio == expected.tempo and Fraction(take.tempo) == expected.tempo
    if not is_so or expected.written not in (None, written):
        raise NotSoError(
            f"expected take {take.number} at tempo {float(expected.tempo):g}; the log says"
            f" {take.tempo}, {take.tempo_ratio} times {float(written):g}."
        )


def _logged_day_tempo(expected: LoggedDayTempo, logbook: Logbook) -> None:
    last = [row.tempo for row in logbook.tempos if row.song == expected.song][-1:]
    if [Fraction(tempo) for tempo in last] != [expected.tempo]:
        wanted = f"{expected.song} at tempo {float(expected.tempo):g} for the day"
        raise NotSoError(f"expected {wanted}; the log has {some_of(last)}.")


def _logged_day_click(expected: LoggedDayClick, logbook: Logbook) -> None:
    last = [None if row.is_muted else row.level_db for row in logbook.click_levels][-1:]
    if last != [expected.level_db]:
        found = some_of([_click(level_db) for level_db in last])
        wanted = f"the click {_click(expected.level_db)} for the day"
        raise NotSoError(f"expected {wanted}; the log has {found}.")


def _click(level_db: int | None) -> str:
    return "muted" if level_db is None else f"at {level_db} dB"


def _logged_flag(expected: LoggedFlag, evidence: Evidence) -> None:
    take = evidence.take(expected.take)
    of_take = [flag for flag in evidence.logbook.flags if flag.take_id == take.id]
    for flag in of_take:
        is_same = (flag.kind, flag.is_taken_back) == (expected.kind, expected.is_taken_back)
        if is_same and _is_there(flag, expected.place, take, evidence):
            return
    where = "for the whole take"
    if expected.place is not None:
        is_bar = isinstance(expected.place, Place)
        where = f"at bar {expected.place}" if is_bar else f"at {expected.place} s"
    back = " taken back" if expected.is_taken_back else ""
    raise NotSoError(
        f"expected {expected.kind.replace('_', ' ')} {where} of take {take.number}{back};"
        f" the log has {some_of([str(flag) for flag in of_take])}."
    )


def _is_there(
    flag: FlagRow, place: Place | int | None, take: LoggedTakeRow, evidence: Evidence
) -> bool:
    if flag.is_whole_take or place is None:
        return flag.is_whole_take and place is None
    if isinstance(place, int):
        return (flag.at_ns - take.bar1_ns) // _NS_PER_SECOND == place
    if take.is_looped:
        return place.is_at(flag.place) and evidence.is_in_beat(flag.at_ns, take, place)
    return place.is_at(flag.place) and place.pass_number == 1


def _logged_incident(expected: LoggedIncident, evidence: Evidence) -> None:
    take_id = _take_id(expected.take, evidence)
    for incident in evidence.logbook.incidents:
        is_there = expected.place is None or expected.place.is_at(incident.place)
        is_its = take_id in (None, incident.take_id)
        if incident.kind == expected.kind and is_there and is_its:
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
