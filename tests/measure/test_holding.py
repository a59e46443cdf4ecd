"""What the instruments find in recordings whose faults are known."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countoff.core.limiter import limit
from countoff.core.mixer import Program, mix
from countoff.core.voices import voice_bank
from countoff.measure.holding import NothingHeardError, Recording, hold

RATE_HZ = 48_000
BANK = voice_bank(RATE_HZ)
LONGEST_FRAMES = max(map(len, BANK))
# Seconds, of a whole that no bar length divides: accents tell where in it a piece lies.
_FRAMES = np.cumsum([0, *([5_003, 7_001, 5_003, 6_007, 9_001] * 20)])
_VOICES = np.array([[4, 5, 5, 5, 5], *([[0, 3, 2, 3, 1]] * 19)]).ravel()


def program() -> Program:
    """Return a hundred clicks of every voice."""
    return Program(
        frames=_FRAMES[:-1].astype(np.int64),
        voices=_VOICES,
        levels=np.ones(100, dtype=np.float32),
        gains=np.ones((6, 1), dtype=np.float32),
    )


def sound(planned: Program) -> np.ndarray:
    """Return what the player would play, with half a second of silence before and after."""
    out = np.zeros((int(planned.frames[-1]) + RATE_HZ, 1), dtype=np.float32)
    mix(out, -RATE_HZ // 2, planned, BANK, LONGEST_FRAMES)
    return out[:, 0]


def over_a_cable(samples: np.ndarray, *, late_frames: float, ppm: float) -> np.ndarray:
    """Return `samples` as another converter hears them: later, on its own clock, by whole waves."""
    # Exact: each frequency is turned by its own delay. A drift is a delay that grows step by step.
    length = 1 << (len(samples) + 4096).bit_length()
    spectrum = np.fft.rfft(samples, length)
    turns = np.fft.rfftfreq(length)
    out = np.zeros(len(samples) + 4096)
    steps = 40 if ppm else 1
    ends = np.linspace(0, len(samples), steps + 1).astype(int)
    for start, end in itertools.pairwise(ends):
        late = late_frames + start * ppm * 1e-6
        moved = np.fft.irfft(spectrum * np.exp(-2j * np.pi * turns * late), length)
        out[start : end + 4096] = moved[start : end + 4096]
    return out


def test_a_whole_click_is_clean() -> None:
    """Every click is found on its own frame, and nothing else is heard."""
    held = hold(Recording(sound(program()), RATE_HZ, is_digital=True), program(), BANK)

    assert held.is_clean
    assert len(held.planned_frames) == 100
    assert held.offset_frames == RATE_HZ // 2
    assert not held.errors_frames.any()


@settings(max_examples=15, deadline=None)
@given(cut=st.integers(0, 400_000), level=st.floats(0.01, 1))
def test_a_recording_may_begin_anywhere(cut: int, level: float) -> None:
    """From any frame on, and at any level, what is left of it is whole and on its frames."""
    samples = np.float32(level) * sound(program())[cut:]

    held = hold(Recording(samples, RATE_HZ, is_digital=True, first_frame=7), program(), BANK)

    assert held.is_clean
    assert held.offset_frames == RATE_HZ // 2 - cut + 7


@settings(max_examples=15, deadline=None)
@given(place=st.integers(2, 97), late=st.integers(-200, 200).filter(bool))
def test_one_click_off_its_frame_is_seen(place: int, late: int) -> None:
    """A single click that is early or late is told with its place and by how much."""
    planned = program()
    moved = program()
    moved.frames[place] += late

    held = hold(Recording(sound(moved), RATE_HZ, is_digital=True), planned, BANK)

    assert not held.is_clean
    assert not held.missing
    assert {
        int(index): int(held.errors_frames[index]) for index in held.errors_frames.nonzero()[0]
    } == {place: late}


def test_what_is_missing_broken_or_extra_is_told_apart() -> None:
    """A click that is not there, one with a hole in it, and a sound that nobody planned."""
    planned = program()
    samples = sound(planned)
    at = planned.frames + RATE_HZ // 2
    samples[at[20] : at[21]] = 0
    samples[at[40] + 60 : at[40] + 300] = 0
    samples[at[60] + 4_000 : at[60] + 4_010] += 0.2

    held = hold(Recording(samples, RATE_HZ, is_digital=True), planned, BANK)

    assert held.missing == (20,)
    assert held.broken == (40,)
    assert held.extra_frames == (int(at[60]) + 4_000,)


def test_what_the_server_lost_is_not_judged() -> None:
    """A click in a stretch that the server lost is neither missing nor clean: it is not judged."""
    planned = program()
    samples = sound(planned)
    at = int(planned.frames[20]) + RATE_HZ // 2
    samples[at : at + 256] = 0
    lost = ((at - 100 + 1_000, at + 400 + 1_000),)

    held = hold(
        Recording(samples, RATE_HZ, is_digital=True, lost=lost, first_frame=1_000), planned, BANK
    )

    assert held.is_clean
    assert held.in_lost == 1


@settings(max_examples=8, deadline=None)
@given(late=st.floats(0, 3_000), level=st.floats(0.05, 0.9), is_inverted=st.booleans())
def test_a_cable_is_measured_between_samples(
    late: float, level: float, *, is_inverted: bool
) -> None:
    """Over a noisy cable, upside down or not, each click is found to a tenth of a frame."""
    samples = over_a_cable(sound(program()), late_frames=late, ppm=0)
    samples = (-level if is_inverted else level) * samples
    samples += np.random.default_rng(1).normal(0, level * 1e-3, len(samples))

    held = hold(Recording(samples.astype(np.float32), RATE_HZ, is_digital=False), program(), BANK)

    assert held.is_clean
    assert abs(held.offset_frames - RATE_HZ // 2 - late) < 0.1
    assert np.abs(held.errors_frames).max() < 0.1


def test_two_clocks_are_told() -> None:
    """A recorder whose clock is 60 ppm faster than the box's hears it 60 ppm slow."""
    samples = over_a_cable(sound(program()), late_frames=100.25, ppm=60).astype(np.float32)

    held = hold(Recording(samples, RATE_HZ, is_digital=False), program(), BANK)

    assert held.is_clean
    assert held.ppm == pytest.approx(-60, abs=2)


@pytest.mark.parametrize("is_digital", [True, False])
def test_silence_and_noise_are_no_click(*, is_digital: bool) -> None:
    """Where there is no click the sentence says so, and no figures come out."""
    noise = np.random.default_rng(2).normal(0, 0.1, RATE_HZ * 5).astype(np.float32)

    for samples in (np.zeros(RATE_HZ, dtype=np.float32), noise):
        with pytest.raises(NothingHeardError):
            hold(Recording(samples, RATE_HZ, is_digital=is_digital), program(), BANK)


def test_a_limited_click_is_whole() -> None:
    """What the limiter bends at its loudest is neither broken nor something extra."""
    samples = np.float32(1.4) * sound(program())
    limit(samples)

    assert hold(Recording(samples, RATE_HZ, is_digital=True), program(), BANK).is_clean
