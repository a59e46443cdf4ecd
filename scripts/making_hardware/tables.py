"""The tables of the hardware's pages, written from the source: pins, figures, power, parts, holes."""

from __future__ import annotations

import csv
import io
import math
from typing import TYPE_CHECKING, Final

from making_hardware.circuits import drawn, figures
from making_hardware.header import GROUNDS, HEADER_PIN, RAIL_3V3

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from making_hardware.box import Box, Opening

_PREFIXES: Final = ((1e-9, "n"), (1e-6, "µ"), (1e-3, "m"), (1.0, ""), (1e3, "k"))
CIRCUITS: Final = ("pedal", "tally", "midi", "screen")


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [_row(head), _row(["---"] * len(head)), *(_row(row) for row in rows)]
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |".replace("|  |", "| |").replace("|  |", "| |")


def pin_table(box: Box) -> str:
    """Return which pin is what, and what it is wired to."""
    pins, screen, spi = box.pins, box.screen, box.spi_pins
    rows = []
    for index, pedal in enumerate(("roll", "again", "keeper", "song")):
        jack = box.ref("pedal_jack", index)
        through = "/".join(box.ref(role, index) for role in ("series", "filter"))
        rows.append((pedal.upper(), f"`pedals.{pedal}`", pins[pedal], f"{jack}, by {through}"))
    gate = f"gate of {box.ref('switch')}, by {box.ref('gate')}"
    rows.append(("tally", "`tally.pin`", pins["tally"], gate))
    bus = f"`oled.i2c_port` = {screen['i2c_port']}"
    rows.append(("OLED, I2C: data", bus, pins["oled_data"], "SDA"))
    rows.append(("OLED, I2C: clock", "", pins["oled_clock"], "SCL"))
    interface = '`oled.interface = "spi"`'
    rows.append(("OLED, SPI: data", interface, spi["data"], "MOSI"))
    rows.append(("OLED, SPI: clock", "", spi["clock"], "SCLK"))
    select = f"`oled.spi_device` = {screen['spi_device']}"
    rows.append(("OLED, SPI: select", select, spi["select"], "CS"))
    rows.append(("OLED, SPI: data or command", "`oled.gpio_dc`", spi["data_or_command"], "D/C"))
    rows.append(("OLED, SPI: reset", "`oled.gpio_reset`", spi["reset"], "RESET"))
    buffer = f"{box.ref('midi_socket', 1)}, by {box.ref('buffer')}"
    opto = f"{box.ref('midi_socket')}, by {box.ref('opto')}"
    rows.append(("MIDI out (UART)", "", pins["midi_out"], buffer))
    rows.append(("MIDI in (UART)", "", pins["midi_in"], opto))
    table = markdown(
        ("part", "key", "BCM", "header pin", "wired to"),
        ((part, key, str(bcm), str(HEADER_PIN[bcm]), to) for part, key, bcm, to in rows),
    )
    grounds = ", ".join(str(pin) for pin in GROUNDS[:-1])
    return (
        f"{table}\nGrounds are header pins {grounds} and {GROUNDS[-1]}; 3.3 V comes from pins "
        f"{RAIL_3V3[0]} and {RAIL_3V3[1]}. A screen uses either the I2C rows or the\n"
        "SPI rows. Two parts on one pin are refused, with a sentence that names both.\n"
    )


def part_table(box: Box) -> str:
    """Return what to buy."""
    rows = (
        (
            _refs(part.refs),
            str(len(part.refs)),
            part.name + (" *(MIDI by DIN only)*" if part.optional else ""),
            part.why,
            part.alternatives,
        )
        for part in box.parts
    )
    return markdown(("reference", "pieces", "part", "why", "instead"), rows)


def part_csv(box: Box) -> str:
    """Return the same for a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("reference", "pieces", "part", "optional", "why", "instead"))
    for part in box.parts:
        is_optional = "yes" if part.optional else ""
        pieces = len(part.refs)
        row = (" ".join(part.refs), pieces, part.name, is_optional, part.why, part.alternatives)
        writer.writerow(row)
    return text.getvalue()


def _refs(refs: Sequence[str]) -> str:
    """Write R1, R2, R3, R4 as R1 to R4, where they follow each other."""
    numbers = [ref[1:] for ref in refs]
    if len(refs) > 2 and all(number.isdigit() for number in numbers):
        first, last = int(numbers[0]), int(numbers[-1])
        if [int(number) for number in numbers] == list(range(first, last + 1)):
            return f"{refs[0]} to {refs[-1]}"
    return ", ".join(refs)


def figure_table(box: Box, circuit: str) -> str:
    """Return what one circuit was worked out to do, against what it may."""
    rows = (
        (
            figure.what,
            span(figure.least, figure.most, figure.unit),
            _limit(figure.limits, figure.unit),
        )
        for figure in figures(box)
        if figure.circuit == circuit
    )
    return markdown(("figure", "worst cases", "allowed"), rows)


def power_table(box: Box) -> str:
    """Return what each part draws, and what is left of each supply."""
    rows = [(load.name, load.rail, f"{load.typical:g}", f"{load.most:g}") for load in box.loads]
    table = markdown(("drawn by", "from", "typical, A", "most, A"), rows)
    sums = []
    for supply in box.supplies:
        typical, most = (
            drawn(box, supply.board, supply.rail, most=is_most) for is_most in (False, True)
        )
        left = f"{100 * (1 - most / supply.most):.0f} %"
        name = f"{supply.name}, for the Pi {supply.board}" if supply.board else supply.name
        sums.append((name, f"{typical:.2f}", f"{most:.2f}", left))
    return table + "\n" + markdown(("supply", "typical, A", "most, A", "left over"), sums)


def opening_table(box: Box) -> str:
    """Return the holes, for whoever drills a bought case."""
    rows = (
        (
            opening.label,
            opening.ref,
            opening.wall,
            f"{opening.along:g}",
            f"{opening.up:g}",
            _hole(opening),
        )
        for opening in box.openings
    )
    return markdown(
        ("hole", "for", "wall", "from the left or from below", "from the back", "size"), rows
    )


def net_table(box: Box) -> str:
    """Return what must be joined to what on the carrier."""
    return markdown(("net", "joined"), ((name, ", ".join(pins)) for name, pins in box.nets.items()))


def _hole(opening: Opening) -> str:
    if not opening.round:
        return f"{opening.size[0]:g} × {opening.size[1]:g}"  # noqa: RUF001 - a measure
    if opening.screws:
        return f"⌀ {opening.round:g}, two screws {opening.screws:g} apart"
    return f"⌀ {opening.round:g}"


def span(least: float, most: float, unit: str) -> str:
    """Write a range with a prefix that fits it: 0.13 to 0.16 ms."""
    factor, prefix = _prefix(most)
    if least in (0, most):
        word = "at most " if least == 0 and most else ""
        return f"{word}{_digits(most / factor)} {prefix}{unit}"
    return f"{_digits(least / factor)} to {_digits(most / factor)} {prefix}{unit}"


def _limit(limits: tuple[float, float], unit: str) -> str:
    least, most = limits
    if math.isinf(most):
        return f"{span(least, least, unit)} or more"
    return span(least, most, unit)


def _prefix(value: float) -> tuple[float, str]:
    fitting = _PREFIXES[0]
    for factor, prefix in _PREFIXES:
        if value >= 0.5 * factor:
            fitting = factor, prefix
    return fitting


def _digits(value: float) -> str:
    if value >= 100:
        return f"{value:.0f}"
    return f"{value:.3g}" if value >= 10 else f"{value:.2g}"
