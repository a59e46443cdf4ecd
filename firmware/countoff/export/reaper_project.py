"""A REAPER project: takes in fixed lanes under the comp, tempo with ramps, meters, markers and regions. Pure.

Fixed lanes are of REAPER 7. All that is cut is cut on all tracks together: what belongs together is one
group. The comp's areas are linked with the lanes that they come from, as REAPER's own comping has them.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Final

from countoff.core.tempo_map import LinearIn
from countoff.export.daw_tracks import daw_tracks
from countoff.export.project_markers import COLOURS, project_markers, project_regions
from countoff.export.project_notes import project_notes, take_notes
from countoff.export.reaper_text import Chunk, guid, number, quoted
from countoff.export.tempo_lines import tempo_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from countoff.export.content import Content
    from countoff.export.daw_tracks import DawTrack, Item, Lane, Sound
    from countoff.export.project_markers import Sort
    from countoff.export.timeline import Timeline

_VERSION: Final = '"7.0"'
_STRAIGHT, _HELD = "0", "1"
_SETS_METER: Final = "1"
_FIXED_LANES: Final = "2"
_LANES_IN_A_WORD, _LANE_WORDS = 32, 8
# A quarter of a sine: what fades out and what fades in add up to the same loudness.
_EVEN_FADE: Final = "1"
_COLOUR_IS_SET: Final = 0x1000000
# A little less than half a frame: what is written so is still nearest to its own.
_NEAREST_FRAMES: Final = Fraction(499, 1000)


def write(content: Content, file: BinaryIO) -> Sequence[str]:
    """Write the project."""
    timeline = content.timeline
    tracks = daw_tracks(timeline, content.recordings)
    file.write(_project(timeline, tracks, content.path.parent).text().encode())
    return tuple(_remarks(content, tracks))


def _remarks(content: Content, tracks: Sequence[DawTrack]) -> Iterator[str]:
    ramps = [stretch for stretch in content.timeline.tempo_map.stretches if stretch.is_ramp]
    if any(ramp.span.linear_in is LinearIn.BEATS for ramp in ramps):
        yield "REAPER's tempo moves evenly in time: a ramp that moves evenly along the beats is short lines there."
    if any(_is_laned(track) for track in tracks):
        yield "It needs REAPER 7 or later, for its lanes."
    if tracks and content.recordings is None:
        yield "There is no audio in it: items stand for the takes, and name them."
    elif any(Path(file).is_absolute() for file in _files(tracks, content.path.parent)):
        yield "It names recordings by their whole path: on another computer REAPER asks where they are."


def _files(tracks: Sequence[DawTrack], folder: Path) -> Iterator[str]:
    for track in tracks:
        for item in (item for lane in track.lanes for item in lane.items):
            if item.sound is not None:
                yield _path(item.sound, folder)


def _project(timeline: Timeline, tracks: Sequence[DawTrack], folder: Path) -> Chunk:
    project = Chunk("REAPER_PROJECT", "0.1", _VERSION, "0")
    notes = Chunk("NOTES", "0", "2")
    notes.note("\n".join(project_notes(timeline)))
    project.chunk(notes)
    # Time, not beats: what was recorded stays where it is when somebody moves the tempo.
    project.line("TIMELOCKMODE", "0")
    project.line("SAMPLERATE", str(timeline.rate_hz), "1", "0")
    first = timeline.meters[0].meter
    tempo = timeline.tempo_map.stretches[0].tempo.quarters_per_minute
    project.line("TEMPO", number(tempo), str(first.beats_per_bar), str(first.note_value))
    project.chunk(_tempo(timeline))
    if timeline.bar1_tick is not None:
        project.line("CURSOR", _moment(timeline, timeline.frame_at_tick(timeline.bar1_tick)))
    _add_markers(project, timeline)
    for track in tracks:
        project.chunk(_track(timeline, track, folder))
    return project


def _tempo(timeline: Timeline) -> Chunk:
    """Return the tempo map: seconds, quarter notes a minute, straight or held, a meter where one begins."""
    tempo = Chunk("TEMPOENVEX")
    tempo.line("EGUID", guid(timeline.title, "tempo"))
    tempo.line("ACT", "1", "-1")
    tempo.line("VIS", "1", "0", "1")
    tempo.line("LANEHEIGHT", "0", "0")
    tempo.line("ARM", "0")
    tempo.line("DEFSHAPE", "1", "-1", "-1")
    meters = {change.tick: change.meter for change in timeline.meters}
    for point in tempo_lines(
        timeline.tempo_map, LinearIn.TIME, up_to_tick=timeline.end_tick, also_at=meters
    ):
        meter = meters.get(point.tick)
        words = [
            "PT", number(point.seconds), number(point.quarters_per_minute),
            _STRAIGHT if point.moves else _HELD,
        ]  # fmt: skip
        if meter is not None:
            words += [str(meter.note_value << 16 | meter.beats_per_bar), "0", _SETS_METER]
        tempo.line(*words)
    return tempo


def _add_markers(project: Chunk, timeline: Timeline) -> None:
    """Add the markers, and the regions, which are two lines each; the two are numbered apart."""
    for index, marker in enumerate(project_markers(timeline), start=1):
        project.line(
            "MARKER", str(index), _moment(timeline, marker.frame), quoted(marker.title), "0",
            _colour(marker.sort), "1", "R", guid("marker", marker.id), "0",
        )  # fmt: skip
    for index, region in enumerate(project_regions(timeline), start=1):
        project.line(
            "MARKER", str(index), _moment(timeline, region.start_frame), quoted(region.title),
            "1", _colour(region.sort), "1", "R", guid("region", region.id), "0",
        )  # fmt: skip
        project.line("MARKER", str(index), _moment(timeline, region.end_frame), '""', "1")


def _track(timeline: Timeline, laid: DawTrack, folder: Path) -> Chunk:
    track_id = guid("track", timeline.title, laid.title)
    track = Chunk("TRACK", track_id)
    track.line("NAME", quoted(laid.title))
    track.line("VOLPAN", "1", str(laid.side), "-1", "-1", "1")
    is_laned = _is_laned(laid)
    if is_laned:
        _add_lanes(track, laid.lanes)
    track.line("NCHAN", "2")
    track.line("TRACKID", track_id)
    track.line("MAINSEND", "1", "0")
    if is_laned:
        track.line("ITEMLANES", str(len(laid.lanes)))
        _add_areas(track, timeline, laid.lanes)
    for index, lane in enumerate(laid.lanes):
        for order, item in enumerate(lane.items):
            made = _item(timeline, item, (track_id, index, order))
            if is_laned:
                made.line("YPOS", _share(index, len(laid.lanes)), _share(1, len(laid.lanes)), "2")
            _add_source(made, item, folder, (track_id, index, order))
            track.chunk(made)
    return track


def _is_laned(laid: DawTrack) -> bool:
    return laid.lanes[0].take_id is not None or len(laid.lanes) > 1


def _add_lanes(track: Chunk, lanes: Sequence[Lane]) -> None:
    """Add how many lanes there are, which of them plays, and what they are called."""
    track.line("FREEMODE", _FIXED_LANES)
    # Big lanes, of which REAPER removes none.
    track.line("FIXEDLANES", "8", "0", "0", "0", "0")
    words = [0] * _LANE_WORDS
    for index, lane in enumerate(lanes):
        if lane.plays and index < _LANES_IN_A_WORD * _LANE_WORDS:
            words[index // _LANES_IN_A_WORD] |= 1 << index % _LANES_IN_A_WORD
    track.line("LANESOLO", *(str(word) for word in words))
    if lanes[0].take_id is None:
        # No lane records, and the first is the one that is comped in.
        track.line("LANEREC", "-1", "0", "-1")
    track.line("LANENAME", *(quoted(lane.title) for lane in lanes))


def _add_areas(track: Chunk, timeline: Timeline, lanes: Sequence[Lane]) -> None:
    """Link the pieces of the comp with the lanes that they come from.

    A piece from another pass of a loop lies elsewhere in its own lane: that cannot be linked.
    """
    if lanes[0].take_id is not None:
        return
    of_take = {lane.take_id: index for index, lane in enumerate(lanes)}
    for item in lanes[0].items:
        if item.is_moved:
            continue
        track.line(
            "LINKEDLANE", _seconds(timeline, item.start_frame), _seconds(timeline, item.end_frame),
            str(of_take[item.take_id]), "0", "-1", _seconds(timeline, item.fade_in_frames),
            _seconds(timeline, item.fade_out_frames),
        )  # fmt: skip


def _item(timeline: Timeline, item: Item, place: tuple[object, ...]) -> Chunk:
    chunk = Chunk("ITEM")
    length_frames = item.end_frame - item.start_frame
    chunk.line("POSITION", _seconds(timeline, item.start_frame))
    chunk.line("SNAPOFFS", "0")
    chunk.line("LENGTH", _seconds(timeline, length_frames))
    chunk.line("LOOP", "0")
    chunk.line("ALLTAKES", "0")
    for word, frames in (("FADEIN", item.fade_in_frames), ("FADEOUT", item.fade_out_frames)):
        chunk.line(word, _EVEN_FADE, _seconds(timeline, frames), "0", _EVEN_FADE, "0", "0", "0")
    chunk.line("MUTE", "0", "0")
    chunk.line("SEL", "0")
    chunk.line("GROUP", str(item.group))
    chunk.line("IGUID", guid("item", *place))
    said = take_notes(timeline.take(item.take_id))
    if said:
        notes = Chunk("NOTES")
        notes.note("\n".join((item.title, *said)))
        chunk.chunk(notes)
        chunk.line("IMGRESOURCEFLAGS", "0")
    return chunk


def _add_source(chunk: Chunk, item: Item, folder: Path, place: tuple[object, ...]) -> None:
    chunk.line("NAME", quoted(item.title))
    chunk.line("VOLPAN", "1", "0", "1", "-1")
    chunk.line("SOFFS", number(item.sound.from_s) if item.sound else "0")
    chunk.line("PLAYRATE", "1", "1", "0", "-1", "0", "0.0025")
    chunk.line("CHANMODE", "0")
    chunk.line("GUID", guid("source", *place))
    if item.sound is None:
        chunk.chunk(Chunk("SOURCE", "EMPTY"))
        return
    source = Chunk("SOURCE", "WAVE")
    source.line("FILE", quoted(_path(item.sound, folder)))
    chunk.chunk(source)


def _path(sound: Sound, folder: Path) -> str:
    """Return a file as the project names it: beside it, or in a folder there, where it is; else whole."""
    path, folder = sound.path.absolute(), folder.absolute()
    return (path.relative_to(folder) if path.is_relative_to(folder) else path).as_posix()


def _seconds(timeline: Timeline, frames: int) -> str:
    return number(Fraction(frames, timeline.rate_hz))


def _moment(timeline: Timeline, frame: int) -> str:
    """Return where a frame is: of one that a tick is nearest to, just where that tick comes."""
    at_s = timeline.tempo_map.seconds_at_tick(timeline.tick_at_frame(frame))
    if abs(at_s * timeline.rate_hz - frame) < _NEAREST_FRAMES:
        return number(at_s)
    return _seconds(timeline, frame)


def _share(lanes: int, of_all: int) -> str:
    return number(Fraction(lanes, of_all))


def _colour(sort: Sort) -> str:
    red, green, blue = COLOURS[sort]
    return str(_COLOUR_IS_SET | blue << 16 | green << 8 | red)
