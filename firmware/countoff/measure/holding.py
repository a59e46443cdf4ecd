"""Clicks that were heard, held against those that were planned: what came where, and what did not.

Pure, and in memory: of a recording of an hour it makes a copy. Every click of the plan is looked for
where it has to be, and taken away once found; what is left and sounds is something extra.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from countoff.core.limiter import KNEE
from countoff.core.listening import HeardClick, find_click, stretch_of, take_away
from countoff.measure.aligning import rough_offsets_frames

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from countoff.core.mixer import Program

# How far from its place a click is looked for, and how far over a cable whose ends drift apart.
_REACH_S = 0.005
# The alignment by loudness is right to some milliseconds; this many clicks then say it exactly.
_FIRST_REACH_S = 0.004
_ANCHORS = 4096
# A share of what sounds at its place that a click must explain: to be one, and to be whole.
_PRESENT = 0.5
_WHOLE_DIGITAL = 0.995
_WHOLE_CABLE = 0.8
# What is left after all clicks are taken away, against the loudest of them.
_EXTRA_DIGITAL = 0.003
_EXTRA_CABLE = 0.1
_SILENCE_S = 0.012
# A soft click may be as small as this against the loudest voice, and is no noise yet.
_SOFTEST = 1e-4
_FOLLOW = 0.1
_FEWEST_FOR_DRIFT = 50
_PPM = 1e6


@dataclass(frozen=True, slots=True)
class Recording:
    """What was recorded, on the frames of whoever recorded it.

    lost: stretches of frames, from and to, in which the server lost time, or the recorder did
    """

    samples: NDArray[np.float32]
    rate_hz: int
    is_digital: bool
    lost: tuple[tuple[int, int], ...] = ()
    first_frame: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """What became of the clicks of a plan.

    planned_frames: where each click had to be, those that were looked for
    errors_frames:  for each of them how much later it was, in frames; not a number where missing
    likenesses:     for each how much of it was itself
    broken:         places in `planned_frames` of clicks that were there, but not whole
    missing:        places of those that were not there
    extra_frames:   frames of the recording where something else sounded
    in_lost:        clicks that fell where the server, or the recorder, lost time: not judged
    offset_frames:  the frame of the recording that is the plan's frame 0
    ppm:            how much faster the player's clock is than the recorder's; None where too few
    """

    rate_hz: int
    is_digital: bool
    planned_frames: NDArray[np.int64]
    errors_frames: NDArray[np.float64]
    likenesses: NDArray[np.float64]
    broken: tuple[int, ...]
    missing: tuple[int, ...]
    extra_frames: tuple[int, ...]
    in_lost: int
    offset_frames: float
    ppm: float | None

    @property
    def found_errors_frames(self) -> NDArray[np.float64]:
        """The errors of the clicks that were found."""
        return self.errors_frames[~np.isnan(self.errors_frames)]

    @property
    def is_clean(self) -> bool:
        """Whether every click was there, whole, alone, and (digitally) on its very frame."""
        is_exact = not self.is_digital or not self.found_errors_frames.any()
        return is_exact and not (self.broken or self.missing or self.extra_frames)


class NothingHeardError(Exception):
    """A recording has no click of the plan; the sentence says so."""


def hold(recording: Recording, program: Program, bank: tuple[NDArray[np.float32], ...]) -> Held:
    """Hold `recording` against `program`, from the first click heard to the last.

    Raises NothingHeardError. Takes about a second for a minute of sixteenths.
    """
    left = recording.samples.copy()
    # A sound that is off on this output cannot be missed there.
    sounding = program.gains.max(axis=1)[program.voices] * program.levels > 0
    frames, voices = program.frames[sounding], program.voices[sounding]
    levels = (program.gains.max(axis=1)[program.voices] * program.levels)[sounding]
    offset = _exact_offset(recording, program, frames, voices, bank)
    lost = np.array(recording.lost, dtype=np.int64).reshape(-1, 2) - recording.first_frame
    reach = round(_REACH_S * recording.rate_hz)
    whole_share = _WHOLE_DIGITAL if recording.is_digital else _WHOLE_CABLE
    kept: list[tuple[int, HeardClick]] = []
    in_lost = 0
    drift = 0.0
    for place, (frame, voice) in enumerate(zip(frames.tolist(), voices.tolist(), strict=True)):
        expected = round(frame + offset + drift)
        if expected < 0 or expected >= len(left):
            continue
        until = len(bank[voice])
        if place + 1 < len(frames):
            until = min(until, int(frames[place + 1]) - frame)
        if bool(np.any((lost[:, 0] < expected + until) & (expected - reach < lost[:, 1]))):
            in_lost += 1
            # What is there of it is not extra either.
            left[max(expected - reach, 0) : expected + len(bank[voice])] = 0
            continue
        heard = find_click(
            left,
            expected,
            bank[voice][:until],
            reach_frames=reach,
            is_digital=recording.is_digital,
        )
        if abs(heard.gain) < _SOFTEST * levels[place] / levels.max():
            heard = HeardClick(heard.place_frame, heard.gain, 0.0)
        kept.append((place, heard))
        if heard.likeness >= _PRESENT:
            if not recording.is_digital:
                drift += _FOLLOW * (heard.place_frame - expected)
            take_away(left, _as_unbent(heard, left, bank[voice]), bank[voice])
            if heard.likeness < whole_share:
                # What is left of a broken click is part of that fault, and nothing extra.
                left[max(expected - reach, 0) : expected + len(bank[voice])] = 0
    # The limiter's doing, where it was.
    left[np.abs(recording.samples) >= KNEE] = 0
    present = [index for index, (_, heard) in enumerate(kept) if heard.likeness >= _PRESENT]
    if not present:
        raise NothingHeardError("No click of this song was heard.")
    # A take that has not begun, or has ended, misses nothing.
    kept = kept[present[0] : present[-1] + 1]
    planned = frames[[place for place, _ in kept]]
    likenesses = np.array([heard.likeness for _, heard in kept])
    is_there = likenesses >= _PRESENT
    found = np.array([heard.place_frame for _, heard in kept])
    errors = np.where(is_there, found - planned, np.nan)
    offset, ppm = _line(planned, errors, is_digital=recording.is_digital)
    errors -= offset + (0.0 if ppm is None else planned * -ppm / _PPM)
    return Held(
        rate_hz=recording.rate_hz,
        is_digital=recording.is_digital,
        planned_frames=planned,
        errors_frames=errors,
        likenesses=likenesses,
        broken=tuple(np.flatnonzero(is_there & (likenesses < whole_share)).tolist()),
        missing=tuple(np.flatnonzero(~is_there).tolist()),
        extra_frames=_extras(recording, left, int(found[0]), int(found[-1])),
        in_lost=in_lost,
        offset_frames=offset + recording.first_frame,
        ppm=ppm,
    )


def _as_unbent(
    heard: HeardClick, samples: NDArray[np.float32], voice: NDArray[np.float32]
) -> HeardClick:
    """Return `heard` with the gain it had before the limiter, which bends what is loudest."""
    start = int(heard.place_frame)
    sounding = stretch_of(samples, start, start + len(voice))
    is_straight = np.abs(sounding) < KNEE
    if is_straight.all() or not voice[is_straight].any():
        return heard
    straight = voice[is_straight].astype(np.float64)
    return replace(heard, gain=float(sounding[is_straight] @ straight / (straight @ straight)))


def _exact_offset(
    recording: Recording,
    program: Program,
    frames: NDArray[np.int64],
    voices: NDArray[np.int64],
    bank: tuple[NDArray[np.float32], ...],
) -> float:
    """Return where the plan's frame 0 lies. Raises NothingHeardError."""
    roughs = rough_offsets_frames(recording.samples, recording.rate_hz, program, bank)
    if not roughs:
        raise NothingHeardError("Nothing was heard.")
    likeliest = max(roughs, key=_how_likely)[0]
    reach = round(_FIRST_REACH_S * recording.rate_hz)
    places: list[float] = []
    offsets: list[float] = []
    for frame, voice in zip(frames.tolist(), voices.tolist(), strict=True):
        if not 0 <= frame + likeliest < len(recording.samples):
            continue
        heard = find_click(
            recording.samples,
            frame + likeliest,
            bank[voice],
            reach_frames=reach,
            is_digital=recording.is_digital,
        )
        if heard.likeness >= _PRESENT:
            places.append(heard.place_frame)
            offsets.append(heard.place_frame - frame)
        if len(offsets) == _ANCHORS:
            break
    if not offsets:
        raise NothingHeardError("What was heard is not the click of this song.")
    if not recording.is_digital:
        return float(np.median(offsets))
    # Bars that look alike differ in how their clicks are rounded to frames, which tells which it is.
    whole = np.array(places, dtype=np.int64)
    return max(_judged(whole, frames, rough) for rough in roughs)[-1]


def _how_likely(rough: tuple[int, float]) -> float:
    return rough[1]


def _judged(
    places: NDArray[np.int64], frames: NDArray[np.int64], rough: tuple[int, float]
) -> tuple[int, float, float]:
    """Return how many of `places` agree on an offset near a rough one, how likely that is, and it.

    The greatest is the best; of two that are equal, the one that lies earlier in the song.
    """
    offset, likely = rough
    after = np.clip(np.searchsorted(frames, places - offset), 1, len(frames) - 1)
    before_is_nearer = places - offset - frames[after - 1] < frames[after] - (places - offset)
    nearest = frames[np.where(before_is_nearer, after - 1, after)]
    offsets, times = np.unique(places - nearest, return_counts=True)
    most = int(np.argmax(times))
    return int(times[most]), likely, float(offsets[most])


def _line(
    planned: NDArray[np.int64], errors: NDArray[np.float64], *, is_digital: bool
) -> tuple[float, float | None]:
    """Return where the plan's frame 0 lies, and the drift: none on one and the same clock."""
    known = ~np.isnan(errors)
    if is_digital:
        places, times = np.unique(errors[known], return_counts=True)
        return float(places[np.argmax(times)]), None
    if known.sum() < _FEWEST_FOR_DRIFT:
        return float(np.median(errors[known])), None
    middle = float(planned[known].mean())
    slope, offset = np.polyfit(planned[known] - middle, errors[known], 1)
    return float(offset - slope * middle), float(-slope * _PPM)


def _extras(
    recording: Recording, left: NDArray[np.float32], first: int, last: int
) -> tuple[int, ...]:
    """Return where anything begins to sound, from the first click to the last, in what is left."""
    loudest = float(np.abs(recording.samples).max())
    share = _EXTRA_DIGITAL if recording.is_digital else _EXTRA_CABLE
    loud = first + np.flatnonzero(np.abs(left[first:last]) > share * loudest)
    silence = round(_SILENCE_S * recording.rate_hz)
    if not len(loud):
        return ()
    starts = loud[np.flatnonzero(np.diff(loud, prepend=loud[0] - silence - 1) > silence)]
    inside = [
        int(start) + recording.first_frame
        for start in starts
        if not any(
            from_frame <= start + recording.first_frame < to_frame
            for from_frame, to_frame in recording.lost
        )
    ]
    return tuple(inside)
