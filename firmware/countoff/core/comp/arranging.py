"""A song's takes and choices in the order in which people read them: by arrangement, and in runs. Pure."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from countoff.core.comp.proposing import Choice, Comp
    from countoff.core.comp.values import CompSection, CompTake


def arrangements(
    comp: Comp, takes: Sequence[CompTake]
) -> Iterator[tuple[tuple[CompSection, ...], list[CompTake]]]:
    """Return the takes by arrangement, that of the comp first: sections, bars and meters, any tempo.

    A loop, whose song is known only up to its section, stands with the first that begins so.
    """
    layouts = [tuple(choice.section for choice in comp.choices)]
    layouts += sorted((take.sections for take in takes), key=len, reverse=True)
    left = list(takes)
    for layout in layouts:
        found = [take for take in left if layout and _begins_so(layout, take.sections)]
        left = [take for take in left if take not in found]
        if found:
            yield layout, found


def choice_runs(choices: Sequence[Choice]) -> list[list[Choice]]:
    """Return the choices in runs that one line can tell of: one take, and one reason."""
    runs = groupby(choices, key=lambda each: (each.take_id, each.why, each.is_by_hand))
    return [list(run) for _, run in runs]


def _begins_so(layout: Sequence[CompSection], sections: Sequence[CompSection]) -> bool:
    return len(sections) <= len(layout) and all(
        (one.name, one.bars, one.meter) == (two.name, two.bars, two.meter)
        for one, two in zip(layout, sections, strict=False)
    )
