"""A DAWproject file: a zip with the project and what is said of it as XML, and the recordings if there are any.

Waits for the disk where there are recordings to pack; for commands only. The format has neither lanes of
takes nor comps: each microphone is a folder of tracks, the comp's first, then one a take, whose clip is
disabled where the comp plays. Recordings are read, never written to.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from countoff.core.tempo_map import LinearIn
from countoff.export.daw_tracks import daw_tracks
from countoff.export.dawproject_xml import metadata_xml, project_xml

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO

    from countoff.export.content import Content
    from countoff.export.daw_tracks import DawTrack

# The earliest that a zip can say: so the same project is the same file each time.
_NO_DATE: Final = (1980, 1, 1, 0, 0, 0)
_CHUNK_BYTES: Final = 1 << 20


def write(content: Content, file: BinaryIO) -> Sequence[str]:
    """Write the file. Raises OSError where a recording cannot be read."""
    timeline = content.timeline
    tracks = daw_tracks(timeline, content.recordings)
    paths = packed_paths(tracks)
    with ZipFile(file, "w", ZIP_DEFLATED) as packed:
        for name, root in (
            ("project.xml", project_xml(timeline, tracks, paths)),
            ("metadata.xml", metadata_xml(timeline)),
        ):
            ET.indent(root)
            data = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
            packed.writestr(ZipInfo(name, _NO_DATE), data, ZIP_DEFLATED)
        for path, name in paths.items():
            _pack(packed, path, name)
    return list(_remarks(content, tracks))


def _remarks(content: Content, tracks: Sequence[DawTrack]) -> Iterator[str]:
    ramps = [stretch for stretch in content.timeline.tempo_map.stretches if stretch.is_ramp]
    if any(ramp.span.linear_in is LinearIn.TIME for ramp in ramps):
        yield "The format's tempo moves evenly along the beats: a ramp that moves evenly in time is short lines there."
    if any(len(track.lanes) > 1 for track in tracks):
        yield (
            "The format has no lanes of takes: each take is a track in a folder, disabled where the comp plays."
        )
    if tracks and content.recordings is None:
        yield "There is no audio in it: empty clips stand for the takes, and name them."


def packed_paths(tracks: Sequence[DawTrack]) -> dict[Path, str]:
    """Return where in the zip each recording goes: under its own name, or a number before it."""
    names: dict[Path, str] = {}
    taken: set[str] = set()
    for path in _paths(tracks):
        if path in names:
            continue
        name, number = path.name, 1
        while f"audio/{name}".casefold() in taken:
            number += 1
            name = f"{path.stem} {number}{path.suffix}"
        names[path] = f"audio/{name}"
        taken.add(names[path].casefold())
    return names


def _paths(tracks: Sequence[DawTrack]) -> Iterator[Path]:
    for track in tracks:
        for lane in track.lanes:
            for item in lane.items:
                if item.sound is not None:
                    yield item.sound.path


def _pack(packed: ZipFile, path: Path, name: str) -> None:
    """Put a recording in as it is: music does not get any smaller, and hours of it take long."""
    entry = ZipInfo(name, _NO_DATE)
    entry.compress_type = ZIP_STORED
    # What is larger than an old zip can hold needs to be known before.
    entry.file_size = path.stat().st_size
    with path.open("rb") as recording, packed.open(entry, "w") as inside:
        while chunk := recording.read(_CHUNK_BYTES):
            inside.write(chunk)
