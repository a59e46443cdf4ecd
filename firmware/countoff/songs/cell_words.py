"""A section in the few words that a table has room for.

Pure. A cell is lines, and a line is parts: side by side where there is room, else one below another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.section import Subdivision, usual_grouping
from countoff.core.tempo import TICKS_PER_QUARTER, Tempo
from countoff.core.tempo_map import LinearIn
from countoff.songs.note_names import note_name
from countoff.songs.overview import beats_a_minute, place_in_section, subdivision_word

if TYPE_CHECKING:
    from countoff.core.section import Section
    from countoff.core.tempo_map import TempoSpan
    from countoff.songs.overview import Placed

MINUS = "\N{MINUS SIGN}"
_RANGE = "\N{EN DASH}"
_TO = "\N{RIGHTWARDS ARROW}"
# Other note values have signs that few fonts hold.
_SIGNS = {"quarter": "\N{QUARTER NOTE}", "8th": "\N{EIGHTH NOTE}"}
_DOTTED = "dotted "
# More tempos within one section than these are counted, not listed.
_MOST_TEMPOS_LISTED = 3

_NEXT_LINE = "\n"

Line = tuple[str, ...]


def filled(line: Line, width: int) -> str:
    """Write the parts of a line side by side, and below one another where they are too wide."""
    text = ""
    for part in line:
        is_room = len(text) - text.rfind("\n") + len(part) <= width
        text += f"{' ' if is_room else _NEXT_LINE}{part}" if text else part
    return text


def bar_range(placed: Placed) -> str:
    """Write the first and the last bar of a section: 17-24, or 17- where it rolls on."""
    if placed.last_bar is None:
        return f"{placed.first_bar}{_RANGE}"
    if placed.last_bar == placed.first_bar:
        return str(placed.first_bar)
    return f"{placed.first_bar}{_RANGE}{placed.last_bar}"


def meter_line(section: Section) -> Line:
    """Return the meter, and how its notes are grouped where that is not as usual."""
    if section.grouping == usual_grouping(section.meter):
        return (str(section.meter),)
    groups = section.grouping or (section.meter.beats_per_bar,)
    return str(section.meter), "+".join(str(notes) for notes in groups)


def tempo_lines(placed: Placed) -> list[Line]:
    """Return the tempos of a section; those after the first with their bar and beat."""
    first, *later = placed.section.tempos
    lines = [_tempo(placed.section, first)]
    if len(later) >= _MOST_TEMPOS_LISTED:
        return [*lines, (f"and {len(later)} changes",)]
    for span in later:
        place = place_in_section(placed.section, placed.first_bar, span.start_tick)
        lines.append((f"{place}:", *_tempo(placed.section, span)))
    return lines


def click_line(section: Section) -> Line:
    """Say what is not as usual about a section's click: nothing where all of it is."""
    if not section.has_click:
        return ("off",)
    words = [section.pattern] if section.pattern else []
    if section.subdivision is not Subdivision.NONE:
        words.append(subdivision_word(section.subdivision))
    if section.level_db:
        sign = MINUS if section.level_db < 0 else "+"
        words.append(f"{sign}{abs(section.level_db):g} dB")
    return tuple(words)


def _tempo(section: Section, span: TempoSpan) -> Line:
    """Write a tempo in the notes that click as the beat where those are named, else in quarters."""
    beat_ticks = section.beat_ticks or TICKS_PER_QUARTER
    words = str(Tempo(beats_a_minute(span.tempo, beat_ticks)))
    if span.to is not None:
        words += f" {_TO} {Tempo(beats_a_minute(span.to, beat_ticks))}"
    line: Line = (words,)
    if beat_ticks != TICKS_PER_QUARTER:
        name = note_name(beat_ticks) or f"{beat_ticks} ticks"
        sign = _SIGNS.get(name.removeprefix(_DOTTED))
        dot = "." if name.startswith(_DOTTED) else ""
        line = (f"{sign}{dot} = {words}",) if sign else (name, f"= {words}")
    return (*line, "in time") if span.to is not None and span.linear_in is LinearIn.TIME else line
