"""The samples of the click. The oracle adds voices one sample at a time, in Python's own numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.core.mixer import Fade, Program, apply_fade, mix
from countoff.core.voice import Voice
from countoff.core.voices import voice_bank

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]
    Sounds = list[tuple[int, int, float]]

RATES_HZ = (44_100, 48_000, 88_200, 96_000, 176_400, 192_000)
CHANNELS = 3
LENGTH_FRAMES = 4000

# Short voices of awkward lengths, so that many events meet many block boundaries.
BANK = tuple(
    np.linspace(1.0, -0.5, length, dtype=np.float32) * np.float32(loudness)
    for length, loudness in ((300, 0.7), (171, 0.31), (1, 0.9))
)
GAINS = np.array([[1.0, 0.5, 0.0], [0.3, 1.1, 0.7], [0.9, 0.2, 1.0]], dtype=np.float32)

events = st.lists(
    st.tuples(
        st.integers(-400, LENGTH_FRAMES + 10), st.integers(0, 2), st.sampled_from([1.0, 0.25, 1.75])
    ),
    max_size=40,
).map(sorted)
# Sizes of the blocks one after another, from one frame to more than a driver ever asks for.
block_sizes = st.lists(st.integers(1, 1500), min_size=1, max_size=60)
fades = st.builds(
    Fade,
    st.integers(-500, LENGTH_FRAMES),
    st.integers(0, 900),
    st.floats(0, 2, width=32),
    st.floats(0, 2, width=32),
)


def program_of(sounds: Sounds, silent_from_frame: int = 2**62) -> Program:
    """Return a program of frames, voices and levels."""
    return Program(
        frames=np.array([frame for frame, _, _ in sounds], dtype=np.int64),
        voices=np.array([voice for _, voice, _ in sounds], dtype=np.int64),
        levels=np.array([level for _, _, level in sounds], dtype=np.float32),
        gains=GAINS,
        silent_from_frame=silent_from_frame,
    )


def rendered(program: Program, start_frame: int, length_frames: int, fade: Fade) -> Samples:
    """Return one block."""
    out = np.full((length_frames, CHANNELS), np.nan, dtype=np.float32)
    mix(out, start_frame, program, BANK, max(len(voice) for voice in BANK))
    apply_fade(out, start_frame, fade)
    return out


def in_blocks(program: Program, sizes: list[int], fade: Fade) -> Samples:
    """Return LENGTH_FRAMES frames rendered in blocks of `sizes`, over and over."""
    blocks = []
    start_frame = 0
    while start_frame < LENGTH_FRAMES:
        size = min(sizes[len(blocks) % len(sizes)], LENGTH_FRAMES - start_frame)
        blocks.append(rendered(program, start_frame, size, fade))
        start_frame += size
    return np.concatenate(blocks)


STEADY = Fade(0, 0, 1.0, 1.0)


@given(events, block_sizes, fades)
def test_any_blocks_give_the_same_samples_as_one(
    sounds: Sounds, sizes: list[int], fade: Fade
) -> None:
    """Random block sizes give, bit for bit, what one block gives, also through a fade."""
    program = program_of(sounds)
    whole = rendered(program, 0, LENGTH_FRAMES, fade)
    assert np.array_equal(in_blocks(program, sizes, fade), whole)


@given(events)
def test_every_voice_sounds_whole_and_in_its_place(sounds: Sounds) -> None:
    """Each sample is the sum of what began before it, times its level and its channel's gain."""
    expected = np.zeros((LENGTH_FRAMES, CHANNELS))
    for event_frame, voice, level in sounds:
        for offset, sample in enumerate(BANK[voice].tolist()):
            if 0 <= event_frame + offset < LENGTH_FRAMES:
                expected[event_frame + offset] += level * sample * GAINS[voice].astype(float)
    found = rendered(program_of(sounds), 0, LENGTH_FRAMES, STEADY)
    assert np.allclose(found, expected, atol=1e-4)


@given(events, st.integers(0, LENGTH_FRAMES))
def test_from_the_silent_frame_on_nothing_begins(sounds: Sounds, silent_from_frame: int) -> None:
    """What began before the silent frame rings out; what would begin at it or later never does."""
    before = [sound for sound in sounds if sound[0] < silent_from_frame]
    found = rendered(program_of(sounds, silent_from_frame), 0, LENGTH_FRAMES, STEADY)
    assert np.array_equal(found, rendered(program_of(before), 0, LENGTH_FRAMES, STEADY))


@given(events, st.integers(0, LENGTH_FRAMES), st.integers(1, LENGTH_FRAMES))
def test_after_a_lost_stretch_the_rest_is_where_it_would_have_been(
    sounds: Sounds, lost_from_frame: int, lost_frames: int
) -> None:
    """A gap takes its own samples away and moves nothing after it."""
    program = program_of(sounds)
    whole = rendered(program, 0, LENGTH_FRAMES, STEADY)
    resumed_frame = min(lost_from_frame + lost_frames, LENGTH_FRAMES)
    rest = rendered(program, resumed_frame, LENGTH_FRAMES - resumed_frame, STEADY)
    assert np.array_equal(rest, whole[resumed_frame:])


@given(events, st.integers(-500, LENGTH_FRAMES), st.integers(1, 700))
def test_a_block_that_no_voice_reaches_is_told(
    sounds: Sounds, start_frame: int, length_frames: int
) -> None:
    """The answer is whether a voice has a sample in the block, be it as soft as it may."""
    out = np.full((length_frames, CHANNELS), np.nan, dtype=np.float32)
    longest_frames = max(len(voice) for voice in BANK)
    is_heard = mix(out, start_frame, program_of(sounds), BANK, longest_frames)
    assert is_heard == any(
        event_frame < start_frame + length_frames and event_frame + len(BANK[voice]) > start_frame
        for event_frame, voice, _ in sounds
    )
    assert is_heard or not out.any()


def test_an_empty_program_is_silence() -> None:
    """Nothing planned is zero, whatever the block held before."""
    assert not rendered(Program(gains=GAINS), 12_345, 512, STEADY).any()


def test_a_voice_crosses_a_block_boundary_without_a_seam() -> None:
    """A voice that begins on the last frame of a block goes on in the next at its second sample."""
    program = program_of([(511, 0, 1.0)])
    first = rendered(program, 0, 512, STEADY)
    second = rendered(program, 512, 512, STEADY)
    assert first[511, 0] == BANK[0][0]
    assert not first[:511].any()
    assert np.array_equal(second[:299, 0], BANK[0][1:])
    assert not second[299:].any()


@given(fades, st.integers(-600, LENGTH_FRAMES + 600))
def test_a_fade_in_a_block_is_the_level_at_each_frame(fade: Fade, start_frame: int) -> None:
    """The block's level is, frame by frame, the straight line between the two gains."""
    out = np.ones((64, 1), dtype=np.float32)
    apply_fade(out, start_frame, fade)
    for offset, level in enumerate(out[:, 0].tolist()):
        since_frames = start_frame + offset - fade.start_frame
        if since_frames >= fade.length_frames:
            expected = fade.end_gain
        elif since_frames <= 0:
            expected = fade.start_gain
        else:
            part = since_frames / fade.length_frames
            expected = fade.start_gain * (1 - part) + fade.end_gain * part
        assert level == pytest.approx(expected, abs=1e-6)
        assert fade.gain_at(start_frame + offset) == pytest.approx(expected, abs=1e-6)


def test_a_fade_to_nothing_ends_in_nothing() -> None:
    """After the 5 ms of a stop there is silence, not something very quiet."""
    out = np.ones((512, 2), dtype=np.float32)
    apply_fade(out, 1000, Fade(1000, 240, 1.0, 0.0))
    assert out[0, 0] == 1.0
    assert (np.diff(out[:241, 0]) < 0).all()
    assert not out[240:].any()


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_the_densest_click_does_not_clip(rate_hz: int) -> None:
    """Sixteenths at 400 quarter notes a minute overlap and still stay below full scale."""
    bank = voice_bank(rate_hz)
    step_frames = rate_hz * 60 // (400 * 4)
    voices = [Voice.ACCENT, *[Voice.SUBDIVISION] * 3, Voice.BEAT, *[Voice.SUBDIVISION] * 3]
    program = Program(
        frames=np.arange(8, dtype=np.int64) * step_frames,
        voices=np.array(voices, dtype=np.int64),
        levels=np.ones(8, dtype=np.float32),
        gains=np.ones((len(Voice), 1), dtype=np.float32),
    )
    out = np.zeros((rate_hz, 1), dtype=np.float32)
    mix(out, 0, program, bank, max(len(samples) for samples in bank))
    assert 0.5 < float(np.abs(out).max()) < 1
