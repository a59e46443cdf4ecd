"""`countoff status` for people: where the box is, its light, its parts and its last takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from countoff.core.events import Part, PartState
from countoff.core.session.pedals import Phase
from countoff.core.tally import COLOURS, TallyLight
from countoff.panel import words

if TYPE_CHECKING:
    from collections.abc import Mapping

_STATE_STYLES = {
    PartState.OK: "green",
    PartState.WARNING: "yellow",
    PartState.FAULT: "bold red",
    PartState.VIRTUAL: "blue",
}
_COLOUR_STYLES = {"red": "bold red", "amber": "bold yellow", "black": "bold"}
_MOST_TAKES = 5


def print_status(status: Mapping[str, Any]) -> None:
    """Print `status`; in colour where it goes to a terminal."""
    console = Console(highlight=False)
    light = TallyLight(status["tally"]["light"])
    said = words.LIGHTS[light]
    top = _grid()
    top.add_row("song", _song(status))
    top.add_row("now", _now(status))
    style = _COLOUR_STYLES[COLOURS[light]]
    top.add_row("tally", Text.assemble((said.name, style), f"  {said.meaning}"))
    console.print(top)
    console.print()
    console.print(_parts(status))
    if status["takes"]:
        console.print()
        console.print(_takes(status))


def _song(status: Mapping[str, Any]) -> Text:
    song = Text(status["song"], style="bold")
    if not status["tempo"]:
        return song.append("  no click", style="not bold")
    today = " today" if status["tempo_changed"] else ""
    song.append(f"  {status['tempo']} BPM{today}  {status['meter']}", style="not bold")
    if status["starts_from"]:
        song.append(f"  {words.start(status)}", style="not bold")
    return song


def _now(status: Mapping[str, Any]) -> str:
    number = status["take_number"]
    what = "rehearsal" if status["rehearsing"] else f"take {number}"
    match Phase(status["phase"]):
        case Phase.IDLE:
            return f"idle, take {status['next_take_number']} is next"
        case Phase.COUNT_IN:
            return f"{what} counts in"
        case Phase.ROLLING:
            if status["elapsed"]:
                return f"{what} rolls, {status['elapsed']}"
            section = f", {status['section']}" if status["section"] else ""
            return f"{what} rolls, bar {status['bar']}{section}"
        case Phase.RING_OUT:
            return f"{what} rings out"


def _parts(status: Mapping[str, Any]) -> Table:
    table = _grid()
    for name, part in status["parts"].items():
        state = PartState(part["state"])
        said = part["sentence"] or state.value
        if state is PartState.VIRTUAL and part["sentence"]:
            said = f"virtual: {said}"
        sign = Text(f"{words.mark(state)} ", style=_STATE_STYLES[state])
        table.add_row(words.PARTS[Part(name)], sign.append(said))
    table.add_row("log", f"{words.log(status['log'])}, in {status['log']['folder']}")
    return table


def _takes(status: Mapping[str, Any]) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for take in status["takes"][:_MOST_TAKES]:
        parts = (words.flags(take), words.click(take), words.incidents(take))
        said = ", ".join(filter(None, parts))
        table.add_row(
            Text(f"T{take['number']}", style="bold"),
            take["song"],
            words.how(take),
            words.bars(take),
            said,
        )
    return table


def _grid() -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    return table
