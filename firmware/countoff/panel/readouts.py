"""What the panel says in words: the light's meaning, the parts' health, the last takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text
from textual.containers import Vertical
from textual.widgets import Static

from countoff.core.events import Part, PartState
from countoff.core.tally import COLOURS, TallyLight
from countoff.panel import paint, words
from countoff.panel.lamp import Lens

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual.app import ComposeResult

_STATE_STYLES = {
    PartState.OK: paint.GOOD,
    PartState.WARNING: paint.LOOK,
    PartState.FAULT: f"bold {paint.BAD}",
    PartState.VIRTUAL: paint.STAND_IN,
}
# Narrower than this, a part has room for its state only.
_SENTENCE_WIDTH = 24
_DETAIL_WIDTH = 40


class Tally(Vertical):
    """The lens and what it means."""

    def compose(self) -> ComposeResult:
        """Lay it out."""
        self.border_title = "TALLY"
        yield Lens()
        yield Static(id="light")
        yield Static(id="meaning")

    def show(self, status: dict[str, Any]) -> None:
        """Show the light of a status."""
        light = TallyLight(status["tally"]["light"])
        self.query_one(Lens).show(status["tally"])
        colour = COLOURS[light]
        self._say(words.LIGHTS[light], paint.FAINT if colour == "black" else paint.LENSES[colour])

    def go_stale(self, said: words.LightWords) -> None:
        """Show that the light is not known."""
        self.query_one(Lens).go_stale()
        self._say(said, paint.LOOK)

    def _say(self, said: words.LightWords, colour: str) -> None:
        self.query_one("#light", Static).update(Text(said.name, style=f"bold {colour}"))
        self.query_one("#meaning", Static).update(Text(said.meaning, style=paint.FAINT))


class Parts(Static):
    """How each part is, and how much of the log is on disk."""

    def on_mount(self) -> None:
        """Name it."""
        self.border_title = "PARTS"

    def show(self, status: dict[str, Any]) -> None:
        """Show the parts of a status."""
        self.update(self._table(status["parts"], status["log"]))

    def go_stale(self) -> None:
        """Know nothing of them any more."""
        self.update(Text("not known", style=paint.FAINT))

    def _table(self, parts: Mapping[str, Mapping[str, str]], counts: Mapping[str, Any]) -> Table:
        has_room = self.size.width >= _SENTENCE_WIDTH
        table = _plain_table()
        table.add_column(width=1)
        table.add_column(width=6)
        table.add_column(ratio=1, overflow="ellipsis", no_wrap=not has_room)
        for name, part in parts.items():
            state = PartState(part["state"])
            style = _STATE_STYLES[state]
            said = part["sentence"] if has_room and part["sentence"] else state.value
            if state is PartState.VIRTUAL and said != state.value:
                said = f"virtual: {said}"
            sign = Text(words.mark(state), style=style)
            quiet = state in (PartState.OK, PartState.VIRTUAL)
            table.add_row(
                sign,
                Text(words.PARTS[Part(name)], style=paint.ENGRAVED),
                Text(said, style=paint.FAINT if quiet else style),
            )
        waits = counts["submitted"] > counts["saved"]
        said = words.log(counts) if has_room else ("saving" if waits else "saved")
        table.add_row(
            Text("▲" if waits else "●", style=paint.LOOK if waits else paint.GOOD),
            Text("log", style=paint.ENGRAVED),
            Text(said, style=paint.FAINT),
        )
        return table


class Takes(Static):
    """The last takes, the newest first."""

    def on_mount(self) -> None:
        """Name it."""
        self.border_title = "TAKES"

    def show(self, status: dict[str, Any]) -> None:
        """Show the takes of a status."""
        takes = status["takes"]
        if not takes:
            self.update(Text("none yet", style=paint.FAINT))
        elif self.size.width >= _DETAIL_WIDTH:
            self.update(_detailed(takes))
        else:
            self.update(Text("\n").join(_short(take) for take in takes))


def _detailed(takes: Sequence[Mapping[str, Any]]) -> Table:
    table = _plain_table()
    table.add_column(width=4, justify="right")
    table.add_column(ratio=3, overflow="ellipsis", no_wrap=True)
    table.add_column(width=11, no_wrap=True)
    table.add_column(width=8, justify="right", no_wrap=True)
    table.add_column(ratio=5, overflow="ellipsis", no_wrap=True)
    for take in takes:
        style = _take_style(take)
        flags = Text(words.flags(take), style=paint.GOOD)
        if take["incidents"]:
            flags.append("  " if flags.plain else "")
            flags.append(words.incidents(take), style=paint.LOOK)
        table.add_row(
            Text(f"T{take['number']}", style=f"bold {style}"),
            Text(take["song"], style=style),
            Text(words.how(take), style=_how_style(take)),
            Text(words.bars(take), style=style),
            flags,
        )
    return table


def _short(take: Mapping[str, Any]) -> Text:
    text = Text(f"T{take['number']:<3}", style=f"bold {_take_style(take)}", no_wrap=True)
    text.append(f"{take['bars']:>3} ", style=_take_style(take))
    signs = {"keeper": "★", "fix_here": "✎", "no_good": "✗", "marker": "▾"}
    text.append("".join(signs[flag["kind"]] for flag in take["flags"])[:3], style=paint.GOOD)
    text.append("!" if take["incidents"] else "", style=paint.LOOK)
    return text


def _take_style(take: Mapping[str, Any]) -> str:
    is_kept = take["status"] in (*words.RUNNING, "ended", "interrupted")
    return paint.ENGRAVED if is_kept else paint.FAINT


def _how_style(take: Mapping[str, Any]) -> str:
    if take["status"] in words.RUNNING:
        return paint.LENSES["red"]
    return paint.LOOK if take["status"] == "interrupted" else paint.FAINT


def _plain_table() -> Table:
    return Table(box=None, show_header=False, expand=True, padding=(0, 1, 0, 0))
