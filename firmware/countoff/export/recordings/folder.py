"""A folder of recordings, and what their headers and names say. Nothing is written, no sample is read.

For commands: waits for the disk. soundfile is loaded when a folder is read.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from countoff.export.recordings.bext import NOTHING, RECORDED_WITHIN_S, read_broadcast
from countoff.export.recordings.names import PLAIN, common_form, parts_of
from countoff.export.recordings.values import Recording

if TYPE_CHECKING:
    from collections.abc import Iterator

    from countoff.export.recordings.bext import Broadcast
    from countoff.export.recordings.names import NameForm

ENDINGS = frozenset(
    {".wav", ".wave", ".bwf", ".rf64", ".w64", ".aif", ".aiff", ".aifc", ".flac", ".caf"}
)
"""What a file that is looked at ends in, in any capitals."""

_BROADCAST = frozenset({".wav", ".wave", ".bwf", ".rf64"})


class FolderUnusableError(Exception):
    """There is no such folder, or it cannot be read; the sentence says which."""


@dataclass(frozen=True, slots=True)
class Folder:
    """The recordings in a folder and the folders in it, by path.

    form:    what their names have in common
    refused: a sentence for each file that is no recording that can be read
    """

    path: Path
    recordings: tuple[Recording, ...]
    form: NameForm
    refused: tuple[str, ...]


def read_folder(path: Path) -> Folder:
    """Read the headers of all recordings in `path`. Raises FolderUnusableError."""
    files = sorted(_files(path))
    form = common_form([file.stem for file in files]) if files else PLAIN
    recordings: list[Recording] = []
    refused: list[str] = []
    for file in files:
        try:
            recordings.append(_recording(file, path, form))
        except _NoRecordingError as trouble:
            refused.append(f"{file.relative_to(path)} is left out: {trouble}.")
    return Folder(path, tuple(recordings), form, tuple(refused))


class _NoRecordingError(Exception):
    """A file cannot be used; the words say why."""


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        there = "is not a folder" if path.exists() else "is not there"
        raise FolderUnusableError(f"{path} {there}: name the folder that holds the recordings.")

    def refuse(trouble: OSError) -> None:
        raise FolderUnusableError(f"{trouble.filename} cannot be read ({trouble.strerror}).")

    for folder, folders, names in os.walk(path, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            # A Mac leaves a file "._Kick.wav" beside "Kick.wav" on foreign disks.
            if not name.startswith(".") and Path(name).suffix.lower() in ENDINGS:
                yield Path(folder, name)


def _recording(file: Path, folder: Path, form: NameForm) -> Recording:
    import soundfile  # noqa: PLC0415 - not cheap to load

    try:
        header = soundfile.info(file)
        changed_ns = file.stat().st_mtime_ns
        broadcast = _broadcast(file, header.samplerate)
    except (soundfile.SoundFileError, OSError) as trouble:
        raise _NoRecordingError(f"it cannot be read as a recording ({trouble})") from trouble
    if header.frames <= 0:
        raise _NoRecordingError("it is empty, or was never closed: its header knows of no sound")
    parts = parts_of(file.stem, form)
    # The finer of two moments; of two that are alike the name's, which no copy changes.
    is_named = parts.recorded is not None and (
        broadcast.recorded is None or parts.recorded_within_s <= RECORDED_WITHIN_S
    )
    return Recording(
        path=file.relative_to(folder).as_posix(),
        track=parts.track,
        track_number=parts.track_number,
        side=parts.side,
        pass_key=parts.pass_key,
        rate_hz=header.samplerate,
        length_frames=header.frames,
        channels=header.channels,
        time_reference_frames=broadcast.time_reference_frames,
        recorded=parts.recorded if is_named else broadcast.recorded,
        recorded_within_s=parts.recorded_within_s if is_named else RECORDED_WITHIN_S,
        changed_ns=changed_ns,
    )


def _broadcast(file: Path, rate_hz: int) -> Broadcast:
    if file.suffix.lower() not in _BROADCAST:
        return NOTHING
    with file.open("rb") as opened:
        return read_broadcast(opened, rate_hz)
