"""An imported song is one that a song file can say: written and read, it is the same."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from countoff.export.midi_file import midi_file
from countoff.songs.importing.klick_map import song_of_klick_map
from countoff.songs.importing.midi_file import song_of_midi_file
from countoff.songs.importing.refusing import ImportRefusedError
from countoff.songs.numbers import exact_decimal
from countoff.songs.reading import song_of
from countoff.songs.writing import song_text
from songs.drawing import written_songs
from songs.importing.midi_bytes import end, marker, meter, midi, tempo, track
from songs.importing.test_against_klick import MAPS

if TYPE_CHECKING:
    from countoff.core.song import Song

PATH = Path("a song.mid")


def read_again(song: Song) -> Song | None:
    """Write a song as a song file and read that."""
    again, faults = song_of(tomllib.loads(song_text(song), parse_float=exact_decimal))
    assert not faults, [fault.sentence for fault in faults]
    return again


@pytest.mark.parametrize("name", MAPS)
def test_a_klick_map_becomes_a_song_file(name: str) -> None:
    """Ramps, a tempo for each beat, patterns, levels: nothing is lost on the way."""
    song, _ = song_of_klick_map(MAPS[name].encode(), PATH)
    assert read_again(song) == song


_events = st.one_of(
    st.builds(tempo, st.integers(0, 5000), st.integers(60_061, 6_000_000)),
    st.builds(lambda bars, beats: meter(bars * 1920, beats, 3), st.integers(0, 3), st.integers(1, 12)),
    st.builds(marker, st.integers(0, 5000), st.text(max_size=90)),
)  # fmt: skip


@given(st.lists(_events, max_size=10), st.integers(0, 4000), st.sampled_from((480, 96, 7)))
@settings(deadline=None)
def test_a_midi_file_becomes_a_song_file(events: list[bytes], rest: int, division: int) -> None:
    """Whatever tempos and markers it had, and whatever it calls its sections."""
    try:
        song, _ = song_of_midi_file(midi(track(*events, end(rest)), division=division), PATH)
    except ImportRefusedError:
        return
    assert read_again(song) == song


@given(written_songs(most_sections=4).filter(lambda song: not song.is_free))
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
def test_an_exported_song_becomes_a_song_file_again(song: Song) -> None:
    """Also with ramps in steps and tempos of millionths."""
    again, _ = song_of_midi_file(midi_file(song)[0], PATH)
    assert read_again(again) == again
