"""The same tempo maps as WAV files: one that klick has rendered, one by `countoff render`.

Both play a sound of one sample, so that each onset is a sample of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.songs.importing.test_against_klick import MAPS, RATES_HZ, klick_onsets
from tests.songs.riff import read_wav

from countoff.cli import main

if TYPE_CHECKING:
    from pathlib import Path

CONFIGURATION = '[click]\nsound = "beat.wav"\naccent = "accent.wav"\n'


@pytest.mark.parametrize(
    ("name", "rate_hz"),
    [*((name, 44_100) for name in MAPS), *(("48 sections", rate_hz) for rate_hz in RATES_HZ[1:])],
)
def test_two_files_have_the_same_onsets(tmp_path: Path, name: str, rate_hz: int) -> None:
    """Section by section from cue to cue: each onset within one sample of klick's."""
    (tmp_path / "song.map").write_text(MAPS[name])
    (tmp_path / "countoff.toml").write_text(CONFIGURATION)
    song, click = tmp_path / "song.toml", tmp_path / "click.wav"
    # This also writes the two sounds, at this rate.
    theirs = np.array([onset.frame for onset in klick_onsets(tmp_path / "song.map", rate_hz)])

    words = ["--config", str(tmp_path / "countoff.toml")]
    assert main([*words, "song", "import", str(tmp_path / "song.map"), "-o", str(song)]) == 0
    rendering = ["render", str(song), "-o", str(click), "--rate", str(rate_hz), "--no-count-in"]
    assert main([*words, *rendering, "--bits", "16"]) == 0

    wav = read_wav(click.read_bytes())
    ours = np.flatnonzero(wav.samples)
    begins = [frame for frame, _ in wav.cues]
    assert len(begins) == len([line for line in MAPS[name].splitlines() if line.strip()])
    for begin, end in zip(begins, [*begins[1:], len(wav.samples)], strict=True):
        here = ours[(ours >= begin) & (ours < end)]
        # klick truncates: its first click may be a sample before our bar line.
        there = theirs[(theirs >= begin - 1) & (theirs < end - 1)]
        assert len(here) == len(there)
        assert np.abs(here - there).max(initial=0) <= 1
    assert len(ours) == len(theirs)
