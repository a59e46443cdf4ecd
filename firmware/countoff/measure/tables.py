"""What the instruments print: tables and histograms. Loads rich, so it is loaded when it is needed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from countoff.measure.figures import figures_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from countoff.measure.figures import Figures
    from countoff.measure.holding import Held

_BAR_COLUMNS = 40
_PIPE_WIDTH = 120


def print_click(held: Held, title: str, places: Mapping[str, Sequence[str]]) -> None:
    """Print what became of a song's clicks."""
    console = _console()
    errors = held.found_errors_frames
    figures = figures_of(errors, step=1 if held.is_digital else 0.01)
    ms = 1000 / held.rate_hz
    facts = Table(box=None, show_header=False, pad_edge=False)
    facts.add_row(Text(title), Text(f"{held.rate_hz} Hz, {_way(held)}"))
    facts.add_row("clicks held", f"{len(held.planned_frames)}")
    facts.add_row("missing", _with_places(len(held.missing), places["missing"]))
    facts.add_row("broken", _with_places(len(held.broken), places["broken"]))
    facts.add_row("extra", str(len(held.extra_frames)))
    if held.is_digital:
        off = int((errors != 0).sum())
        facts.add_row("off their frame", _with_places(off, places["off their frame"]))
    facts.add_row("in gaps of the server", f"{held.in_lost}, not judged")
    facts.add_row(
        "onset errors",
        f"{figures.lowest:g} to {figures.highest:g} frames"
        f" ({figures.lowest * ms:.3f} to {figures.highest * ms:.3f} ms)",
    )
    if held.ppm is not None:
        facts.add_row("two clocks", f"the box runs {held.ppm:+.2f} ppm against the recorder")
    console.print(facts)
    console.print(_histogram(figures, "frames off"))
    console.print("Clean." if held.is_clean else "NOT CLEAN.")


def print_histogram(figures: Figures, unit: str) -> None:
    """Print the histogram of `figures`, whose values are in `unit`."""
    _console().print(_histogram(figures, unit))


def print_facts(rows: Sequence[tuple[str, str]]) -> None:
    """Print what was found, a row each."""
    facts = Table(box=None, show_header=False, pad_edge=False)
    for name, value in rows:
        facts.add_row(Text(name), Text(value))
    _console().print(facts)


def _way(held: Held) -> str:
    return "as it came" if held.is_digital else "over a cable"


def _with_places(count: int, places: Sequence[str]) -> str:
    if not count:
        return "0"
    more = ", …" if count > len(places) else ""
    return f"{count} (at {', '.join(places)}{more})"


def _histogram(figures: Figures, unit: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="dim")
    table.add_column(unit, justify="right")
    table.add_column("how many", justify="right")
    table.add_column("")
    most = max(count for _, count in figures.histogram)
    for middle, count in figures.histogram:
        bar = "█" * max(round(_BAR_COLUMNS * count / most), 1)
        table.add_row(f"{middle:g}", str(count), bar)
    return table


def _console() -> Console:
    # In a pipe there is no width to keep to.
    return Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH, highlight=False)
