"""The rows of the set list: a song, or a section, on one line as wide as its column. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from countoff.panel import paint
from countoff.panel.nameplate import tempo_today

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ARTIST_WIDTH: Final = 24
_FIGURES_WIDTH: Final = 16
_HEADINGS: Final[dict[str, Any]] = {
    "title": "song",
    "artist": "artist",
    "tempo": "tempo",
    "meter": "meter",
    "is_free": False,
    "tempo_ratio": "1",
}


def song_heading(width: int, *, has_artist: bool) -> Text:
    """Return the line above the songs."""
    heading = song_row(_HEADINGS, "", width, has_artist=has_artist)
    heading.stylize(paint.FAINT)
    return heading


def section_heading(width: int) -> Text:
    """Return the line above the sections."""
    return Text(f"{'bar':>5}  {_cut('section', width - 13)} bars ", style=paint.FAINT, no_wrap=True)


def song_row(song: Mapping[str, Any], sign: str, width: int, *, has_artist: bool) -> Text:
    """Return a song on one line as wide as its column; a tempo changed today stands out."""
    today = tempo_today(song)
    tempo = "free" if song["is_free"] else today or song["tempo"]
    artist = _ARTIST_WIDTH if has_artist else 0
    row = Text(style=paint.ENGRAVED, no_wrap=True)
    row.append(f"{sign:<2}", style=f"bold {paint.STAND_IN}")
    row.append(_cut(song["title"], width - _FIGURES_WIDTH - artist - 3))
    row.append(" ")
    row.append(_cut(song["artist"], artist), style=paint.FAINT)
    row.append(f"{tempo:>8}", style=f"bold {paint.LOOK}" if today else "")
    row.append(f"{song['meter']:>7} ")
    return row


def section_row(sections: Sequence[Mapping[str, Any]], place: int, sign: str, width: int) -> Text:
    """Return a section on one line: its first bar, its name, how long it is, a meter that is new."""
    section = sections[place]
    is_new_meter = place == 0 or section["meter"] != sections[place - 1]["meter"]
    length = section["bars"] if section["bars"] is not None else "open"
    row = Text(style=paint.ENGRAVED, no_wrap=True)
    row.append(f"{sign:<1}", style=f"bold {paint.LOOK}")
    row.append(f"{section['first_bar']:>4}  ", style=paint.STAND_IN)
    row.append(_cut(section["name"] or "all of it", width - _FIGURES_WIDTH - 4))
    row.append(f"{section['meter'] if is_new_meter else '':>6}{length:>6} ", style=paint.FAINT)
    return row


def _cut(text: str, width: int) -> str:
    """Return `text` exactly `width` cells wide."""
    if width <= 0:
        return ""
    cut = Text(text)
    cut.truncate(width, overflow="ellipsis", pad=True)
    return cut.plain


def window(place: int, count: int, height: int) -> tuple[int, int]:
    """Return the first row and the one past the last that are shown, `place` among them."""
    room = max(height - 1, 1)
    first = min(max(place - room // 2, 0), max(count - room, 0))
    return first, min(first + room, count)
