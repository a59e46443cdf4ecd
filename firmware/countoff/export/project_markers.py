"""The markers and regions of a DAW's project: sections, takes, flags, incidents, places of takes. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from countoff.export.marks import flag_text, section_text, take_text
from countoff.export.timeline import Layout

if TYPE_CHECKING:
    from collections.abc import Iterator

    from countoff.export.timeline import LaidIncident, LaidTake, Timeline


class Sort(StrEnum):
    """What a marker or a region is of."""

    TAKE = "take"
    SECTION = "section"
    PLACE = "place"
    BAR_1 = "bar_1"
    INCIDENT = "incident"
    KEEPER = "keeper"
    FIX_HERE = "fix_here"
    NO_GOOD = "no_good"
    MARKER = "marker"


COLOURS: Final = {
    Sort.TAKE: (0x3B, 0x7D, 0xD8),
    Sort.SECTION: (0x6B, 0x7A, 0x8F),
    Sort.PLACE: (0x3B, 0x7D, 0xD8),
    Sort.BAR_1: (0x80, 0x80, 0x80),
    Sort.INCIDENT: (0x9B, 0x59, 0xB6),
    Sort.KEEPER: (0x2E, 0xA0, 0x43),
    Sort.FIX_HERE: (0xE0, 0x8A, 0x00),
    Sort.NO_GOOD: (0xD0, 0x2B, 0x2B),
    Sort.MARKER: (0x50, 0x90, 0xA0),
}
"""Red, green and blue of each."""


@dataclass(frozen=True, slots=True)
class ProjectMarker:
    """A point; `id` is the same each time that the project is written."""

    id: str
    sort: Sort
    title: str
    frame: int


@dataclass(frozen=True, slots=True)
class ProjectRegion:
    """A take or a section, from one frame to another."""

    id: str
    sort: Sort
    title: str
    start_frame: int
    end_frame: int


def project_markers(timeline: Timeline) -> tuple[ProjectMarker, ...]:
    """Return all points, the first first."""
    found = [*_of_places(timeline), *_of_takes(timeline)]
    return tuple(sorted(found, key=lambda marker: marker.frame))


def project_regions(timeline: Timeline) -> tuple[ProjectRegion, ...]:
    """Return the sections, the song's own where takes are stacked, else each take and its sections."""
    return tuple(sorted(_regions(timeline), key=lambda region: region.start_frame))


def _regions(timeline: Timeline) -> Iterator[ProjectRegion]:
    for song in timeline.songs:
        for section in song.sections:
            yield ProjectRegion(
                f"{song.title}/{section.index}/{section.start_frame}",
                Sort.SECTION,
                section.label,
                section.start_frame,
                max(section.end_frame, section.start_frame + 1),
            )
        for take in () if timeline.layout is Layout.STACKED else song.takes:
            end_frame = max(take.end_frame, take.start_frame + 1)
            yield ProjectRegion(take.id, Sort.TAKE, take_text(take), take.start_frame, end_frame)
            for section in take.sections:
                yield ProjectRegion(
                    f"{take.id}/{section.index}/{section.pass_index}",
                    Sort.SECTION,
                    section_text(take, section),
                    section.start_frame,
                    max(section.end_frame, section.start_frame + 1),
                )


def _of_places(timeline: Timeline) -> Iterator[ProjectMarker]:
    for place in timeline.places:
        title = f"Take {place.number}"
        if place.frame != place.bar1_frame:
            yield ProjectMarker(f"place {place.number}", Sort.PLACE, title, place.frame)
        yield ProjectMarker(f"bar 1 {place.number}", Sort.BAR_1, f"{title} bar 1", place.bar1_frame)


def _of_takes(timeline: Timeline) -> Iterator[ProjectMarker]:
    for take in timeline.takes:
        for flag in take.flags:
            title = flag_text(take, flag)
            yield ProjectMarker(flag.id, Sort(flag.kind), title, flag.frame)
        for incident in take.incidents:
            # Where nobody knows where it was it is shown at the take's beginning, and says so.
            frame = take.start_frame if incident.frame is None else incident.frame
            yield ProjectMarker(incident.id, Sort.INCIDENT, _incident_title(take, incident), frame)


def _incident_title(take: LaidTake, incident: LaidIncident) -> str:
    place = incident.place or ("" if incident.frame is not None else "somewhere in it")
    said = incident.detail or incident.kind.replace("_", " ")
    return f"{take.label} ! {said}" + (f" ({place})" if place else "")
