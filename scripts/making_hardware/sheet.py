"""What all sheets of the schematic share: how values, names, heads and pins are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import schemdraw.elements as elm

from making_hardware.header import HEADER_PIN

if TYPE_CHECKING:
    from schemdraw import Drawing

    from making_hardware.box import Box

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
