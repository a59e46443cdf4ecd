"""Logs of every earlier format are exported as what they hold, also where there were no charts yet."""

from __future__ import annotations

import io
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from countoff.export.content import Content
from countoff.export.formats import FORMATS
from countoff.export.from_log import as_recorded, stacked
from countoff.export.session_reading import read_session
from countoff.export.timeline import Layout
from countoff.takelog.reader import TakeLog

# Before there were charts, and with the DAW's word and no edits yet.
STORED = [Path(__file__).parents[1] / "takelog" / f"format_{each}.sql" for each in (1, 5)]


@pytest.mark.parametrize("stored", STORED, ids=lambda file: file.stem)
def test_every_format_writes_every_session_of_an_earlier_log(stored: Path, tmp_path: Path) -> None:
    """All takes are there, and nothing is made up of what was not logged."""
    with closing(sqlite3.connect(tmp_path / "takes.sqlite")) as connection:
        connection.executescript(stored.read_text(encoding="utf-8"))
    log = TakeLog(tmp_path)
    for session in log.sessions():
        found = read_session(log, session.id)
        timeline = as_recorded(found, found.songs)
        numbers = sorted((take.song, take.number) for take in log.takes(session.id))
        assert sorted((take.song, take.number) for take in timeline.takes) == numbers
        if stored.stem == "format_1":
            assert not any(take.sections or take.chart for take in timeline.takes)
        for song in found.songs:
            for each in FORMATS.values():
                laid = as_recorded(found, [song])
                if each.layout is Layout.STACKED:
                    laid = stacked(found, song)
                for table in each.tables or ("",):
                    file = io.BytesIO()
                    path = tmp_path / f"out{each.suffix}"
                    each.writer(Content(laid, path, found, (song,), None, table), file)
                    assert file.getvalue()
