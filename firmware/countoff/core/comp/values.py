"""What a comp is made from: a song's sections, and its takes with what was said of them. Pure.

Ticks are those of the take, 960 to the quarter note: tick 0 is the song's bar 1. A loop is unrolled: its
second pass begins where its first one ended.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from countoff.core.daw import Verdict
from countoff.core.entries import FlagKind, HowEnded
from countoff.core.tempo import TICKS_PER_QUARTER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from countoff.core.tempo import Meter
    from countoff.core.tempo_map import TempoSpan

FREE_TICKS_PER_SECOND = TICKS_PER_QUARTER
"""A song without tempo is carried by 60 quarter notes a minute."""


@dataclass(frozen=True, slots=True)
class CompSection:
    """A section of a song as a take played it: two are equal where they are the same music.

    index:         its place in the song, from 0
    first_bar:     in the song's own numbers
    bars:          None, as `end_tick` is, where it rolls until stopped
    pick_up_ticks: what is played of it before its first downbeat, in a song's first section only
    meter:         None in a song without tempo
    """

    index: int
    name: str
    first_bar: int = field(compare=False)
    bars: int | None
    start_tick: int
    end_tick: int | None
    meter: Meter | None
    tempos: tuple[TempoSpan, ...]
    pick_up_ticks: int = 0

    @property
    def ticks(self) -> int | None:
        """Its length without the pick-up, or None where it rolls until stopped."""
        return None if self.end_tick is None else self.end_tick - self.start_tick

    @property
    def title(self) -> str:
        """What people call it: its name, or its bars, or the whole song where it is all of that."""
        if self.name:
            return self.name
        if self.meter is None or (self.index == 0 and self.bars is None):
            return "whole song"
        return f"bar {self.first_bar}" if self.bars == 1 else f"bars {self.bars_label}"

    @property
    def bars_label(self) -> str:
        """Its bars in the song's own numbers: `17-32`; empty in a song without tempo."""
        if self.meter is None:
            return ""
        if self.bars is None:
            return f"{self.first_bar}-"
        last_bar = self.first_bar + self.bars - 1
        return f"{self.first_bar}-{last_bar}" if self.bars > 1 else f"{self.first_bar}"

    def place_of(self, ticks: int) -> str:
        """Return where it is so many ticks after its first downbeat: `bar 33`, or `1:05`."""
        if self.meter is None:
            seconds = max(ticks, 0) // FREE_TICKS_PER_SECOND
            return f"{seconds // 60}:{seconds % 60:02}"
        return f"bar {self.first_bar + ticks // self.meter.ticks_per_bar}"


@dataclass(frozen=True, slots=True)
class CompFlag:
    """A flag that counts, and the section that it speaks of: None for the whole take.

    pass_index: of a section that was looped, the pass that it speaks of, from 0
    place:      where it is, in words: "bar 33", "1:05"; empty for the whole take
    """

    kind: FlagKind
    section_index: int | None
    pass_index: int = 0
    place: str = ""


@dataclass(frozen=True, slots=True)
class CompIncident:
    """Something that could have spoilt the take, from one tick of it to another.

    what:      in words, without its place: "click gap"
    from_tick: None where nobody knows where it was: it spoils no section, and the take is not clean
    to_tick:   the same tick where it was over at once, None where it lasted to the take's end
    place:     where it began, in words; empty where nobody knows
    spoils:    whether it may be heard, or missing, in the recording: a dark screen is not
    """

    what: str
    from_tick: int | None
    to_tick: int | None
    place: str = ""
    spoils: bool = True


@dataclass(frozen=True, slots=True)
class CompTake:
    """A take that rolled and is over, with all that a comp asks about it.

    order:         its place among all takes, a later one higher
    how:           how its music ended, None where it was interrupted
    verdict:       None where the DAW has no way to answer
    rating:        from 0 to 5, None where nobody has rated it
    is_clean:      its click was whole as far as is known, and the DAW was seen to record all of it
    is_free:       there were no bars: the song has no tempo, or it was begun at the DAW
    tempo:         what it began with, as it is told
    sections:      the song as it played it; of a loop up to the section that was looped
    looped_index:  which section was looped, None where none was
    start_tick, end_tick: what it played; a pick-up has negative ticks
    """

    id: str
    number: int
    order: int
    how: HowEnded | None
    verdict: Verdict | None
    rating: int | None
    is_clean: bool
    is_free: bool
    tempo: str
    sections: tuple[CompSection, ...]
    looped_index: int | None
    start_tick: int
    end_tick: int
    flags: tuple[CompFlag, ...] = ()
    incidents: tuple[CompIncident, ...] = ()

    @property
    def label(self) -> str:
        """What people call it: T4."""
        return f"T{self.number}"

    @property
    def may_be_proposed(self) -> bool:
        """Whether a proposal may contain it: not where the DAW could have said that it recorded."""
        return self.verdict is not Verdict.NOT_SEEN

    @property
    def whole_take_kind(self) -> FlagKind | None:
        """What its flags say of the whole take: the worst of them, None where none judges it."""
        return worst(flag.kind for flag in self.flags if flag.section_index is None)

    def is_same_music(self, sections: tuple[CompSection, ...], index: int) -> bool:
        """Tell whether section `index` of it may be cut into a comp of `sections`.

        It may where tempo, meter and length agree from bar 1 to the end of that section.
        """
        end = index + 1
        return len(self.sections) >= end and self.sections[:end] == sections[:end]

    def passes(self, index: int) -> list[tuple[int, int | None]]:
        """Return from where to where it would have played section `index`, in its own ticks.

        That is once, and in a loop once for each pass that was begun. Sections of a loop other than
        the one that was looped were not played.
        """
        section = self.sections[index]
        if self.looped_index is None or section.ticks is None:
            return [(section.start_tick - section.pick_up_ticks, section.end_tick)]
        if index != self.looped_index:
            return []
        begun = max(self.end_tick - section.start_tick + section.ticks - 1, 0) // section.ticks
        starts = (section.start_tick + number * section.ticks for number in range(begun))
        return [
            (
                start - (section.pick_up_ticks if start == section.start_tick else 0),
                start + section.ticks,
            )
            for start in starts
        ]


_WORST_FIRST = (FlagKind.NO_GOOD, FlagKind.FIX_HERE, FlagKind.KEEPER)


def worst(kinds: Iterable[FlagKind]) -> FlagKind | None:
    """Return the worst of flags: no good, fix here, keeper; a marker judges nothing."""
    found = set(kinds)
    return next((kind for kind in _WORST_FIRST if kind in found), None)
