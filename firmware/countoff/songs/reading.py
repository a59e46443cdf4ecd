"""Reads song files: one TOML file a song. The README's song page says what can be written there.

A song with a fault is left out with a sentence for each fault, and never stops a session. Blocks
on the disk: called at start-up or on a thread of its own, never near real time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from countoff.config.tables import read_table
from countoff.songs.faults import Spot
from countoff.songs.laying_out import lay_out
from countoff.songs.numbers import exact_decimal
from countoff.songs.written import read_written

if TYPE_CHECKING:
    from pathlib import Path

    from countoff.config.fitting import Misfit
    from countoff.config.problems import Problem
    from countoff.core.song import Song

LEFT_OUT = "The song is left out."
_KEY_LEFT_OUT = "The key is left out."


def read_song(path: Path, outcome: str = LEFT_OUT) -> tuple[Song | None, list[Problem]]:
    """Read one song file; a song with a wrong or missing value is None. Never raises.

    All faults come at once, in the order of their lines; each sentence ends with `outcome`. A key
    that nobody knows is told, and costs nothing.
    """
    table, problems = read_table(path, parse_float=exact_decimal)
    song, misfits = song_of(table.values) if table.values or not problems else (None, [])
    # What follows from a line that is no TOML, and so is not there, is not the song's fault.
    misfits = [misfit for misfit in misfits if not problems or misfit.kind != "missing"]
    for misfit in misfits:
        is_harmless = misfit.kind == "unknown"
        problems.append(misfit.problem(table, _KEY_LEFT_OUT if is_harmless else outcome))
    was_read = len(problems) == len(misfits)
    problems.sort(key=lambda problem: problem.line or 0)
    return (song if was_read else None), problems


def song_of(values: dict[str, Any]) -> tuple[Song | None, list[Misfit]]:
    """Return the song that a file's values say, or None, and all that does not fit. Pure."""
    faults: list[Misfit] = []
    written = read_written(values, Spot(faults))
    return lay_out(written), faults
