"""Where in a song a recording begins: the loudness of both, millisecond by millisecond.

Pure. A recording may begin anywhere in a take, and nothing of it says where; the pattern of accents,
sections and tempos does. Where several places fit alike, as in a song of equal bars, it is the first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from countoff.core.mixer import Program

_STEPS_PER_SECOND = 1000
# So much of a recording is compared; what follows is held against what that says.
_COMPARED_S = 40
# The loudest moment times this is what counts as sound.
_LOUD = 0.1
# Places that are less like it than that, against the best, are not thought of.
_ALIKE = 0.9
# Of a step, for where a click begins in it.
_PARTS = 8


def rough_offsets_frames(
    samples: NDArray[np.float32],
    rate_hz: int,
    program: Program,
    bank: tuple[NDArray[np.float32], ...],
) -> list[tuple[int, float]]:
    """Return the frames of `samples` on which the program's frame 0 may lie, and how likely.

    Each to a millisecond or two, the first place in the song first; likely by how alike the two are
    there, in hundredths of the best place. Empty where `samples` are silent or there are no clicks.
    """
    hop = rate_hz // _STEPS_PER_SECOND
    planned = _planned_loudness(program, bank, hop)
    loud = np.abs(samples).max(initial=0) * _LOUD
    if not len(planned) or loud == 0:
        return []
    first_frame = int(np.argmax(np.abs(samples) > loud))
    # How the plan's steps lie on those of the recording is not known either.
    starts = [max(first_frame - part * hop // _PARTS, 0) for part in range(_PARTS)]
    compared_frames = _COMPARED_S * rate_hz
    heard = [_loudness(samples[start : start + compared_frames], hop) for start in starts]
    if not all(map(len, heard)):
        return []
    likenesses = [_likeness(planned, each) / np.linalg.norm(each) for each in heard]
    part = int(np.argmax([each.max() for each in likenesses]))
    likeness = likenesses[part]
    good = likeness >= _ALIKE * likeness.max()
    good[1:] &= likeness[1:] > likeness[:-1]
    good[:-1] &= likeness[:-1] >= likeness[1:]
    first_planned_frame = int(program.frames[0]) // hop * hop
    places = np.flatnonzero(good)
    steps_in_plan = places - (len(heard[part]) - 1)
    hundredths = np.round(100 * likeness[places] / likeness.max())
    return [
        (starts[part] - step * hop - first_planned_frame, alike)
        for step, alike in zip(steps_in_plan.tolist(), hundredths.tolist(), strict=True)
    ]


def _loudness(samples: NDArray[np.float32], hop: int) -> NDArray[np.float64]:
    whole = len(samples) // hop * hop
    return np.asarray(np.abs(samples[:whole]).reshape(-1, hop).max(axis=1), dtype=np.float64)


def _planned_loudness(
    program: Program, bank: tuple[NDArray[np.float32], ...], hop: int
) -> NDArray[np.float64]:
    """Return how loud the program is in each step from its first click on."""
    if not len(program.frames):
        return np.zeros(0)
    gains = program.gains.max(axis=1)
    # A click seldom begins with a step: its shape is known for some places within one.
    shapes = [
        [_loudness(_begun_at(samples, part * hop // _PARTS, hop), hop) for part in range(_PARTS)]
        for samples in bank
    ]
    since_first = program.frames - program.frames[0] // hop * hop
    steps, rests = np.divmod(since_first, hop)
    planned = np.zeros(int(steps[-1]) + max(len(shape[-1]) for shape in shapes))
    for step, rest, voice, level in zip(
        steps.tolist(), rests.tolist(), program.voices, program.levels, strict=True
    ):
        shape = shapes[voice][rest * _PARTS // hop] * float(level * gains[voice])
        part = planned[step : step + len(shape)]
        np.maximum(part, shape, out=part)
    return planned


def _begun_at(samples: NDArray[np.float32], frames: int, hop: int) -> NDArray[np.float32]:
    return np.pad(samples, (frames, hop + -(frames + len(samples)) % hop))


def _likeness(planned: NDArray[np.float64], heard: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each place of `heard` along `planned`, also over its ends, how alike they are."""
    length = 1 << (len(planned) + len(heard) - 1).bit_length()
    places = len(planned) + len(heard) - 1
    turned = np.fft.rfft(heard[::-1], length)
    products = np.fft.irfft(np.fft.rfft(planned, length) * turned, length)[:places]
    sums = np.concatenate([np.zeros(1), np.cumsum(np.square(planned))])
    ends = np.minimum(np.arange(1, places + 1), len(planned))
    starts = np.maximum(np.arange(1, places + 1) - len(heard), 0)
    energies = sums[ends] - sums[starts]
    # A loud section is not more alike than a soft one; a few clicks at an end are not the whole.
    floor = energies.max() * 1e-6
    return np.asarray(products / np.sqrt(np.maximum(energies, floor)))
