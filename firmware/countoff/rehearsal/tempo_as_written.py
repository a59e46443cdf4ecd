"""How fast a section is, as it is written: when each place of it comes.

A part of the judge's own arithmetic, in quarter notes and seconds: those of steady tempos are exact,
those of ramps right to fifty digits. Pure.
"""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from countoff.core.tempo import TICKS_PER_QUARTER
from countoff.core.tempo_map import LinearIn
from countoff.rehearsal.bars_as_written import ZERO, section_quarters

if TYPE_CHECKING:
    from countoff.core.section import Section
    from countoff.core.tempo_map import TempoSpan

_DIGITS = Context(prec=50)


def _spans(section: Section) -> list[tuple[Fraction, Fraction | None, TempoSpan]]:
    """Return each tempo of a section: from where, for how long (None for on and on), and which."""
    starts = [Fraction(span.start_tick, TICKS_PER_QUARTER) for span in section.tempos]
    ends = [*starts[1:], None if section.bars is None else section_quarters(section)]
    return [
        (start, None if end is None else end - start, span)
        for start, end, span in zip(starts, ends, section.tempos, strict=True)
    ]


@lru_cache(maxsize=4096)
def seconds_into(section: Section, quarters: Fraction) -> Fraction:
    """Return how long after a section's first downbeat a place in it comes, as written."""
    if quarters <= 0:
        return 60 * quarters / section.tempos[0].tempo.quarters_per_minute
    seconds = ZERO
    spans = _spans(section)
    for number, (start, length, span) in enumerate(spans):
        is_last = number == len(spans) - 1
        into = quarters - start
        if into <= 0:
            break
        if length is not None and into > length:
            seconds += _seconds_in_span(span, length, length)
            # Beyond the end of the song time goes on as it went last.
            last = span.to or span.tempo
            seconds += 60 * (into - length) / last.quarters_per_minute if is_last else 0
        else:
            seconds += _seconds_in_span(span, length, into)
    return seconds


def _seconds_in_span(span: TempoSpan, length: Fraction | None, into: Fraction) -> Fraction:
    first = span.tempo.quarters_per_minute
    if length is None or span.to is None or span.to == span.tempo:
        return 60 * into / first
    rise = span.to.quarters_per_minute - first
    if span.linear_in is LinearIn.BEATS:
        # The tempo is first + slope * q: the integral of 60 dq over it.
        slope = rise / length
        grown = _DIGITS.ln(_decimal((first + slope * into) / first))
        return 60 / slope * Fraction(grown)
    # The mean tempo is half way, so the ramp lasts this long; then 60 q = first t + rise t² / 2D.
    lasts = 60 * length / (first + rise / 2)
    bend = rise / (2 * lasts)
    root = _DIGITS.sqrt(_decimal(first**2 + 240 * bend * into))
    return (Fraction(root) - first) / (2 * bend)


def tempo_at(section: Section, quarters: Fraction) -> Fraction:
    """Return the tempo at a place of a section, as written."""
    spans = [span for span in _spans(section) if span[0] <= max(quarters, ZERO)]
    start, length, span = spans[-1]
    first = span.tempo.quarters_per_minute
    into = quarters - start
    if length is None or span.to is None or into <= 0:
        return first
    last = span.to.quarters_per_minute
    if span.linear_in is LinearIn.BEATS:
        return first + (last - first) * into / length
    return Fraction(_DIGITS.sqrt(_decimal(first**2 + (last**2 - first**2) * into / length)))


def _decimal(value: Fraction) -> Decimal:
    return _DIGITS.divide(Decimal(value.numerator), Decimal(value.denominator))
