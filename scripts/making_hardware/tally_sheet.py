"""The sheet of the tally lamp's switch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import schemdraw.elements as elm

from making_hardware.sheet import farads, named, ohms, pin, title

if TYPE_CHECKING:
    from schemdraw import Drawing

    from making_hardware.box import Box


def draw_tally(box: Box, d: Drawing) -> None:
    """Draw it."""
    title(
        d, (-4.2, 8.0), "Tally lamp, 12 V",
        "the lamp has a supply of its own; grounds meet at Q1's source and nowhere else",
    )  # fmt: skip
    d += (
        elm.Dot(open=True).at((-3.4, 6)).label(f"{box.ref('supply_socket')} +\n12 V in", loc="left")
    )
    d += (
        elm.Schottky()
        .at((-3.4, 6))
        .to((-0.6, 6))
        .label(named(box, "polarity", "1N5819"), loc="top")
    )
    d += (
        elm.Fuse()
        .at((-0.6, 6))
        .to((2.2, 6))
        .label(f"{box.ref('fuse')}\nPTC {box.part('fuse').value:g} A", loc="top")
    )
    d += elm.Line().at((2.2, 6)).to((9.8, 6))
    d += elm.Dot().at((2.4, 6))
    d += (
        elm.Capacitor2(polar=True)
        .at((2.4, 6))
        .to((2.4, 4.9))
        .label(farads(box, "bulk"), loc="bottom")
    )
    d += elm.Ground().at((2.4, 4.9))
    d += elm.Dot().at((5.4, 6))
    d += (
        elm.Schottky()
        .at((5.4, 3.6))
        .to((5.4, 6))
        .label(named(box, "flyback", "1N5819"), loc="bottom")
    )
    d += elm.Dot().at((7.6, 6))
    d += (
        elm.Zener()
        .at((7.6, 3.6))
        .to((7.6, 6))
        .label(named(box, "lamp_surge", "P6KE18A"), loc="bottom")
    )
    d += elm.Dot(open=True).at((9.8, 6)).label(f"{box.ref('lamp_socket')} 1\nlamp +", loc="right")
    d += elm.Dot(open=True).at((9.8, 3.6)).label(f"{box.ref('lamp_socket')} 2\nlamp −", loc="right")  # noqa: RUF001 - a minus
    d += elm.Line().at((9.8, 3.6)).to((4.2, 3.6))
    d += elm.Dot().at((7.6, 3.6))
    d += elm.Dot().at((5.4, 3.6))
    d += elm.Dot().at((4.2, 3.6))
    fet = elm.NFet().theta(0).reverse().anchor("drain").at((4.2, 2.4))
    d += fet.label(named(box, "switch", "IRLZ44N"), loc="right", ofst=0.2)
    d += elm.Line().at((4.2, 3.6)).to(fet.drain)
    d += elm.Line().at(fet.source).to((4.2, 0.2))
    d += elm.Dot().at((4.2, 0.2))
    d += elm.Ground().at((4.2, 0.2))
    gate_x, gate_y = fet.gate
    left = gate_x - 0.8
    d += elm.Line().at(fet.gate).to((left, gate_y))
    d += elm.Dot().at((left, gate_y))
    d += elm.Line().at((left, gate_y)).to((left, 3.6))
    d += elm.Capacitor().at((left, 3.6)).to((4.2, 3.6)).label(farads(box, "miller"), loc="top")
    d += (
        elm.Resistor().at((left - 3, gate_y)).to((left, gate_y)).label(ohms(box, "gate"), loc="top")
    )
    d += elm.Dot().at((left - 3, gate_y))
    foot = (left - 3, 0.2)
    d += elm.Resistor().at((left - 3, gate_y)).to(foot).label(ohms(box, "pull_down"), loc="bottom")
    d += elm.Line().at((left - 3, gate_y)).to((left - 4, gate_y))
    d += elm.Dot(open=True).at((left - 4, gate_y)).label(pin(box, "tally"), loc="left")
    d += elm.Line().at(foot).to((4.2, 0.2))
    d += elm.Line().at((4.2, 0.2)).to((6.6, 0.2))
    d += elm.Dot(open=True).at((6.6, 0.2)).label(f"{box.ref('supply_socket')} −", loc="right")  # noqa: RUF001 - a minus
