"""What is in a rendered file, judged by reading it and by arithmetic of the test's own."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.drawing import RATES_HZ, songs
from tests.songs.riff import Wav, read_wav

from countoff.core.count_in import CountIn
from countoff.core.grid import Grid
from countoff.core.plan import clicks
from countoff.core.section import Section, Subdivision
from countoff.core.song import Song, free_song, steady_song
from countoff.core.tempo import Meter, Tempo
from countoff.core.tempo_map import TempoSpan
from countoff.core.voice import Voice
from countoff.core.voices import voice_bank
from countoff.songs import rendering
from countoff.songs.rendering import (
    CannotRenderError,
    Sounds,
    laid_out,
    shape_of,
    starting_at,
    write_wav,
)
from countoff.songs.wav_file import Bits

if TYPE_CHECKING:
    from collections.abc import Iterable

HALF = Fraction(1, 2)
# A voice is one sample here, of a height of its own: an onset is a sample, however fast they come.
DOTS = Sounds(
    tuple(np.array([(voice + 1) / 16], dtype=np.float32) for voice in Voice), (1.0,) * len(Voice)
)


def wav_of(
    song: Song,
    rate_hz: int = 48_000,
    sounds: Sounds = DOTS,
    bits: Bits = Bits.FLOAT,
    *,
    has_count_in: bool = True,
    bars: int | None = None,
) -> Wav:
    """Render the song and read the file."""
    laid = laid_out(song, rate_hz, sounds, has_count_in=has_count_in, bars=bars)
    file = io.BytesIO()
    done = list(write_wav(file, laid, sounds, shape_of(laid, bits)))
    assert done[-1:] == [laid.length_frames] * bool(laid.length_frames)
    return read_wav(file.getvalue())


def onsets(wav: Wav) -> list[tuple[int, int]]:
    """Return the frame and the voice of each click of a file rendered with dots."""
    frames = np.flatnonzero(wav.samples)
    return [(int(frame), round(wav.samples[frame] * 16) - 1) for frame in frames]


def section(
    name: str, bars: int | None, tempo: str, meter: Meter, level_db: float = 0.0
) -> Section:
    """Return a section of one tempo."""
    spans = (TempoSpan(0, Tempo(Fraction(tempo))),)
    return Section(name, bars, spans, meter, level_db=level_db)


SONG = Song(
    "Long Way Down",
    (
        section("Verse", 3, "92.5", Meter(4, 4)),
        section("Bridge", 2, "113.7", Meter(7, 8)),
        section("Chorus", 2, "96", Meter(3, 4)),
    ),
)
# The same song in numbers: first bar, bars, beats a bar, quarters a beat, tempo.
SONG_IN_NUMBERS = (
    ("Verse", 3, 4, Fraction(1), Fraction("92.5")),
    ("Bridge", 2, 7, Fraction(1, 2), Fraction("113.7")),
    ("Chorus", 2, 3, Fraction(1), Fraction(96)),
)


def by_hand(
    rate_hz: int, count_in_beats: int = 8
) -> tuple[list[tuple[int, int]], list[tuple[int, str]], int]:
    """Return clicks, cues and length of `SONG`, worked out beat by beat in exact seconds."""
    seconds = Fraction(0)
    heard: list[tuple[Fraction, int]] = []
    cues: list[tuple[Fraction, str]] = []
    for beat in range(count_in_beats):
        voice = Voice.COUNT_IN if beat % 4 else Voice.COUNT_IN_ACCENT
        heard.append((seconds, voice))
        seconds += 60 / Fraction("92.5")
    before = seconds
    for name, bars, beats, quarters, tempo in SONG_IN_NUMBERS:
        cues.append((seconds, name))
        for beat in range(bars * beats):
            heard.append((seconds, Voice.BEAT if beat % beats else Voice.ACCENT))
            seconds += quarters * 60 / tempo
    # Bar 1 is on a whole frame, as in a take.
    bar_1_frame = int(before * rate_hz + HALF)

    def frame(at: Fraction) -> int:
        return int((at - before) * rate_hz + bar_1_frame + HALF)

    return (
        [(frame(at), int(voice)) for at, voice in heard],
        [(frame(at), name) for at, name in cues],
        frame(seconds),
    )


@pytest.mark.parametrize("rate_hz", [8_000, *RATES_HZ, 384_000])
def test_clicks_and_cues_are_where_arithmetic_puts_them(rate_hz: int) -> None:
    """At any rate: each beat on its nearest frame, each section's cue on its downbeat."""
    wav = wav_of(SONG, rate_hz)

    assert (onsets(wav), wav.cues, len(wav.samples)) == by_hand(rate_hz)
    assert wav.rate_hz == rate_hz
    assert onsets(wav)[0] == (0, Voice.COUNT_IN_ACCENT)


@pytest.mark.parametrize("bits", Bits)
def test_the_depth_moves_nothing(bits: Bits) -> None:
    """16 and 24 bits and float have the same clicks on the same frames."""
    wav = wav_of(SONG, bits=bits)

    assert (onsets(wav), wav.cues, len(wav.samples)) == by_hand(48_000)


def test_without_the_count_in_bar_1_is_the_first_sample() -> None:
    """And the rest is what it is with the count-in, sample for sample."""
    whole, bare = wav_of(SONG), wav_of(SONG, has_count_in=False)
    before_frames = whole.cues[0][0]

    assert bare.cues[0] == (0, "Verse")
    assert np.array_equal(bare.samples, whole.samples[before_frames:])
    assert bare.cues == [(frame - before_frames, name) for frame, name in whole.cues]


def test_a_pick_up_comes_before_bar_1_with_and_without_the_count_in() -> None:
    """Without the count-in the file begins with the pick-up, whose clicks are the song's own."""
    song = Song("Up", (section("Verse", 2, "120", Meter(4, 4)),), pick_up_ticks=960)

    bare, whole = wav_of(song, has_count_in=False), wav_of(song)

    assert bare.cues == [(24_000, "Verse")]
    assert onsets(bare)[:2] == [(0, Voice.BEAT), (24_000, Voice.ACCENT)]
    assert whole.cues == [(2 * 96_000, "Verse")]
    assert (7 * 24_000, int(Voice.BEAT)) in onsets(whole)


def test_from_a_section_on_it_is_counted_in_at_that_sections_tempo() -> None:
    """The clicks after the count-in are the whole song's from there on."""
    whole, part = wav_of(SONG), wav_of(starting_at(SONG, "bridge"))
    bridge_frame = whole.cues[1][0]

    assert [name for _, name in part.cues] == ["Bridge", "Chorus"]
    assert part.cues[0][0] == int(14 * 30 / Fraction("113.7") * 48_000 + HALF)
    played = [(frame, voice) for frame, voice in onsets(part) if frame >= part.cues[0][0]]
    assert played == [
        (frame - bridge_frame + part.cues[0][0], voice)
        for frame, voice in onsets(whole)
        if frame >= bridge_frame
    ]


def test_so_many_bars_end_at_a_bar_line() -> None:
    """There is no click on the downbeat after the last bar, and no cue there."""
    wav = wav_of(SONG, bars=3)
    clicked, cues, _ = by_hand(48_000)

    assert wav.cues == cues[:1]
    assert len(wav.samples) == cues[1][0]
    assert onsets(wav) == [click for click in clicked if click[0] < cues[1][0]]
    assert np.array_equal(wav_of(SONG, bars=100).samples, wav_of(SONG).samples)


def test_a_song_without_an_end_needs_bars() -> None:
    """It is said what to do; with so many bars it is rendered."""
    song = steady_song("Vamp", Tempo(Fraction(120)))

    with pytest.raises(CannotRenderError, match=r'"Vamp" rolls until stopped: .* --bars 120\.'):
        wav_of(song)
    assert len(wav_of(song, bars=5).samples) == 7 * 96_000
    assert wav_of(song, bars=5).cues == [(2 * 96_000, "Bar 1")]


def test_a_free_song_has_nothing_to_render() -> None:
    """One sentence."""
    with pytest.raises(CannotRenderError, match='"Rubato" has no tempo'):
        wav_of(free_song("Rubato"))


def test_an_unknown_section_is_named_with_the_nearest() -> None:
    """As every mistyped word."""
    with pytest.raises(
        CannotRenderError, match=r'has no section "Brige"\. Did you mean "Bridge"\?'
    ):
        starting_at(SONG, "Brige")
    with pytest.raises(CannotRenderError, match="It has Verse, Bridge, Chorus"):
        starting_at(SONG, "Zzz")


def test_levels_are_those_of_section_and_output() -> None:
    """A section 6 dB softer is that in the file, and so is an output's gain of a voice."""
    song = Song("Soft", (section("Verse", 1, "120", Meter(4, 4), level_db=-6.0),))
    gains = tuple(0.0 if voice is Voice.BEAT else 0.5 for voice in Voice)

    wav = wav_of(song, sounds=Sounds(DOTS.bank, gains), has_count_in=False)

    assert np.flatnonzero(wav.samples).tolist() == [0]
    assert wav.samples[0] == pytest.approx(0.5 * 10 ** (-6 / 20) / 16)


def test_nothing_clips_and_the_last_click_rings_out() -> None:
    """However loud; and a click in the last moment of the song is not cut."""
    song = Song(
        "Loud",
        (section("Verse", 40, "999", Meter(4, 32), level_db=6.0),),
        CountIn(bars=0),
    )
    bank = voice_bank(48_000)
    sounds = Sounds(bank, (4.0,) * len(bank))

    wav = wav_of(song, sounds=sounds, bits=Bits.SIXTEEN)

    assert 0.9 < np.abs(wav.samples).max() < 1
    last_frame = max(frame for frame, _ in onsets(wav_of(song)))
    assert len(wav.samples) == last_frame + len(bank[Voice.BEAT])


@pytest.mark.parametrize("block_frames", [1, 997, 65_536])
def test_blocks_leave_no_trace(monkeypatch: pytest.MonkeyPatch, block_frames: int) -> None:
    """The same samples in blocks of any length."""
    song = steady_song("Fast", Tempo(Fraction(600)), bars=1, subdivision=Subdivision.SIXTEENTH)
    bank = voice_bank(8_000)
    sounds = Sounds(bank, (1.0,) * len(bank))
    whole = wav_of(song, 8_000, sounds)

    monkeypatch.setattr(rendering, "BLOCK_FRAMES", block_frames)

    assert np.array_equal(wav_of(song, 8_000, sounds).samples, whole.samples)


def test_too_long_a_file_is_refused_before_it_is_begun() -> None:
    """A sentence with how long it would be, and what to do."""
    song = steady_song("Night", Tempo(Fraction(10)), bars=2000)

    with pytest.raises(CannotRenderError, match=r"9\.2 GB.*fewer bars, fewer bits, or at a lower"):
        shape_of(laid_out(song, 48_000, DOTS), Bits.FLOAT)


@settings(max_examples=60, deadline=None)
@given(song=songs(most_sections=4, most_bars=3), rate_hz=st.sampled_from(RATES_HZ), data=st.data())
def test_any_song_is_rendered_as_the_box_plays_it(
    song: Song, rate_hz: int, data: st.DataObject
) -> None:
    """The clicks in the file are those of a take on a whole frame: voice, level, none more."""
    song = song.starting_at(data.draw(st.integers(0, len(song.sections) - 1)))
    has_count_in = data.draw(st.booleans())
    bars = 4 if song.length_ticks is None else None
    first_tick = song.first_tick if has_count_in else song.start_tick

    wav = wav_of(song, rate_hz, has_count_in=has_count_in, bars=bars)

    origin_frame = 10 * rate_hz
    take = Grid(song.tempo_map, rate_hz, Fraction(origin_frame))
    start_tick = song.start_ticks[song.start_index]
    start_frame = take.frame_at_tick(first_tick)
    end_tick = song.length_ticks
    if end_tick is None:
        end_tick = start_tick
        for _ in range(4):
            end_tick = song.next_bar_tick(end_tick)
    expected = np.zeros(take.frame_at_tick(end_tick) - start_frame + 1)
    for click in clicks(song, take, first_tick, end_tick):
        expected[click.frame - start_frame] += click.level * (click.voice + 1) / 16
    assert np.abs(wav.samples - expected[: len(wav.samples)]).max() < 1e-6
    assert not expected[len(wav.samples) :].any()
    assert wav.cues == _cues_of(song, take, start_frame, end_tick)


def _cues_of(song: Song, take: Grid, start_frame: int, end_tick: int) -> list[tuple[int, str]]:
    rest: Iterable[tuple[int, Section]] = list(zip(song.start_ticks, song.sections, strict=True))[
        song.start_index :
    ]
    return [
        (take.frame_at_tick(tick) - start_frame, each.name)
        for tick, each in rest
        if tick < end_tick
    ]
