"""What is counted before a take, as it is written. A part of the judge's own arithmetic. Pure."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from countoff.rehearsal.bars_as_written import bar_quarters, beat_quarters

if TYPE_CHECKING:
    from countoff.core.count_in import CountIn
    from countoff.core.section import Section


class Counted(NamedTuple):
    """How long a count-in is, and its sounding beats: how long before bar 1, and whether a one."""

    quarters: Fraction
    beats: list[tuple[Fraction, bool]]


def counted(said: CountIn, section: Section, pick_up: Fraction) -> Counted:
    """Return how `said` counts into `section`, before whose bar 1 there are `pick_up` quarters.

    The count lies on the song's own beats. Whole bars, words too, end with the bar before bar 1, the
    pick-up coming in over their last beats, and there is a bar more where that would leave less than
    one. Other beats and words end on the last beat before the pick-up. At half time a bar that has
    no whole number of beats is counted as two.
    """
    bar = bar_quarters(said.meter or section.meter)
    beat = Fraction(4, said.meter.note_value) if said.meter is not None else beat_quarters(section)
    if said.is_half_time:
        beat *= 2
        bar *= 1 if _is_whole(bar / beat) else 2
    length = (len(said.words) or said.beats or int(said.bars * bar / beat)) * beat
    if said.bars:
        length += bar if length - pick_up < bar else 0
    elif not (said.words and _is_whole(length / bar) and length > pick_up):
        # Its last beat is the last one before the pick-up, which may come between two.
        length += pick_up // beat * beat
    befores = [length - number * beat for number in range(int(length / beat))]
    befores = [before for before in befores if before > pick_up]
    befores = befores[: max(len(befores) - said.rest_beats, 0)]
    if not said.words:
        return Counted(length, [(before, _is_whole(before / bar)) for before in befores])
    # Where the pick-up takes the place of the last words, they are not said.
    spoken = [(before, said.words[number]) for number, before in enumerate(befores)]
    return Counted(length, [(before, word == "1") for before, word in spoken if word != "."])


def _is_whole(number: Fraction) -> bool:
    return number.denominator == 1
