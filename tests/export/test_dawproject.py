"""DAWproject files against their schema, and what they say against any day, to the sample.

The schema is that of bitwig/dawproject on GitHub, at commit 1758788157ae; see its LICENSE beside it.
"""

from __future__ import annotations

import io
import math
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZIP_STORED, ZipFile

import numpy as np
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from tests.export.days import days
from tests.export.drawn_recordings import matched, recording
from tests.export.project_days import PATH, RAMPED, projects
from tests.export.two_takes import recorded, stacked_takes

from countoff.export.before_tracking import StringOut, before_tracking
from countoff.export.content import Content
from countoff.export.daw_tracks import DawTrack, Item, Lane, Sound, daw_tracks
from countoff.export.dawproject import packed_paths, write
from countoff.export.dawproject_xml import metadata_xml, project_xml
from countoff.export.recordings.values import (
    BarOneFrom,
    MatchedTake,
    PlacedRecording,
    TakeTrack,
)
from countoff.export.timeline import Layout

if TYPE_CHECKING:
    from tests.export.made_days import MadeDay
    from tests.export.project_days import Project

    from countoff.export.timeline import Timeline

SCHEMAS = Path(__file__).parent / "dawproject_schema"
PROJECT = etree.XMLSchema(file=str(SCHEMAS / "Project.xsd"))
METADATA = etree.XMLSchema(file=str(SCHEMAS / "MetaData.xsd"))
# How far a ramp may lead a bar line astray that nobody plays.
FARTHEST_S = 50e-6
# What may have an id, by the schema's types that are referenceable.
REFERENCEABLE = {
    "Arrangement", "Audio", "Channel", "Clips", "Lanes", "Markers", "Mute", "Pan", "Tempo",
    "TempoAutomation", "TimeSignature", "TimeSignatureAutomation", "Track", "Volume",
}  # fmt: skip


@dataclass
class ReadClip:
    """A clip as it stands there: where it can be heard from, with its fade in, and where it ends."""

    name: str
    start_frame: int
    end_frame: int
    from_s: float
    plays: bool
    file: str | None
    fade_in_s: float


class ReadProject:
    """A project as a program reads it: tempo straight along the beats, frames of `rate_hz`."""

    def __init__(self, root: etree._Element, rate_hz: int) -> None:
        """Hold it against the schema and see that all has an id."""
        PROJECT.assertValid(root)
        for element in root.iter():
            assert element.tag not in REFERENCEABLE or element.get("id"), element.tag
        self.root, self.rate_hz = root, rate_hz
        self.points = [
            (float(point.get("time")), float(point.get("value")), point.get("interpolation"))
            for point in root.findall("Arrangement/TempoAutomation/RealPoint")
        ]
        self._seconds = [0.0]
        for (at, tempo, way), (to, to_tempo, _) in pairwise(self.points):
            end = to_tempo if way == "linear" else tempo
            self._seconds.append(self._seconds[-1] + self._line_s(to - at, tempo, end))

    def seconds_at(self, quarters: float) -> float:
        """Return when a place in quarter notes comes."""
        number = max(n for n, point in enumerate(self.points) if n == 0 or point[0] <= quarters)
        at, tempo, way = self.points[number]
        end = tempo
        if way == "linear":
            to, to_tempo, _ = self.points[number + 1]
            end += (to_tempo - tempo) * (quarters - at) / (to - at)
        return self._seconds[number] + self._line_s(quarters - at, tempo, end)

    def frame(self, quarters: str | float, later_s: float = 0.0) -> int:
        """Return the frame of so much after a place in quarter notes."""
        return math.floor((self.seconds_at(float(quarters)) + later_s) * self.rate_hz + 0.5)

    @staticmethod
    def _line_s(quarters: float, tempo: float, end: float) -> float:
        if abs(end - tempo) < 1e-7 * tempo:
            return quarters * 120 / (tempo + end)
        return quarters * 60 * math.log(end / tempo) / (end - tempo)

    @property
    def markers(self) -> list[tuple[int, str]]:
        """Return frame and name of each marker."""
        return [
            (self.frame(marker.get("time")), marker.get("name"))
            for marker in self.root.iterfind("Arrangement/Markers/Marker")
        ]

    def clips(self, track_id: str) -> list[ReadClip]:
        """Return what lies on a track."""
        found = []
        for clip in self.root.iterfind(f".//Lanes[@track='{track_id}']/Clips/Clip"):
            begins, fade_s = float(clip.get("time")), float(clip.get("fadeInTime"))
            file = clip.find("Audio/File")
            assert (clip.get("contentTimeUnit"), clip.get("fadeTimeUnit")) == ("seconds", "seconds")
            assert fade_s <= 0
            assert len(clip) == 1
            found.append(
                ReadClip(
                    clip.get("name"),
                    self.frame(begins, fade_s),
                    self.frame(begins + float(clip.get("duration"))),
                    float(clip.get("playStart")) + fade_s,
                    clip.get("enable") == "true",
                    None if file is None else file.get("path"),
                    -fade_s,
                )
            )
        return found


def laid_out(timeline: Timeline, tracks: tuple[DawTrack, ...]) -> ET.Element:
    """Return the project's XML with its recordings packed; no file is opened."""
    return project_xml(timeline, tracks, packed_paths(tracks))


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(days(), st.data())
def test_projects_agree_with_any_day(day: MadeDay, data: st.DataObject) -> None:
    """Each take has a track of its own, disabled where the comp plays; all is valid and to the sample."""
    for project in projects(day, data):
        timeline = project.timeline
        tracks = daw_tracks(timeline, project.recordings)
        root = etree.fromstring(_bytes(laid_out(timeline, tracks)))
        METADATA.assertValid(etree.fromstring(_bytes(metadata_xml(timeline))))
        found = ReadProject(root, project.rate_hz)
        judge_marks(found, project)
        judge_meters(found, project)
        folders = root.findall("Structure/Track")
        assert [track.get("id") for track in folders][-1] == "master"
        for folder, (name, side) in zip(folders[:-1], _in_order(project), strict=True):
            assert folder.get("name") == f"{name} {side}".strip()
            judge_folder(found, folder, project, (name, side))


def judge_folder(
    found: ReadProject, folder: etree._Element, project: Project, seat: tuple[str, str]
) -> None:
    """Hold what is on a microphone's tracks against its takes."""
    takes = project.takes
    inside = folder.findall("Track")
    if not inside:
        clips = found.clips(folder.get("id"))
        if project.timeline.layout is Layout.STRUNG_OUT:
            takes = sorted(takes, key=lambda take: project.timeline.take(take.id).start_frame)
        assert all(clip.plays for clip in clips)
    else:
        has_comp = inside[0].get("name").endswith(" Comp")
        comp = found.clips(inside[0].get("id")) if has_comp else []
        assert all(clip.plays for clip in comp)
        for clip, after in pairwise(comp):
            overlap = clip.end_frame - after.start_frame
            assert overlap <= 0 or overlap == round(after.fade_in_s * project.rate_hz)
        clips = [clip for track in inside[int(has_comp) :] for clip in found.clips(track.get("id"))]
        assert sum(clip.plays for clip in clips) == (0 if has_comp else 1)
    for take, clip in zip(takes, clips, strict=True):
        start, end, from_s = project.span(take, *seat)
        assert clip.name == project.timeline.take(take.id).title
        assert (clip.start_frame, clip.end_frame) == (start, end)
        assert (clip.file is None) is (from_s is None)
        if from_s is not None:
            assert abs(clip.from_s - from_s) < 1e-9


def judge_marks(found: ReadProject, project: Project) -> None:
    """Every flag and every section is a marker where it is."""
    markers = found.markers
    for take in project.timeline.takes:
        for flag in take.flags:
            assert any(
                frame == flag.frame and name.startswith(take.label) for frame, name in markers
            )
    for song in project.timeline.songs:
        for section in song.sections:
            assert (section.start_frame, section.label) in markers


def judge_meters(found: ReadProject, project: Project) -> None:
    """Each meter is on its beat, and that beat comes when it should."""
    points = found.root.findall("Arrangement/TimeSignatureAutomation/TimeSignaturePoint")
    for point, change in zip(points, project.timeline.meters, strict=True):
        assert f"{point.get('numerator')}/{point.get('denominator')}" == str(change.meter)
        assert float(point.get("time")) * 960 == change.tick
        at_s = float(project.timeline.tempo_map.seconds_at_tick(change.tick))
        assert abs(found.seconds_at(change.tick / 960) - at_s) < FARTHEST_S


def _in_order(project: Project) -> list[tuple[str, str]]:
    names = ["Takes", *(() if project.recordings is None else project.recordings.track_names)]
    return sorted(project.seats(), key=lambda seat: (names.index(seat[0]), seat[1]))


def _bytes(root: ET.Element) -> bytes:
    return ET.tostring(root, encoding="UTF-8", xml_declaration=True)


def test_recordings_are_inside_as_they_were(tmp_path: Path) -> None:
    """A program finds them under the names that the project has, two of one name as well, and unchanged."""
    timeline, read = stacked_takes(tmp_path)
    folder = tmp_path / "recorded"
    placed = []
    for number, name in enumerate(("a/Kick.wav", "b/kick.wav"), start=1):
        path = folder / name
        path.parent.mkdir(parents=True)
        soundfile.write(path, np.full(48_000, number / 10), 48_000, subtype="PCM_24")
        placed.append((name, path.read_bytes()))
    tracks = tuple(
        TakeTrack(
            f"Kick {number}",
            (PlacedRecording(recording(name, 48_000, 48_000), -4_800),),
        )
        for number, (name, _) in enumerate(placed)
    )
    found = matched([MatchedTake("take1", "P1", tracks, BarOneFrom.ANSWER, 20)], folder)
    file = io.BytesIO()
    write(Content(timeline, PATH, read, read.songs, found), file)
    with ZipFile(file) as packed:
        assert packed.namelist()[:2] == ["project.xml", "metadata.xml"]
        root = etree.fromstring(packed.read("project.xml"))
        PROJECT.assertValid(root)
        METADATA.assertValid(etree.fromstring(packed.read("metadata.xml")))
        paths = {each.get("path") for each in root.iter("File")}
        assert {each.get("external") for each in root.iter("File")} == {"false"}
        assert sorted(paths) == sorted(packed.namelist()[2:])
        assert sorted(packed.read(path) for path in paths) == sorted(data for _, data in placed)
        assert {info.compress_type for info in packed.infolist()[2:]} == {ZIP_STORED}
        (audio, *_) = root.iter("Audio")
        assert (audio.get("sampleRate"), float(audio.get("duration"))) == ("48000", 1.0)


def test_the_comp_fades_over_what_is_before_it(tmp_path: Path) -> None:
    """A piece begins with its fade, 5 ms before it is alone, and sounds from there as its take does."""
    timeline, _ = stacked_takes(tmp_path)
    bar1 = timeline.takes[0].bar1_frame
    tracks = daw_tracks(timeline, recorded())
    found = ReadProject(etree.fromstring(_bytes(laid_out(timeline, tracks))), 48_000)
    kick = found.root.find("Structure/Track")
    assert [track.get("name") for track in kick.findall("Track")] == [
        "Kick Comp", "Kick T1", "Kick T2",
    ]  # fmt: skip
    comp, first, second = (found.clips(track.get("id")) for track in kick.findall("Track"))
    assert [clip.name for clip in comp] == ["T1 Verse", "T2 Chorus", "T1 Outro"]
    cuts = [bar1 + 4 * 48_000 - 1440, bar1 + 8 * 48_000 - 1440]
    assert [clip.start_frame for clip in comp] == [bar1 - 192_000, *cuts]
    assert [clip.end_frame for clip in comp][:2] == [cut + 240 for cut in cuts]
    assert [clip.fade_in_s for clip in comp] == [0, 0.005, 0.005]
    sounds_at = [round(clip.from_s * 48_000) - clip.start_frame for clip in comp]
    assert sounds_at == [192_007 - bar1] * 3
    assert [clip.plays for clip in (*first, *second)] == [False, False]
    assert [clip.file for clip in comp] == [f"audio/Kick {number}.wav" for number in (1, 2, 1)]


def test_the_same_project_is_the_same_file() -> None:
    """Written twice, not a byte differs: so two exports can be compared."""
    content = Content(before_tracking(RAMPED, StringOut(2, Fraction(1)), 48_000), PATH)
    first, second = io.BytesIO(), io.BytesIO()
    write(content, first)
    write(content, second)
    assert first.getvalue() == second.getvalue()


def test_an_empty_project_has_tempo_meters_sections_and_places() -> None:
    """Before tracking: a ramp as one line, which it is along the beats, and no track but the master."""
    timeline = before_tracking(RAMPED, StringOut(2, Fraction(1)), 48_000)
    file = io.BytesIO()
    assert write(Content(timeline, PATH), file) == []
    with ZipFile(file) as packed:
        found = ReadProject(etree.fromstring(packed.read("project.xml")), 48_000)
    assert [each.get("name") for each in found.root.findall("Structure/Track")] == ["Master"]
    bar1 = [frame for frame, name in found.markers if name.endswith("bar 1")]
    assert bar1 == [place.bar1_frame for place in timeline.places]
    assert [frame for frame, name in found.markers if name == "Verse"] == bar1
    ramps = [
        (tempo, to_tempo)
        for (_, tempo, way), (_, to_tempo, _) in pairwise(found.points)
        if way == "linear"
    ]
    assert ramps == [(96, 120)] * 2
    meters = found.root.findall("Arrangement/TimeSignatureAutomation/TimeSignaturePoint")
    assert [meter.get("numerator") for meter in meters].count("7") == 2


def test_files_of_one_name_get_names_of_their_own() -> None:
    """Names that some file systems take for the same do not meet in the zip."""

    def track(path: str) -> DawTrack:
        sound = Sound(recording(path, 48_000, 1), Path(path), Fraction(0))
        item = Item("t", "T1", 0, 1, sound, 1)
        return DawTrack("x", 0, (Lane("T1", "t", plays=True, items=(item, item)),))

    paths = packed_paths([track("/a/X.wav"), track("/b/x.WAV"), track("/c/X.wav")])
    assert len(paths) == 3
    assert len({name.casefold() for name in paths.values()}) == 3
    assert all(name.startswith("audio/") for name in paths.values())
