from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from countoff.core.comp.values import CompFlag, CompIncident, CompSection, CompTake
from countoff.core.daw import Verdict
from countoff.core.entries import FlagKind, HowEnded
from countoff.core.tempo import Meter, Tempo
from countoff.core.tempo_map import TempoSpan

BAR_TICKS = 3840
NAMES = ("Intro", "Verse", "Chorus", "Bridge", "Outro")


def sections_of(*bars: int | None, tempo: int = 120) -> tuple[CompSection, ...]:
    """Return a song of sections of so many bars of 4/4; the last may be open."""
    made, start_tick, first_bar = [], 0, 1
    for index, count in enumerate(bars):
        end_tick = None if count is None else start_tick + count * BAR_TICKS
        made.append(
            CompSection(
                index=index,
                name=NAMES[index % len(NAMES)],
                first_bar=first_bar,
                bars=count,
                start_tick=start_tick,
                end_tick=end_tick,
                meter=Meter(4, 4),
                tempos=(TempoSpan(0, Tempo(Fraction(tempo))),),
            )
        )
        start_tick, first_bar = end_tick or start_tick, first_bar + (count or 0)
    return tuple(made)


FREE = (CompSection(0, "", 1, None, 0, None, None, (TempoSpan(0, Tempo(Fraction(60))),)),)
SONG = sections_of(4, 8, 8, 8, 4)
"""Intro 1-4, Verse 5-12, Chorus 13-20, Bridge 21-28, Outro 29-32."""


@dataclass
class Takes:
    """A row of takes, numbered as they are made."""

    sections: tuple[CompSection, ...] = SONG
    made: int = 0

    def take(self, *bars: int | None, **changes: Any) -> CompTake:
        """Return the next take: the whole song, or from one bar on up to another that is not played."""
        self.made += 1
        first, last = (*bars, None, None)[:2]
        end_tick = self.sections[-1].end_tick or self.sections[-1].start_tick + 8 * BAR_TICKS
        plain = CompTake(
            id=f"id{self.made}",
            number=self.made,
            order=self.made,
            how=HowEnded.ENDED,
            verdict=Verdict.RECORDED,
            rating=None,
            is_clean=True,
            is_free=False,
            tempo="120",
            sections=self.sections,
            looped_index=None,
            start_tick=0 if first is None else (first - 1) * BAR_TICKS,
            end_tick=end_tick if last is None else (last - 1) * BAR_TICKS,
        )
        return replace(plain, **changes)


def keep(section_index: int | None, pass_index: int = 0) -> CompFlag:
    """Return a keeper flag of a section, or of the whole take."""
    return CompFlag(FlagKind.KEEPER, section_index, pass_index)


def fix(section_index: int | None, place: str = "bar 7") -> CompFlag:
    """Return a fix-here flag."""
    return CompFlag(FlagKind.FIX_HERE, section_index, place="" if section_index is None else place)


def no_good(section_index: int | None) -> CompFlag:
    """Return a no-good flag."""
    return CompFlag(FlagKind.NO_GOOD, section_index)


def mishap(bar: int | None, what: str = "click gap", until_bar: int | None = 0) -> CompIncident:
    """Return an incident at a bar, up to another one, or to the end where that is None."""
    if bar is None:
        return CompIncident(what, None, None)
    from_tick = (bar - 1) * BAR_TICKS
    to_tick = from_tick if until_bar == 0 else None
    if until_bar:
        to_tick = (until_bar - 1) * BAR_TICKS
    return CompIncident(what, from_tick, to_tick, f"bar {bar}")
