"""What all sheets of the schematic share: how values, names, heads and pins are written."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import schemdraw.elements as elm

from making_hardware.header import HEADER_PIN

if TYPE_CHECKING:
    from schemdraw import Drawing
    from schemdraw.elements import Element

    from making_hardware.box import Box

Place = tuple[float, float]

RAIL: Final = "3.3 V"
NOTE: Final = {"fontsize": 11, "halign": "left", "valign": "top"}
INK: Final = "#555555"


def value(ohms_or_farads: float, unit: str) -> str:
    """Write a value as on a schematic: 3.3 kΩ. Raises ValueError if no part has such a one."""
    for factor, prefix in (
        (1e3, "k"),
        (1, ""),
        (1e-3, "m"),
        (1e-6, "µ"),
        (1e-9, "n"),
        (1e-12, "p"),
    ):
        if ohms_or_farads >= 0.999 * factor:
            return f"{ohms_or_farads / factor:.3g} {prefix}{unit}"
    raise ValueError(f"{ohms_or_farads} is no value of a part.")


def ohms(box: Box, role: str) -> str:
    """Return what stands at a resistor."""
    return f"{box.ref(role)}\n{value(box.part(role).value, 'Ω')}"


def farads(box: Box, role: str) -> str:
    """Return what stands at a capacitor."""
    return f"{box.ref(role)}\n{value(box.part(role).value, 'F')}"


def named(box: Box, role: str, name: str) -> str:
    """Return what stands at a part that has a name instead of a value."""
    return f"{box.ref(role)}\n{name}"


def title(d: Drawing, at: tuple[float, float], title: str, text: str) -> None:
    """Write the head of a sheet."""
    d += elm.Label().at(at).label(title, fontsize=17, halign="left", valign="top")
    d += elm.Label().at((at[0], at[1] - 0.75)).label(text, color=INK, **NOTE)


def pin(box: Box, name: str) -> str:
    """Return what stands at a pin of the Pi."""
    return f"GPIO {box.pins[name]}\nheader {HEADER_PIN[box.pins[name]]}"


def lay(
    d: Drawing, part: Element, start: Place, end: Place, text: str = "", *, loc: str = "top"
) -> None:
    """Lay a part with two ends from one place to another, with a text on one of its sides."""
    laid = part.at(start).to(end)
    d.add(laid.label(text, loc=loc) if text else laid)


def wire(d: Drawing, *places: Place) -> None:
    """Draw a wire from place to place."""
    for start, end in pairwise(places):
        d.add(elm.Line().at(start).to(end))


def join(d: Drawing, *places: Place) -> None:
    """Draw the dots at which wires are joined."""
    for place in places:
        d.add(elm.Dot().at(place))


def end_at(d: Drawing, place: Place, text: str, loc: str = "right", **how: Any) -> None:  # noqa: ANN401 - as above
    """Draw where a wire leaves the sheet, and to what."""
    d.add(elm.Dot(open=True).at(place).label(text, loc=loc, **how))


def ground(d: Drawing, place: Place) -> None:
    """Draw a ground."""
    d.add(elm.Ground().theta(0).at(place))


def rail(d: Drawing, place: Place) -> None:
    """Draw a connection to 3.3 V."""
    d.add(elm.Vdd().theta(0).at(place).label(RAIL))
