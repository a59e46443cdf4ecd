"""What the panel says in words: the light's meaning, the parts' health, the last takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text
from textual.containers import Vertical
from textual.widgets import Static

from countoff.core.entries import HowEnded
from countoff.core.events import Part, PartState
from countoff.core.tally import COLOURS, TallyLight
from countoff.panel import paint, words
from countoff.panel.lamp import Lens

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rich.console import RenderableType
    from textual.app import ComposeResult

_STATE_STYLES = {
    PartState.OK: paint.GOOD,
    PartState.WARNING: paint.LOOK,
    PartState.FAULT: f"bold {paint.BAD}",
    PartState.VIRTUAL: paint.STAND_IN,
}
# Narrower than this, a part has room for its state only.
_SENTENCE_WIDTH = 24
# Narrower than this, a take has room for its bars only; wider than the other, for its song too.
_DETAIL_WIDTH = 32
_SONG_WIDTH = 56


class Readout(Static):
    """Words that are written again only when what they say, or their room, has changed."""

    def __init__(self, name: str = "") -> None:
        super().__init__(id=name or None)
        self._written: object = None

    def write(self, said: object, words_for: Callable[[], RenderableType]) -> None:
        """Show `words_for()` if `said`, all that they depend on, is not what is shown already."""
        now_said = (said, self.size.width)
        if now_said != self._written:
            self._written = now_said
            self.update(words_for())


class Tally(Vertical):
    """The lens and what it means."""

    def __init__(self) -> None:
        super().__init__()
        self.border_title = "TALLY"
        self._lens = Lens()
        self._light_name = Readout("light")
        self._meaning = Readout("meaning")

    def compose(self) -> ComposeResult:
        """Lay it out."""
        yield self._lens
        yield self._light_name
        yield self._meaning

    def show(self, status: dict[str, Any]) -> None:
        """Show the light of a status."""
        light = TallyLight(status["tally"]["light"])
        self._lens.show(status["tally"])
        colour = COLOURS[light]
        self._say(words.LIGHTS[light], paint.FAINT if colour == "black" else paint.LENSES[colour])

    def go_stale(self, said: words.LightWords) -> None:
        """Show that the light is not known."""
        self._lens.go_stale()
        self._say(said, paint.LOOK)

    def _say(self, said: words.LightWords, colour: str) -> None:
        self._light_name.write(said, lambda: Text(said.name, style=f"bold {colour}"))
        self._meaning.write(said, lambda: Text(said.meaning, style=paint.FAINT))


class Parts(Readout):
    """How each part is, and how much of the log is on disk."""

    def on_mount(self) -> None:
        """Name it."""
        self.border_title = "PARTS"

    def show(self, status: dict[str, Any]) -> None:
        """Show the parts of a status."""
        parts, log = status["parts"], status["log"]
        self.write((parts, log), lambda: self._table(parts, log))

    def go_stale(self) -> None:
        """Know nothing of them any more."""
        self.write(None, lambda: Text("not known", style=paint.FAINT))

    def _table(self, parts: Mapping[str, Mapping[str, str]], counts: Mapping[str, Any]) -> Table:
        has_room = self.size.width >= _SENTENCE_WIDTH
        table = _plain_table()
        table.add_column(width=1)
        table.add_column(width=6)
        table.add_column(ratio=1)
        for name, part in parts.items():
            state = PartState(part["state"])
            style = _STATE_STYLES[state]
            is_quiet = state in (PartState.OK, PartState.VIRTUAL)
            said = _said(state, part["sentence"]) if has_room else words.STATES[state]
            table.add_row(
                Text(words.mark(state), style=style),
                Text(words.PARTS[Part(name)], style=paint.ENGRAVED),
                Text(
                    said,
                    style=paint.FAINT if is_quiet else style,
                    # What has to be read is shown whole.
                    no_wrap=is_quiet,
                    overflow="ellipsis" if has_room else "crop",
                ),
            )
        waits = counts["submitted"] > counts["saved"]
        said = words.log(counts) if has_room else ("waits" if waits else "saved")
        table.add_row(
            Text("▲" if waits else "●", style=paint.LOOK if waits else paint.GOOD),
            Text("log", style=paint.ENGRAVED),
            Text(said, style=paint.FAINT, no_wrap=True),
        )
        return table


def _said(state: PartState, sentence: str) -> str:
    if state is PartState.VIRTUAL:
        return f"virtual: {sentence}" if sentence else "virtual"
    return sentence or state.value


class Takes(Readout):
    """The last takes, the newest first."""

    def on_mount(self) -> None:
        """Name it."""
        self.border_title = "TAKES"

    def show(self, status: dict[str, Any]) -> None:
        """Show the takes of a status."""
        takes = status["takes"]
        self.write(takes, lambda: self._list(takes))

    def _list(self, takes: Sequence[Mapping[str, Any]]) -> RenderableType:
        if not takes:
            return Text("none yet", style=paint.FAINT)
        if self.size.width >= _DETAIL_WIDTH:
            return _detailed(takes, has_song=self.size.width >= _SONG_WIDTH)
        return Text("\n").join(_short(take) for take in takes)


def _detailed(takes: Sequence[Mapping[str, Any]], *, has_song: bool) -> Table:
    table = _plain_table()
    table.add_column(width=4)
    if has_song:
        table.add_column(ratio=3, max_width=28)
    table.add_column(width=11)
    table.add_column(width=12 if has_song else 9)
    table.add_column(ratio=5)
    for take in takes:
        style = _take_style(take)
        # Faults first: where there is no room for everything, they are what must be seen.
        click, is_faulty = words.click(take), words.click_is_faulty(take)
        wrong = click if is_faulty else words.incidents(take)
        said = Text(wrong, style=paint.LOOK, no_wrap=True, overflow="ellipsis")
        said.append("  " if said.plain else "")
        said.append(words.flags(take), style=paint.GOOD)
        if click and not is_faulty:
            said.append("  " if said.plain else "")
            said.append(click, style=paint.FAINT)
        song = Text(take["song"], style=style, no_wrap=True, overflow="ellipsis")
        table.add_row(
            Text(f"T{take['number']}", style=f"bold {style}"),
            *((song,) if has_song else ()),
            Text(words.how(take), style=_how_style(take)),
            Text(words.bars(take) if has_song else _short_bars(take), style=style),
            said,
        )
    return table


def _short(take: Mapping[str, Any]) -> Text:
    text = Text(f"T{take['number']:<3}", style=f"bold {_take_style(take)}", no_wrap=True)
    text.append(f"{_short_bars(take):>8}", style=_take_style(take))
    signs = {"keeper": "★", "fix_here": "✎", "no_good": "✗", "marker": "▾"}
    text.append("".join(signs[flag["kind"]] for flag in take["flags"])[:3], style=paint.GOOD)
    text.append("!" if take["incidents"] else "", style=paint.LOOK)
    return text


def _short_bars(take: Mapping[str, Any]) -> str:
    return words.bars(take).removeprefix("bars ")


def _take_style(take: Mapping[str, Any]) -> str:
    is_given_up = take["how"] in (HowEnded.FALSE_START, HowEnded.CANCELLED)
    return paint.FAINT if is_given_up else paint.ENGRAVED


def _how_style(take: Mapping[str, Any]) -> str:
    if take["status"] in words.RUNNING:
        return paint.LENSES["red"]
    return paint.LOOK if take["status"] == "interrupted" else paint.FAINT


def _plain_table() -> Table:
    return Table(box=None, show_header=False, expand=True, padding=(0, 1, 0, 0), pad_edge=False)
