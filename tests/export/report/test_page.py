"""The report says what the log says, of every take, and shows every name as it was typed."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from tests.export.report.nasty_day import HEBREW, LONG, MARKUP, NAMES, write_nasty_day
from tests.export.report.reading_page import Element, read_page
from tests.takelog.conftest import Room

from countoff.core.entries import HowEnded
from countoff.export.report.page import report_page
from countoff.export.session_reading import SessionRead, read_session
from countoff.takelog.reader import TakeLog
from countoff.takelog.stamps import Stamp

if TYPE_CHECKING:
    from pathlib import Path

MADE = datetime(2026, 11, 23, 8, 5, tzinfo=UTC)
FLAG_WORDS = {
    "keeper": "keeper",
    "fix_here": "fix here",
    "no_good": "no good",
    "marker": "marker",
}


def page_of(folder: Path) -> str:
    """Return the report of the last session in a log, in UTC."""
    return report_page(read_session(TakeLog(folder)), MADE, UTC)


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> tuple[SessionRead, str, Element]:
    """Return the nasty day as it is in the log, its report, and that read back."""
    folder = tmp_path_factory.mktemp("nasty")
    write_nasty_day(folder)
    page = page_of(folder)
    return read_session(TakeLog(folder)), page, read_page(page)


def test_names_are_text_whatever_they_are(nasty: tuple[SessionRead, str, Element]) -> None:
    """Markup, template signs, two directions and 200 characters stand on the page as typed, and do nothing."""
    _, page, root = nasty

    shown = {each.text for each in root.all("bdi")}
    for name in NAMES:
        assert " ".join(name.split()) in shown
    assert "<script>alert" not in page
    assert {each.tag for each in root.all("script") + root.all("img") + root.all("link")} == set()
    assert len(root.all("style")) == 1
    assert [title.text for title in root.all("h2")[2:-1]] == [MARKUP, *NAMES[1:]]
    assert root.all("section", "sheet")[1].all("bdi")[0].text == HEBREW
    assert LONG in root.all("dl")[0].text


def test_it_needs_nothing_but_itself(nasty: tuple[SessionRead, str, Element]) -> None:
    """Nothing is fetched, nothing runs, and each drawing that is used is on the page once."""
    _, page, root = nasty

    markup = re.sub(r"&lt;.*?&gt;", "", page)
    assert not re.search(r"(?:src|action|formaction)\s*=|https?:|@import|url\((?!#)", markup)
    assert not re.search(r"\son\w+\s*=", markup)
    policy = [meta.attributes.get("content") for meta in root.all("meta")]
    assert "default-src 'none'; style-src 'unsafe-inline'" in policy
    ids = [each.attributes["id"] for tag in ("symbol", "pattern", "section") for each in root.all(tag) if "id" in each.attributes]  # fmt: skip
    assert len(ids) == len(set(ids))
    aims = [each.attributes["href"] for tag in ("use", "a") for each in root.all(tag)]
    assert {aim.removeprefix("#") for aim in aims} <= set(ids)


def test_each_take_is_there_as_the_log_has_it(nasty: tuple[SessionRead, str, Element]) -> None:
    """Number, end, verdict, certificate, flags, incidents, notes and rating, in the order of the day."""
    read, _, root = nasty

    sheets = root.all("section", "sheet")
    for song, sheet in zip(read.songs, sheets, strict=True):
        rows = sheet.all("table", "takes")[0].all("tr")[1:]
        assert [row.all("span", "chip")[0].text for row in rows] == [
            f"T{take.detail.summary.number}" for take in song.takes
        ]
        for take, row in zip(song.takes, rows, strict=True):
            detail, summary = take.detail, take.detail.summary
            assert ("false start" in row.text) == (summary.how == "false_start")
            assert summary.verdict.lower() in row.all("td")[-2].text
            assert detail.certificate is not None
            assert detail.certificate.summary in row.all("td")[-1].text
            marks = [mark.text for mark in row.all("span", "mark")]
            for flag in detail.flags:
                section = " ".join((flag.section or "").split())
                assert any(
                    mark.startswith(FLAG_WORDS[flag.kind])
                    and section in mark
                    and mark.endswith(f"bar {flag.bar}.{flag.beat}")
                    for mark in marks
                )
            assert sum("click gap" in mark for mark in marks) == len(detail.incidents)
            for note in summary.notes:
                assert f"“ {' '.join(note.split())} ”" in marks
            stars = [each.attributes["aria-label"] for each in row.all("span", "rating")]
            assert stars == ([] if summary.rating is None else [f"rated {summary.rating} of 5"])


def test_the_grid_has_the_comp_that_the_log_gives(nasty: tuple[SessionRead, str, Element]) -> None:
    """Each section's take is boxed in the grid, no other is, and the comp's lines name them all."""
    read, _, root = nasty

    for song in read.songs:
        title = " ".join(song.title.split())
        sheet = next(
            each for each in root.all("section", "sheet") if each.all("h2")[0].text == title
        )
        wanted = {
            (choice.section.index, song.comp.take(choice.take_id).label)
            for choice in song.comp.comp.choices
            if choice.take_id is not None
        }
        found = set()
        for grid in sheet.all("table", "grid"):
            heads = [head.text.split()[0] for head in grid.all("thead")[0].all("th")[1:]]
            for index, row in enumerate(grid.all("tbody")[0].all("tr")):
                cells = zip(heads, row.all("td"), strict=True)
                found |= {(index, label) for label, cell in cells if "chosen" in cell.classes}
        assert found == wanted
        givers = {cell.text.split()[-1] for cell in sheet.all("td", "giver")} - {"\N{EN DASH}"}
        assert givers == {label for _, label in wanted}


def test_hours_and_people_are_those_of_the_session(nasty: tuple[SessionRead, str, Element]) -> None:
    """The head has the people; the songs' table counts as the log does, and its foot adds up."""
    read, _, root = nasty

    assert len(root.all("dl")[0].all("span", "player")) == len(read.session.players)
    table = root.all("table", "counts")[0]
    counted = [
        (int(row.all("td")[0].text), int(row.all("td")[1].text))
        for row in table.all("tbody")[0].all("tr")
    ]
    assert counted == [(song.take_count, song.false_start_count) for song in read.session.songs]
    foot = table.all("tfoot")[0].all("td")
    assert int(foot[0].text) == sum(takes for takes, _ in counted) == read.session.take_count
    # The head counts as the table does.
    figures = [item.text.split() for item in root.all("ul", "figures")[0].all("li")]
    assert [foot[0].text, "takes"] in figures
    assert [foot[1].text, "false", "starts"] in figures


def test_the_day_has_every_take_in_its_place(nasty: tuple[SessionRead, str, Element]) -> None:
    """A lane for each song, a bar for each take, from left to right, none off the page."""
    read, _, root = nasty

    lanes = root.all("div", "lane")[1:]
    for song, lane in zip(read.songs, lanes, strict=True):
        bars = [each for each in lane.all("rect") if "bar" in each.classes]
        places = [float(bar.attributes["x"].rstrip("%")) for bar in bars]
        assert len(bars) == len(song.takes)
        assert places == sorted(places)
        ends = [place + float(bar.attributes["width"].rstrip("%")) for place, bar in zip(places, bars, strict=True)]  # fmt: skip
        assert min(places) >= 0
        assert max(ends) <= 100.001


def test_a_session_in_which_nothing_was_played_has_a_report(room: Room) -> None:
    """It says so, and has neither a time line nor sheets."""
    room.write(room.session())
    root = read_page(page_of(room.folder))

    assert "No song was begun." in root.text
    assert root.all("section", "sheet") == root.all("section", "day") == []


def test_takes_that_were_cut_off_or_never_rolled_are_told(room: Room) -> None:
    """A cancelled count-in has no verdict; one that still runs is said to run; neither has a comp."""
    room.write(
        room.session(),
        *(room.take("aa01", number=1), room.ended("aa01", 0, HowEnded.CANCELLED)),
        room.closed("aa01"),
        *(room.take("aa02", number=2), room.rolled("aa02"), room.position("aa02", 12)),
    )
    root = read_page(page_of(room.folder))

    rows = root.all("table", "takes")[0].all("tr")[1:]
    assert "cancelled in the count-in" in rows[0].text
    assert "still runs" in rows[1].text
    assert "There is no comp" in root.text
    assert root.all("table", "grid") == []


def test_a_clock_that_was_not_set_is_said(tmp_path: Path) -> None:
    """Date and times are told with the doubt that the log has of them."""
    room = Room(tmp_path / "log")
    room.stamps = _UnsetClock(room)  # type: ignore[assignment]
    room.write(room.session(), room.take("aa01"), room.rolled("aa01"), room.ended("aa01", 9))
    root = read_page(page_of(room.folder))

    assert root.all("h1")[0].text == "Thursday 1 January 1970?"
    assert "clock was not set" in root.all("p", "doubt")[0].text


class _UnsetClock:
    """The stamps of a machine whose clock nobody has set."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def stamp(self, at_ns: int) -> Stamp:
        """Return a stamp that nobody believes."""
        return Stamp(at_ns, f"1970-01-01T00:00:{at_ns // 1_000_000_000:02}.000Z", "b1", False)

    def now(self) -> Stamp:
        """Return this moment."""
        return self.stamp(self._room.at_ns)
