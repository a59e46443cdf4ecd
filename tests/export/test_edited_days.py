"""What people said of takes afterwards is in every export: takes moved, flags and ratings undone, comps by hand."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from typing import TYPE_CHECKING

import mido
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from tests.export.edited_days import edited_days
from tests.export.made_days import nearest_frame
from tests.export.project_days import projects
from tests.export.read_rpp import read_rpp
from tests.export.report.reading_page import read_page
from tests.export.report.test_any_day import chosen_in
from tests.export.report.test_any_day import judge as judge_row
from tests.export.test_dawproject import ReadProject, judge_folder, judge_marks, laid_out
from tests.export.test_exports_agree import (
    Lain,
    judge_json,
    judge_labels,
    judge_markers,
    judge_midi,
    judge_sheet,
    judge_tables,
    judge_take,
    written,
)
from tests.export.test_reaper_project import judge_marks as judge_reaper_marks
from tests.export.test_reaper_project import judge_track

from countoff.export.daw_tracks import daw_tracks
from countoff.export.reaper_project import write as write_reaper
from countoff.export.report.page import report_page
from countoff.export.timeline import Layout

if TYPE_CHECKING:
    from tests.export.edited_days import EditedDay
    from tests.export.project_days import Project

    from countoff.export.session_reading import SessionRead, SongRead

MADE = datetime(2026, 11, 23, 8, 5, tzinfo=UTC)


@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(edited_days(), st.data())
def test_every_export_follows_what_was_said_afterwards(day: EditedDay, data: st.DataObject) -> None:
    """Number, order, place, flags and comp of each format are those that the edits left."""
    for project in projects(day, data):
        lains = [Lain(day, take, project.bar1_s(take.id)) for take in project.takes]
        for lain in lains:
            judge_take(project.timeline.take(lain.take.id), lain)
        assert {take.id for take in project.timeline.takes} == {take.id for take in project.takes}
        judge_choices(day, project)
        judge_lists(project, lains)
        judge_projects(project)
    judge_report(day, project.read)


def judge_choices(day: EditedDay, project: Project) -> None:
    """The master that somebody wants is the master, or it is said why not."""
    for song in project.songs:
        wanted = day.by_hand.get(song.title)
        if wanted is not None:
            comp = song.comp.comp
            assert comp.master_id == wanted or any("by hand" in each for each in comp.unused)


def chosen_sections(project: Project) -> set[tuple[str, int, int]]:
    """Return what the log's own comps have: take, section and pass."""
    return {
        (choice.take_id, choice.section.index, choice.pass_index)
        for song in project.songs
        for choice in song.comp.comp.choices
        if choice.take_id is not None
    }


def judge_lists(project: Project, lains: list[Lain]) -> None:
    """Hold the formats that are lists against the day and its comps."""
    timeline, read = project.timeline, project.read
    is_stacked = timeline.layout is Layout.STACKED
    labels = written("audacity", timeline, read)
    judge_labels(labels, lains, is_stacked=is_stacked)
    markers = written("reaper-markers", timeline, read)
    judge_markers(markers, lains, is_stacked=is_stacked)
    midi = written("midi", timeline, read)
    judge_midi(midi, timeline, lains, is_stacked=is_stacked)
    judge_json(json.loads(written("json", timeline, read)), timeline, lains, read)
    judge_tables(timeline, read, lains)
    sheet = written("comp-sheet", timeline, read).decode()
    judge_sheet(sheet, replace(read, songs=tuple(project.songs)))
    told = Counter(line.split(" ")[0] for line in sheet.splitlines())
    assert not Counter(take.label for take in project.takes) - told

    chosen = chosen_sections(project)
    comp = table(project, "comp")
    assert {
        (row["take_id"], int(row["index"]), int(row["pass"]) - 1) for row in comp if row["take_id"]
    } == chosen
    in_comp = [row for row in table(project, "sections") if row["in_comp"] == "yes"]
    assert {(row["take_id"], int(row["index"]), int(row["pass"]) - 1) for row in in_comp} == chosen
    if is_stacked:
        return
    spans = Counter(
        (lain.take.label, lain.frame(section.start_s), lain.frame(section.end_s))
        for lain in lains
        for section in lain.take.sections
        if (lain.take.id, section.index, section.pass_index) in chosen
    )
    rows = [line.split("\t") for line in labels.decode().splitlines()]
    assert marked(rows, project.rate_hz) == spans
    regions = csv.DictReader(io.StringIO(markers.decode(), newline=""))
    rows = [[row["Start"], row["End"], row["Name"]] for row in regions]
    assert marked(rows, project.rate_hz) == spans
    messages = mido.MidiFile(file=io.BytesIO(midi)).tracks[0]
    names = [each.text for each in messages if each.type == "marker"]
    assert Counter(name.split(" ")[0] for name in names if name.endswith("[comp]")) == Counter(
        label for label, _, _ in spans.elements()
    )


def table(project: Project, name: str) -> list[dict[str, str]]:
    """Return the rows of a table."""
    text = written("csv", project.timeline, project.read, name).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def marked(rows: list[list[str]], rate_hz: int) -> Counter[tuple[str, int, int]]:
    """Return take and place of each section that is marked as the comp's."""
    return Counter(
        (name.split(" ")[0], *(nearest_frame(Fraction(at), rate_hz) for at in (start, end)))
        for start, end, name in rows
        if name.endswith("[comp]")
    )


def judge_projects(project: Project) -> None:
    """Hold REAPER's and DAWproject's lanes and comps against the day and its comps."""
    found = read_rpp(project.written(write_reaper))
    judge_reaper_marks(found, project)
    tracks = daw_tracks(project.timeline, project.recordings)
    root = etree.fromstring(ET.tostring(laid_out(project.timeline, tracks)))
    other = ReadProject(root, project.rate_hz)
    judge_marks(other, project)
    folders = root.findall("Structure/Track")[:-1]
    assert len(folders) == len(found.tracks)
    for track, folder in zip(found.tracks, folders, strict=True):
        (seat,) = (each for each in project.seats() if " ".join(each).strip() == track.name)
        judge_track(track, project, *seat)
        judge_folder(other, folder, project, seat)
        if project.timeline.layout is Layout.STACKED and track.lanes[0] == "Comp":
            (song,) = project.songs
            is_all = project.recordings is None
            judge_pieces([item.name for item in track.on(0)], song, is_all=is_all)
            comp = folder.findall("Track")[0]
            clips = other.clips(comp.get("id"))
            judge_pieces([clip.name for clip in clips], song, is_all=is_all)


def judge_pieces(names: list[str], song: SongRead, *, is_all: bool) -> None:
    """What a comp's pieces are called after is what the log's comp has; a recording may not reach so far."""
    choices = song.comp.comp.choices
    titles = {choice.section.title: choice.section.index for choice in choices}
    spans = {title: (index, index) for title, index in titles.items()}
    for first, begins in titles.items():
        spans |= {f"{first} - {last}": (begins, ends) for last, ends in titles.items()}
    found = Counter(
        (name.split(" ")[0], index)
        for name in names
        for begins, ends in [spans[name.split(" ", 1)[1]]]
        for index in range(begins, ends + 1)
    )
    wanted = Counter(
        (song.comp.take(choice.take_id).label, choice.section.index)
        for choice in choices
        if choice.take_id is not None
    )
    assert found <= wanted
    assert found == wanted or not is_all


def judge_report(day: EditedDay, read: SessionRead) -> None:
    """Hold the page against the day and its comps."""
    root = read_page(report_page(read, MADE, UTC))
    sheets = root.all("section", "sheet")
    assert [sheet.all("h2")[0].text for sheet in sheets] == day.titles
    for title, sheet, song in zip(day.titles, sheets, read.songs, strict=True):
        rows = sheet.all("table", "takes")[0].all("tr")[1:]
        for made, row in zip(day.of(title), rows, strict=True):
            judge_row(made, row)
        assert chosen_in(sheet) == {
            (song.comp.take(choice.take_id).label, choice.section.index)
            for choice in song.comp.comp.choices
            if choice.take_id is not None
        }
