"""What a bar of a section is, as it is written: how long, and what clicks in it.

A part of the judge's own arithmetic, in quarter notes. Pure.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from countoff.core.section import Subdivision
from countoff.core.tempo import TICKS_PER_QUARTER
from countoff.core.voice import Voice

if TYPE_CHECKING:
    from countoff.core.section import Section
    from countoff.core.tempo import Meter

ZERO = Fraction(0)
_LETTERS = {"X": Voice.ACCENT, "x": Voice.BEAT, ".": None}
# `auto` divides a beat where fewer than so many come in a minute, and twice below the second.
_DIVIDED_BELOW = 80
_DIVIDED_TWICE_BELOW = 50


def bar_quarters(meter: Meter) -> Fraction:
    """Return the length of a bar in quarter notes."""
    return Fraction(4 * meter.beats_per_bar, meter.note_value)


def beat_quarters(section: Section) -> Fraction:
    """Return the length of a clicked beat in quarter notes."""
    own = Fraction(4, section.meter.note_value)
    return Fraction(section.beat_ticks, TICKS_PER_QUARTER) if section.beat_ticks else own


def section_quarters(section: Section) -> Fraction:
    """Return the length of a section; one that rolls until stopped has none that anybody asks for."""
    return (section.bars or 0) * bar_quarters(section.meter)


def voices_in_bar(section: Section, tempo: Fraction) -> list[tuple[Fraction, Voice]]:
    """Return what sounds in a bar that begins at `tempo`: quarters after its downbeat, and voice."""
    bar, beat = bar_quarters(section.meter), beat_quarters(section)
    sounding: dict[Fraction, Voice | None] = {}
    step = _step(section, beat, tempo)
    place = ZERO
    while step and place < bar:
        sounding[place] = Voice.SUBDIVISION
        place += step
    beats = [n * beat for n in range(-(-bar // beat))]
    sounding |= dict.fromkeys(beats, Voice.BEAT)
    if section.pattern:
        sounding |= {
            at: _LETTERS[letter] for at, letter in zip(beats, section.pattern, strict=True)
        }
    else:
        groups = _group_starts(section)
        # Where every beat is a group, as in a 6/8 in two, none of them stands out.
        if groups != beats:
            sounding |= dict.fromkeys(groups, Voice.GROUP)
        sounding[ZERO] = Voice.ACCENT
    return [(at, voice) for at, voice in sorted(sounding.items()) if voice is not None]


def _group_starts(section: Section) -> list[Fraction]:
    starts, notes = [], 0
    for group in section.grouping:
        starts.append(Fraction(4 * notes, section.meter.note_value))
        notes += group
    return starts


def _step(section: Section, beat: Fraction, tempo: Fraction) -> Fraction:
    """Return the length of a subdivision in quarter notes, 0 for none.

    What does not go evenly into the beat is left out; triplets are thirds of any beat that has none.
    """
    if section.subdivision is not Subdivision.AUTO:
        step = Fraction(section.subdivision.value, TICKS_PER_QUARTER)
        if not step or (beat / step).denominator == 1:
            return step
        return beat / 3 if section.subdivision is Subdivision.TRIPLET else ZERO
    beats_a_minute = tempo / beat
    if beats_a_minute >= _DIVIDED_BELOW:
        return ZERO
    # A dotted note is three of a plain one.
    parts = 3 if _is_plain(beat / 3) else 2
    return beat / (parts * (2 if beats_a_minute < _DIVIDED_TWICE_BELOW else 1))


def _is_plain(note: Fraction) -> bool:
    """Tell whether a note is a whole one, halved or doubled any number of times."""
    return all(part & (part - 1) == 0 for part in (note.numerator, note.denominator))
