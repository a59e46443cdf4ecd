"""A song's comp as plain values for JSON: takes, the grid of sections by takes, and the choices. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from countoff.core.comp.grid import grid_of

if TYPE_CHECKING:
    from countoff.core.comp.grid import Cell, Grid
    from countoff.core.comp.proposing import Choice
    from countoff.core.comp.values import CompSection, CompTake
    from countoff.takelog.comping import SongComp


def comp_values(found: SongComp) -> dict[str, Any]:
    """Return all of it; ticks are 960 to the quarter note, tick 0 is the song's bar 1."""
    comp, grid = found.comp, grid_of(found.takes)
    layout = tuple(choice.section for choice in comp.choices)
    return {
        "song": found.song,
        "master": comp.master_id,
        "master_is_by_hand": comp.master_is_by_hand,
        "why": comp.why,
        "switch_count": comp.switch_count,
        "sections": [_choice(choice, found) for choice in comp.choices],
        "takes": [_take(take, grid, layout) for take in found.takes],
        "unused": list(comp.unused),
        "left_out": found.left_out,
    }


def _choice(choice: Choice, found: SongComp) -> dict[str, Any]:
    take_id = choice.take_id
    return {
        **_section(choice.section),
        "take_id": take_id,
        "take": None if take_id is None else found.take(take_id).number,
        "take_tick": choice.from_tick,
        "pass": choice.pass_index + 1,
        "is_whole": choice.is_whole,
        "is_by_hand": choice.is_by_hand,
        "why": choice.why,
    }


def _section(section: CompSection) -> dict[str, Any]:
    return {
        "index": section.index,
        "name": section.name,
        "title": section.title,
        "first_bar": None if section.meter is None else section.first_bar,
        "bars": section.bars,
        "start_tick": section.start_tick,
        "end_tick": section.end_tick,
        "meter": None if section.meter is None else str(section.meter),
    }


def _take(take: CompTake, grid: Grid, layout: tuple[CompSection, ...]) -> dict[str, Any]:
    return {
        "id": take.id,
        "number": take.number,
        "how": "interrupted" if take.how is None else str(take.how),
        "verdict": None if take.verdict is None else str(take.verdict),
        "rating": take.rating,
        "is_clean": take.is_clean,
        "tempo": take.tempo or None,
        "looped_section": take.looped_index,
        "whole_take_flag": None if take.whole_take_kind is None else str(take.whole_take_kind),
        "start_tick": take.start_tick,
        "end_tick": take.end_tick,
        "sections": [
            {
                **_section(section),
                "fits_the_comp": take.is_same_music(layout, section.index),
                **_cell(grid.cell(take.id, section.index)),
            }
            for section in take.sections
        ],
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "standing": cell.standing.name.lower(),
        "pass": cell.pass_index + 1,
        "from_tick": cell.from_tick,
        "to_tick": cell.to_tick,
        "flags": [{"kind": str(flag.kind), "place": flag.place} for flag in cell.flags],
        "incidents": [
            {"what": incident.what, "place": incident.place, "spoils": incident.spoils}
            for incident in cell.incidents
        ],
    }
