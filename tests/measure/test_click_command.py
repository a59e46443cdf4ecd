"""`countoff measure click` on files: what is printed, and what the exit code says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile

from countoff.cli import main

if TYPE_CHECKING:
    from pathlib import Path

SONG = 'title = "Held"\ntempo = 113.7\nsubdivision = "16th"\nbars = 6\n'


@pytest.fixture
def rendered(tmp_path: Path) -> tuple[Path, Path]:
    """Return a song and its click, as `countoff render` writes it."""
    song, click = tmp_path / "held.toml", tmp_path / "held.wav"
    song.write_text(SONG)
    assert main(["render", str(song), "-o", str(click)]) == 0
    return song, click


def test_a_rendered_click_is_clean(
    rendered: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """Every click of the file is held, with no error; the exit code is 0, as JSON and as a table."""
    song, click = rendered
    capsys.readouterr()

    assert main(["measure", "click", str(song), "--wav", str(click), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert main(["measure", "click", str(song), "--wav", str(click)]) == 0
    printed = capsys.readouterr().out

    assert (told["held"], told["planned_in_song"]) == (104, 104)
    assert told["errors_frames"]["histogram"] == [[0.0, 104]]
    assert "Clean." in printed


def test_a_fault_is_told_at_its_bar(
    rendered: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """A click that was cut out is missing at its bar and beat; the exit code is 1."""
    song, click = rendered
    samples, rate_hz = soundfile.read(click, dtype="float32")
    beat_frames = rate_hz * 60 / 113.7
    # Two bars are counted in; then beat 3 of bar 4.
    at = round((8 + 12 + 2) * beat_frames)
    samples[at - 100 : at + round(beat_frames / 4) - 100] = 0
    soundfile.write(click, samples, rate_hz, subtype="FLOAT")
    capsys.readouterr()

    assert main(["measure", "click", str(song), "--wav", str(click)]) == 1
    assert "1 (at 4.3)" in capsys.readouterr().out


def test_what_cannot_be_measured_is_a_sentence(
    rendered: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Silence, no file, no channel, a song without tempo: a sentence each, nothing else; code 3."""
    song, click = rendered
    silence, free = tmp_path / "silence.wav", tmp_path / "free.toml"
    soundfile.write(silence, np.zeros(48_000), 48_000)
    free.write_text('title = "Free"\n')
    for words in (
        [str(song), "--wav", str(silence)],
        [str(song), "--wav", str(tmp_path / "none.wav")],
        [str(song), "--wav", str(click), "--channel", "2"],
        [str(free), "--wav", str(click)],
        [str(tmp_path / "none.toml"), "--wav", str(click)],
    ):
        capsys.readouterr()
        assert main(["measure", "click", *words]) == 3
        out, said = capsys.readouterr()
        assert not out
        assert said.strip()
