"""A session that was played once, and judged as often as a test likes, also with other bytes on the wire."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from countoff.rehearsal.evidence import Evidence
from countoff.rehearsal.expectations import unmet_lines
from countoff.rehearsal.logbook import read_logbook
from countoff.rehearsal.playing import Course, play
from countoff.rehearsal.script import parse_script
from countoff.rehearsal.virtual_unit import VirtualUnit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from countoff.rehearsal.virtual_daw import Sent


def played(session: str, folder: Path) -> Callable[..., list[str]]:
    """Play a session and return its judge: of what is expected of it, it says what is not met."""
    script = parse_script(session)
    unit = VirtualUnit(script.songs, folder, clock_start=script.clock_start, daw=script.daw)
    course = play(script, unit)
    logbook = read_logbook(folder)

    def judge(expected: str, change: Callable[[list[Sent]], list[Sent]] = list) -> list[str]:
        changed: Course = replace(course, clock=tuple(change(list(course.clock))))
        judged_script = parse_script(session + expected)
        return [
            unmet.sentence for unmet in unmet_lines(Evidence(judged_script, changed, (), logbook))
        ]

    return judge
