"""Whole sessions, each a script: presses, and what must be seen, heard, sent and logged."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from countoff.rehearsal.commands import ALL_MET

if TYPE_CHECKING:
    from collections.abc import Callable

SESSIONS = sorted((Path(__file__).parent.parent / "sessions").glob("*.session"))


def test_there_are_sessions() -> None:
    """The sessions are where this test looks for them."""
    assert len(SESSIONS) >= 36


@pytest.mark.parametrize("script", SESSIONS, ids=lambda script: script.stem)
def test_session(
    script: Path,
    rehearse: Callable[..., int],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Everything in the session is seen, heard, sent and logged as its script says."""
    code = rehearse(script, "--keep", tmp_path / "kept")

    assert code == ALL_MET, capsys.readouterr().out
    # An hour of click is hundreds of megabytes to whoever copies it: pytest keeps three runs.
    (tmp_path / "kept" / "click.wav").unlink()
