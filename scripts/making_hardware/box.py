"""Reads hardware/box.toml: what the box is made of, where every wire goes, which holes it has."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent.parent
HARDWARE = CHECKOUT / "hardware"
SOURCE = HARDWARE / "box.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One line of the parts list; `extra` holds what else the calculations need of it."""

    role: str
    refs: tuple[str, ...]
    name: str
    why: str
    alternatives: str
    value: float = 0.0
    tolerance: float = 0.0
    optional: bool = False
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def least(self) -> float:
        """Its value at the low end of its tolerance."""
        return self.value * (1 - self.tolerance)

    @property
    def most(self) -> float:
        """Its value at the high end of its tolerance."""
        return self.value * (1 + self.tolerance)


@dataclass(frozen=True, slots=True)
class Wire:
    """One wire: from a named pole of the carrier to a pin of a part."""

    pole: str
    part: str
    pin: str
    colour: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cable:
    """A bundle of wires from one terminal of the carrier; length in mm, gauge in mm²."""

    name: str
    terminal: str
    parts: tuple[str, ...]
    length: int
    gauge: float
    note: str
    wires: tuple[Wire, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What takes current: amperes, typical and most. `board` names the Pi it is of, if it is one."""

    name: str
    rail: str
    typical: float
    most: float
    board: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """What gives current, and how much of it the USB ports may have; amperes."""

    name: str
    rail: str
    most: float
    usb_most: float = 0.0
    board: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A hole in a wall of the case: round (a diameter) or a rectangle; mm."""

    ref: str
    label: str
    wall: str
    along: float
    up: float
    round: float = 0.0
    size: tuple[float, float] = (0.0, 0.0)
    screws: float = 0.0

    @property
    def half(self) -> tuple[float, float]:
        """Half of its width and of its height."""
        if self.round:
            return self.round / 2, self.round / 2
        return self.size[0] / 2, self.size[1] / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """All of it."""

    pins: dict[str, int]
    spi_pins: dict[str, int]
    screen: dict[str, Any]
    limits: dict[str, Any]
    parts: tuple[Part, ...]
    cables: tuple[Cable, ...]
    nets: dict[str, tuple[str, ...]]
    loads: tuple[Load, ...]
    supplies: tuple[Supply, ...]
    case: dict[str, Any]
    openings: tuple[Opening, ...]
    vents: dict[str, Any]

    def part(self, role: str) -> Part:
        """Return the part of that role."""
        return next(part for part in self.parts if part.role == role)

    def part_called(self, ref: str) -> Part:
        """Return the part that has that reference."""
        return next(part for part in self.parts if ref in part.refs)

    def ref(self, role: str, index: int = 0) -> str:
        """Return the reference of the part of that role."""
        return self.part(role).refs[index]


def read_box(path: Path = SOURCE) -> Box:
    """Read the source. Raises what reading or a missing key raises."""
    table = tomllib.loads(path.read_text())
    pins = dict(table["pins"])
    spi_pins = pins.pop("spi")
    return Box(
        pins=pins,
        spi_pins=spi_pins,
        screen=table["screen"],
        limits=table["limits"],
        parts=tuple(_part(entry) for entry in table["part"]),
        cables=tuple(_cable(entry) for entry in table["cable"]),
        nets={name: tuple(pins) for name, pins in table["nets"].items()},
        loads=tuple(Load(**entry) for entry in table["load"]),
        supplies=tuple(Supply(**entry) for entry in table["supply"]),
        case=table["case"],
        openings=tuple(_opening(entry) for entry in table["opening"]),
        vents=table["vents"],
    )


_PART_KEYS = ("role", "name", "why", "alternatives", "value", "tolerance", "optional")


def _part(entry: dict[str, Any]) -> Part:
    known = {key: entry[key] for key in _PART_KEYS if key in entry}
    extra = {key: entry[key] for key in entry if key not in (*_PART_KEYS, "refs")}
    return Part(refs=tuple(entry["refs"]), extra=extra, **known)


def _cable(entry: dict[str, Any]) -> Cable:
    wires = []
    for pole, end, colour in entry["wires"]:
        part, pin = end.split(":")
        wires.append(Wire(pole, part, pin, colour))
    return Cable(
        name=entry["name"],
        terminal=entry["from"],
        parts=tuple(entry["to"]),
        length=entry["length"],
        gauge=entry["gauge"],
        note=entry["note"],
        wires=tuple(wires),
    )


def _opening(entry: dict[str, Any]) -> Opening:
    return Opening(**{**entry, "size": tuple(entry.get("size", (0.0, 0.0)))})
