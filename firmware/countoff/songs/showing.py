"""A song as a table for people: its sections with their bars, meters, tempos and times.

For commands only: importing rich costs more than reading a song. Whatever a song is called, it is
printed as text, never obeyed as markup or as a terminal's control codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from countoff.core.section import Subdivision, usual_grouping
from countoff.core.tempo import TICKS_PER_QUARTER, Tempo
from countoff.core.tempo_map import LinearIn
from countoff.songs.note_names import NOTE_NAMES, note_name, note_ticks
from countoff.songs.overview import (
    Placed,
    bars_in_all,
    beats_a_minute,
    count_in_s,
    count_in_words,
    counted,
    length_s,
    pick_up_s,
    place_in_section,
    placed_sections,
    subdivision_word,
)

if TYPE_CHECKING:
    from fractions import Fraction

    from rich.console import Console

    from countoff.core.section import Section
    from countoff.core.song import Song
    from countoff.core.tempo_map import TempoSpan

_DIM = "dim"
_PAGE_WIDTH = 80
_MINUS = "\N{MINUS SIGN}"
_RANGE = "\N{EN DASH}"
_TO = "\N{RIGHTWARDS ARROW}"
# More tempos within one section than these are counted, not listed.
_MOST_TEMPOS_LISTED = 3


def print_song(song: Song, console: Console) -> None:
    """Print all that a song file says, as a page of 80 columns or more."""
    console.print(_heading(song, console.width))
    for line in song.notes.splitlines():
        console.print(Text(plain(line), "italic"))
    if song.is_free:
        console.print("No tempo: takes and flags, but neither click nor bars.")
        return
    console.print(_before_bar_1(song))
    console.print()
    console.print(_table(song))
    console.print()
    console.print(_sum(song))


def minutes(seconds: Fraction) -> str:
    """Write a time as m:ss.mmm, with hours where there are any."""
    milliseconds = round(abs(seconds) * 1000)
    whole_seconds, milliseconds = divmod(milliseconds, 1000)
    whole_minutes, whole_seconds = divmod(whole_seconds, 60)
    hours, rest_minutes = divmod(whole_minutes, 60)
    start = f"{hours}:{rest_minutes:02}" if hours else str(whole_minutes)
    sign = _MINUS if seconds < 0 else ""
    return f"{sign}{start}:{whole_seconds:02}.{milliseconds:03}"


def _heading(song: Song, width: int) -> Table:
    heading = Table.grid(expand=True)
    heading.width = min(width, _PAGE_WIDTH)
    heading.add_column()
    heading.add_column(justify="right")
    about = " · ".join(words for words in (song.artist, song.key) if words)
    heading.add_row(Text(plain(song.title), "bold"), Text(plain(about), _DIM))
    return heading


def _before_bar_1(song: Song) -> Text:
    """Say what comes before bar 1, and how long it is."""
    words = f"count-in {count_in_words(song.count_in)}"
    if count_in_s(song):
        words += f" ({minutes(count_in_s(song))})"
    if song.pick_up_ticks:
        beat_ticks = song.sections[0].clicked_beat_ticks
        words += f" · pick-up {_note_lengths(song.pick_up_ticks, beat_ticks)}"
        words += f" ({minutes(pick_up_s(song))})"
    return Text(words)


def _table(song: Song) -> Table:
    placed = placed_sections(song)
    has_clicks = any(_click(each.section) for each in placed)
    table = Table(
        box=SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True, header_style=_DIM
    )
    table.add_column("SECTION", min_width=8)
    table.add_column(f"FROM{_RANGE}TO", justify="right", no_wrap=True)
    table.add_column("BARS", justify="right", no_wrap=True)
    table.add_column("METER", max_width=12, overflow="fold")
    table.add_column("TEMPO", no_wrap=True)
    if has_clicks:
        table.add_column("CLICK", overflow="fold")
    table.add_column("STARTS", justify="right", no_wrap=True)
    table.add_column("LASTS", justify="right", no_wrap=True)
    meter_before = tempo_before = ""
    for each in placed:
        section = each.section
        meter, tempo = _meter(section), "\n".join(_tempos(each))
        cells = [
            Text(plain(section.name)),
            Text(_bars(each)),
            Text("" if section.bars is None else str(section.bars)),
            # What goes on as before stands back, as it would not be written in a score.
            Text(meter, _DIM if meter == meter_before else ""),
            Text(tempo, _DIM if tempo == tempo_before else ""),
        ]
        if has_clicks:
            cells.append(Text(_click(section), _DIM if not section.has_click else ""))
        lasts = "rolls on" if each.lasts_s is None else minutes(each.lasts_s)
        table.add_row(*cells, Text(minutes(each.starts_s), "bold"), Text(lasts))
        meter_before, tempo_before = meter, tempo
    return table


def _sum(song: Song) -> Text:
    bars, seconds = bars_in_all(song), length_s(song)
    if bars is None or seconds is None:
        return Text("Rolls until stopped.")
    before_s = count_in_s(song) + pick_up_s(song)
    words = Text(f"{counted(bars, 'bar')}, ")
    words.append(minutes(seconds), "bold")
    if before_s:
        words.append(f" from bar 1; {minutes(before_s + seconds)} with what is before it")
    return words.append(".")


def _bars(placed: Placed) -> str:
    if placed.last_bar is None:
        return f"{placed.first_bar}{_RANGE}"
    if placed.last_bar == placed.first_bar:
        return str(placed.first_bar)
    return f"{placed.first_bar}{_RANGE}{placed.last_bar}"


def _meter(section: Section) -> str:
    if section.grouping == usual_grouping(section.meter):
        return str(section.meter)
    groups = "+".join(str(notes) for notes in section.grouping) or str(section.meter.beats_per_bar)
    return f"{section.meter} {groups}"


def _tempos(placed: Placed) -> list[str]:
    """Return the tempos of a section, one a line; those after the first with their place."""
    section = placed.section
    lines = [_tempo(section, span) for span in section.tempos]
    if len(lines) > _MOST_TEMPOS_LISTED:
        return [lines[0], f"and {len(lines) - 1} changes"]
    later = zip(section.tempos[1:], lines[1:], strict=True)
    return lines[:1] + [
        f"{place_in_section(section, placed.first_bar, span.start_tick)}: {line}"
        for span, line in later
    ]


def _tempo(section: Section, span: TempoSpan) -> str:
    beat_ticks = section.beat_ticks or TICKS_PER_QUARTER
    words = _number(beats_a_minute(span.tempo, beat_ticks))
    if section.beat_ticks and section.beat_ticks != TICKS_PER_QUARTER:
        note = note_name(section.beat_ticks) or f"{section.beat_ticks} ticks"
        words = f"{note}\n= {words}"
    if span.to is not None:
        words += f" {_TO} {_number(beats_a_minute(span.to, beat_ticks))}"
        if span.linear_in is LinearIn.TIME:
            words += "\nin time"
    return words


def _number(value: Fraction) -> str:
    return str(Tempo(value))


def _click(section: Section) -> str:
    """Say what is not as usual about a section's click."""
    if not section.has_click:
        return "off"
    words = [section.pattern] if section.pattern else []
    if section.subdivision is not Subdivision.NONE:
        words.append(subdivision_word(section.subdivision))
    if section.level_db:
        sign = _MINUS if section.level_db < 0 else "+"
        words.append(f"{sign}{abs(section.level_db):g} dB")
    return " ".join(words)


def _note_lengths(ticks: int, beat_ticks: int) -> str:
    """Say how long a pick-up is: in beats, else in the longest notes that fit."""
    if ticks % beat_ticks == 0:
        return counted(ticks // beat_ticks, "beat")
    if (name := note_name(ticks)) is not None:
        return name
    for name in NOTE_NAMES:
        notes, rest = divmod(ticks, note_ticks(name) or ticks)
        if notes and not rest:
            return f"{notes} {name}s"
    return f"{ticks} ticks"


def plain(text: str) -> str:
    """Return `text` without control codes."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
