"""Draws the circuits, with the values of box.toml. Needs schemdraw."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import schemdraw
import schemdraw.elements as elm

from making_hardware.grounds_sheet import draw_grounds
from making_hardware.midi_sheet import draw_midi
from making_hardware.pedal_sheet import draw_pedal
from making_hardware.tally_sheet import draw_tally

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from schemdraw import Drawing

    from making_hardware.box import Box


def draw_schematics(box: Box, folder: Path) -> list[Path]:
    """Write each circuit as SVG; return the files."""
    schemdraw.use("svg")
    elm.style(elm.STYLE_IEC)
    sheets: dict[str, Callable[[Box, Drawing], None]] = {
        "pedal": draw_pedal,
        "tally": draw_tally,
        "midi": draw_midi,
        "grounds": draw_grounds,
    }
    written = []
    for name, sheet in sheets.items():
        path = folder / f"schematic_{name}.svg"
        with schemdraw.Drawing(file=str(path), show=False) as drawing:
            drawing.config(fontsize=12, font="DejaVu Sans", unit=2.6, lw=1.6, margin=0.4)
            sheet(box, drawing)
        path.write_text(_on_paper(path.read_text()))
        written.append(path)
    return written


def _on_paper(svg: str) -> str:
    """Lay white under the drawing, which has no ground of its own and vanishes on a dark page."""
    found = re.search(
        r'<svg[^>]*viewBox="(?P<x>\S+) (?P<y>\S+) (?P<w>\S+) (?P<h>[^"]+)"[^>]*>', svg
    )
    if found is None:
        raise ValueError("schemdraw wrote a drawing without a size.")
    paper = '<rect x="{x}" y="{y}" width="{w}" height="{h}" fill="white"/>'.format(
        **found.groupdict()
    )
    return svg[: found.end()] + "\n" + paper + svg[found.end() :]
