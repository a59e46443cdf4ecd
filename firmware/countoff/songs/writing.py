"""Writes a song as a TOML file that is read as just that song. Pure.

It looks as a musician would write it: what holds on from the section before is not said again.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import tomlkit

from countoff.core.count_in import TWO_BARS
from countoff.core.section import Subdivision
from countoff.core.tempo_map import LinearIn
from countoff.songs.held import Held
from countoff.songs.note_names import NOTE_NAMES, note_name, note_ticks
from countoff.songs.numbers import number_text
from countoff.songs.tempo_text import about, tempo_text
from countoff.songs.tempo_values import At, NamedTempo
from countoff.songs.values import SUBDIVISIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countoff.core.count_in import CountIn
    from countoff.core.section import Section
    from countoff.core.song import Song
    from countoff.core.tempo import Meter
    from countoff.core.tempo_map import TempoSpan

_TEMPO: Final = "tempo"
_SUBDIVISION_WORDS: Final = {value: word for word, value in SUBDIVISIONS.items()}


@dataclass(frozen=True, slots=True)
class _Usual:
    """What most sections have, and so the song says for them."""

    subdivision: Subdivision
    has_click: bool


@dataclass(slots=True)
class _Page:
    """The lines of a file, as far as they are written."""

    lines: list[str] = field(default_factory=list)

    def add(self, key: str, value: str | float, *, is_toml: bool = False) -> None:
        """Write a key; a text that is TOML already goes as it is."""
        text = value if is_toml and isinstance(value, str) else _toml(value)
        remark = about(text) if key == _TEMPO and "\n" not in text else ""
        self.lines.append(f"{key} = {text}" + (f"  # {remark}" if remark else ""))

    def begin_section(self) -> None:
        """Write the line that every section begins with."""
        self.lines += ["", "[[section]]"]


def song_text(song: Song) -> str:
    """Return the text of a song file that is read as `song`: from its top, and not looped.

    A section's name that comes twice is numbered when it is read. Raises ValueError where a section
    clicks a note that has no name as its beat.
    """
    page = _Page()
    for key in ("title", "artist", "key", "notes"):
        if (text := getattr(song, key)) or key == "title":
            page.add(key, text)
    if not song.is_free:
        _add_played(page, song)
    return "\n".join(page.lines) + "\n"


def _add_played(page: _Page, song: Song) -> None:
    sections, first = song.sections, song.sections[0]
    held, usual = Held(), _usual_of(sections)
    is_alone = len(sections) == 1 and not (first.name or first.level_db or first.pattern)
    if is_alone:
        page.add(_TEMPO, _tempo_of(first, held), is_toml=True)
    elif len(first.tempos) == 1 and first.tempos[0].to is None:
        held.tempo = NamedTempo(first.tempo, first.beat_ticks)
        page.add(_TEMPO, tempo_text(held.tempo), is_toml=True)
    page.add("meter", str(first.meter))
    held.meter = first.meter
    _add_grouping(page, first, held)
    if song.count_in != TWO_BARS:
        page.add("count_in", _count_in(song.count_in), is_toml=True)
    if usual.subdivision is not Subdivision.NONE:
        page.add("subdivision", _SUBDIVISION_WORDS[usual.subdivision])
    if not usual.has_click:
        page.add("click", usual.has_click)
    if song.pick_up_ticks:
        page.add("pick_up", _pick_up(song.pick_up_ticks, first.clicked_beat_ticks))
    if not is_alone:
        for section in sections:
            _add_section(page, section, held, usual)
    elif first.bars is not None:
        page.add("bars", first.bars)


def _add_section(page: _Page, section: Section, held: Held, usual: _Usual) -> None:
    page.begin_section()
    if section.name:
        page.add("name", section.name)
    if section.bars is not None:
        page.add("bars", section.bars)
    if section.meter != held.meter:
        page.add("meter", str(section.meter))
        held.meter = section.meter
    _add_grouping(page, section, held)
    if not _is_held(section, held):
        page.add(_TEMPO, _tempo_of(section, held), is_toml=True)
    if section.level_db:
        level = section.level_db
        page.add("level", int(level) if level.is_integer() else level)
    if section.has_click != usual.has_click:
        page.add("click", section.has_click)
    if section.subdivision is not usual.subdivision:
        page.add("subdivision", _SUBDIVISION_WORDS[section.subdivision])
    if section.pattern:
        page.add("pattern", section.pattern)


def _add_grouping(page: _Page, section: Section, held: Held) -> None:
    """Say how the bar is grouped where that is not what holds, or what is usual."""
    if section.grouping != held.grouping(section.meter, section.beat_ticks):
        groups = section.grouping or (section.meter.beats_per_bar,)
        page.add("grouping", "+".join(str(group) for group in groups))
        held.groupings[section.meter] = section.grouping


def _usual_of(sections: Sequence[Section]) -> _Usual:
    (subdivision, _), *_ = Counter(section.subdivision for section in sections).most_common(1)
    (has_click, _), *_ = Counter(section.has_click for section in sections).most_common(1)
    return _Usual(subdivision, has_click)


def _is_held(section: Section, held: Held) -> bool:
    """Tell whether the section goes on in the tempo before it, and clicks the same note."""
    before = held.tempo
    if before is None or len(section.tempos) > 1 or section.tempos[0].to is not None:
        return False
    beat_ticks = held.beat_ticks(before.note_ticks, section.meter)
    return section.tempo == before.tempo and section.beat_ticks == beat_ticks


def _tempo_of(section: Section, held: Held) -> str:
    """Return what stands after `tempo =`; the last tempo of the section holds from there on."""
    spans, note = section.tempos, section.beat_ticks
    last = spans[-1]
    held.tempo = NamedTempo(last.to or last.tempo, note)
    if len(spans) == 1:
        return tempo_text(held.tempo) if last.to is None else _table(**_ramp(last, note))
    return _partial_ramp(section) or _changes(section)


def _ramp(span: TempoSpan, note: int) -> dict[str, str]:
    ramp = {
        "from": tempo_text(NamedTempo(span.tempo, note)),
        "to": tempo_text(NamedTempo(span.to or span.tempo, note)),
    }
    if span.linear_in is not LinearIn.BEATS:
        ramp["linear_in"] = _toml(span.linear_in.value)
    return ramp


def _partial_ramp(section: Section) -> str | None:
    """Return a ramp over the first or the last bars of a section, where it is no more than that."""
    if len(section.tempos) != 2:
        return None
    first, second = section.tempos
    bars, ticks_over = divmod(second.start_tick, section.meter.ticks_per_bar)
    if ticks_over:
        return None
    if first.to is not None and second.to is None and second.tempo == first.to:
        return _table(**_ramp(first, section.beat_ticks), over=str(bars))
    is_last = first.to is None and second.to is not None and second.tempo == first.tempo
    if section.bars is None or not is_last:
        return None
    over = _toml(f"last {_plural(section.bars - bars, 'bar')}")
    return _table(**_ramp(second, section.beat_ticks), over=over)


def _changes(section: Section) -> str:
    note = section.beat_ticks
    entries = []
    for span in section.tempos:
        at = _toml(str(_at(span.start_tick, section.meter)))
        steady = {"tempo": tempo_text(NamedTempo(span.tempo, note))}
        entries.append(_table(at=at, **(steady if span.to is None else _ramp(span, note))))
    remarks = [f"  # {remark}" if (remark := about(entry)) else "" for entry in entries]
    lines = (f"    {entry},{remark}\n" for entry, remark in zip(entries, remarks, strict=True))
    return f"[\n{''.join(lines)}]"


def _at(tick: int, meter: Meter) -> At:
    beats, tick_in_beat = divmod(tick, meter.ticks_per_beat)
    bars, beat = divmod(beats, meter.beats_per_bar)
    return At(bars + 1, beat + 1, tick_in_beat)


def _count_in(count_in: CountIn) -> str:
    if count_in.bars:
        length, text = {"bars": str(count_in.bars)}, _plural(count_in.bars, "bar")
    elif count_in.words:
        text = " ".join(count_in.words)
        length = {"words": _toml(text)}
    elif count_in.beats:
        length, text = {"beats": str(count_in.beats)}, _plural(count_in.beats, "beat")
    else:
        return _toml("none")
    more = {}
    if count_in.rest_beats:
        more["rest"] = _toml(count_in.rest_beats)
    if count_in.meter is not None:
        more["meter"] = _toml(str(count_in.meter))
    if count_in.is_half_time:
        more["half_time"] = _toml(count_in.is_half_time)
    # One word alone would be read as a number of bars.
    return _table(**length, **more) if more or len(count_in.words) == 1 else _toml(text)


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


def _table(**values: str) -> str:
    """Return a table on one line; its values are TOML."""
    return f"{{ {', '.join(f'{key} = {value}' for key, value in values.items())} }}"


def _toml(value: str | float) -> str:
    if isinstance(value, str):
        return tomlkit.string(value, multiline="\n" in value).as_string()
    return str(tomlkit.item(value).as_string())
