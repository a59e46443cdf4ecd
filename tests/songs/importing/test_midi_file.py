"""What becomes of MIDI files, and what is said of those that are odd. All are made byte by byte."""

from __future__ import annotations

import struct
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countoff.core.count_in import TWO_BARS
from countoff.songs.importing.by_content import import_song
from countoff.songs.importing.midi_file import read_midi_file, song_of_midi_file
from countoff.songs.importing.refusing import ImportRefusedError
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

if TYPE_CHECKING:
    from countoff.core.song import Song

PATH = Path("/sessions/Take_Me_There.mid")
BAR = 4 * 480
COUNT_IN_REMARK = "A MIDI file holds neither count-in nor click"


def song_of(data: bytes) -> Song:
    """Import a file."""
    return song_of_midi_file(data, PATH)[0]


def said(data: bytes) -> str:
    """Return all that is said of a file that is imported."""
    return " ".join(song_of_midi_file(data, PATH)[1])


def refused(data: bytes) -> str:
    """Return the sentences that refuse a file, without the place."""
    with pytest.raises(ImportRefusedError) as refusal:
        song_of_midi_file(data, PATH)
    sentences = str(refusal.value).splitlines()
    assert all(sentence.startswith(f"{PATH}: ") for sentence in sentences)
    return "\n".join(sentence.removeprefix(f"{PATH}: ") for sentence in sentences)


def layout(song: Song) -> list[tuple[str, int | None, str, list[tuple[int, str]]]]:
    """Return name, bars, meter and tempos of each section."""
    return [
        (each.name, each.bars, str(each.meter),
         [(span.start_tick, str(span.tempo)) for span in each.tempos])
        for each in song.sections
    ]  # fmt: skip


# What programs write ---------------------------------------------------------------------------


def test_a_recorder_s_tempo_track_becomes_sections() -> None:
    """Type 1 at 480, tempo, meter and markers in the first track, music in the others."""
    data = midi(
        track(name("Long Way Down"), meter(0, 4, 2), tempo(0, 648_649), marker(0, "Verse"),
              marker(16 * BAR, "Bridge"), meter(0, 7, 3), tempo(0, 625_000),
              marker(8 * 1680, "Outro"), meter(0, 4, 2), tempo(0, 500_000), end(0)),
        track(name("Drums"), note(0, 240), note(16 * BAR + 8 * 1680 + 4 * BAR - 480, 240), end()),
    )  # fmt: skip
    song = song_of(data)
    assert (song.title, song.count_in, song.pick_up_ticks) == ("Long Way Down", TWO_BARS, 0)
    assert layout(song) == [
        ("Verse", 16, "4/4", [(0, "92.5")]),
        ("Bridge", 8, "7/8", [(0, "96")]),
        ("Outro", 4, "4/4", [(0, "120")]),
    ]
    assert song.sections[0].tempo.quarters_per_minute == Fraction(60_000_000, 648_649)
    assert "Its notes and other channel events, 4 of them, are left out." in said(data)
    assert COUNT_IN_REMARK in said(data)


def test_a_file_of_one_track_with_running_status_is_read() -> None:
    """Type 0: everything in one track, notes that go without a status, and exclusive messages."""
    data = midi(
        track(name("One"), tempo(0, 500_000), meter(0, 3, 2), event(0, b"\xf0\x05\x7e\x7f\x09\x01\xf7"),
              event(0, b"\x99\x24\x64"), event(480, b"\x26\x64"), event(480, b"\x26\x64"),
              marker(480, "Chorus"), event(0, b"\x24\x64"), event(1440, b"\x24\x00"),
              event(0, b"\xf7\x01\xfa"), event(0, b"\xc9\x05"), end()),
        kind=0,
    )  # fmt: skip
    assert layout(song_of(data)) == [
        ("Section 1", 1, "3/4", [(0, "120")]), ("Chorus", 1, "3/4", [(0, "120")])
    ]  # fmt: skip


def test_a_drawn_tempo_curve_stays_as_it_was_drawn() -> None:
    """A tempo on each 16th is no ramp that we could guess: all of them stay, at their ticks."""
    steps = [tempo(120 if index else 0, 500_000 + 1_000 * index) for index in range(64)]
    data = midi(track(marker(0, "Rit"), *steps, end(120)))
    (section,) = song_of(data).sections
    assert [span.start_tick for span in section.tempos] == [240 * index for index in range(64)]
    assert all(
        span.tempo.quarters_per_minute == Fraction(60_000_000, 500_000 + 1_000 * index)
        for index, span in enumerate(section.tempos)
    )
    assert section.bars == 4


def test_a_notation_program_s_pick_up_is_one() -> None:
    """A first bar that is shorter than the next, with a rehearsal mark on bar 1 or on itself."""
    for before, after in (([], [marker(0, "A")]), ([marker(0, "A")], []), ([], [])):
        data = midi(
            track(meter(0, 1, 2), tempo(0, 500_000), *before, meter(480, 4, 2), *after,
                  end(8 * BAR)),
        )  # fmt: skip
        song = song_of(data)
        assert (song.pick_up_ticks, song.start_ticks, song.sections[0].bars) == (960, (0,), 8)
        assert song.sections[0].name in {"A", ""}
        assert "The first bar, of 1/4, is taken as a pick-up: bar 1 of the song" in said(data)


def test_a_short_section_is_no_pick_up() -> None:
    """With a name of its own and another after it, a short first bar is what it is called."""
    data = midi(
        track(meter(0, 2, 2), marker(0, "Hit"), meter(960, 4, 2), marker(0, "Verse"),
              end(BAR)),
    )  # fmt: skip
    assert [(each[0], each[1], each[2]) for each in layout(song_of(data))] == [
        ("Hit", 1, "2/4"), ("Verse", 1, "4/4")
    ]  # fmt: skip


def test_a_pick_up_in_another_tempo_is_a_section() -> None:
    """A song has one tempo before its bar 1; with two, the short bar is a bar of its own."""
    data = midi(
        track(meter(0, 1, 2), tempo(0, 600_000), meter(480, 4, 2), tempo(0, 500_000), end(BAR))
    )  # fmt: skip
    song = song_of(data)
    assert song.pick_up_ticks == 0
    assert [(each.bars, str(each.tempo)) for each in song.sections] == [(1, "100"), (1, "120")]


def test_tempo_and_meter_may_stand_in_any_track_and_in_all_of_them() -> None:
    """Some programs repeat the meter in each track; the same thing twice is nothing to say."""
    data = midi(
        track(name("Song"), meter(0, 3, 2), end()),
        track(meter(0, 3, 2), tempo(0, 600_000), end()),
        track(meter(0, 3, 2), marker(1440, "B"), end(1440)),
    )
    assert layout(song_of(data)) == [
        ("Section 1", 1, "3/4", [(0, "100")]), ("B", 1, "3/4", [(0, "100")])
    ]  # fmt: skip
    assert "counts" not in said(data)


def test_cue_points_are_markers_too() -> None:
    """A program that writes each name as a marker and as a cue point means one section."""
    data = midi(track(marker(0, "Verse"), meta(BAR, 7, b"Chorus"), marker(0, "Chorus"), end(BAR)))
    assert [each.name for each in song_of(data).sections] == ["Verse", "Chorus"]
    assert "left out" not in said(data)


def test_a_marker_called_end_at_the_end_is_the_end() -> None:
    """Engineers mark where the song is over; that is no section."""
    data = midi(track(marker(0, "Verse"), marker(8 * BAR, "END"), end()))
    assert layout(song_of(data)) == [("Verse", 8, "4/4", [(0, "120")])]


def test_a_file_of_nothing_but_events_rolls_on() -> None:
    """Where nothing follows the last marker, nobody said how long its section is."""
    data = midi(track(tempo(0, 500_000), marker(0, "Verse"), marker(8 * BAR, "Vamp"), end()))
    assert [each.bars for each in song_of(data).sections] == [8, None]
    assert "Nothing in the file says where it ends: its last section rolls on." in said(data)


def test_meters_between_markers_go_on_with_the_name() -> None:
    """Each change of meter begins a section, numbered after the one that it belongs to."""
    data = midi(
        track(marker(0, "Verse"), meter(0, 4, 2), meter(3 * BAR, 2, 2), meter(960, 4, 2),
              marker(2 * BAR, "Chorus"), end(BAR)),
    )  # fmt: skip
    assert [each[:3] for each in layout(song_of(data))] == [
        ("Verse", 3, "4/4"), ("Verse (2)", 1, "2/4"), ("Verse (3)", 2, "4/4"), ("Chorus", 1, "4/4")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Réfrain".encode(), "Réfrain"),
        ("Réfrain".encode("latin-1"), "Réfrain"),
        (b"\xef\xbb\xbfVerse", "Verse"),
        (b"Verse\x00", "Verse"),
        (b" Verse\r\n two ", "Verse two"),
        ("サビ".encode(), "サビ"),
    ],
)
def test_names_are_read_in_whatever_encoding(raw: bytes, expected: str) -> None:
    """UTF-8 where it is, else Latin-1; no control character reaches the screen."""
    assert song_of(midi(track(marker(0, raw), end(BAR)))).sections[0].name == expected


def test_markers_that_come_again_are_numbered() -> None:
    """As the passes of a song file are, so that a flag names one of them."""
    data = midi(
        track(
            *(marker(BAR if at else 0, each) for at, each in enumerate(("A", "B", "A"))), end(BAR)
        )
    )
    assert [each.name for each in song_of(data).sections] == ["A 1", "B", "A 2"]


def test_a_key_is_named_as_people_do() -> None:
    """The first one counts, later ones are said, and one that is none is passed over."""
    data = midi(track(meta(0, 0x59, b"\x03\x01"), meta(BAR, 0x59, b"\xfe\x00"), end(BAR)))
    assert song_of(data).key == "F# minor"
    assert "the song's is the first, F# minor" in said(data)
    odd = midi(track(meta(0, 0x59, b"\x09\x00"), meta(0, 0x59, b"\x00"), end(BAR)))
    assert song_of(odd).key == ""
    assert "Track 1 names a key that does not exist" in said(odd)
    assert "A key event in track 1 has 1 bytes, not 2" in said(odd)


def test_a_compound_meter_is_grouped_in_threes() -> None:
    """What a file does not say has the default that a musician expects."""
    data = midi(track(meter(0, 6, 3), end(1440)))
    assert song_of(data).sections[0].grouping == (3, 3)


# Odd files -------------------------------------------------------------------------------------


def test_of_several_tempos_on_a_tick_the_last_one_counts() -> None:
    """Also where they stand in different tracks; it is said, with the bar."""
    data = midi(
        track(
            *(tempo(0, 500_000), tempo(BAR, 400_000), tempo(0, 450_000), tempo(0, 600_000)),
            end(BAR),
        ),
    )
    assert layout(song_of(data)) == [("", 2, "4/4", [(0, "120"), (3840, "100")])]
    assert said(data).count("Several tempos stand at bar 2: the last one counts.") == 1


def test_of_two_meters_on_a_tick_the_last_one_counts() -> None:
    """It is said which two there were."""
    data = midi(track(meter(0, 4, 2), meter(0, 3, 2), end(1440)))
    assert layout(song_of(data))[0][:3] == ("", 1, "3/4")
    assert "4/4 and 3/4: the last one counts" in said(data)


def test_without_a_tempo_or_a_meter_a_file_has_those_of_the_format() -> None:
    """120 in 4/4, and both are said to be assumed."""
    data = midi(track(marker(0, "Verse"), end(2 * BAR)))
    assert layout(song_of(data)) == [("Verse", 2, "4/4", [(0, "120")])]
    assert "The file has no tempo: it is 120" in said(data)
    assert "The file begins without a meter: it is 4/4" in said(data)


def test_a_tempo_that_comes_late_leaves_120_before_it() -> None:
    """The format's own tempo holds up to the first event."""
    data = midi(track(tempo(960, 600_000), end(960)))
    assert layout(song_of(data))[0][3] == [(0, "120"), (1920, "100")]
    assert "begins without a tempo" in said(data)


def test_a_tempo_off_the_beat_changes_there() -> None:
    """At its own tick, whatever the bar does."""
    data = midi(track(tempo(0, 500_000), tempo(137, 600_000), end(BAR - 137)))
    assert layout(song_of(data))[0][3] == [(0, "120"), (274, "100")]


@pytest.mark.parametrize(
    "division", [1, 24, 96, 100, 120, 192, 256, 384, 480, 1024, 15_360, 32_767]
)
def test_any_division_keeps_the_time(division: int) -> None:
    """Tempos stay exact; places between two ticks go where the time is the least wrong."""
    changes = [(divmod(index * 7 * division, 5)[0], 400_000 + 7_919 * index) for index in range(60)]
    events, at = [], 0
    for tick, micros in changes:
        events.append(tempo(tick - at, micros))
        at = tick
    data = midi(track(meter(0, 4, 2), *events, end(4 * division)), division=division)
    song = song_of(data)
    exact_s = Fraction(0)
    for (tick, micros), (after, _) in pairwise(changes):
        exact_s += Fraction((after - tick) * micros, division * 1_000_000)
        if (after * 960) % division == 0:
            ours_s = song.whole_tempo_map.seconds_at_tick(after * 960 // division)
            assert abs(ours_s - exact_s) < Fraction(15, 1_000_000)
    is_exact = all((tick * 960) % division == 0 for tick, _ in changes)
    assert ("stand between two of Countoff's ticks" in said(data)) is not is_exact


def test_a_meter_that_changes_within_a_bar_shortens_that_bar() -> None:
    """Three quarters of a bar of 4/4 are a bar of 3/4, and it is said which bar."""
    data = midi(track(meter(0, 4, 2), meter(BAR + 1440, 7, 3), end(1680)))
    assert [each[:3] for each in layout(song_of(data))] == [
        ("Section 1", 1, "4/4"), ("Section 2", 1, "3/4"), ("Section 3", 1, "7/8")
    ]  # fmt: skip
    assert (
        "The meter changes to 7/8 at bar 2, beat 4, within a bar of 4/4: that bar is one of 3/4"
    ) in said(data)


def test_a_meter_that_leaves_no_whole_note_is_refused() -> None:
    """A rest of a bar that no meter can be written for cannot be played."""
    assert refused(midi(track(meter(0, 4, 2), meter(BAR + 101, 3, 2), end(1440)))) == (
        "The meter changes to 3/4 at bar 2, beat 1.2104, and what is left of that bar of 4/4 cannot"
        " be written as a meter. Let it change on a bar line."
    )


def test_markers_within_a_bar_move_to_its_nearest_line() -> None:
    """Two that come to the same line are one section, called after the nearer."""
    data = midi(
        track(marker(0, "Verse"), marker(4 * BAR - 240, "Fill"), marker(180, "Chorus"),
              marker(BAR, "Bridge"), end(3 * BAR)),
    )  # fmt: skip
    assert [each[:2] for each in layout(song_of(data))] == [
        ("Verse", 4), ("Chorus", 1), ("Bridge", 3)
    ]  # fmt: skip
    assert 'The marker "Fill" at bar 4, beat 4.5 stands within a bar; its section' in said(data)
    assert 'a section is called "Chorus"; the marker "Fill" is left out.' in said(data)


def test_a_marker_in_the_last_bar_stays_in_the_song() -> None:
    """Its nearest line would be the song's end, where nothing can begin."""
    data = midi(track(marker(0, "Verse"), marker(2 * BAR - 100, "Stop"), end(100)))
    assert [each[:2] for each in layout(song_of(data))] == [("Verse", 1), ("Stop", 1)]


def test_a_file_that_ends_within_a_bar_ends_with_the_bar() -> None:
    """A part of a bar is a bar."""
    data = midi(track(marker(0, "Verse"), end(BAR + 1)))
    assert song_of(data).sections[0].bars == 2
    assert "The file ends within a bar" in said(data)


def test_names_that_are_missing_or_too_long_are_said() -> None:
    """A marker without a name begins nothing; a name fits the screen."""
    data = midi(track(marker(0, ""), marker(BAR, "x" * 200), end(BAR)))
    assert song_of(data).sections[1].name == "x" * 80
    assert "A marker without a name is left out." in said(data)
    assert "is cut to 80" in said(data)


def test_foreign_chunks_and_what_follows_the_tracks_are_passed_over() -> None:
    """Keyboards write chunks of their own, mail programs add bytes, and a count may be wrong."""
    data = midi(
        chunk(b"XFIH", b"what a keyboard knows"), track(marker(0, "Verse"), end(BAR)), tracks=2
    )
    assert song_of(data + b"\r\n").sections[0].name == "Verse"
    assert "foreign chunk 'XFIH'" in said(data)
    assert "The file says that it has 2 tracks, and has 1." in said(data)
    assert "The last 2 bytes of the file are no track." in said(data + b"\r\n")
    assert "the file holds no track" in said(data + b"\0" * 100)


def test_a_file_in_a_riff_is_unwrapped() -> None:
    """Some Windows programs wrap it."""
    inside = midi(track(marker(0, "Verse"), end(BAR)))
    wrapped = b"RIFF" + struct.pack("<I", len(inside) + 12) + b"RMIDdata"
    wrapped += struct.pack("<I", len(inside)) + inside
    assert song_of(wrapped) == song_of(inside)


def test_a_longer_header_and_a_track_without_an_end_are_read() -> None:
    """A header may grow in a later version of the format; a track's end may have been forgotten."""
    header = b"MThd" + struct.pack(">IHHHH", 8, 1, 1, 480, 0)
    data = header + track(marker(0, "Verse"), note(0, BAR))
    assert song_of(data).sections[0].bars == 1
    assert "Track 1 does not say where it ends" in said(data)


def test_events_of_a_wrong_length_are_left_out_and_said() -> None:
    """A tempo of two bytes is none."""
    data = midi(track(meta(0, 0x51, b"\x07\xa1"), meta(0, 0x58, b"\x03\x02"), end(BAR)))
    assert layout(song_of(data)) == [("", 1, "4/4", [(0, "120")])]
    assert "A tempo event in track 1 has 2 bytes, not 3, and is left out." in said(data)
    assert "A meter event in track 1 has 2 bytes, not 4, and is left out." in said(data)


def test_lyrics_and_the_smpte_offset_are_said_to_be_left_out() -> None:
    """Nothing is dropped in silence."""
    data = midi(track(meta(0, 0x54, b"\x61\x00\x00\x00\x00"), meta(0, 5, b"la"), end(BAR)))
    assert "Its SMPTE offset is left out" in said(data)
    assert "Its lyrics, 1 of them, are left out." in said(data)


@pytest.mark.parametrize("track_name", ["", "Tempo Track", "untitled"])
def test_a_file_without_a_title_is_called_after_itself(track_name: str) -> None:
    """What programs call every first track is no title."""
    data = midi(track(name(track_name), end(BAR)))
    assert song_of(data).title == "Take Me There"
    assert 'The file has no title: the song is called "Take Me There".' in said(data)


# Refused files ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b"RIFF1234WAVEfmt ", "This is no MIDI file: it begins with b'RIFF'"),
        (b"MThd\0\0", "The file is cut off in its header."),
        (b"MThd" + struct.pack(">IHHH", 2, 1, 1, 480), "Its header has 2 bytes"),
        (midi(), "This MIDI file has no track."),
        (midi(track(end()), kind=3), "It is of type 3"),
        (midi(track(end()), track(end()), kind=2), "It is of type 2: 2 pieces one after another."),
        (midi(track(end()), division=0), "It has 0 ticks per quarter note"),
        (midi(track(end()), division=0xE728), "SMPTE frames (25 a second, each of 40 ticks)"),
        (midi(track(tempo(0, 500_000), end(BAR)))[:-4], "The file is cut off: its track 1 should"),
        (midi(chunk(b"MTrk", b"\x00\xff\x51\x7f")), "Track 1 ends in the middle of an event."),
        (midi(chunk(b"MTrk", b"\x00\xff\x06\x7fVerse")), "Track 1 ends in the middle of an event."),
        (midi(chunk(b"MTrk", b"\x00\x99\x24")), "Track 1 ends in the middle of an event."),
        (midi(chunk(b"MTrk", b"\x00\xf0\x20\x01")), "Track 1 ends in the middle of an event."),
        (midi(chunk(b"MTrk", b"\x00\x24\x64")), "Track 1 is damaged near byte 23 of the file"),
        (midi(chunk(b"MTrk", b"\x00\x99\x24\xff")), "Track 1 is damaged near byte 24"),
        (midi(chunk(b"MTrk", b"\x00\xf8")), "Track 1 is damaged near byte 24"),
        (midi(chunk(b"MTrk", b"\xff\xff\xff\xff\xff")), "A number has more than 4 bytes"),
        (midi(track(meter(0, 33, 2), end(BAR))), "not allowed, 0 quarter notes in: A bar has 1"),
        (midi(track(meter(0, 0, 2), end(BAR))), "found 0 in 0/4"),
        (midi(track(meter(0, 4, 6), end(BAR))), "one of 1, 2, 4, 8, 16, 32; found 4/64."),
        (midi(track(meter(0, 4, 255), end(BAR))), "one of 1, 2, 4, 8, 16, 32; found 4/"),
        (midi(track(tempo(BAR, 50_000), end(BAR))), "At bar 2: A tempo of 1200 quarter notes a m"),
        (midi(track(tempo(0, 0), end(BAR))), "At bar 1: A tempo of 6e+07 quarter notes"),
        (midi(track(tempo(0, 9_000_000), end(BAR))), "At bar 1: A tempo of 6.66667 quarter notes"),
        (midi(track(end(10_000 * BAR))), "It has 10000 bars; a song has at most 9999."),
        (midi(track(*(marker(BAR, "x") for _ in range(501)), end(BAR))),
         "It has 502 sections; a song has at most 500."),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_file_that_is_no_song_is_refused_with_a_sentence(data: bytes, sentence: str) -> None:
    """It says what was found and what to do."""
    assert sentence in refused(data)


def test_all_faults_come_at_once() -> None:
    """Each wrong tempo and meter, not only the first."""
    data = midi(track(tempo(0, 1), tempo(BAR, 2), meter(0, 40, 2), end(BAR)))
    assert len(refused(data).splitlines()) == 3


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_no_bytes_raise_anything_but_a_refusal(data: bytes) -> None:
    """Whatever follows a right header is a song or is refused with a sentence."""
    for made in (data, midi(chunk(b"MTrk", data)), midi(chunk(b"MTrk", data, end(BAR)), data)):
        try:
            assert song_of_midi_file(made, PATH)[0].sections
        except ImportRefusedError as refusal:
            sentences = [problem.sentence for problem in refusal.problems]
            assert all(each.endswith(".") for each in sentences)


_metas = st.one_of(
    st.builds(tempo, st.integers(0, 5000), st.integers(0, 2**24 - 1)),
    st.builds(tempo, st.integers(0, 5000), st.integers(100_000, 2_000_000)),
    st.builds(meter, st.integers(0, 20), st.integers(0, 40), st.integers(0, 7)),
    st.builds(lambda bars: meter(bars * BAR, 4, 2), st.integers(0, 3)),
    st.builds(marker, st.integers(0, 5000), st.text(max_size=6)),
    st.just(note(0, 10)),
)


@given(st.lists(_metas, max_size=12), st.integers(0, 4000), st.sampled_from((480, 96, 100, 7, 960)))
@settings(deadline=None)
def test_any_tempo_track_is_a_song_with_the_file_s_own_time(
    events: list[bytes], rest: int, division: int
) -> None:
    """Whatever is accepted ends when the file does: tempo, meter and bars fit together."""
    data = midi(track(*events, end(rest)), division=division)
    try:
        song = song_of(data)
    except ImportRefusedError:
        return
    assert sum(each.bars or 0 for each in song.sections) >= len(song.sections) - 1
    assert all(each.tempos[0].start_tick == 0 for each in song.sections)
    assert song.whole_tempo_map.seconds_at_tick(song.length_ticks or 0) >= 0


# From the disk ---------------------------------------------------------------------------------


def test_a_file_is_imported_by_its_content(tmp_path: Path) -> None:
    """A MIDI file is one under any name; text is a klick map; neither is refused."""
    path = tmp_path / "tempo.dat"
    path.write_bytes(midi(track(name("By Name"), end(BAR))))
    assert import_song(path)[0].title == read_midi_file(path)[0].title == "By Name"
    path.write_text("verse: 8 120\n")
    assert import_song(path)[0].sections[0].name == "verse"
    path.write_bytes(b"\x7fELF\0\0")
    with pytest.raises(ImportRefusedError, match="neither a MIDI file nor text"):
        import_song(path)
    cut_off = tmp_path / "empty.mid"
    cut_off.write_bytes(b"")
    with pytest.raises(ImportRefusedError, match="The file is empty"):
        import_song(cut_off)
