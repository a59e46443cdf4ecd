from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile
from tests.export.recordings.bwf import RATE_HZ, write_sparse

from countoff.export.recordings.folder import FolderUnusableError, read_folder

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("ending", ["wav", "WAV", "aif", "aiff", "flac", "caf", "w64", "rf64"])
def test_every_kind_is_read(tmp_path: Path, ending: str) -> None:
    """Length, rate and channels are those that were written."""
    kind = {"aif": "AIFF", "wav": "WAV"}.get(ending.lower(), ending.upper())
    file = tmp_path / f"Kick_01.{ending}"
    soundfile.write(file, np.zeros((441, 2)), 44_100, format=kind, subtype="PCM_16")
    (found,) = read_folder(tmp_path).recordings

    assert (found.length_frames, found.rate_hz, found.channels) == (441, 44_100, 2)
    assert (found.path, found.track, found.pass_key) == (file.name, "Kick", (1,))
    assert found.time_reference_frames is None


def test_a_broadcast_header_says_where_and_when(tmp_path: Path) -> None:
    """Place and moment come from the header, and a file of hours is not read through."""
    write_sparse(tmp_path / "Kick_01.wav", 600_000_000, 172_800_000, "2026-11-22 14:03:12")
    (found,) = read_folder(tmp_path).recordings

    assert found.length_frames == 600_000_000
    assert found.place_s == 3600
    assert found.recorded == datetime(2026, 11, 22, 14, 3, 12, tzinfo=UTC)


def test_the_finer_of_two_moments_counts(tmp_path: Path) -> None:
    """A name tells the minute, the header the second; a name that tells the second wins."""
    write_sparse(tmp_path / "01-Kick-261122_1403.wav", 10, 0, "2026-11-22 14:03:12")
    (found,) = read_folder(tmp_path).recordings
    assert (found.recorded, found.recorded_within_s) == (
        datetime(2026, 11, 22, 14, 3, 12, tzinfo=UTC),
        1.0,
    )

    other = tmp_path / "live"
    other.mkdir()
    write_sparse(other / "1-Kick 0001 [2026-11-22 140311].wav", 10, 0, "2026-12-24 08:00:00")
    (found,) = read_folder(other).recordings
    assert found.recorded == datetime(2026, 11, 22, 14, 3, 11, tzinfo=UTC)


def test_what_is_no_recording_is_left_out_and_said(tmp_path: Path) -> None:
    """Text, damaged and empty files are no recordings; what a Mac leaves beside them is not even said."""
    (tmp_path / "notes.txt").write_text("take 3!")
    (tmp_path / "._Kick_01.wav").write_bytes(b"finder")
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / "Kick_09.wav").write_bytes(b"peaks")
    (tmp_path / "Broken_01.wav").write_bytes(b"RIFF of a crash")
    write_sparse(tmp_path / "Empty_01.wav", 0, None)
    (tmp_path / "Day 2").mkdir()
    write_sparse(tmp_path / "Day 2" / "Kick_01.wav", 10, None)
    folder = read_folder(tmp_path)

    assert [found.path for found in folder.recordings] == ["Day 2/Kick_01.wav"]
    assert len(folder.refused) == 2
    assert folder.refused[0].startswith("Broken_01.wav is left out")
    assert folder.refused[1] == (
        "Empty_01.wav is left out: it is empty, or was never closed: its header knows of no sound."
    )


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    """A sentence names what is wrong with it."""
    file = tmp_path / "Kick.wav"
    write_sparse(file, 10, None)

    with pytest.raises(FolderUnusableError, match="is not there"):
        read_folder(tmp_path / "nowhere")
    with pytest.raises(FolderUnusableError, match="is not a folder"):
        read_folder(file)


def test_nothing_is_written(tmp_path: Path) -> None:
    """Reading a folder leaves each file, its times and the folder as they were."""
    write_sparse(tmp_path / "Kick_01.wav", RATE_HZ, 0)
    file = tmp_path / "Kick_01.wav"
    file.chmod(0o444)
    before = (file.read_bytes(), file.stat().st_mtime_ns, sorted(tmp_path.iterdir()))
    read_folder(tmp_path)

    assert (file.read_bytes(), file.stat().st_mtime_ns, sorted(tmp_path.iterdir())) == before
