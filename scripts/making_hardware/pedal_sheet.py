"""The sheet of a pedal input."""

from __future__ import annotations

from typing import TYPE_CHECKING

import schemdraw.elements as elm

from making_hardware.header import HEADER_PIN
from making_hardware.sheet import (
    NOTE,
    end_at,
    farads,
    ground,
    join,
    lay,
    named,
    ohms,
    pin,
    rail,
    title,
    wire,
)

if TYPE_CHECKING:
    from schemdraw import Drawing

    from making_hardware.box import Box


_ROLES = ("pedal_jack", "surge", "pull_up", "series", "filter", "clamp")
_COLUMNS = (-4.6, -2.2, -0.8, 0.6, 2.0, 3.4, 4.8, 6.2, 8.4)


def draw_pedal(box: Box, d: Drawing) -> None:
    """Draw it."""
    title(d, (-4.6, 5.4), "Pedal input", "drawn for ROLL; four times, see the table below")
    lay(d, elm.Switch(), (-3.2, 2), (-3.2, 0))
    d.add(elm.Label().at((-4.4, 0.8)).label("pedal\nS1"))
    d.add(
        elm.Label()
        .at((-1.2, 1.0))
        .label(f"cable, up to {box.limits['cable_length_m']} m", fontsize=11)
    )
    wire(d, (-3.2, 2), (4.6, 2))
    wire(d, (-3.2, 0), (8.0, 0))
    end_at(d, (0, 2), f"{box.ref('pedal_jack')} tip", "top", fontsize=11, ofst=0.15)
    end_at(d, (0, 0), "sleeve", "bottom", fontsize=11, ofst=0.3)
    lay(d, elm.Zener(), (1.4, 0), (1.4, 2), named(box, "surge", "P6KE6V8A"), loc="bottom")
    lay(d, elm.Resistor(), (4.6, 4.4), (4.6, 2), ohms(box, "pull_up"), loc="top")
    rail(d, (4.6, 4.4))
    lay(d, elm.Resistor(), (4.6, 2), (8.0, 2), ohms(box, "series"), loc="top")
    lay(d, elm.Capacitor(), (8.0, 2), (8.0, 0), farads(box, "filter"), loc="bottom")
    lay(d, elm.Schottky(), (10.0, 2), (10.0, 4.4), named(box, "clamp", "BAT85"), loc="bottom")
    rail(d, (10.0, 4.4))
    wire(d, (8.0, 2), (11.8, 2))
    end_at(d, (11.8, 2), pin(box, "roll"))
    join(d, (1.4, 2), (1.4, 0), (4.6, 2), (8.0, 2), (10.0, 2), (4.6, 0))
    ground(d, (4.6, 0))
    for number, name in enumerate(("roll", "again", "keeper", "song")):
        refs = [box.ref(role, number) for role in _ROLES]
        bcm = box.pins[name]
        row = (name.upper(), *refs, f"GPIO {bcm}", f"header {HEADER_PIN[bcm]}")
        for x, cell in zip(_COLUMNS, row, strict=True):
            d.add(elm.Label().at((x, -1.7 - 0.55 * number)).label(cell, **NOTE))
