from __future__ import annotations

import os
from pathlib import Path

import pytest

from countoff.songs.new_file import NotWrittenError, new_file


def write(path: Path, text: bytes = b"new", *, is_forced: bool = False) -> None:
    """Write a file in two parts."""
    with new_file(path, is_forced=is_forced) as file:
        file.write(text[:1])
        file.write(text[1:])


def test_a_new_file_is_written(tmp_path: Path) -> None:
    """It is there, alone, with the rights of any other file."""
    (tmp_path / "plain").write_bytes(b"")
    write(tmp_path / "song.toml")

    assert (tmp_path / "song.toml").read_bytes() == b"new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plain", "song.toml"]
    assert (tmp_path / "song.toml").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_what_is_there_stays_unless_forced(tmp_path: Path) -> None:
    """A file is only written over when that is asked for."""
    path = tmp_path / "song.toml"
    path.write_bytes(b"old")

    with pytest.raises(NotWrittenError, match="--force"):
        write(path)
    assert path.read_bytes() == b"old"
    write(path, is_forced=True)
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("trouble", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_file_that_is_left_early_is_not_there(tmp_path: Path, trouble: BaseException) -> None:
    """Neither half a file nor anything else is left, and the old one stays."""
    path = tmp_path / "song.toml"
    path.write_bytes(b"old")

    def leave() -> None:
        with new_file(path, is_forced=True) as file:
            file.write(b"half")
            raise trouble

    with pytest.raises((NotWrittenError, KeyboardInterrupt)) as left:
        leave()
    if isinstance(left.value, NotWrittenError):
        assert str(left.value) == f"{path} cannot be written: no space left on device."
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [
        ("song.toml", b"old")
    ]


def test_a_full_disk_is_a_sentence() -> None:
    """What the system says of a real device that is full."""
    if not Path("/dev/full").exists():
        pytest.skip("This system has no full device.")
    with pytest.raises(OSError, match="No space left"), Path("/dev/full").open("wb") as file:
        file.write(b"1" * 100_000)


def test_a_place_that_cannot_be_is_a_sentence(tmp_path: Path) -> None:
    """A folder, a folder that is not there, and a device are refused, forced or not."""
    for path, words in (
        (tmp_path, "is a folder"),
        (tmp_path / "none" / "song.toml", f"there is no folder {tmp_path / 'none'}"),
        (Path("/dev/null"), "is no plain file"),
    ):
        for is_forced in (False, True):
            with pytest.raises(NotWrittenError, match=words):
                write(path, is_forced=is_forced)


def test_a_link_keeps_being_one(tmp_path: Path) -> None:
    """What a link names is written over, not the link."""
    (tmp_path / "real.toml").write_bytes(b"old")
    (tmp_path / "link.toml").symlink_to(tmp_path / "real.toml")

    write(tmp_path / "link.toml", is_forced=True)

    assert (tmp_path / "real.toml").read_bytes() == b"new"
    assert os.readlink(tmp_path / "link.toml") == str(tmp_path / "real.toml")  # noqa: PTH115
