"""The sheet of the tally lamp's switch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import schemdraw.elements as elm

from making_hardware.sheet import (
    end_at,
    farads,
    ground,
    join,
    lay,
    named,
    ohms,
    pin,
    title,
    wire,
)

if TYPE_CHECKING:
    from schemdraw import Drawing

    from making_hardware.box import Box


_PLUS, _LAMP, _FOOT = 6.0, 3.0, -0.4
_MINUS = "\N{MINUS SIGN}"


def draw_tally(box: Box, d: Drawing) -> None:
    """Draw it."""
    title(
        d, (-4.2, 8.4), "Tally lamp, 12 V",
        "the lamp has a supply of its own; grounds meet at Q1's source and nowhere else",
    )  # fmt: skip
    supply, lamp = box.ref("supply_socket"), box.ref("lamp_socket")
    end_at(d, (-3.4, _PLUS), f"{supply} +\n12 V in", "left")
    lay(d, elm.Schottky(), (-3.4, _PLUS), (-0.6, _PLUS), named(box, "polarity", "1N5819"))
    fuse = f"{box.ref('fuse')}\nPTC {box.part('fuse').value:g} A"
    lay(d, elm.Fuse(), (-0.6, _PLUS), (2.2, _PLUS), fuse)
    wire(d, (2.2, _PLUS), (9.8, _PLUS))
    lay(d, elm.Capacitor2(polar=True), (2.4, _PLUS), (2.4, 4.9), farads(box, "bulk"), loc="bottom")
    ground(d, (2.4, 4.9))
    lay(
        d, elm.Schottky(), (5.4, _LAMP), (5.4, _PLUS), named(box, "flyback", "1N5819"), loc="bottom"
    )
    lay(
        d,
        elm.Zener(),
        (7.6, _LAMP),
        (7.6, _PLUS),
        named(box, "lamp_surge", "P6KE18A"),
        loc="bottom",
    )
    end_at(d, (9.8, _PLUS), f"{lamp} 1\nlamp +")
    end_at(d, (9.8, _LAMP), f"{lamp} 2\nlamp {_MINUS}")
    wire(d, (4.2, _LAMP), (9.8, _LAMP))
    _draw_switch(box, d)
    wire(d, (4.2, _FOOT), (6.6, _FOOT))
    end_at(d, (6.6, _FOOT), f"{supply} {_MINUS}")
    ground(d, (4.2, _FOOT))
    join(d, (2.4, _PLUS), (5.4, _PLUS), (7.6, _PLUS), (5.4, _LAMP), (7.6, _LAMP))
    join(d, (4.2, _LAMP), (4.2, _FOOT))


def _draw_switch(box: Box, d: Drawing) -> None:
    """Draw the transistor with what is at its gate."""
    fet = elm.NFet().theta(0).reverse().anchor("drain").at((4.2, 1.8))
    d.add(fet.label(named(box, "switch", "IRLZ44N"), loc="right", ofst=0.2))
    wire(d, (4.2, _LAMP), fet.drain)
    wire(d, fet.source, (4.2, _FOOT))
    gate_x, gate_y = fet.gate
    left = gate_x - 0.8
    wire(d, fet.gate, (left, gate_y), (left, _LAMP))
    lay(d, elm.Capacitor(), (left, _LAMP), (4.2, _LAMP), farads(box, "miller"))
    lay(d, elm.Resistor(), (left - 3, gate_y), (left, gate_y), ohms(box, "gate"))
    foot = (left - 3, _FOOT)
    lay(d, elm.Resistor(), (left - 3, gate_y), foot, ohms(box, "pull_down"), loc="bottom")
    wire(d, (left - 3, gate_y), (left - 4, gate_y))
    end_at(d, (left - 4, gate_y), pin(box, "tally"), "left")
    wire(d, foot, (4.2, _FOOT))
    join(d, (left, gate_y), (left - 3, gate_y))
