"""What fits into a comp beside its master: its sections, and why a take cannot give one. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.comp.grid import Standing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from countoff.core.comp.grid import Grid
    from countoff.core.comp.values import CompSection, CompTake


def comp_sections(master: CompTake, takes: Iterable[CompTake]) -> tuple[CompSection, ...]:
    """Return the sections of the comp with this master: those of the song as it played it.

    The song of a loop is known up to the section that was looped. What follows there is that of the
    first of `takes` which goes on from the same music.
    """
    own = master.sections
    if master.looped_index is None:
        return own
    longer = (take.sections for take in takes if take.sections[: len(own)] == own)
    return next((sections for sections in longer if len(sections) > len(own)), own)


def hindrance(
    grid: Grid, sections: tuple[CompSection, ...], master: CompTake, index: int, take_id: str
) -> str | None:
    """Return why a take cannot give section `index` beside this master, or None where it can."""
    take = next((take for take in grid.takes if take.id == take_id), None)
    if not 0 <= index < len(sections):
        count = len(sections)
        is_one = count == 1
        return (
            f"The comp has {count} section{'' if is_one else 's'}: there is no section {index + 1} to"
            " choose a take for."
        )
    title = sections[index].title
    if take is None:
        return f"The take that was chosen for {title} is not among these takes."
    if not take.is_same_music(sections, index):
        return (
            f"{take.label} cannot give {title} beside {master.label}: it is"
            f" {_difference(take, master)}. To build on it, make it the master."
        )
    if grid.cell(take_id, index).standing is Standing.ABSENT:
        return f"{take.label} does not play {title}."
    return None


def apart(grid: Grid, sections: tuple[CompSection, ...], master: CompTake) -> dict[str, list[str]]:
    """Return the takes that played something which cannot be cut in beside this master.

    Their labels, in order, by what they are: "at 126, and T1 at 120".
    """
    found: dict[str, list[str]] = {}
    for take in grid.takes:
        if any(
            cell.standing is not Standing.ABSENT
            and not take.is_same_music(sections, cell.section_index)
            for cell in grid.cells[take.id]
        ):
            found.setdefault(_difference(take, master), []).append(take.label)
    return found


def _difference(take: CompTake, master: CompTake) -> str:
    if take.is_free != master.is_free:
        return "without bars" if take.is_free else f"with bars, and {master.label} without"
    if take.tempo != master.tempo:
        return f"at {take.tempo}, and {master.label} at {master.tempo}"
    return f"of another arrangement than {master.label}"
