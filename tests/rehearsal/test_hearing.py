"""The ear finds clicks where they were put, and only there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from countoff.core.voice import Voice
from countoff.core.voices import voice_bank
from countoff.rehearsal.click_wav import ClickWav
from countoff.rehearsal.hearing import clicks_heard

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from numpy.typing import NDArray

Put = list[tuple[int, Voice, int]]


def written(path: Path, sound: NDArray[np.float64], rate_hz: int) -> Path:
    """Write `sound` as a WAV file in blocks of an odd size."""
    wav = ClickWav(path, rate_hz)
    wav.open()
    for start in range(0, len(sound), 10_007):
        wav.put(start, sound[start : start + 10_007].astype(np.float32))
    wav.close(len(sound))
    return path


def sounding(put: Put, rate_hz: int) -> NDArray[np.float64]:
    """Return what clicks sound like together: frame, voice and level in dB of each."""
    bank = voice_bank(rate_hz)
    sound = np.zeros(max((frame for frame, _, _ in put), default=0) + rate_hz)
    for frame, voice, level_db in put:
        samples = bank[voice]
        sound[frame : frame + len(samples)] += 10 ** (level_db / 20) * samples
    return sound


@st.composite
def puts(draw: st.DrawFn) -> Put:
    """Draw clicks of one level, at least 18 ms apart: thirty-seconds at 400 are no closer."""
    level_db = draw(st.sampled_from([0, -6, -20, -40]))
    frame, put = 0, []
    for gap in draw(st.lists(st.integers(900, 60_000), max_size=12)):
        frame += gap
        put.append((frame, draw(st.sampled_from(list(Voice))), level_db))
    return put


@settings(deadline=None, max_examples=60)
@given(put=puts(), rate_hz=st.sampled_from([44_100, 48_000, 96_000]))
def test_every_click_is_found_on_its_frame(
    tmp_path_factory: pytest.TempPathFactory, put: Put, rate_hz: int
) -> None:
    """Clicks are found on their exact frames, also in the tail of others, and named where alone."""
    put = [(frame * rate_hz // 44_100, voice, level_db) for frame, voice, level_db in put]
    path = written(tmp_path_factory.mktemp("heard") / "click.wav", sounding(put, rate_hz), rate_hz)

    found = clicks_heard(path, rate_hz)

    assert [heard.frame for heard in found] == [frame for frame, _, _ in put]
    for heard, (frame, voice, level_db) in zip(found, put, strict=True):
        before = [other for other, _, _ in put if frame - rate_hz // 10 < other < frame]
        if not before:
            assert (heard.voice, round(heard.level_db)) == (voice, level_db)


def test_silence_is_silent(tmp_path: Path) -> None:
    """In silence, and in a file without a sample, nothing is heard."""
    assert clicks_heard(written(tmp_path / "a.wav", np.zeros(100_000), 48_000), 48_000) == []
    assert clicks_heard(written(tmp_path / "b.wav", np.zeros(0), 48_000), 48_000) == []


def test_a_click_on_the_first_frame_and_across_a_seam_is_heard_once(tmp_path: Path) -> None:
    """The file's own beginning, and the seams of reading it, neither hide nor double a click."""
    seam = 1 << 20
    frames = [0, seam - 2000, seam - 1, seam + 20_000, 2 * seam, 2 * seam + 100_000]
    put = [(frame, Voice.BEAT, 0) for frame in frames]

    found = clicks_heard(written(tmp_path / "a.wav", sounding(put, 48_000), 48_000), 48_000)

    assert [heard.frame for heard in found] == frames


def test_a_fade_is_no_click(tmp_path: Path) -> None:
    """A click that is faded out in 5 ms, or in from nothing, starts no other."""
    sound = sounding([(1000, Voice.ACCENT, 0), (20_000, Voice.BEAT, 0)], 48_000)
    sound[1300:1540] *= np.linspace(1, 0, 240)
    sound[1540:10_000] = 0
    sound[20_000:20_200] = 0
    sound[20_200:20_440] *= np.linspace(0, 1, 240)

    found = clicks_heard(written(tmp_path / "a.wav", sound, 48_000), 48_000)

    assert [heard.frame for heard in found] == [1000]


def test_a_cut_is_no_click(tmp_path: Path) -> None:
    """A click that is cut off at any sample is one click, which began where it did."""
    length = len(voice_bank(48_000)[Voice.BEAT])
    put = [(5000 * place, Voice.BEAT, 0) for place in range(1, 80)]
    sound = sounding(put, 48_000)
    for place in range(1, 80):
        cut = 5000 * place + 20 + place * (length - 20) // 80
        sound[cut : 5000 * (place + 1)] = 0

    found = clicks_heard(written(tmp_path / "a.wav", sound, 48_000), 48_000)

    assert [heard.frame for heard in found] == [frame for frame, _, _ in put]
