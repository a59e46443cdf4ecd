"""Whole sessions, each a script: presses, and what must be seen, heard, sent and logged."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from countoff.rehearsal.commands import ALL_MET, add_rehearse_command

SESSIONS = sorted((Path(__file__).parent.parent / "sessions").glob("*.session"))


def rehearse(*words: str) -> int:
    """Run `countoff rehearse` with `words` and return its exit code."""
    parser = argparse.ArgumentParser()
    add_rehearse_command(parser.add_subparsers())
    arguments = parser.parse_args(["rehearse", *words])
    code: int = arguments.run(arguments)
    return code


@pytest.mark.parametrize("script", SESSIONS, ids=lambda script: script.stem)
def test_session(script: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Everything in the session is seen, heard, sent and logged as its script says."""
    code = rehearse(str(script), "--keep", str(tmp_path / "kept"))

    assert code == ALL_MET, capsys.readouterr().out
