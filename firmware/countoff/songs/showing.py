"""A song as a table for people: its sections with their bars, meters, tempos and times.

For commands only: importing rich costs more than reading a song. Whatever a song is called, it is
printed as text, never obeyed as markup or as a terminal's control codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from countoff.songs.cell_words import MINUS, bar_range, click_line, filled, meter_line, tempo_lines
from countoff.songs.overview import (
    bars_in_all,
    count_in_s,
    count_in_words,
    counted,
    length_s,
    pick_up_s,
    pick_up_words,
    placed_sections,
)

if TYPE_CHECKING:
    from fractions import Fraction

    from rich.console import Console

    from countoff.core.song import Song

_DIM = "dim"
_WIDE = 1000
_PAGE = 80
# Meters, tempos and clicks that are longer go on in a second line, where the page is narrow.
_NARROW = 7, 14, 8


def print_song(song: Song, console: Console) -> None:
    """Print all that a song file says, as a page of 80 columns or more."""
    if song.is_free:
        _print_heading(song, console, _PAGE)
        console.print("No tempo: takes and flags, but neither click nor bars.")
        return
    table = _table(song, _WIDE, _WIDE, _WIDE)
    if _width(table, console) > console.width:
        table = _table(song, *_NARROW)
    _print_heading(song, console, _width(table, console))
    console.print(_before_bar_1(song))
    console.print()
    console.print(table)
    console.print()
    console.print(_sum(song))


def minutes(seconds: Fraction) -> str:
    """Write a time as m:ss.mmm, with hours where there are any."""
    milliseconds = round(abs(seconds) * 1000)
    whole_seconds, milliseconds = divmod(milliseconds, 1000)
    whole_minutes, whole_seconds = divmod(whole_seconds, 60)
    hours, rest_minutes = divmod(whole_minutes, 60)
    start = f"{hours}:{rest_minutes:02}" if hours else str(whole_minutes)
    sign = MINUS if seconds < 0 else ""
    return f"{sign}{start}:{whole_seconds:02}.{milliseconds:03}"


def plain(text: str) -> str:
    """Return `text` without control codes."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def _print_heading(song: Song, console: Console, width: int) -> None:
    """Print title and notes; whose it is and its key stand at the right, if they fit there."""
    title, about = plain(song.title), plain(" · ".join(filter(None, (song.artist, song.key))))
    gap = min(width, console.width) - len(title) - len(about)
    between = " " * gap if gap > 1 else "\n"
    console.print(Text(title, "bold").append(between + about if about else "", "not bold dim"))
    for line in song.notes.splitlines():
        console.print(Text(plain(line), "italic"))


def _before_bar_1(song: Song) -> Text:
    """Say what comes before bar 1, and how long it is."""
    words = f"count-in {count_in_words(song.count_in)}"
    if count_in_s(song):
        words += f" ({minutes(count_in_s(song))})"
    if song.pick_up_ticks:
        words += f"\npick-up {pick_up_words(song)} ({minutes(pick_up_s(song))})"
    return Text(words)


def _width(table: Table, console: Console) -> int:
    """Return the width that a table would like to have."""
    return console.measure(table, options=console.options.update(width=_WIDE)).maximum


def _table(song: Song, meter_width: int, tempo_width: int, click_width: int) -> Table:
    """Lay the sections out; what is longer than these widths goes on in a line more."""
    placed = placed_sections(song)
    has_clicks = any(click_line(each.section) for each in placed)
    # Two columns are a space of this box and a padding apart.
    table = Table(box=SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0), header_style=_DIM)
    table.pad_edge = False
    table.add_column("SECTION", min_width=8)
    table.add_column("FROM\N{EN DASH}TO", justify="right", no_wrap=True)
    table.add_column("BARS", justify="right", no_wrap=True)
    table.add_column("METER", max_width=12, overflow="fold")
    table.add_column("TEMPO", overflow="fold")
    if has_clicks:
        table.add_column("CLICK", max_width=16, overflow="fold")
    table.add_column("STARTS", justify="right", no_wrap=True)
    table.add_column("LASTS", justify="right", no_wrap=True)
    meter_before: tuple[str, ...] = ()
    tempo_before = ""
    for each in placed:
        section = each.section
        meter = meter_line(section)
        tempo = "\n".join(filled(line, tempo_width) for line in tempo_lines(each))
        cells = [
            Text(plain(section.name)),
            Text(bar_range(each)),
            Text("" if section.bars is None else str(section.bars)),
            # What goes on as before stands back: in a score it would not be written again.
            Text(meter[0], _DIM) if meter == meter_before else Text(filled(meter, meter_width)),
            Text(tempo, _DIM if tempo == tempo_before else ""),
        ]
        if has_clicks:
            click = filled(click_line(section), click_width)
            cells.append(Text(click, "" if section.has_click else _DIM))
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
