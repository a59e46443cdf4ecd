"""The day's tempo is saved in the song's file, whole or not at all."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from countoff.core.tempo import Tempo
from countoff.songs.book import SongFolder
from countoff.songs.new_file import NotWrittenError
from countoff.songs.saving import save_tempo

if TYPE_CHECKING:
    from pathlib import Path


def test_a_saved_tempo_is_read_by_the_box(tmp_path: Path) -> None:
    """The file is changed in one step, and whoever watches it reads the new tempo."""
    path = tmp_path / "a.toml"
    path.write_text('title = "A"\ntempo = 92.5  # brushes\n')
    folder = SongFolder(tmp_path)
    folder.read()
    save_tempo(path, Tempo(Fraction(95)))

    assert path.read_text() == 'title = "A"\ntempo = 95  # brushes\n'
    assert folder.has_changed()
    assert str(folder.read().songs[0].tempo) == "95"
    assert [each.name for each in tmp_path.iterdir()] == ["a.toml"]


def test_lines_end_as_they_did(tmp_path: Path) -> None:
    """A file from another system keeps its ends of lines and its byte order mark."""
    path = tmp_path / "a.toml"
    path.write_bytes(b'\xef\xbb\xbftitle = "A"\r\ntempo = 92.5\r\n')
    save_tempo(path, Tempo(Fraction(95)))

    assert path.read_bytes() == b'\xef\xbb\xbftitle = "A"\r\ntempo = 95\r\n'


@pytest.mark.parametrize(
    "content", [b'title = "A"\n', b"title = A", b'title = "\xff"', b'title = "A"\ntempo = 3\n']
)
def test_what_cannot_be_saved_is_not_touched(tmp_path: Path, content: bytes) -> None:
    """One sentence that names the file, which stays as it was."""
    path = tmp_path / "a.toml"
    path.write_bytes(content)
    with pytest.raises(NotWrittenError, match=r"a\.toml"):
        save_tempo(path, Tempo(Fraction(95)))

    assert path.read_bytes() == content
