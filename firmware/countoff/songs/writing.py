"""Writes a song as a TOML file that is read as just that song. Pure.

It looks as a musician would write it: what holds on from the section before is not said again.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import tomlkit

from countoff.core.count_in import TWO_BARS
from countoff.core.section import Subdivision
from countoff.core.tempo_map import LinearIn
from countoff.songs.held import Held, clicked_beat_ticks
from countoff.songs.note_names import NOTE_NAMES, note_name, note_ticks
from countoff.songs.numbers import number_text
from countoff.songs.tempo_items import tempo_item
from countoff.songs.tempo_values import At, NamedTempo
from countoff.songs.values import SUBDIVISIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tomlkit import TOMLDocument
    from tomlkit.items import InlineTable, Item, Table

    from countoff.core.count_in import CountIn
    from countoff.core.section import Section
    from countoff.core.song import Song
    from countoff.core.tempo import Meter
    from countoff.core.tempo_map import TempoSpan

    Container = TOMLDocument | Table

_SUBDIVISION_WORDS: Final = {value: word for word, value in SUBDIVISIONS.items()}


@dataclass(frozen=True, slots=True)
class _Usual:
    """What most sections have, and so the song says for them."""

    subdivision: Subdivision
    has_click: bool


def song_text(song: Song) -> str:
    """Return the text of a song file that is read as `song`: from its top, and not looped.

    A section's name that comes twice is numbered when it is read. Raises ValueError where a section
    clicks a note that has no name as its beat.
    """
    document = tomlkit.document()
    for key in ("title", "artist", "key", "notes"):
        if (text := getattr(song, key)) or key == "title":
            document.add(key, tomlkit.string(text, multiline="\n" in text))
    if not song.is_free:
        _add_played(document, song)
    return document.as_string()


def _add_played(document: TOMLDocument, song: Song) -> None:
    sections, first = song.sections, song.sections[0]
    held, usual = Held(), _usual_of(sections)
    is_alone = len(sections) == 1 and not (first.name or first.level_db or first.pattern)
    if is_alone:
        document.add("tempo", _tempo_of(first, held))
    elif len(first.tempos) == 1 and first.tempos[0].to is None:
        held.tempo = NamedTempo(first.tempo, first.beat_ticks)
        document.add("tempo", tempo_item(held.tempo))
    document.add("meter", tomlkit.string(str(first.meter)))
    held.meter = first.meter
    _add_grouping(document, first, held)
    if song.count_in != TWO_BARS:
        document.add("count_in", _count_in(song.count_in))
    if usual.subdivision is not Subdivision.NONE:
        document.add("subdivision", tomlkit.string(_SUBDIVISION_WORDS[usual.subdivision]))
    if not usual.has_click:
        document.add("click", tomlkit.item(usual.has_click))
    if song.pick_up_ticks:
        pick_up = _pick_up(song.pick_up_ticks, first.clicked_beat_ticks)
        document.add("pick_up", tomlkit.string(pick_up))
    if not is_alone:
        tables = tomlkit.aot()
        for section in sections:
            tables.append(_table(section, held, usual))
        document.add("section", tables)
    elif first.bars is not None:
        document.add("bars", tomlkit.item(first.bars))


def _usual_of(sections: Sequence[Section]) -> _Usual:
    (subdivision, _), *_ = Counter(section.subdivision for section in sections).most_common(1)
    (has_click, _), *_ = Counter(section.has_click for section in sections).most_common(1)
    return _Usual(subdivision, has_click)


def _table(section: Section, held: Held, usual: _Usual) -> Table:
    table = tomlkit.table()
    if section.name:
        table.add("name", tomlkit.string(section.name))
    if section.bars is not None:
        table.add("bars", tomlkit.item(section.bars))
    if section.meter != held.meter:
        table.add("meter", tomlkit.string(str(section.meter)))
        held.meter = section.meter
    _add_grouping(table, section, held)
    if not _is_held(section, held.tempo):
        table.add("tempo", _tempo_of(section, held))
    if section.level_db:
        level = int(section.level_db) if section.level_db.is_integer() else section.level_db
        table.add("level", tomlkit.item(level))
    if section.has_click != usual.has_click:
        table.add("click", tomlkit.item(section.has_click))
    if section.subdivision is not usual.subdivision:
        table.add("subdivision", tomlkit.string(_SUBDIVISION_WORDS[section.subdivision]))
    if section.pattern:
        table.add("pattern", tomlkit.string(section.pattern))
    table.add(tomlkit.nl())
    return table


def _add_grouping(container: Container, section: Section, held: Held) -> None:
    """Say how the bar is grouped where that is not what holds, or what is usual."""
    if section.grouping != held.grouping(section.meter, section.beat_ticks):
        groups = section.grouping or (section.meter.beats_per_bar,)
        container.add("grouping", tomlkit.string("+".join(str(group) for group in groups)))
        held.groupings[section.meter] = section.grouping


def _is_held(section: Section, held: NamedTempo | None) -> bool:
    """Tell whether the section goes on in the tempo before it, and clicks the same note."""
    if held is None or len(section.tempos) > 1 or section.tempos[0].to is not None:
        return False
    beat_ticks = clicked_beat_ticks(held.note_ticks, section.meter)
    return section.tempo == held.tempo and section.beat_ticks == beat_ticks


def _tempo_of(section: Section, held: Held) -> Item:
    """Return what stands after `tempo =`; the last tempo of the section holds from there on."""
    spans, note = section.tempos, section.beat_ticks
    last = spans[-1]
    held.tempo = NamedTempo(last.to or last.tempo, note)
    if len(spans) == 1:
        return tempo_item(held.tempo) if last.to is None else _ramp(last, note)
    return _partial_ramp(section) or _changes(section)


def _ramp(span: TempoSpan, note: int, over: str | int | None = None) -> InlineTable:
    table = tomlkit.inline_table()
    table.add("from", tempo_item(NamedTempo(span.tempo, note)))
    table.add("to", tempo_item(NamedTempo(span.to or span.tempo, note)))
    if over is not None:
        table.add("over", tomlkit.item(over))
    if span.linear_in is not LinearIn.BEATS:
        table.add("linear_in", tomlkit.string(span.linear_in.value))
    return table


def _partial_ramp(section: Section) -> InlineTable | None:
    """Return a ramp over the first or the last bars of a section, where it is no more than that."""
    if len(section.tempos) != 2:
        return None
    first, second = section.tempos
    bars, ticks_over = divmod(second.start_tick, section.meter.ticks_per_bar)
    if ticks_over:
        return None
    if first.to is not None and second.to is None and second.tempo == first.to:
        return _ramp(first, section.beat_ticks, bars)
    if (
        section.bars is not None
        and first.to is None
        and second.to is not None
        and second.tempo == first.tempo
    ):
        return _ramp(second, section.beat_ticks, f"last {_plural(section.bars - bars, 'bar')}")
    return None


def _changes(section: Section) -> Item:
    entries = tomlkit.array().multiline(multiline=True)
    for span in section.tempos:
        entry = tomlkit.inline_table()
        entry.add("at", tomlkit.string(str(_at(span.start_tick, section.meter))))
        if span.to is None:
            entry.add("tempo", tempo_item(NamedTempo(span.tempo, section.beat_ticks)))
        else:
            entry.update(_ramp(span, section.beat_ticks))
        entries.append(entry)
    return entries


def _at(tick: int, meter: Meter) -> At:
    beats, tick_in_beat = divmod(tick, meter.ticks_per_beat)
    bars, beat = divmod(beats, meter.beats_per_bar)
    return At(bars + 1, beat + 1, tick_in_beat)


def _count_in(count_in: CountIn) -> Item:
    if not (count_in.bars or count_in.beats or count_in.words):
        return tomlkit.string("none")
    length: tuple[str, Any]
    if count_in.bars:
        length, text = ("bars", count_in.bars), _plural(count_in.bars, "bar")
    elif count_in.words:
        text = " ".join(count_in.words)
        length = ("words", text)
    else:
        length, text = ("beats", count_in.beats), _plural(count_in.beats, "beat")
    is_plain = not (count_in.rest_beats or count_in.meter or count_in.is_half_time)
    # One word alone would be read as a number of bars.
    if is_plain and len(count_in.words) != 1:
        return tomlkit.string(text)
    table = tomlkit.inline_table()
    table.add(*length)
    if count_in.rest_beats:
        table.add("rest", count_in.rest_beats)
    if count_in.meter is not None:
        table.add("meter", str(count_in.meter))
    if count_in.is_half_time:
        table.add("half_time", count_in.is_half_time)
    return table


def _pick_up(ticks: int, beat_ticks: int) -> str:
    if ticks % beat_ticks == 0:
        return _plural(ticks // beat_ticks, "beat")
    if (name := note_name(ticks)) is not None:
        return name
    for name in NOTE_NAMES:
        count, ticks_over = divmod(ticks, note_ticks(name) or 1)
        if not ticks_over:
            return _plural(count, name)
    return f"{number_text(Fraction(ticks, beat_ticks))} beats"


def _plural(count: int, name: str) -> str:
    return f"{count} {name}" if count == 1 else f"{count} {name}s"
