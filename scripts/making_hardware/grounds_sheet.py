"""The sheet of supplies and grounds."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import schemdraw.elements as elm

from making_hardware.sheet import title

if TYPE_CHECKING:
    from schemdraw import Drawing

    from making_hardware.box import Box


def draw_grounds(box: Box, d: Drawing) -> None:
    """Draw it."""
    title(
        d, (0, 9.4), "Power and grounds",
        "solid: joins two grounds · dashed: does not · one solid line leaves the box, so nothing closes a ring",
    )  # fmt: skip

    wide, high = 3.7, 1.6

    def block(x: float, y: float, text: str, *, is_ours: bool = False) -> None:
        fill = "#e8eef8" if is_ours else "white"
        d.add(elm.Rect(corner1=(x, y), corner2=(x + wide, y + high), fill=fill).theta(0).at((0, 0)))
        middle = elm.Label().theta(0).at((x + wide / 2 - 0.1, y + high / 2 - 0.2))
        d.add(middle.label(text, fontsize=11, halign="center", valign="center"))

    def line(*places: tuple[float, float], joins: bool) -> None:
        for start, end in pairwise(places):
            drawn = elm.Line().at(start).to(end).linestyle("-" if joins else "--")
            d.add(drawn.color("black" if joins else "#1a7a3c"))

    def word(x: float, y: float, text: str, halign: str = "center") -> None:
        d.add(
            elm.Label().theta(0).at((x, y)).label(text, fontsize=10, halign=halign, valign="bottom")
        )

    block(0, 3.4, "mains")
    block(5.4, 6.2, f"{box.ref('pi_supply')}\n5.1 V")
    block(5.4, 0.6, f"{box.ref('lamp_supply')}\n12 V")
    block(10.8, 6.2, f"{box.ref('pi')}\nRaspberry Pi", is_ours=True)
    block(10.8, 0.6, f"{box.ref('carrier')}\ncarrier: one ground", is_ours=True)
    block(16.5, 6.2, "USB interface,\nfed by the bus")
    block(16.5, 3.4, "network")
    block(16.5, 0.6, "pedals, lamp:\nnothing but wire")
    block(22.2, 6.2, "control room,\nheadphones")
    block(22.2, 2.0, "DAW's MIDI")
    line((1.8, 5.0), (1.8, 7.0), (5.4, 7.0), joins=False)
    line((1.8, 3.4), (1.8, 1.4), (5.4, 1.4), joins=False)
    word(3.6, 7.1, "two-pin plug")
    word(3.6, 1.5, "two-pin plug")
    line((9.1, 7.0), (10.8, 7.0), joins=True)
    word(9.95, 7.1, "USB-C")
    line((9.1, 1.4), (10.8, 1.4), joins=True)
    word(9.95, 1.5, box.ref("supply_socket"))
    line((12.4, 6.2), (12.4, 2.2), joins=True)
    word(12.2, 3.8, "ribbon: ground,\n3.3 V, signals", "right")
    line((14.5, 7.3), (16.5, 7.3), joins=True)
    word(15.5, 7.4, "USB")
    line((20.2, 7.0), (22.2, 7.0), joins=True)
    word(21.2, 7.1, "balanced")
    line((14.5, 6.5), (15.5, 6.5), (15.5, 4.2), (16.5, 4.2), joins=False)
    word(15.3, 4.8, "UTP,\ntransformers", "right")
    line((14.5, 1.0), (16.5, 1.0), joins=True)
    word(15.5, 0.3, "insulated")
    line((14.5, 1.8), (15.5, 1.8), (15.5, 2.8), (22.2, 2.8), joins=False)
    word(20.3, 2.9, "DIN, optocouplers")
