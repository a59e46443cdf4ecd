"""The sounds of the click, written down: what each is made of, for every voice. Pure tables.

Every sound is a sum of decaying sine waves and nothing else, also where it hisses: so it is the same
at every rate, and no part of it lies where that rate cannot hold it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from countoff.core.voice import Voice


class Sound(StrEnum):
    """The instruments, by the names to choose them by.

    WOODBLOCK: dry, the usual one; its subdivision is a soft tick
    STICK:     two sticks, bright and very short
    BEEP:      plain tones, as a sequencer has them
    COWBELL:   loud, rings on; its subdivision is damped
    SHAKER:    noise without a pitch, between 3.5 and 13 kHz
    LOW_BLEED: short and narrow, all of it around 2.5 kHz. What leaks from headphones into the drum
               mics is what lies low, where pads are thin, and what lies above 5 kHz, where overheads
               are brightest and a quiet bar bares it; around 2.5 kHz a closed headphone holds back
               the most and the ear needs the least. A soft start keeps the click from spreading.
    """

    WOODBLOCK = "woodblock"
    STICK = "stick"
    BEEP = "beep"
    COWBELL = "cowbell"
    SHAKER = "shaker"
    LOW_BLEED = "low-bleed"


@dataclass(frozen=True, slots=True)
class Partial:
    """One decaying sine wave; it begins `turns` after the top of its wave, in whole turns."""

    hz: float
    weight: float
    decay_ms: float
    turns: float = 0.0


@dataclass(frozen=True, slots=True)
class Recipe:
    """One voice of one sound; `peak` is its highest sample, where 1 is full scale."""

    partials: tuple[Partial, ...]
    length_ms: float
    peak: float
    attack_ms: float = 0.15


# How loud the voices of a sound are among each other: accent and beat 3 dB apart, a subdivision 6
# below that. All stay under the limiter's knee.
_PEAKS = {
    Voice.ACCENT: 0.7,
    Voice.GROUP: 0.58,
    Voice.BEAT: 0.49,
    Voice.SUBDIVISION: 0.245,
    Voice.COUNT_IN_ACCENT: 0.7,
    Voice.COUNT_IN: 0.49,
}

# Modes of what is struck: a multiple of the pitch, its weight, and its decay in ms.
_Modes = tuple[tuple[float, float, float], ...]
_WOOD: _Modes = ((1, 0.62, 9.0), (1.73, 0.26, 6.0), (2.61, 0.16, 3.5), (4.1, 0.08, 1.5))
_TICK: _Modes = ((1, 0.5, 2.2), (1.53, 0.3, 1.6), (2.37, 0.2, 1.0))
_STICK: _Modes = (
    (1, 0.4, 5.5),
    (1.65, 0.3, 4.0),
    (2.38, 0.2, 2.5),
    (3.49, 0.15, 1.6),
    (4.9, 0.1, 0.9),
)
_STICK_TIP: _Modes = ((1, 0.5, 1.6), (1.41, 0.3, 1.2), (1.93, 0.2, 0.8))
_BELL: _Modes = (
    (1, 0.4, 55.0),
    (1.5, 0.4, 45.0),
    (2.34, 0.15, 22.0),
    (3.47, 0.12, 12.0),
    (4.9, 0.08, 6.0),
    (7.1, 0.05, 3.0),
)
_DAMPED_BELL: _Modes = ((1, 0.4, 7.0), (1.5, 0.4, 6.0), (3.47, 0.2, 3.0))
_TONE: _Modes = ((1, 1.0, 60.0),)
_HOLLOW_TONE: _Modes = ((1, 0.7, 12.0), (3, 0.3, 8.0))

_PARTIALS_OF_NOISE = 160
# No whole number of steps by these comes back near to where it was.
_GOLDEN = (sqrt(5) - 1) / 2
_SILVER = sqrt(2) - 1


def recipe(sound: Sound, voice: Voice) -> Recipe:
    """Return what `voice` of `sound` is made of."""
    return _RECIPES[sound, voice]


def _struck(
    pitch_hz: float, modes: _Modes, length_ms: float, loudness: float, attack_ms: float = 0.15
) -> Recipe:
    partials = tuple(Partial(pitch_hz * ratio, weight, ms) for ratio, weight, ms in modes)
    return Recipe(partials, length_ms, loudness, attack_ms)


def _shaken(low_hz: float, high_hz: float, decay_ms: float, peak: float) -> Recipe:
    """Return noise between two frequencies: many partials, evenly strewn, that never line up."""
    step_hz = (high_hz - low_hz) / _PARTIALS_OF_NOISE
    partials = tuple(
        Partial(
            low_hz + step_hz * (index + index * _SILVER % 1),
            1.0,
            decay_ms,
            index * index * _GOLDEN / 2 % 1,
        )
        for index in range(_PARTIALS_OF_NOISE)
    )
    return Recipe(partials, 6 * decay_ms, peak, attack_ms=1.0)


def _family(
    pitches_hz: dict[Voice, float],
    modes: _Modes,
    length_ms: float,
    loudness: float,
    attack_ms: float = 0.15,
) -> dict[Voice, Recipe]:
    """Return the voices that differ by pitch and level only."""
    return {
        voice: _struck(hz, modes, length_ms, loudness * _PEAKS[voice], attack_ms)
        for voice, hz in pitches_hz.items()
    }


def _pitches(
    accent_hz: float, group_hz: float, beat_hz: float, counted: float
) -> dict[Voice, float]:
    """Return the pitches of the voices; the count-in is `counted` times the song's own.

    A count-in is the same instrument a little lower, so that one hears where bar 1 is.
    """
    return {
        Voice.ACCENT: accent_hz,
        Voice.GROUP: group_hz,
        Voice.BEAT: beat_hz,
        Voice.COUNT_IN_ACCENT: accent_hz * counted,
        Voice.COUNT_IN: beat_hz * counted,
    }


def _soft(loudness: float) -> float:
    return loudness * _PEAKS[Voice.SUBDIVISION]


_SOUNDS: dict[Sound, dict[Voice, Recipe]] = {
    Sound.WOODBLOCK: {
        **_family(_pitches(1800, 1560, 1320, counted=0.8), _WOOD, 60, 1.0),
        Voice.SUBDIVISION: _struck(3100, _TICK, 14, _soft(1.0)),
    },
    Sound.STICK: {
        **_family(_pitches(2750, 2500, 2300, counted=0.85), _STICK, 36, 1.0),
        Voice.SUBDIVISION: _struck(5200, _STICK_TIP, 10, _soft(1.0)),
    },
    Sound.BEEP: {
        **_family(_pitches(1760, 1320, 880, counted=0.84), _TONE, 60, 0.7, attack_ms=1.0),
        Voice.SUBDIVISION: _struck(1480, _HOLLOW_TONE, 30, _soft(0.7), attack_ms=1.0),
    },
    Sound.COWBELL: {
        **_family(_pitches(640, 590, 540, counted=0.85), _BELL, 300, 0.85),
        Voice.SUBDIVISION: _struck(700, _DAMPED_BELL, 45, _soft(1.0)),
    },
    Sound.SHAKER: {
        Voice.ACCENT: _shaken(3500, 10_000, 16.0, _PEAKS[Voice.ACCENT]),
        Voice.GROUP: _shaken(4000, 11_000, 13.0, _PEAKS[Voice.GROUP]),
        Voice.BEAT: _shaken(4500, 12_000, 11.0, _PEAKS[Voice.BEAT]),
        Voice.SUBDIVISION: _shaken(7500, 13_000, 4.0, _PEAKS[Voice.SUBDIVISION]),
        Voice.COUNT_IN_ACCENT: _shaken(3500, 7500, 16.0, _PEAKS[Voice.COUNT_IN_ACCENT]),
        Voice.COUNT_IN: _shaken(3500, 8500, 11.0, _PEAKS[Voice.COUNT_IN]),
    },
    Sound.LOW_BLEED: {
        **_family(
            _pitches(2900, 2650, 2400, counted=0.9), ((1, 1.0, 4.0),), 28, 0.7, attack_ms=1.5
        ),
        Voice.SUBDIVISION: _struck(3200, ((1, 1.0, 2.0),), 14, _soft(0.7), attack_ms=1.5),
    },
}
_RECIPES = {
    (sound, voice): made for sound, voices in _SOUNDS.items() for voice, made in voices.items()
}
