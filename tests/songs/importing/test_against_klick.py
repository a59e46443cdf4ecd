"""The same tempo maps, played by the metronome klick and by Countoff, click for click.

klick is Debian's package of that name; scripts/test installs it. It plays a sound of one sample
here, so that each onset is a sample of its own, whatever the tempo.
"""

from __future__ import annotations

import random
import shutil
import struct
import subprocess
import wave
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest

from countoff.core.grid import Grid
from countoff.core.plan import clicks
from countoff.core.voice import Voice
from countoff.songs.importing.klick_map import read_klick_map

if TYPE_CHECKING:
    from pathlib import Path

    from countoff.core.song import Song

RATES_HZ = (44_100, 48_000, 96_000)
ACCENT_PEAK, BEAT_PEAK = 12_000, 5_000

STEADY = """
120 4/4 113.7
40 4/4 120
33 4/4 92.5
"""
METERS = """
one:    8 3/4 140
two:    8 7/8 96
three:  6 6/8 66.6
four:   5 5/4 101.3
five:   9 12/8 180
six:    4 2/2 84
seven:  3 15/16 77.7
eight:  4 1/1 200
nine:   2 1/32 60
ten:    7 4/4 59.9
"""
RAMPS = """
up:      4 96-140
down:    4 140-96
slow:    32 60-61
rit:     2 7/8 120-40
push:    1 3/4 40-300
long:    64 4/4 180-72.5
flat:    4 100-100
eighths: 6 6/8 50-150
after:   8 113.7
"""
EACH_BEAT = """
live:  4 101.2,101.9,100.7,102.3,101,101.4,99.8,100.1,102,101.6,101.1,100.3,98,96,93,90
       2 3/8 80,81.5,83,86,90,95
       8 97.3
"""
PATTERNS = """
half:    8 120 X.x.
sparse:  8 7/8 133 X..x.x. 0.5
silent:  4 110 ....
off:     4 110 0
accents: 4 5/4 99 XXxXx 1.25
soft:    6 120 xxxx .25
usual:   4 88.8 Xxxx
"""


def many_sections(seed: int) -> str:
    """Return a map of 48 lines of every kind, none of them longer than a few bars."""
    rng = random.Random(seed)
    lines = []
    for number in range(48):
        beats, note = rng.choice(((4, 4), (3, 4), (7, 8), (5, 8), (6, 8), (2, 4), (11, 16), (3, 2)))
        bars = rng.randint(1, 6)
        first, to = rng.randint(400, 2200) / 10, rng.randint(400, 2200) / 10
        each = (f"{rng.randint(600, 1600) / 10}" for _ in range(bars * beats))
        tempo = rng.choice((f"{first}", f"{first}-{to}", ",".join(each)))
        pattern = "".join(rng.choices("Xx.", k=beats)) if rng.random() < 0.3 else ""
        volume = rng.choice(("", "0.5", ".75"))
        lines.append(f"part_{number}: {bars} {beats}/{note} {tempo} {pattern} {volume}")
    return "\n".join(lines)


MAPS = {
    "steady": STEADY,
    "meters": METERS,
    "ramps": RAMPS,
    "tempo per beat": EACH_BEAT,
    "patterns": PATTERNS,
    "48 sections": many_sections(1),
    "48 more": many_sections(2),
    # Twelve minutes. Its tempos are such as single precision holds: klick keeps them in that.
    "long": "verse: 200 4/4 110.25\nbridge: 100 7/8 96-128.5\nverse: 90 4/4 113.6875\n",
}


class Onset(NamedTuple):
    """A click: where it begins, whether it is an accent, and how loud it is."""

    frame: int
    is_accent: bool
    level: float


def klick_onsets(map_path: Path, rate_hz: int) -> list[Onset]:
    """Render a map by klick and find each click in its samples."""
    klick = shutil.which("klick")
    assert klick is not None, "klick is not installed: apt-get install klick"
    folder = map_path.parent
    sounds = []
    for name, peak in (("accent.wav", ACCENT_PEAK), ("beat.wav", BEAT_PEAK)):
        sounds.append(str(folder / name))
        with wave.open(sounds[-1], "wb") as sound:
            sound.setparams((1, 2, rate_hz, 1, "NONE", ""))
            sound.writeframes(struct.pack("<h", peak))
    rendered = folder / f"klick_{rate_hz}.wav"
    subprocess.run(
        [klick, "-f", str(map_path), "-r", str(rate_hz), "-S", ",".join(sounds), "-W", rendered],
        check=True,
        capture_output=True,
        timeout=120,
    )
    with wave.open(str(rendered), "rb") as sound:
        assert sound.getframerate() == rate_hz
        samples = np.frombuffer(sound.readframes(sound.getnframes()), dtype="<i2")
    rendered.unlink()
    frames = np.flatnonzero(samples)
    peaks = samples[frames].astype(float)
    # Levels here are 1/4 to 5/4, so that no beat is as loud as an accent of another level.
    return [
        Onset(int(frame), is_accent, float(peak) / (ACCENT_PEAK if is_accent else BEAT_PEAK))
        for frame, peak in zip(frames, peaks, strict=True)
        for is_accent in (_is_accent(float(peak)),)
    ]


LEVELS = (0.25, 0.5, 0.75, 1.0, 1.25)


def _is_accent(peak: float) -> bool:
    """Tell an accent from a beat by which of the levels it fits."""
    fits = {
        is_accent: min(abs(peak / whole - level) for level in LEVELS)
        for is_accent, whole in ((True, ACCENT_PEAK), (False, BEAT_PEAK))
    }
    assert min(fits.values()) < 0.002 < max(fits.values()), peak
    return fits[True] < fits[False]


def our_onsets(song: Song, rate_hz: int) -> list[Onset]:
    """Return the clicks of our plan of the song, without its count-in."""
    grid = Grid(song.tempo_map, rate_hz, Fraction(0))
    assert song.length_ticks is not None
    return [
        Onset(click.frame, click.voice is Voice.ACCENT, click.level)
        for click in clicks(song, grid, 0, song.length_ticks)
    ]


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("name", MAPS)
def test_each_click_is_within_one_sample_of_klicks(tmp_path: Path, name: str, rate_hz: int) -> None:
    """No click missing or extra in any section, each as loud, within one sample of klick's own."""
    map_path = tmp_path / "song.map"
    map_path.write_text(MAPS[name])
    song, _ = read_klick_map(map_path)
    ours, theirs = our_onsets(song, rate_hz), klick_onsets(map_path, rate_hz)
    grid = Grid(song.tempo_map, rate_hz, Fraction(0))
    begins = [grid.frame_at_tick(tick) for tick in song.start_ticks]
    assert song.length_ticks is not None
    ends = [*begins[1:], grid.frame_at_tick(song.length_ticks)]
    for section, begin, end in zip(song.sections, begins, ends, strict=True):
        # klick truncates: its first click may be a sample before our bar line.
        here = [each for each in ours if begin <= each.frame < end]
        there = [each for each in theirs if begin - 1 <= each.frame < end - 1]
        assert [each.is_accent for each in here] == [each.is_accent for each in there], section.name
        for one, other in zip(here, there, strict=True):
            assert abs(one.frame - other.frame) <= 1, section.name
            assert one.level == pytest.approx(other.level, abs=2e-3), section.name
    assert len(ours) == len(theirs)
