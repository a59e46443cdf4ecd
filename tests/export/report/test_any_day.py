"""The report of any day agrees with the day: takes in order, what became of them, what was said, where they lie."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from tests.export.days import days
from tests.export.report.reading_page import Element, read_page

from countoff.export.report.page import report_page
from countoff.export.session_reading import read_session
from countoff.takelog.reader import TakeLog

if TYPE_CHECKING:
    from tests.export.made_days import MadeDay, MadeFlag, MadeTake

MADE = datetime(2026, 11, 23, 8, 5, tzinfo=UTC)
STATUS_WORDS = {
    "false_start": "false start",
    "cancelled": "cancelled in the count-in",
    "interrupted": "interrupted",
}
FLAG_WORDS = {"keeper": "keeper", "fix_here": "fix here", "no_good": "no good", "marker": "marker"}


@settings(
    max_examples=7, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)
@given(day=days())
def test_the_report_of_any_day_agrees_with_it(day: MadeDay) -> None:
    """Song by song in the order of the day, each take once, with its flags, its incidents and its place."""
    with TemporaryDirectory() as folder:
        day.write(Path(folder))
        read = read_session(TakeLog(Path(folder)))
        root = read_page(report_page(read, MADE, UTC))

    sheets = root.all("section", "sheet")
    assert [sheet.all("h2")[0].text for sheet in sheets] == day.titles
    for title, sheet, song in zip(day.titles, sheets, read.songs, strict=True):
        rows = sheet.all("table", "takes")[0].all("tr")[1:]
        for made, row in zip(day.of(title), rows, strict=True):
            judge(made, row)
        wanted = {
            (song.comp.take(choice.take_id).label, choice.section.index)
            for choice in song.comp.comp.choices
            if choice.take_id is not None
        }
        assert chosen_in(sheet) == wanted


def judge(made: MadeTake, row: Element) -> None:
    """Hold a take's row against what was made."""
    assert row.all("span", "chip")[0].text == made.label
    stars = [each.attributes["aria-label"] for each in row.all("span", "rating")]
    assert stars == ([] if made.rating is None else [f"rated {made.rating} of 5"])
    assert [each.text for each in row.all("span", "name")] == [made.name] * bool(made.name)
    for status, words in STATUS_WORDS.items():
        assert (words in row.text) == (made.status == status)
    marks = [mark.text for mark in row.all("span", "mark")]
    told = [mark for mark in marks if mark.startswith(tuple(FLAG_WORDS.values()))]
    assert len(told) == len(made.flags)
    for flag in made.flags:
        of_kind = [mark for mark in told if mark.startswith(FLAG_WORDS[flag.kind])]
        assert any(mark.endswith(place_of(flag)) for mark in of_kind)
    assert sum("click gap" in mark for mark in marks) == len(made.incidents)
    assert sum("bass was late, <b>too</b>" in mark for mark in marks) == len(made.notes)
    places = [seconds(place.text) for place in row.all("span", "place")]
    assert places == ([] if made.daw_bar1_s is None else [round(made.daw_bar1_s, 3)])


def place_of(flag: MadeFlag) -> str:
    """Return how a flag's place ends on the page; a time in a song without bars is left open."""
    if flag.seconds is None:
        return "whole take"
    if flag.bar is None:
        return ""
    return f"bar {flag.bar}" if flag.beat == 1 else f"bar {flag.bar}.{flag.beat}"


def seconds(place: str) -> Fraction:
    """Return a place on the DAW's timeline, as the page has it, in seconds."""
    hours, minutes, rest = place.split(":")
    return 3600 * int(hours) + 60 * int(minutes) + Fraction(rest)


def chosen_in(sheet: Element) -> set[tuple[str, int]]:
    """Return which take is boxed in which section of the grid."""
    found = set()
    for grid in sheet.all("table", "grid"):
        heads = [head.text.split()[0] for head in grid.all("thead")[0].all("th")[1:]]
        for index, line in enumerate(grid.all("tbody")[0].all("tr")):
            cells = zip(heads, line.all("td"), strict=True)
            found |= {(label, index) for label, cell in cells if "chosen" in cell.classes}
    return found
