"""`countoff report`: what it writes, what it never writes over, and what it says where it cannot."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from countoff.export.report.command import add_report_command

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from tests.takelog.conftest import Room


def report(room: Room, *words: str) -> int:
    """Run the command, as the command line does."""
    parser = argparse.ArgumentParser()
    add_report_command(parser.add_subparsers(required=True), lambda _config: room.folder)
    arguments = parser.parse_args(["report", *words])
    code: int = arguments.run(arguments)
    return code


def fill(room: Room) -> None:
    """Write two sessions of one day."""
    room.write(room.session("s1"), room.take("aa01"), room.rolled("aa01"), room.ended("aa01"))
    room.write(room.session("s2"), room.take("bb01", session_id="s2"))


def test_a_report_is_written_once(
    room: Room, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The page is there whole; what is there already is only written over when that is asked for."""
    fill(room)
    place = tmp_path / "day.html"

    assert report(room, "s1", "-o", str(place)) == 0
    page = place.read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert page.rstrip().endswith("</html>")
    assert report(room, "s1", "-o", str(place)) == 1
    assert "--force" in capsys.readouterr().err
    assert report(room, "s2", "-o", str(place), "--force") == 0
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["day.html"]


def test_what_cannot_be_reported_is_said(
    room: Room, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No session, one of two, no folder, a log that cannot be read: a sentence, a code, and no file."""
    place = tmp_path / "day.html"

    assert report(room, "-o", str(place)) == 1
    fill(room)
    assert report(room, "2001-01-01", "-o", str(place)) == 1
    assert report(room, "2026-11-22", "-o", str(place)) == 2
    assert report(room, "-o", str(tmp_path / "nowhere" / "day.html")) == 1
    (room.folder / "takes.sqlite").write_bytes(b"no database" * 100)
    assert report(room, "-o", str(place)) == 3
    assert len(capsys.readouterr().err.splitlines()) == 5
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == []
