"""Reads a DAW's profile: one TOML file. A profile with a fault is left out, with all its faults said.

Blocks on the disk: called at start-up and by commands, never near real time.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from countoff.config.fitting import Misfit, fit, has, without
from countoff.config.problems import Problem, quoted
from countoff.config.tables import read_table
from countoff.daw.agreeing import disagreements, two_ways
from countoff.daw.profile import (
    Answers,
    Dialect,
    Following,
    Follows,
    OscWords,
    Profile,
    Recording,
    Said,
    Starts,
    Transport,
)
from countoff.daw.written import ProfileFile

if TYPE_CHECKING:
    from pathlib import Path

    from countoff.daw.written import AnswersTable, FollowingTable, TransportTable

LEFT_OUT = "The profile is left out."
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NS_PER_MS = 1_000_000
_OTHERS_DEPEND_ON = frozenset({"armed_by", "tempo", "starts", "clock_while_idle"})


def read_profile(path: Path) -> tuple[Profile | None, list[Problem]]:
    """Read one file; its name without `.toml` is the profile's key. Never raises.

    All faults come at once, in the order of their lines; with any fault there is no profile: what
    was meant cannot be guessed where a take depends on it.
    """
    table, problems = read_table(path)
    if not _KEY.fullmatch(path.stem):
        problems.append(
            Problem(
                path,
                None,
                "",
                f"{quoted(path.name)} is no name for a profile; small letters, digits and hyphens"
                f' are allowed, such as "our-daw.toml". {LEFT_OUT}',
            )
        )
    if table.values or not problems:
        profile, misfits = profile_of(path.stem, table.values)
        # What stood on a line that is no TOML is not there: that is said already.
        misfits = [misfit for misfit in misfits if not problems or misfit.kind != "missing"]
        problems += [misfit.problem(table, LEFT_OUT) for misfit in misfits]
    else:
        profile = None
    problems.sort(key=lambda problem: problem.line or 0)
    return (None if problems else profile), problems


def profile_of(key: str, values: dict[str, Any]) -> tuple[Profile | None, list[Misfit]]:
    """Return the profile that a file's values say, or None, and all that does not fit. Pure."""
    doubled = list(two_ways(values))
    written, misfits = fit(ProfileFile, values)
    if written is None:
        said = {misfit.key for misfit in doubled}
        misfits = doubled + [misfit for misfit in misfits if misfit.key not in said]
        return None, misfits + _further(values, misfits)
    if clashes := list(disagreements(written)):
        return None, clashes
    return (
        Profile(
            key=key,
            name=written.name,
            about=written.about,
            transport=_transport(written.transport),
            answers=_answers(written.answers),
            following=_following(written.following),
            keeps_takes=written.keeps_takes,
            tested_with=written.tested_with,
            unverified=written.unverified,
            setup=written.setup,
        ),
        [],
    )


def _further(values: dict[str, Any], misfits: list[Misfit]) -> list[Misfit]:
    """Return what does not go together among the keys that fit, so that all is said at once.

    Nothing is said of a key that depends on one that does not fit.
    """
    for misfit in misfits:
        if misfit.kind == "missing":
            values = values | {str(misfit.key[0]): "?"}
        elif has(values, misfit.key):
            values = without(values, misfit.key)
    written, others = fit(ProfileFile, values)
    if written is None or others:
        return []
    keys = {misfit.key for misfit in misfits}
    doubtful = {key[0] for key in keys if key[-1] in _OTHERS_DEPEND_ON}
    return [
        misfit
        for misfit in disagreements(written)
        if misfit.key not in keys and misfit.key[0] not in doubtful
    ]


def _transport(written: TransportTable) -> Transport:
    return Transport(
        dialect=Dialect(written.dialect),
        armed_by=Dialect(written.armed_by),
        record=_steps(written.record),
        record_when_armed=_steps(written.record_when_armed),
        record_when_playing=_steps(written.record_when_playing),
        stop=_steps(written.stop),
        locate=_steps(written.locate),
        marker=_steps(written.marker),
        between_ns=written.between_ms * _NS_PER_MS,
        lead_ns=written.lead_ms * _NS_PER_MS,
    )


def _answers(written: AnswersTable) -> Answers:
    return Answers(
        dialect=Dialect(written.dialect),
        recording=Recording(written.recording),
        shows_life=written.shows_life,
        deadline_ns=written.deadline_ms * _NS_PER_MS,
        proves_arming=written.proves_arming,
        osc_words=None if written.osc_words is None else OscWords(written.osc_words),
    )


def _following(written: FollowingTable) -> Following:
    return Following(
        tempo=Follows(written.tempo),
        clock_while_idle=written.clock_while_idle,
        starts=Starts(written.starts),
    )


def _steps(words: tuple[str, ...]) -> tuple[Said, ...]:
    return tuple(Said(word) for word in words)
