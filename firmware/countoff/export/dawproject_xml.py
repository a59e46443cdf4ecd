"""What a DAWproject file says, as XML: tracks, clips, markers, tempo and meters. Pure.

Every element that may have an id has one: there are readers that refuse a file without them. Places are
in quarter notes, as every program writes them; what is inside a recording is in seconds.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from fractions import Fraction
from typing import TYPE_CHECKING

from countoff import __version__
from countoff.core.tempo import TICKS_PER_QUARTER
from countoff.core.tempo_map import LinearIn
from countoff.export.beat_places import BeatPlaces
from countoff.export.line_text import one_line
from countoff.export.project_markers import COLOURS, project_markers, project_regions
from countoff.export.project_notes import project_notes, take_notes
from countoff.export.tempo_lines import tempo_lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from countoff.export.daw_tracks import DawTrack, Item, Sound
    from countoff.export.project_markers import Sort
    from countoff.export.tempo_lines import TempoPoint
    from countoff.export.timeline import Timeline

_TEMPO, _METER, _MASTER = "tempo", "meter", "master"
_BEATS, _SECONDS = "beats", "seconds"
_PANS = {-1: 0.0, 0: 0.5, 1: 1.0}
_MONO, _STEREO = "1", "2"


def project_xml(
    timeline: Timeline, tracks: Sequence[DawTrack], paths: Mapping[Path, str]
) -> ET.Element:
    """Return the project; `paths` says where in the file each recording lies."""
    project = ET.Element("Project", version="1.0")
    ET.SubElement(project, "Application", name="Countoff", version=__version__)
    _add_transport(project, timeline)
    structure = ET.SubElement(project, "Structure")
    arrangement = ET.SubElement(project, "Arrangement", id="arrangement")
    lanes = ET.SubElement(arrangement, "Lanes", id="lanes", timeUnit=_BEATS)
    points = tempo_lines(timeline.tempo_map, LinearIn.BEATS, up_to_tick=timeline.end_tick)
    places = BeatPlaces(points, timeline.rate_hz)
    drawing = _Drawing(timeline, places, (structure, lanes), paths)
    for number, track in enumerate(tracks, start=1):
        drawing.add_track(track, number)
    drawing.add_master()
    _add_markers(arrangement, timeline, places)
    _add_tempo(arrangement, timeline, points)
    ET.SubElement(project, "Scenes")
    return project


def metadata_xml(timeline: Timeline) -> ET.Element:
    """Return what is said of the project."""
    metadata = ET.Element("MetaData")
    ET.SubElement(metadata, "Title").text = one_line(timeline.title)
    said = "\n".join(one_line(line) for line in project_notes(timeline))
    ET.SubElement(metadata, "Comment").text = said
    return metadata


def _add_transport(project: ET.Element, timeline: Timeline) -> None:
    transport = ET.SubElement(project, "Transport")
    tempo = float(timeline.tempo_map.stretches[0].tempo.quarters_per_minute)
    first = timeline.meters[0].meter
    ET.SubElement(transport, "Tempo", id=_TEMPO, name="Tempo", unit="bpm", value=repr(tempo))
    ET.SubElement(
        transport,
        "TimeSignature",
        id=_METER,
        numerator=str(first.beats_per_bar),
        denominator=str(first.note_value),
    )


class _Drawing:
    """Puts tracks into the structure, and what lies on them into the arrangement."""

    def __init__(
        self,
        timeline: Timeline,
        places: BeatPlaces,
        into: tuple[ET.Element, ET.Element],
        paths: Mapping[Path, str],
    ) -> None:
        self._timeline = timeline
        self._places = places
        self._structure, self._lanes = into
        self._paths = paths

    def add_track(self, track: DawTrack, number: int) -> None:
        """Add a microphone: one track, or a folder with one for each of its lanes."""
        key = f"track-{number}"
        if len(track.lanes) == 1:
            self._add_lane(self._structure, track, key, 0, _MASTER)
            return
        folder = ET.SubElement(
            self._structure, "Track", id=key, name=one_line(track.title), contentType="tracks"
        )
        self._add_channel(folder, key, _STEREO, role="submix", into=_MASTER)
        for index in range(len(track.lanes)):
            self._add_lane(folder, track, f"{key}-{index}", index, key)

    def add_master(self) -> None:
        """Add where all of it is mixed."""
        master = ET.SubElement(
            self._structure, "Track", id=_MASTER, name="Master", contentType="audio notes"
        )
        self._add_channel(master, _MASTER, _STEREO, role="master", into=None)

    def _add_lane(
        self, parent: ET.Element, laid: DawTrack, key: str, index: int, into: str
    ) -> None:
        lane = laid.lanes[index]
        is_only = len(laid.lanes) == 1
        title = laid.title if is_only else f"{laid.title} {lane.title}"
        sounds = [item.sound.recording.channels for item in lane.items if item.sound]
        channels = str(max(sounds)) if sounds else _MONO
        track = ET.SubElement(
            parent, "Track", id=key, name=one_line(title), contentType="audio", loaded="true"
        )
        self._add_channel(track, key, channels, role="regular", into=into, side=laid.side)
        lanes = ET.SubElement(self._lanes, "Lanes", id=f"{key}-lanes", track=key)
        clips = ET.SubElement(lanes, "Clips", id=f"{key}-clips")
        for order, item in enumerate(lane.items):
            self._add_clip(clips, item, f"{key}-{order}", plays=lane.plays)

    def _add_channel(
        self,
        track: ET.Element,
        key: str,
        channels: str,
        *,
        role: str,
        into: str | None,
        side: int = 0,
    ) -> None:
        channel = ET.SubElement(
            track, "Channel", id=f"{key}-channel", role=role, audioChannels=channels
        )
        if into is not None:
            channel.set("destination", f"{into}-channel")
        ET.SubElement(channel, "Mute", id=f"{key}-mute", name="Mute", value="false")
        ET.SubElement(
            channel,
            "Pan",
            id=f"{key}-pan",
            name="Pan",
            unit="normalized",
            min="0.0",
            max="1.0",
            value=repr(_PANS[side]),
        )
        ET.SubElement(
            channel,
            "Volume",
            id=f"{key}-volume",
            name="Volume",
            unit="linear",
            min="0.0",
            max="2.0",
            value="1.0",
        )

    def _add_clip(self, clips: ET.Element, item: Item, key: str, *, plays: bool) -> None:
        # Where it fades in over what is before it, that is said by a negative time: from the end of the
        # fade on the clip is alone.
        begins_frame = item.start_frame + item.fade_in_frames
        beats = self._places.quarters_at_frame(begins_frame)
        until = self._places.quarters_at_frame(item.end_frame)
        clip = ET.SubElement(
            clips,
            "Clip",
            name=one_line(item.title),
            time=repr(beats),
            duration=repr(until - beats),
            contentTimeUnit=_SECONDS,
            fadeTimeUnit=_SECONDS,
            fadeInTime=repr(-self._seconds(item.fade_in_frames)),
            fadeOutTime=repr(self._seconds(item.fade_out_frames)),
            enable="true" if plays else "false",
        )
        said = "; ".join(take_notes(self._timeline.take(item.take_id)))
        if said:
            clip.set("comment", one_line(said))
        if item.sound is None:
            clip.set("playStart", "0.0")
            ET.SubElement(clip, "Clips", id=f"{key}-content")
            return
        from_s = item.sound.from_s + Fraction(item.fade_in_frames, self._timeline.rate_hz)
        clip.set("playStart", repr(float(from_s)))
        self._add_sound(clip, item.sound, f"{key}-content")

    def _add_sound(self, clip: ET.Element, sound: Sound, key: str) -> None:
        recording = sound.recording
        audio = ET.SubElement(
            clip,
            "Audio",
            id=key,
            timeUnit=_SECONDS,
            duration=repr(recording.length_s),
            sampleRate=str(recording.rate_hz),
            channels=str(recording.channels),
        )
        ET.SubElement(audio, "File", path=self._paths[sound.path], external="false")

    def _seconds(self, frames: int) -> float:
        return frames / self._timeline.rate_hz


def _add_markers(arrangement: ET.Element, timeline: Timeline, places: BeatPlaces) -> None:
    """Add what is of one moment, and where takes and sections begin: there are no regions."""
    points = [
        *((mark.frame, mark.title, mark.sort) for mark in project_markers(timeline)),
        *((mark.start_frame, mark.title, mark.sort) for mark in project_regions(timeline)),
    ]
    if not points:
        return
    markers = ET.SubElement(arrangement, "Markers", id="markers", timeUnit=_BEATS)
    for frame, title, sort in sorted(points, key=lambda point: point[0]):
        ET.SubElement(
            markers,
            "Marker",
            time=repr(places.quarters_at_frame(frame)),
            name=one_line(title),
            color=_colour(sort),
        )


def _add_tempo(arrangement: ET.Element, timeline: Timeline, points: Sequence[TempoPoint]) -> None:
    tempos = ET.SubElement(arrangement, "TempoAutomation", id="tempos", unit="bpm", timeUnit=_BEATS)
    ET.SubElement(tempos, "Target", parameter=_TEMPO)
    for point in points:
        ET.SubElement(
            tempos,
            "RealPoint",
            time=repr(point.tick / TICKS_PER_QUARTER),
            value=repr(point.quarters_per_minute),
            interpolation="linear" if point.moves else "hold",
        )
    meters = ET.SubElement(arrangement, "TimeSignatureAutomation", id="meters", timeUnit=_BEATS)
    ET.SubElement(meters, "Target", parameter=_METER)
    for change in timeline.meters:
        ET.SubElement(
            meters,
            "TimeSignaturePoint",
            time=repr(change.tick / TICKS_PER_QUARTER),
            numerator=str(change.meter.beats_per_bar),
            denominator=str(change.meter.note_value),
        )


def _colour(sort: Sort) -> str:
    return "#{:02x}{:02x}{:02x}".format(*COLOURS[sort])
