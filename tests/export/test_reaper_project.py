"""REAPER projects as the rpp package reads them: lanes, the comp, audio, tempo, markers, to the sample."""

from __future__ import annotations

import io
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import rpp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.export.days import days
from tests.export.project_days import FADE_S, RAMPED, projects
from tests.export.read_rpp import read_rpp
from tests.export.two_takes import recorded, stacked_takes, with_second_piece

from countoff.core.section import Section
from countoff.core.tempo import Meter, Tempo
from countoff.core.tempo_map import TempoSpan
from countoff.export.before_tracking import OnePlace, StringOut, before_tracking
from countoff.export.content import Content
from countoff.export.reaper_project import write
from countoff.export.reaper_text import quoted
from countoff.export.timeline import Layout

if TYPE_CHECKING:
    from tests.export.made_days import MadeDay
    from tests.export.project_days import Project
    from tests.export.read_rpp import ReadProject, ReadTrack

    from countoff.core.song import Song
    from countoff.export.recordings.values import MatchedRecordings
    from countoff.export.timeline import Timeline

FLAGS = {"keeper": "KEEP", "fix_here": "FIX", "no_good": "NO GOOD", "marker": "MARK"}
# REAPER's lines follow a ramp as near as this, in quarter notes.
NEAR_QUARTERS = 0.003


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(days(), st.data())
def test_projects_agree_with_any_day(day: MadeDay, data: st.DataObject) -> None:
    """Each take lies on its lane, each recording, flag and section at its sample, and the comp as chosen."""
    for project in projects(day, data):
        found = read_rpp(project.written(write))
        assert found.rate_hz == project.rate_hz
        judge_tempo(found, project)
        judge_marks(found, project)
        assert {track.name for track in found.tracks} == {
            f"{name} {side}".strip() for name, side in project.seats()
        }
        for name, side in project.seats():
            (track,) = (track for track in found.tracks if track.name == f"{name} {side}".strip())
            assert track.pan == {"L": -1, "R": 1}.get(side, 0)
            judge_track(track, project, name, side)


def judge_track(track: ReadTrack, project: Project, name: str, side: str) -> None:
    """Hold a track against the takes, and its comp against what was chosen."""
    takes = project.takes
    if project.timeline.layout is Layout.STRUNG_OUT:
        in_order = sorted(takes, key=lambda take: project.timeline.take(take.id).start_frame)
        lanes, items = [], {take.id: item for take, item in zip(in_order, track.items, strict=True)}
    else:
        lanes = [f"{take.label} {take.name}".strip() for take in takes]
        has_comp = track.lanes[0] == "Comp"
        assert track.lanes[int(has_comp) :] == lanes
        assert len(track.playing) == 1
        items = {}
        for lane, take in enumerate(takes, start=int(has_comp)):
            (items[take.id],) = track.on(lane)
        if has_comp:
            assert track.playing == [0]
            judge_comp(track, project, name, side)
    for take in takes:
        item = items[take.id]
        assert item.name.replace("'", '"') == project.timeline.take(take.id).title.replace("'", '"')
        start, end, from_s = project.span(take, name, side)
        assert (item.start_frame, item.end_frame) == (start, end)
        placed = project.placed(take.id, name, side)
        if placed is None:
            assert item.file is None
        else:
            assert item.file == f"Kit & <friends>/{placed.recording.path}".replace("``", "'")
            assert from_s is not None
            assert abs(item.from_s - from_s) < 1e-9


def judge_comp(track: ReadTrack, project: Project, name: str, side: str) -> None:
    """Each piece comes from its take's own lane, cut before the section, and fades over what is before."""
    (song,) = project.songs
    chosen = [choice for choice in song.comp.comp.choices if choice.take_id is not None]
    takes = {take.id: take for take in project.takes}
    pieces = track.on(0)
    by_label = {take.label: take for take in takes.values()}
    given = [by_label[piece.name.split(" ")[0]] for piece in pieces]
    assert {take.id for take in given} <= {choice.take_id for choice in chosen}
    cuts = project.cuts()
    fade_frames = nearest_frame_of(FADE_S, project.rate_hz)
    firsts = {choice.section.title: choice.section.index for choice in chosen}
    for take, piece in zip(given, pieces, strict=True):
        start, end, from_s = project.span(take, name, side)
        if piece.fade_in_frames:
            cut_frame = cuts[firsts[_first(piece.name)]]
            assert (piece.fade_in_frames, piece.start_frame) == (fade_frames, cut_frame)
        assert piece.fade_out_frames in {0, fade_frames}
        lane = track.lanes.index(f"{take.label} {take.name}".strip())
        areas = [area for area in track.areas if area[:2] == (piece.start_frame, piece.end_frame)]
        assert all(area[2:] == (lane, 0) for area in areas)
        if from_s is not None and areas:
            assert start <= piece.start_frame < piece.end_frame <= end
            later_s = (piece.start_frame - start) / project.rate_hz
            assert abs(piece.from_s - from_s - later_s) < 1e-9
    for piece, after in pairwise(pieces):
        # Where a take did not come as far as the next piece there is a hole.
        assert piece.end_frame <= after.start_frame or (
            piece.end_frame - after.start_frame
            == piece.fade_out_frames
            == after.fade_in_frames
            == fade_frames
        )


def _first(name: str) -> str:
    """Return the first of the sections that a piece of the comp is called after: T3 Verse - Bridge."""
    return name.split(" ", 1)[1].split(" - ", maxsplit=1)[0]


def judge_marks(found: ReadProject, project: Project) -> None:
    """Every flag is a marker, every section a region, and both are where they were."""
    for take in project.takes:
        for flag in take.flags:
            first_s = take.start_s if take.music_s is None else take.music_s
            seconds = first_s if flag.seconds is None else flag.seconds
            words = f"{take.label} {FLAGS[flag.kind]}"
            assert any(
                frame == project.frame(take, seconds) and text.startswith(words)
                for frame, text in found.markers
            )
        for kind, seconds in take.incidents:
            said = f"{take.label} ! "
            assert any(
                frame == project.frame(take, seconds) and text.startswith(said)
                for frame, text in found.markers
            ), kind
        if project.timeline.layout is Layout.STRUNG_OUT:
            for section in project.timeline.take(take.id).sections:
                start, end = section.start_frame, max(section.end_frame, section.start_frame + 1)
                assert any(region[:2] == (start, end) for region in found.regions)
    if project.timeline.layout is Layout.STACKED:
        frames = [section.start_frame for section in project.timeline.songs[0].sections]
        assert [region[0] for region in found.regions] == frames


def judge_tempo(found: ReadProject, project: Project) -> None:
    """By REAPER's own tempo each meter begins on the bar line that it should."""
    timeline = project.timeline
    assert [meter for _, meter in found.meters] == [str(each.meter) for each in timeline.meters]
    for (at_s, _), change in zip(found.meters, timeline.meters, strict=True):
        assert abs(at_s - float(timeline.tempo_map.seconds_at_tick(change.tick))) < 1e-9
        assert abs(found.quarters_at(at_s) - change.tick / 960) < NEAR_QUARTERS


def nearest_frame_of(seconds: Fraction, rate_hz: int) -> int:
    """Return the frame next to a moment; of two, the later."""
    return int(seconds * rate_hz + Fraction(1, 2))


def empty(song: Song, way: StringOut | OnePlace) -> ReadProject:
    """Return the project to record a song into, as it is read back."""
    file = io.BytesIO()
    write(Content(before_tracking(song, way, 48_000), Path("/studio/Tide.RPP")), file)
    return read_rpp(file.getvalue())


def test_the_comp_is_cut_before_the_section_on_every_track(tmp_path: Path) -> None:
    """30 ms before it, with 5 ms in which both sound; all tracks at once, the comp alone plays."""
    timeline, read = stacked_takes(tmp_path)
    bar1 = timeline.takes[0].bar1_frame
    file = io.BytesIO()
    write(Content(timeline, Path("/x/y.RPP"), read, read.songs, recorded()), file)
    found = read_rpp(file.getvalue())
    assert [track.name for track in found.tracks] == ["Kick", "Snare"]
    for track in found.tracks:
        assert track.lanes == ["Comp", "T1", "T2"]
        assert track.playing == [0]
        assert [item.start_frame for item in track.on(1) + track.on(2)] == [bar1 - 192_007] * 2
        comp = track.on(0)
        assert [item.name for item in comp] == ["T1 Verse", "T2 Chorus", "T1 Outro"]
        cuts = [bar1 + 4 * 48_000 - 1440, bar1 + 8 * 48_000 - 1440]
        assert [item.start_frame for item in comp] == [bar1 - 192_000, *cuts]
        assert [item.end_frame for item in comp][:2] == [cut + 240 for cut in cuts]
        fades = [(item.fade_in_frames, item.fade_out_frames) for item in comp]
        assert fades == [(0, 240), (240, 240), (240, 0)]
        # What sounds is at every moment what the take's own lane has there.
        assert [round(item.from_s * 48_000) - item.start_frame for item in comp] == [
            192_007 - bar1
        ] * 3
        lanes = [area[2] for area in track.areas]
        assert lanes == [1, 2, 1]
        assert [item.file for item in comp] == [
            f"/studio/Kit & <friends>/{track.name} {number}.wav" for number in (1, 2, 1)
        ]
    kick, snare = found.tracks
    assert [item.group for item in kick.items] == [item.group for item in snare.items]
    assert len({item.group for item in kick.items}) == 5
    assert "Chorus: T2" in "\n".join(found.notes)


def comp_of(timeline: Timeline, recordings: MatchedRecordings) -> ReadTrack:
    """Return the first track of a project, as it is read back."""
    file = io.BytesIO()
    write(Content(timeline, Path("/x/y.RPP"), recordings=recordings), file)
    return read_rpp(file.getvalue()).tracks[0]


def test_another_pass_of_a_loop_sounds_from_where_it_was_played(tmp_path: Path) -> None:
    """A piece that lies elsewhere in its take has the sound from there, and is not linked with the lane."""
    timeline, _ = stacked_takes(tmp_path)
    bar1 = timeline.takes[0].bar1_frame
    cut = bar1 + 4 * 48_000 - 1440
    moved = with_second_piece(timeline, source_frame=cut + 96_000)
    track = comp_of(moved, recorded())
    item = track.on(0)[1]
    assert (item.start_frame, item.end_frame) == (cut, cut + 4 * 48_000 + 240)
    assert round(item.from_s * 48_000) == cut + 96_000 - bar1 + 192_007
    assert [area[2] for area in track.areas] == [1, 1]


def test_a_piece_ends_where_its_recording_does(tmp_path: Path) -> None:
    """What was not recorded is a hole, with no fade at it; a piece of which nothing was is not there."""
    timeline, _ = stacked_takes(tmp_path)
    bar1 = timeline.takes[0].bar1_frame
    late = comp_of(timeline, recorded(late_frames=6 * 48_000))
    assert [(item.name, item.start_frame, item.from_s) for item in late.on(0)] == [
        ("T2 Chorus", bar1 + 6 * 48_000, 0),
        ("T1 Outro", bar1 + 8 * 48_000 - 1440, 1.97),
    ]
    assert [item.fade_in_frames for item in late.on(0)] == [0, 240]
    short = comp_of(timeline, recorded(late_frames=0, length_frames=5 * 48_000))
    assert [(item.name, item.end_frame) for item in short.on(0)] == [
        ("T1 Verse", bar1 + 4 * 48_000 - 1440 + 240),
        ("T2 Chorus", bar1 + 5 * 48_000),
    ]
    assert [item.fade_out_frames for item in short.on(0)] == [240, 0]


def test_an_empty_project_has_bars_sections_and_places() -> None:
    """Before tracking: a ramp to its end, the meters, the sections at each place, where takes go to."""
    found = empty(RAMPED, StringOut(3, Fraction(1, 2)))
    assert found.tracks == []
    names = [name for _, name in found.markers]
    assert names == [f"Take {n}{part}" for n in (1, 2, 3) for part in ("", " bar 1")]
    bar1 = [frame for frame, name in found.markers if name.endswith("bar 1")]
    starts = [start for start, _, name in found.regions if name == "Verse"]
    assert starts == bar1
    assert [name for _, _, name in found.regions] == ["Verse", "Break", "Chorus"] * 3
    for start, _, name in found.regions:
        tempo = {"Verse": 96, "Break": 120, "Chorus": 130}[name]
        assert any(
            abs(at_s * 48_000 - start) <= 1 and abs(told - tempo) < 1e-9
            for at_s, told, _ in found.points
        )
    assert [meter for _, meter in found.meters if meter == "7/8"] == ["7/8"] * 3


def test_a_ramp_is_straight_lines_that_end_where_it_does() -> None:
    """Between 96 and 120 the tempo only rises, and each bar line is where the song has it."""
    found = empty(RAMPED, OnePlace(Fraction(10)))
    (start,) = (start for start, _, name in found.regions if name == "Verse")
    (end,) = (start for start, _, name in found.regions if name == "Break")
    inside = [tempo for at_s, tempo, _ in found.points if start <= round(at_s * 48_000) <= end]
    assert inside == sorted(inside)
    assert (inside[0], inside[-1]) == (96, 120)
    played = RAMPED.tempo_map
    for bar in range(5):
        at_s = 10 + float(played.seconds_at_tick(bar * 3840))
        beats = found.quarters_at(at_s) - found.quarters_at(10.0)
        assert abs(beats - 4 * bar) < 1e-4


def test_an_empty_project_of_a_song_without_ramps_has_a_tempo_a_section() -> None:
    """Nothing is added to what the song says: a point for each tempo, and one for what is before."""
    slow = Section("Break", 3, (TempoSpan(0, Tempo(Fraction(100))),), Meter(7, 8))
    steady = replace(RAMPED, sections=(slow, RAMPED.sections[2]))
    found = empty(steady, OnePlace(Fraction(10)))
    assert [tempo for _, tempo, _ in found.points][-2:] == [100, 130]
    assert len(found.points) <= 3


@given(st.text())
def test_any_name_is_one_word_of_one_line(name: str) -> None:
    """Whatever people call a take, the project stays well formed, and nothing is lost but line ends."""
    root = rpp.loads(f"<A\n  NAME {quoted(name)} 7\n>\n")
    read = root.find("NAME")
    assert len(read) == 3
    assert read[2] == "7"
    assert len(read[1]) == len(name)
