"""One song as different kinds of programs write it: all of them give the same song.

The files are made byte by byte, each with the habits of one kind: its division, where it puts tempo
and markers, and what it adds that is none of our business.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from countoff.songs.importing.midi_file import song_of_midi_file
from songs.importing.midi_bytes import (
    chunk,
    end,
    event,
    marker,
    meta,
    meter,
    midi,
    name,
    note,
    tempo,
    track,
)

TITLE = "Long Way Down"
FAST, SLOW = 500_000, 625_000  # microseconds a quarter note: 120 and 96
TEXT, COPYRIGHT, INSTRUMENT, LYRIC, CUE = 0x01, 0x02, 0x04, 0x05, 0x07
CHANNEL_PREFIX, PORT, SMPTE_OFFSET, KEY, SEQUENCER = 0x20, 0x21, 0x54, 0x59, 0x7F


def bars(beats: int, note_value: int, count: int, division: int) -> int:
    """Return how long so many bars are in the file's ticks."""
    return beats * count * 4 * division // note_value


def recorder() -> bytes:
    """A recorder: 480, everything in the first track, the timeline's SMPTE offset, empty tracks."""
    verse, bridge, chorus = bars(4, 4, 8, 480), bars(7, 8, 4, 480), bars(4, 4, 8, 480)
    return midi(
        track(name(TITLE), meta(0, SMPTE_OFFSET, b"\x21\x00\x00\x00\x00"), tempo(0, FAST),
              meter(0, 4, 2), meta(0, KEY, b"\x02\x00"), marker(0, "Verse"),
              tempo(verse, SLOW), meter(0, 7, 3), marker(0, "Bridge"),
              tempo(bridge, FAST), meter(0, 4, 2), marker(0, "Chorus"), end(chorus)),
        track(name("Drums"), meta(0, CHANNEL_PREFIX, b"\x09"), end()),
        track(name("Bass"), end()),
    )  # fmt: skip


def sequencer() -> bytes:
    """A sequencer: 960, one track of events from all lanes, a tempo on each marker, controllers."""
    verse, bridge, chorus = bars(4, 4, 8, 960), bars(7, 8, 4, 960), bars(4, 4, 8, 960)
    return midi(
        track(name(TITLE), marker(0, "Verse"), meter(0, 4, 2), tempo(0, FAST),
              marker(verse, "Bridge"), meter(0, 7, 3), tempo(0, SLOW),
              marker(bridge, "Chorus"), meter(0, 4, 2), tempo(0, FAST), end(chorus)),
        track(event(0, b"\xb0\x07\x64"), event(0, b"\x0a\x40"), event(0, b"\xe0\x00\x40"),
              note(960, 480), end(5)),
        division=960,
    )  # fmt: skip


def notation() -> bytes:
    """A notation program: 256, texts and copyright, the meter in each part, lyrics, a program."""
    verse, bridge, chorus = bars(4, 4, 8, 256), bars(7, 8, 4, 256), bars(4, 4, 8, 256)
    meters = meter(0, 4, 2) + meter(verse, 7, 3) + meter(bridge, 4, 2)
    part = track(name("Voice"), meta(0, INSTRUMENT, b"Choir"), meta(0, PORT, b"\x00"),
                 event(0, b"\xc0\x34"), meters, meta(0, LYRIC, b"la"), note(0, 256), end())  # fmt: skip
    return midi(
        track(name(TITLE), meta(0, TEXT, b"Words and music"), meta(0, COPYRIGHT, b"\xa9 us"),
              meta(0, SEQUENCER, b"\x00\x00\x41"), marker(0, "Verse"), tempo(0, FAST),
              meter(0, 4, 2), meter(verse, 7, 3), tempo(0, SLOW), marker(0, "Bridge"),
              meter(bridge, 4, 2), tempo(0, FAST), marker(0, "Chorus"), end(chorus)),
        part, part, division=256,
    )  # fmt: skip


def keyboard() -> bytes:
    """An arranger keyboard: type 0, 384, exclusive messages, a chunk of its own, running status."""
    verse, bridge, chorus = bars(4, 4, 8, 384), bars(7, 8, 4, 384), bars(4, 4, 8, 384)
    return midi(
        track(event(0, b"\xf0\x05\x7e\x7f\x09\x01\xf7"), name(TITLE), meter(0, 4, 2),
              tempo(0, FAST), marker(0, "Verse"), event(0, b"\x99\x24\x70"), event(96, b"\x24\x00"),
              event(96, b"\x26\x70"), event(96, b"\x26\x00"), meter(verse - 288, 7, 3),
              tempo(0, SLOW), marker(0, "Bridge"), meter(bridge, 4, 2), tempo(0, FAST),
              marker(0, "Chorus"), event(chorus, b"\xb9\x7b\x00"), end()),
        chunk(b"XFIH", b"\x00\xff\x7f\x03ABC"),
        kind=0, division=384, tracks=1,
    )  # fmt: skip


def tape_machine() -> bytes:
    """An open recorder: 1920, the tempo map in a track of its own behind an empty first one, cues."""
    verse, bridge, chorus = bars(4, 4, 8, 1920), bars(7, 8, 4, 1920), bars(4, 4, 8, 1920)
    return midi(
        track(name(TITLE), end()),
        track(name("tempo map"), meter(0, 4, 2), tempo(0, FAST), meter(verse, 7, 3), tempo(0, SLOW),
              meter(bridge, 4, 2), tempo(0, FAST), end(chorus)),
        track(name("locations"), meta(0, CUE, b"Verse"), meta(verse, CUE, b"Bridge"),
              meta(bridge, CUE, b"Chorus"), end()),
        division=1920,
    )  # fmt: skip


def film_desk() -> bytes:
    """A film composer's sequencer: 15360, markers in every track, an END marker, no end of its own."""
    verse, bridge, chorus = bars(4, 4, 8, 15_360), bars(7, 8, 4, 15_360), bars(4, 4, 8, 15_360)
    markers = (marker(0, "Verse"), marker(verse, "Bridge"), marker(bridge, "Chorus"))
    return midi(
        track(name(TITLE), tempo(0, FAST), meter(0, 4, 2), tempo(verse, SLOW), meter(0, 7, 3),
              tempo(bridge, FAST), meter(0, 4, 2), marker(chorus, "END"), end()),
        track(name("Strings"), *markers, end()), track(name("Brass"), *markers, end()),
        division=15_360,
    )  # fmt: skip


def script() -> bytes:
    """A script: 24, each tempo twice, the wrong one first, and each meter written again and again."""
    verse, bridge, chorus = bars(4, 4, 8, 24), bars(7, 8, 4, 24), bars(4, 4, 8, 24)
    again = bars(4, 4, 1, 24)
    return midi(
        track(name(TITLE), tempo(0, 1_000_000), tempo(0, FAST), meter(0, 4, 2), marker(0, "Verse"),
              meter(again, 4, 2), meter(again, 4, 2), tempo(verse - 2 * again, FAST), tempo(0, SLOW),
              meter(0, 4, 2), meter(0, 7, 3), marker(0, "Bridge"), tempo(bridge, FAST),
              meter(0, 4, 2), marker(0, "Chorus"), end(chorus)),
        division=24,
    )  # fmt: skip


PROGRAMS = (recorder, sequencer, notation, keyboard, tape_machine, film_desk, script)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_the_same_song_comes_from_every_program(program: object) -> None:
    """Title, sections, bars, meters and exact tempos are those of the song, whoever wrote it."""
    assert callable(program)
    song, _ = song_of_midi_file(program(), Path("other.mid"))
    assert song.title == TITLE
    assert [
        (each.name, each.bars, str(each.meter), [str(span.tempo) for span in each.tempos])
        for each in song.sections
    ] == [
        ("Verse", 8, "4/4", ["120"]), ("Bridge", 4, "7/8", ["96"]), ("Chorus", 8, "4/4", ["120"])
    ]  # fmt: skip
    # 32 quarters at 120, 14 at 96, 32 at 120.
    assert song.whole_tempo_map.seconds_at_tick(song.length_ticks or 0) == 16 + 8.75 + 16
