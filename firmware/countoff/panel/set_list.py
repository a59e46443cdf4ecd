"""The set list: laid over the panel to choose a song, and a section of it, with arrows and Enter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from countoff.panel import paint
from countoff.panel.choosing import Choosing
from countoff.panel.nameplate import tempo_today
from countoff.panel.song_rows import section_heading, section_row, song_heading, song_row, window

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

_KEYS = {
    "songs": (("↑↓", "song"), ("⏎", "its sections"), ("Esc", "close")),
    "whole": (("↑↓", "song"), ("⏎", "choose"), ("Esc", "close")),
    "sections": (("↑↓", "section"), ("⏎", "from here"), ("l", "loop"), ("Esc", "songs")),
}
# Wide enough for the artist beside the title.
_ARTIST_WIDTH = 66
# A terminal that is narrower has no room for artists, and the sections need what it has.
_WIDE_TERMINAL = 117
_FEWEST_ROWS = 10
# The border, the headings, an empty line and what is said about the song.
_FRAME_ROWS = 5
_CURSOR = f"bold {paint.INK} on {paint.LIT_STEEL}"
_POINTED = f"on {paint.EDGE}"


class SetList(ModalScreen[dict[str, object] | None]):
    """Ends with what is to be asked of the daemon, or None where nothing was chosen."""

    CSS = f"""
    SetList {{ align: center middle; overflow: hidden; background: {paint.FACE} 70%; }}
    #set-list {{
        width: 94%; max-width: 116; max-height: 88%; background: {paint.FACE};
        border: round {paint.ENGRAVED}; border-title-color: {paint.ENGRAVED};
        border-title-style: bold; border-subtitle-color: {paint.FAINT}; padding: 0 1;
    }}
    #columns {{ height: 1fr; }}
    #song-rows {{ width: 5fr; height: 100%; }}
    #section-rows {{ width: 3fr; height: 100%; margin-left: 2; }}
    #set-list.-slim #song-rows, #set-list.-slim #section-rows {{ width: 1fr; }}
    #about {{ height: 1; color: {paint.FAINT}; }}
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "move(-10)", show=False),
        Binding("pagedown", "move(10)", show=False),
        Binding("home", "move(-9999)", show=False),
        Binding("end", "move(9999)", show=False),
        Binding("enter", "choose", show=False),
        Binding("right", "sections", show=False),
        Binding("left", "songs", show=False),
        Binding("l", "loop", show=False),
        Binding("escape,q", "back", show=False),
    ]

    def __init__(self, status: Mapping[str, Any]) -> None:
        super().__init__()
        self._choosing = Choosing(status["songs"], status["song_index"])
        self._status = status
        self._box = Vertical(id="set-list")
        self._song_rows = Static(id="song-rows")
        self._section_rows = Static(id="section-rows")
        self._about = Static(id="about")

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with self._box:
            with Horizontal(id="columns"):
                yield self._song_rows
                yield self._section_rows
            yield self._about

    def on_mount(self) -> None:
        """Name it."""
        self._box.border_title = "S E T  L I S T"
        self._make_room()

    def on_resize(self, event: events.Resize) -> None:
        """Share the width out, and fill the rows once it is known how many there is room for."""
        self._box.set_class(event.size.width < _WIDE_TERMINAL, "-slim")
        self.call_after_refresh(self._look)

    def show(self, status: Mapping[str, Any]) -> None:
        """Take in a new status: songs may have been read anew."""
        self._status = status
        self._choosing = self._choosing.with_songs(status["songs"])
        self._make_room()
        self.call_after_refresh(self._look)

    def action_move(self, step: int) -> None:
        """Point further down or up."""
        self._go(self._choosing.moved(step))

    def action_sections(self) -> None:
        """Go on to the song's sections."""
        self._go(self._choosing.among_sections())

    def action_songs(self) -> None:
        """Go back to the songs."""
        self._go(self._choosing.among_songs())

    def action_choose(self) -> None:
        """Choose the song, then the section."""
        among_sections = self._choosing.among_sections()
        if among_sections == self._choosing:
            self.dismiss(self._choosing.request())
        else:
            self._go(among_sections)

    def action_loop(self) -> None:
        """Choose the section, and loop it."""
        if self._choosing.can_loop:
            self.dismiss(self._choosing.request(is_looped=True))

    def action_back(self) -> None:
        """Go back a column, or close."""
        if self._choosing.section_place is None:
            self.dismiss(None)
        else:
            self.action_songs()

    def _make_room(self) -> None:
        """Be as high as the longest column, as far as the terminal allows."""
        songs = self._choosing.songs
        rows = max(len(songs), *(len(song["sections"]) for song in songs))
        self._box.styles.height = max(rows, _FEWEST_ROWS) + _FRAME_ROWS

    def _go(self, choosing: Choosing) -> None:
        self._choosing = choosing
        self._look()

    def _look(self) -> None:
        choosing = self._choosing
        self._song_rows.update(self._songs(self._song_rows.size.width))
        self._section_rows.update(self._sections(self._section_rows.size.width))
        self._about.update(self._about_song())
        if choosing.section_place is not None:
            keys = _KEYS["sections"]
        else:
            keys = _KEYS["songs" if len(choosing.sections) > 1 else "whole"]
        text = Text("  ").join(
            Text.assemble((key, f"bold {paint.STAND_IN}"), f" {what}") for key, what in keys
        )
        self._box.border_subtitle = text.markup

    def _songs(self, width: int) -> Text:
        choosing = self._choosing
        has_artist = width >= _ARTIST_WIDTH
        rows = [song_heading(width, has_artist=has_artist)]
        first, last = window(choosing.song_place, len(choosing.songs), self._song_rows.size.height)
        for place in range(first, last):
            song = choosing.songs[place]
            is_chosen = place == self._status["song_index"]
            row = song_row(song, "▸" if is_chosen else "", width, has_artist=has_artist)
            if place == choosing.song_place:
                row.stylize(_CURSOR if choosing.section_place is None else _POINTED)
            rows.append(row)
        return Text("\n", no_wrap=True).join(rows)

    def _sections(self, width: int) -> Text:
        choosing = self._choosing
        if choosing.song["is_free"]:
            return Text("no click, no bars", style=paint.FAINT)
        sections = choosing.sections
        rows = [section_heading(width)]
        pointed = choosing.section_place
        first, last = window(pointed or 0, len(sections), self._section_rows.size.height)
        for place in range(first, last):
            row = section_row(sections, place, self._sign(sections[place]), width)
            if place == pointed:
                row.stylize(_CURSOR)
            rows.append(row)
        return Text("\n", no_wrap=True).join(rows)

    def _sign(self, section: Mapping[str, Any]) -> str:
        """Return the mark of the section that takes begin with or loop, if it is this one."""
        is_chosen = self._choosing.song_place == self._status["song_index"]
        begins = f"{section['name'].upper()} BAR {section['first_bar']}".strip()
        if not is_chosen or self._status["starts_from"] != begins:
            return ""
        return "↻" if self._status["looped"] else "▸"

    def _about_song(self) -> Text:
        song = self._choosing.song
        bars = song["bars"]
        said = [
            song["artist"],
            f"in {song['key']}" if song["key"] else "",
            f"{bars} bars" if bars else "" if song["is_free"] else "rolls until stopped",
        ]
        text = Text(" · ".join(filter(None, said)), style=paint.FAINT)
        today = tempo_today(song)
        if today:
            text.append(" · ", style=paint.FAINT)
            text.append(f"{today} BPM today, written {song['tempo']}", style=f"bold {paint.LOOK}")
        text.no_wrap, text.overflow = True, "ellipsis"
        return text
