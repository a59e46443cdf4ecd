"""Days that nobody plans: a song whose title changes its capitals, free takes on one place, bar 1 before the timeline."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.export.report.reading_page import read_page
from tests.export.test_edited_days import MADE
from tests.export.test_exports_agree import written
from tests.export.two_takes import two_takes

from countoff.core.daw import DawPlace, KnownFrom
from countoff.core.entries import DawPlaced, TakeStarted
from countoff.core.song import free_song
from countoff.export.from_log import as_recorded
from countoff.export.recordings.by_hand import said_by_hand
from countoff.export.report.page import report_page
from countoff.export.session_reading import read_session
from countoff.export.timeline import Layout
from countoff.takelog.reader import TakeLog

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from tests.export.made_days import MadeDay

    from countoff.export.session_reading import SessionRead

_NS = 1_000_000_000


def read(folder: Path, day: MadeDay, **changes: Any) -> SessionRead:
    """Write the day, with other values in what began its second take, and read it."""
    entries = [
        replace(entry, **changes)
        if isinstance(entry, TakeStarted) and entry.id == "take2"
        else entry
        for entry in day.entries
    ]
    replace(day, entries=entries).write(folder)
    return read_session(TakeLog(folder))


def place(day: MadeDay, seconds: int) -> None:
    """Let the DAW say where bar 1 of both takes lies."""
    word = DawPlace(Fraction(seconds), KnownFrom.TIME_CODE)
    day.entries.extend(DawPlaced(take.id, 300 * _NS, word) for take in day.takes)


def test_titles_in_other_capitals_are_other_songs(tmp_path: Path) -> None:
    """As in the log's own lists: each has its takes, its comp and its sheet, and none is left out."""
    found = read(tmp_path, two_takes(), song="harbour", number=1)
    assert [song.title for song in found.songs] == ["Harbour", "harbour"]
    for song in found.songs:
        (take,) = song.takes
        assert take.comp is not None
        assert [choice.take_id for choice in song.comp.comp.choices] == [take.comp.id] * 3
        assert found.song(song.title) is song
    assert found.song("HARBOUR") is found.songs[0]
    sections = written("csv", as_recorded(found, found.songs), found, "sections").decode()
    assert len(sections.splitlines()) == 1 + 2 * 3
    root = read_page(report_page(found, MADE, MADE.tzinfo))
    sheets = root.all("section", "sheet")
    assert [sheet.attributes["id"] for sheet in sheets] == ["song-1", "song-2"]
    assert [sheet.all("h2")[0].text for sheet in sheets] == ["Harbour", "harbour"]
    takes = [take.detail.summary for song in found.songs for take in song.takes]
    said = said_by_hand(["P1=Harbour:1", "P2=harbour:1"], takes)
    assert said == {"P1": "take1", "P2": "take2"}


def test_free_takes_on_one_place_are_marked_as_the_comp(tmp_path: Path) -> None:
    """They have no bars to lie on, and the list says all the same which of them it is."""
    day = two_takes()
    place(day, 600)
    day.entries[:] = [
        replace(entry, chart=free_song("Harbour"), tempo="free", meter="")
        if isinstance(entry, TakeStarted)
        else entry
        for entry in day.entries
    ]
    found = read(tmp_path, day)
    timeline = as_recorded(found, found.songs)
    assert timeline.layout is Layout.STACKED
    for name in ("audacity", "reaper-markers", "midi"):
        text = written(name, timeline, found).decode(errors="replace")
        assert text.count("whole song [comp]") == 1


def test_bar_1_before_the_timeline_is_told_as_that(tmp_path: Path) -> None:
    """A take from the bridge may have begun in the timeline's first seconds."""
    day = two_takes()
    place(day, -3)
    found = read(tmp_path, day)
    sheet = written("comp-sheet", as_recorded(found, found.songs), found).decode()
    assert "bar 1 at -0:00:03.000" in sheet
    assert ">-00:00:03.000<" in report_page(found, MADE, MADE.tzinfo)
