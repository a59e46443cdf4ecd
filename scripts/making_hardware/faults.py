"""What would be wrong with a box: pins taken twice, wires to nowhere, holes or screws in the way."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from making_hardware.header import HEADER_PIN
from making_hardware.texts import header_signals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from making_hardware.box import Box, Opening

_LEAST_BETWEEN_HOLES = 4.0
_LEAST_TO_EDGE = 3.0
# Wires that were cut off below a board, and air between them and metal.
_LEAST_BELOW_BOARD = 3.0
WALL_AXIS = {"left": 1, "right": 1, "top": 0, "bottom": 0}
"""Which of x and y runs along each wall."""


def faults_of(box: Box) -> list[str]:
    """Return a sentence for each fault."""
    # Nets and wires are read by the pins: what is wrong with those comes first, alone.
    if wrong_pins := list(_of_pins(box)):
        return wrong_pins
    return [
        *_of_parts(box),
        *_of_wires(box),
        *_of_nets(box),
        *_of_openings(box),
        *_of_keyholes(box),
    ]


def _of_pins(box: Box) -> Iterator[str]:
    taken: dict[int, str] = {}
    # The screen is on one of its two buses; all else must leave both of them free.
    for name, pin in (*box.pins.items(), *((f"spi.{key}", at) for key, at in box.spi_pins.items())):
        if pin not in HEADER_PIN:
            yield f"pins.{name} = {pin} is not on the header."
        if pin in taken:
            yield f"pins.{name} = {pin} is taken by pins.{taken[pin]}."
        taken[pin] = name


def _of_parts(box: Box) -> Iterator[str]:
    refs = [ref for part in box.parts for ref in part.refs]
    for ref in sorted({ref for ref in refs if refs.count(ref) > 1}):
        yield f"{ref} is two parts."
    roles = [part.role for part in box.parts]
    for role in sorted({role for role in roles if roles.count(role) > 1}):
        yield f"There are two parts of the role {role}."


def _of_wires(box: Box) -> Iterator[str]:
    refs = {ref for part in box.parts for ref in part.refs}
    ends: set[tuple[str, str]] = set()
    for cable in box.cables:
        for ref in (cable.name, cable.terminal, *cable.parts):
            if ref not in refs:
                yield f"{cable.name} names {ref}, which is no part."
        for wire in cable.wires:
            if wire.part not in cable.parts:
                yield f"{cable.name}: {wire.pole} goes to {wire.part}, where the cable does not go."
            if (wire.part, wire.pin) in ends:
                yield f"{cable.name}: two wires end at {wire.part}:{wire.pin}."
            ends.add((wire.part, wire.pin))
        poles = [wire.pole for wire in cable.wires]
        if len(set(poles)) != len(poles):
            yield f"{cable.name}: two wires leave the same pole of {cable.terminal}."


_TWO_ENDED = {"R": ("1", "2"), "C": ("1", "2"), "D": ("K", "A"), "F": ("1", "2")}
_PINS = {
    "switch": ("G", "D", "S"),
    "opto": tuple("123456"),
    "buffer": tuple(str(number) for number in range(1, 15)),
    "bulk": ("+", "-"),
    "screen_bulk": ("+", "-"),
}


def _of_nets(box: Box) -> Iterator[str]:
    """Hold the nets to the parts: every pin of each is joined to something, and once."""
    joined: dict[str, str] = {}
    for net, pins in box.nets.items():
        for pin in pins:
            if pin in joined:
                yield f"{pin} is joined to {joined[pin]} and to {net}."
            joined[pin] = net
    wanted = {f"{part}:{pin}" for part, pins in _pins_on_carrier(box) for pin in pins}
    for pin in sorted(wanted - joined.keys()):
        yield f"{pin} is joined to nothing."
    for pin in sorted(joined.keys() - wanted):
        yield f"{pin} is joined to {joined[pin]}, and is no pin of a part on the carrier."
    header = box.ref("header")
    for number, signal in header_signals(box).items():
        net = joined.get(f"{header}:{number}", "")
        if net != _net_of(signal):
            yield f"{header}:{number} carries {signal}, and is joined to {net or 'nothing'}."


def _pins_on_carrier(box: Box) -> Iterator[tuple[str, tuple[str, ...]]]:
    for part in box.parts:
        for ref in part.refs:
            pins = _PINS.get(part.role) or (_TWO_ENDED.get(ref[0]) if ref[1:].isdigit() else None)
            if pins:
                yield ref, pins
    for cable in box.cables:
        yield cable.terminal, tuple(wire.pole for wire in cable.wires)
    yield box.ref("header"), tuple(str(number) for number in header_signals(box))


def _net_of(signal: str) -> str:
    """Return the net that a signal of the header belongs to."""
    others = {
        "3V3": "3.3 V", "GND": "ground", "SDA": "screen, data", "SCL": "screen, clock",
        "TALLY": "tally, pin", "TXD": "MIDI out, pin", "RXD": "MIDI in, pin",
    }  # fmt: skip
    return others.get(signal, f"{signal}, pin")


def _of_openings(box: Box) -> Iterator[str]:
    width, height, depth = box.case["inside"]
    for opening in box.openings:
        if opening.wall not in WALL_AXIS:
            yield f"{opening.label}: there is no wall {opening.wall}."
            continue
        length = (width, height)[WALL_AXIS[opening.wall]]
        half = opening.half
        reach = max(half[0], opening.screws / 2 + 2)
        if (
            opening.along - reach < _LEAST_TO_EDGE
            or opening.along + reach > length - _LEAST_TO_EDGE
        ):
            yield f"{opening.label} reaches the end of the {opening.wall} wall."
        if opening.up - half[1] < _LEAST_TO_EDGE or opening.up + half[1] > depth - _LEAST_TO_EDGE:
            yield f"{opening.label} reaches the back or the lid."
    for one, other in combinations(box.openings, 2):
        if one.wall == other.wall and _are_too_near(one, other):
            yield f"{one.label} and {other.label} are less than {_LEAST_BETWEEN_HOLES:g} mm apart."


def _of_keyholes(box: Box) -> Iterator[str]:
    """Hold the screws in the wall, whose heads are in the box, to the boards in front of them."""
    case = box.case
    width, height, _ = case["inside"]
    half, y = case["keyhole_head"] / 2, height - case["keyhole_down"]
    needed = case["keyhole_screw"] + _LEAST_BELOW_BOARD
    for side, x in (
        ("left", (width - case["keyhole_apart"]) / 2),
        ("right", (width + case["keyhole_apart"]) / 2),
    ):
        for name in ("pi", "carrier"):
            board = case[name]
            left, bottom = board["at"]
            # The neck goes up from the head by as much as the head is wide.
            is_in_front = (
                left - half < x < left + board["board"][0] + half
                and bottom - 3 * half < y < bottom + board["board"][1] + half
            )
            if is_in_front and board["standoff"] < needed:
                yield (
                    f"The {side} screw in the wall would touch the {name}, which stands "
                    f"{board['standoff']:g} mm off the back: {needed:g} are needed."
                )


def _are_too_near(one: Opening, other: Opening) -> bool:
    apart = (
        abs(one.along - other.along) - one.half[0] - other.half[0],
        abs(one.up - other.up) - one.half[1] - other.half[1],
    )
    return max(apart) < _LEAST_BETWEEN_HOLES
