"""The sheet of a pedal input."""

from __future__ import annotations

from typing import TYPE_CHECKING

import schemdraw.elements as elm

from making_hardware.header import HEADER_PIN
from making_hardware.sheet import NOTE, RAIL, farads, named, ohms, pin, title

if TYPE_CHECKING:
    from schemdraw import Drawing

    from making_hardware.box import Box


def draw_pedal(box: Box, d: Drawing) -> None:
    """Draw it."""
    title(d, (-4.6, 5.4), "Pedal input", "drawn for ROLL; four times, see the table below")
    metres = box.limits["cable_length_m"]
    d += elm.Line().at((-3.2, 2)).to((0, 2))
    d += elm.Label().at((-1.2, 1.0)).label(f"cable, up to {metres} m", fontsize=11)
    d += elm.Switch().at((-3.2, 2)).to((-3.2, 0)).label("pedal\nS1", loc="top", ofst=0.3)
    d += elm.Line().at((-3.2, 0)).to((0, 0))
    d += (
        elm.Dot(open=True)
        .at((0, 2))
        .label(f"{box.ref('pedal_jack')} tip", loc="top", fontsize=11, ofst=0.15)
    )
    d += elm.Dot(open=True).at((0, 0)).label("sleeve", loc="bottom", fontsize=11, ofst=0.3)
    d += elm.Line().at((0, 2)).to((1.6, 2))
    d += elm.Dot().at((1.6, 2))
    d += elm.Zener().at((1.6, 0)).to((1.6, 2)).label(named(box, "surge", "P6KE6V8A"), loc="bottom")
    d += elm.Line().at((1.6, 2)).to((4.2, 2))
    d += elm.Dot().at((4.2, 2))
    d += elm.Resistor().at((4.2, 4.4)).to((4.2, 2)).label(ohms(box, "pull_up"), loc="bottom")
    d += elm.Vdd().at((4.2, 4.4)).label(RAIL)
    d += elm.Resistor().at((4.2, 2)).to((7.2, 2)).label(ohms(box, "series"), loc="top")
    d += elm.Dot().at((7.2, 2))
    d += elm.Capacitor().at((7.2, 2)).to((7.2, 0)).label(farads(box, "filter"), loc="bottom")
    d += elm.Line().at((7.2, 2)).to((9.4, 2))
    d += elm.Dot().at((9.4, 2))
    d += (
        elm.Schottky().at((9.4, 2)).to((9.4, 4.4)).label(named(box, "clamp", "BAT85"), loc="bottom")
    )
    d += elm.Vdd().at((9.4, 4.4)).label(RAIL)
    d += elm.Line().at((9.4, 2)).to((11.2, 2))
    d += elm.Dot(open=True).at((11.2, 2)).label(pin(box, "roll"), loc="right")
    d += elm.Line().at((0, 0)).to((7.2, 0))
    d += elm.Dot().at((1.6, 0))
    d += elm.Dot().at((4.2, 0))
    d += elm.Ground().at((4.2, 0))
    rows = []
    for index, name in enumerate(("roll", "again", "keeper", "song")):
        refs = [
            box.ref(role, index)
            for role in ("pedal_jack", "surge", "pull_up", "series", "filter", "clamp")
        ]
        bcm = box.pins[name]
        rows.append([name.upper(), *refs, f"GPIO {bcm}", f"header {HEADER_PIN[bcm]}"])
    columns = (-4.6, -2.2, -0.8, 0.6, 2.0, 3.4, 4.8, 6.2, 8.4)
    for number, row in enumerate(rows):
        for x, cell in zip(columns, row, strict=True):
            d += elm.Label().at((x, -1.7 - 0.55 * number)).label(cell, **NOTE)
