"""A song's comp laid on the timeline of its stacked takes: each switch cut on all tracks together. Pure.

The cut lies a little before the section, where the drummer's stick is still on its way; for a crossfade
both takes sound.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING, Final

from countoff.export.timeline import CompPiece, LaidChoice, LaidComp

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from countoff.core.comp.proposing import Choice, Comp
    from countoff.export.laid_takes import Ruler
    from countoff.export.take_reading import ReadTake
    from countoff.export.timeline import LaidSection, LaidTake

CUT_BEFORE_SECTION_S: Final = Fraction(30, 1000)
CROSSFADE_S: Final = Fraction(5, 1000)


def laid_comp(
    comp: Comp, takes: Sequence[LaidTake], sections: Sequence[LaidSection]
) -> LaidComp | None:
    """Return a comp without its pieces; None where there is no take to choose.

    `sections` are those of the song on the timeline, where takes are stacked, or none.
    """
    if comp.master_id is None:
        return None
    labels = {take.id: take.label for take in takes}
    places = {section.index: section for section in sections}
    return LaidComp(
        master_id=comp.master_id,
        master_is_by_hand=comp.master_is_by_hand,
        why=comp.why,
        choices=tuple(
            _choice(choice, labels, places.get(choice.section.index)) for choice in comp.choices
        ),
        pieces=(),
        unused=comp.unused,
    )


def comp_pieces(
    comp: Comp, reads: Mapping[str, ReadTake], bar1_s: Fraction, ruler: Ruler
) -> tuple[CompPiece, ...]:
    """Return the runs of a comp of stacked takes, whose bar 1 all lies at `bar1_s`."""
    runs = [
        (take_id, list(choices))
        for (take_id, _), choices in groupby(
            comp.choices, key=lambda choice: (choice.take_id, _ticks_later(choice))
        )
    ]
    fade_frames = ruler.frame(CROSSFADE_S)
    pieces = []
    for number, (take_id, choices) in enumerate(runs):
        if take_id is None:
            continue
        read, first = reads[take_id], choices[0]
        # What lies in the comp later or earlier than in the take: another pass of a loop.
        later_s = read.seconds_at_tick(first.from_tick) - read.seconds_at_tick(
            first.section.start_tick
        )
        begins_s, ends_s = read.start_s - later_s, read.end_s - later_s
        is_first, is_last = number == 0, number + 1 == len(runs)
        start_frame = ruler.frame(bar1_s + begins_s)
        fade_in_frames = fade_out_frames = 0
        if not is_first or later_s:
            start_frame = max(start_frame, _cut_frame(read, first, bar1_s, ruler))
            fade_in_frames = fade_frames
        end_frame = ruler.frame(bar1_s + ends_s)
        if not is_last:
            cut_frame = _cut_frame(read, runs[number + 1][1][0], bar1_s, ruler)
            end_frame = min(end_frame, cut_frame + fade_frames)
            fade_out_frames = fade_frames
        elif _goes_on(read, choices[-1], later_s):
            over_s = bar1_s + read.seconds_at_tick(choices[-1].section.end_tick or 0)
            end_frame = min(end_frame, ruler.frame(over_s - CUT_BEFORE_SECTION_S) + fade_frames)
            fade_out_frames = fade_frames
        start_frame = max(start_frame, 0)
        if end_frame <= start_frame:
            continue
        pieces.append(
            CompPiece(
                take_id=take_id,
                section_indices=tuple(choice.section.index for choice in choices),
                start_frame=start_frame,
                end_frame=end_frame,
                source_frame=ruler.frame(Fraction(start_frame, ruler.rate_hz) + later_s),
                fade_in_frames=fade_in_frames,
                fade_out_frames=fade_out_frames,
            )
        )
    return tuple(pieces)


def _goes_on(read: ReadTake, last: Choice, later_s: Fraction) -> bool:
    """Tell whether a take plays on after the comp's last section, which then does not ring out."""
    end_tick = last.section.end_tick
    if end_tick is None or read.music_end_s is None:
        return False
    return read.music_end_s - later_s > read.seconds_at_tick(end_tick) + CUT_BEFORE_SECTION_S


def _ticks_later(choice: Choice) -> int:
    return choice.from_tick - choice.section.start_tick


def _cut_frame(read: ReadTake, choice: Choice, bar1_s: Fraction, ruler: Ruler) -> int:
    """Return where the take changes for a section of the comp; all takes of one agree on that."""
    section_s = read.seconds_at_tick(choice.section.start_tick)
    return ruler.frame(bar1_s + section_s - CUT_BEFORE_SECTION_S)


def _choice(choice: Choice, labels: Mapping[str, str], place: LaidSection | None) -> LaidChoice:
    return LaidChoice(
        section_index=choice.section.index,
        section_title=choice.section.title,
        start_frame=None if place is None else place.start_frame,
        end_frame=None if place is None else place.end_frame,
        take_id=choice.take_id,
        label="" if choice.take_id is None else labels[choice.take_id],
        pass_index=choice.pass_index,
        is_whole=choice.is_whole,
        is_by_hand=choice.is_by_hand,
        why=choice.why,
    )
