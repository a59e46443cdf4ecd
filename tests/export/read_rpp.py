"""A REAPER project as the rpp package reads it, in frames and quarter notes. No code of the exports."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import rpp

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass
class ReadItem:
    """An item as it stands there; `file` is None for an empty one."""

    name: str
    start_frame: int
    end_frame: int
    file: str | None
    from_s: float
    fade_in_frames: int
    fade_out_frames: int
    group: int
    lane: int
    notes: list[str] = field(default_factory=list)


@dataclass
class ReadTrack:
    """A track with its lanes: their names, those that play, the areas of the comp."""

    name: str
    pan: float
    lanes: list[str]
    playing: list[int]
    areas: list[tuple[int, int, int, int]]
    items: list[ReadItem]

    def on(self, lane: int) -> list[ReadItem]:
        """Return the items of a lane."""
        return [item for item in self.items if item.lane == lane]


@dataclass
class ReadProject:
    """A project. Points are seconds, tempo, whether straight to the next; meters have their seconds."""

    rate_hz: int
    points: list[tuple[float, float, bool]]
    meters: list[tuple[float, str]]
    markers: list[tuple[int, str]]
    regions: list[tuple[int, int, str]]
    tracks: list[ReadTrack]
    notes: list[str]

    def quarters_at(self, seconds: float) -> float:
        """Return how many quarter notes have gone by, with the tempo moving straight along time."""
        quarters = 0.0
        last = (math.inf, self.points[-1][1], False)
        for (at_s, tempo, moves), (to_s, to_tempo, _) in pairwise([*self.points, last]):
            if seconds <= at_s:
                break
            after_s = min(seconds, to_s) - at_s
            end = tempo + (to_tempo - tempo) * after_s / (to_s - at_s) if moves else tempo
            quarters += (tempo + end) / 2 * after_s / 60
        return quarters


def read_rpp(data: bytes) -> ReadProject:
    """Read a project, and fail where it is not well formed."""
    root = rpp.loads(data.decode())
    assert root.tag == "REAPER_PROJECT"
    rate_hz = int(root.find("SAMPLERATE")[1])
    points, meters = [], []
    for _, at_s, tempo, shape, *more in root.find("TEMPOENVEX").findall("PT"):
        points.append((float(at_s), float(tempo), shape == "0"))
        if more:
            signature, _, flags = (int(word) for word in more)
            assert flags == 1
            meters.append((float(at_s), f"{signature % 65536}/{signature // 65536}"))
    markers, regions, began = [], [], {}
    for line in root.findall("MARKER"):
        index, frame, name, is_region = line[1], _frame(line[2], rate_hz), line[3], line[4] == "1"
        if not is_region:
            assert int(index) == len(markers) + 1
            markers.append((frame, name))
        elif index in began:
            start_frame, title = began.pop(index)
            assert name == ""
            regions.append((start_frame, frame, title))
        else:
            began[index] = frame, name
    assert not began
    return ReadProject(
        rate_hz,
        points,
        meters,
        markers,
        regions,
        [_track(track, rate_hz) for track in root.findall("TRACK")],
        [line.removeprefix("|") for line in _notes(root)],
    )


def _track(track: rpp.Element, rate_hz: int) -> ReadTrack:
    names = track.find("LANENAME")
    lanes = [] if names is None else list(names[1:])
    playing = []
    if lanes:
        assert track.find("FREEMODE") == ["FREEMODE", "2"]
        assert track.find("ITEMLANES") == ["ITEMLANES", str(len(lanes))]
        words = [int(word) for word in track.find("LANESOLO")[1:]]
        assert len(words) == 8
        playing = [lane for lane in range(256) if words[lane // 32] >> lane % 32 & 1]
    areas = [
        (_frame(start, rate_hz), _frame(end, rate_hz), int(source), int(into))
        for _, start, end, source, into, *_ in track.findall("LINKEDLANE")
    ]
    items = [_item(item, len(lanes), rate_hz) for item in track.findall("ITEM")]
    ids = [item.find("IGUID")[1] for item in track.findall("ITEM")]
    assert len(set(ids)) == len(ids)
    return ReadTrack(
        track.find("NAME")[1], float(track.find("VOLPAN")[2]), lanes, playing, areas, items
    )


def _item(item: rpp.Element, lanes: int, rate_hz: int) -> ReadItem:
    start_frame = _frame(item.find("POSITION")[1], rate_hz)
    source = item.find("SOURCE")
    file = source.find("FILE")
    lane = 0
    if lanes:
        top, height = (float(word) for word in item.find("YPOS")[1:3])
        assert abs(height * lanes - 1) < 1e-9
        lane = round((top + height) / height) - 1
    assert (list(source.attrib), file is None) in ((["WAVE"], False), (["EMPTY"], True))
    notes = item.find("NOTES")
    return ReadItem(
        name=item.find("NAME")[1],
        start_frame=start_frame,
        end_frame=start_frame + _frame(item.find("LENGTH")[1], rate_hz),
        file=None if file is None else file[1],
        from_s=float(item.find("SOFFS")[1]),
        fade_in_frames=_frame(item.find("FADEIN")[2], rate_hz),
        fade_out_frames=_frame(item.find("FADEOUT")[2], rate_hz),
        group=int(item.find("GROUP")[1]),
        lane=lane,
        notes=[] if notes is None else [line.removeprefix("|") for line in notes.children],
    )


def _notes(root: rpp.Element) -> Sequence[str]:
    return root.find("NOTES").children


def _frame(seconds: str, rate_hz: int) -> int:
    """Return the frame that a place in seconds is, or is nearest to."""
    return math.floor(float(seconds) * rate_hz + 0.5)
