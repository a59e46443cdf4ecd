"""The example songs are right, and show what they say they show."""

from __future__ import annotations

from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from countoff.core.section import Subdivision
from countoff.core.tempo_map import LinearIn
from countoff.songs.reading import read_song

if TYPE_CHECKING:
    from countoff.core.song import Song

EXAMPLES = Path(str(files("countoff") / "songs" / "examples"))
PATHS = sorted(EXAMPLES.glob("*.toml"))


def read(name: str) -> Song:
    """Read an example."""
    song, problems = read_song(EXAMPLES / f"{name}.toml")
    assert song is not None
    assert not problems
    return song


def test_there_are_six() -> None:
    """As many as the README shows."""
    assert len(PATHS) == 6


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_each_is_read_without_a_problem(path: Path) -> None:
    """Not one word of an example is refused or unknown."""
    song, problems = read_song(path)

    assert not problems
    assert song is not None
    assert song.whole_tempo_map
    assert song.counting


def test_kingdom_is_all_defaults() -> None:
    """A title and a tempo are a song."""
    (section,) = read("kingdom").sections

    assert (section.name, section.bars, str(section.meter)) == ("", None, "4/4")
    assert section.tempo.quarters_per_minute == Fraction(1137, 10)


def test_marble_stairs_is_played_in_its_form() -> None:
    """What comes more than once is numbered; six-eight is in two; the ritardando is at the end."""
    song = read("marble_stairs")

    assert [section.name for section in song.sections] == [
        "Intro", "Verse 1", "Chorus 1", "Verse 2", "Chorus 2", "Chorus 3", "Last Step",
    ]  # fmt: skip
    assert {section.clicked_beat_ticks for section in song.sections} == {1440}
    assert song.sections[0].tempo.quarters_per_minute == 87
    assert [span.start_tick for span in song.sections[-1].tempos] == [0, 2 * 2880]
    assert song.pick_up_ticks == 960


def test_paper_lanterns_is_free() -> None:
    """Without a tempo there is no click."""
    assert read("paper_lanterns").is_free


def test_the_iron_winter_is_long_and_nasty() -> None:
    """Over 300 bars, a dozen meters, ramps of both kinds, tempos from a MIDI file, a pick-up."""
    song = read("the_iron_winter")
    spans = [span for section in song.sections for span in section.tempos]

    assert sum(section.bars or 0 for section in song.sections) == 311
    assert len({section.meter for section in song.sections}) == 13
    assert {span.linear_in for span in spans if span.is_ramp} == set(LinearIn)
    assert {section.subdivision for section in song.sections} == set(Subdivision)
    assert any(len(section.tempos) == 7 for section in song.sections)
    assert Fraction(1_000_000, 8333) in {span.tempo.quarters_per_minute for span in spans}
    assert song.pick_up_ticks == 1440
