from __future__ import annotations

import dataclasses
import math
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from gpiozero import PiBoardInfo

from countoff.config.load import load
from countoff.config.model import Config, PedalsSection
from countoff.devices import tally_lamp

if TYPE_CHECKING:
    from collections.abc import Callable

CHECKOUT = Path(__file__).parent.parent
sys.path.insert(0, str(CHECKOUT / "scripts"))

from making_hardware.box import Box, Part, read_box  # noqa: E402 - the scripts are no package
from making_hardware.circuits import Figure, figures  # noqa: E402 - as above
from making_hardware.faults import faults_of  # noqa: E402 - as above
from making_hardware.header import GROUNDS, HEADER_PIN, RAIL_3V3, RAIL_5V  # noqa: E402 - as above
from making_hardware.making import stale_texts  # noqa: E402 - as above
from making_hardware.pictures import stale_pictures  # noqa: E402 - as above

PI_3_4_5 = (0xA020D3, 0xC03111, 0xC04170)


@pytest.fixture(scope="module")
def box() -> Box:
    """The box as it is built."""
    return read_box()


def figure(box: Box, circuit: str, what: str) -> Figure:
    """Return one figure of the box."""
    return next(one for one in figures(box) if (one.circuit, one.what) == (circuit, what))


def changed(box: Box, role: str, value: float) -> Box:
    """Return a box that has another value for one part."""
    parts = tuple(
        dataclasses.replace(part, value=value) if part.role == role else part for part in box.parts
    )
    return dataclasses.replace(box, parts=parts)


def test_every_text_is_as_the_source_says(box: Box) -> None:
    """Pin tables, configuration, defaults, wiring and parts list were all made from box.toml."""
    stale = [str(path.relative_to(CHECKOUT)) for path in stale_texts(box)]
    assert stale == [], "scripts/make_hardware has not been run since hardware/box.toml changed"


def test_every_picture_is_of_the_source_as_it_is(box: Box) -> None:
    """No wiring, schematic or printed part was forgotten, or changed by hand."""
    assert stale_pictures(box) == [], "scripts/make_hardware has to draw these again"


def test_the_box_has_no_fault(box: Box) -> None:
    """No pin is taken twice, no wire goes nowhere, no hole lies in another."""
    assert faults_of(box) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda box: box.pins.update(again=17), "pins.again = 17 is taken by pins.roll."),
        (lambda box: box.pins.update(again=28), "pins.again = 28 is not on the header."),
        (lambda box: box.spi_pins.update(reset=22), "pins.spi.reset = 22 is taken by pins.keeper."),
        (lambda box: box.nets.update(gate=("R10:2", "C5:2")), "Q1:G is joined to nothing."),
        (lambda box: box.nets.update(x=("Q1:G",)), "Q1:G is joined to gate and to x."),
        (lambda box: box.nets.update(x=("Q9:G",)), "Q9:G is joined to x, and is no pin of a part"),
        (lambda box: box.pins.update(song=16), "J1:36 carries SONG, and is joined to nothing."),
        (lambda box: box.case.update(inside=[95, 122, 52]), "SONG reaches the end of the bottom"),
        (lambda box: box.case.update(inside=[200, 122, 40]), "12 V reaches the back or the lid."),
        (lambda box: box.case["carrier"].update(standoff=6), "left screw in the wall would touch"),
    ],
)
def test_a_fault_is_said(change: Callable[[Box], None], sentence: str) -> None:
    """What cannot be built is told by its name before anybody solders."""
    broken = read_box()
    change(broken)
    assert any(sentence in fault for fault in faults_of(broken)), faults_of(broken)


def test_holes_that_touch_are_said(box: Box) -> None:
    """Two sockets whose nuts would not fit beside each other are named."""
    roll, again, *others = box.openings
    moved = dataclasses.replace(again, along=roll.along + 12)
    close = dataclasses.replace(box, openings=(roll, moved, *others))
    assert "ROLL and AGAIN are less than 4 mm apart." in faults_of(close)


@pytest.mark.parametrize("revision", PI_3_4_5)
def test_the_header_is_that_of_the_pi(revision: int) -> None:
    """Every BCM number is on the header pin that gpiozero knows it on, on the Pi 3, 4 and 5."""
    pins = PiBoardInfo.from_revision(revision).headers["J8"].pins
    names = {number: pin.name for number, pin in pins.items()}
    assert {names[at] for at in GROUNDS} == {"GND"}
    assert {number for number, name in names.items() if name == "GND"} == set(GROUNDS)
    assert {names[at] for at in RAIL_3V3} == {"3V3"}
    assert {names[at] for at in RAIL_5V} == {"5V"}
    assert {bcm: f"GPIO{bcm}" for bcm in HEADER_PIN} == {
        bcm: names[at] for bcm, at in HEADER_PIN.items()
    }


def test_the_boxs_configuration_is_right(box: Box) -> None:
    """The file that the box is installed with has no fault, and its pins are the defaults."""
    loaded = load(CHECKOUT / "hardware" / "countoff.toml")
    assert loaded.problems == ()
    config, default = loaded.config, Config()
    assert config.pedals == default.pedals
    assert config.tally.pin == default.tally.pin == box.pins["tally"]
    assert config.oled.driver == box.screen["driver"]
    assert config.oled.model_copy(update={"driver": default.oled.driver}) == default.oled
    for pedal in ("roll", "again", "keeper", "song"):
        assert getattr(default.pedals, pedal) == box.pins[pedal]
    assert default.oled.gpio_dc == box.spi_pins["data_or_command"]
    assert default.oled.gpio_reset == box.spi_pins["reset"]


def test_every_figure_is_within_its_limits(box: Box) -> None:
    """In the worst case of all tolerances every circuit does what it must."""
    bad = [one for one in figures(box) if not one.is_within]
    assert bad == []
    assert len(figures(box)) > 25


@pytest.mark.parametrize(
    ("role", "value", "circuit", "what"),
    [
        ("filter", 1e-6, "pedal", "step to edge"),
        ("series", 100, "pedal", "the same: through the clamp into 3.3 V"),
        ("pull_up", 50e3, "pedal", "current through the contact"),
        ("pull_down", 47e3, "tally", "gate while the Pi boots, even with its pull-up on"),
        ("gate", 100, "tally", "length of an edge"),
        ("gate", 4700, "tally", "length of an edge"),
        ("gate", 1800, "tally", "induced in a microphone line 10 cm beside all 10 m"),
        ("fuse", 0.3, "tally", "lamp against what the fuse holds"),
        ("midi_out_source", 220, "midi", "loop current, out"),
    ],
)
def test_a_wrong_part_is_found(box: Box, role: str, value: float, circuit: str, what: str) -> None:
    """A value that would spoil a circuit puts the figure that tells it beyond its limit."""
    assert not figure(changed(box, role, value), circuit, what).is_within


@pytest.mark.parametrize(
    ("role", "values", "tolerance"),
    [
        ("pull_up", (2200, 3900), 0.05),
        ("series", (820, 1200), 0.05),
        ("filter", (47e-9, 120e-9), 0.1),
        ("pull_down", (3300,), 0.05),
        ("gate", (3300,), 0.05),
        ("miller", (2e-9,), 0.05),
        ("midi_idle", (2200,), 0.05),
    ],
)
def test_what_will_do_instead_does(
    box: Box, role: str, values: tuple[float, ...], tolerance: float
) -> None:
    """The values that the parts list allows in a part's place keep every figure within its limits."""
    for value in values:
        coarser = tuple(
            dataclasses.replace(part, tolerance=tolerance) if part.role == role else part
            for part in changed(box, role, value).parts
        )
        bad = [one for one in figures(dataclasses.replace(box, parts=coarser)) if not one.is_within]
        assert bad == []


@pytest.mark.parametrize(
    ("name", "on_resistance", "voltage"), [("IRLZ34N", 0.060, 55), ("IRL540N", 0.063, 100)]
)
def test_the_other_transistors_do(
    box: Box, name: str, on_resistance: float, voltage: float
) -> None:
    """Those that the parts list names, by their data sheets: 1 to 2 V threshold, on at 4 V."""
    switch = box.part("switch")
    assert name in switch.alternatives.partition(";")[0]
    extra = {**switch.extra, "on_resistance": [on_resistance, 4.0], "voltage": voltage}
    others = tuple(
        dataclasses.replace(part, extra=extra) if part is switch else part for part in box.parts
    )
    bad = [one for one in figures(dataclasses.replace(box, parts=others)) if not one.is_within]
    assert bad == []


def _edge_s(box: Box, *, is_step: bool, at_end: float) -> float:
    """Walk through a pedal's network in steps of 20 ns, cable and surge diode included."""

    def at(part: Part) -> float:
        return part.value * (1 + at_end * part.tolerance)

    rail = box.limits["rail"]
    cable_f = box.limits["cable_length_m"] * box.limits["cable_capacitance_per_m"]
    jack_f = cable_f + box.part("surge").extra["capacitance"]
    up, series, pin_f = (at(box.part(role)) for role in ("pull_up", "series", "filter"))
    step_s = 20e-9
    jack, pin = (0.0, rail) if is_step else (0.0, 0.0)
    passed_s = 0.0
    while pin > box.limits["input_low"] if is_step else pin < box.limits["input_high"]:
        into_pin = (jack - pin) / series
        if not is_step:
            jack += ((rail - jack) / up - into_pin) / jack_f * step_s
        pin += into_pin / pin_f * step_s
        passed_s += step_s
    return passed_s


@pytest.mark.parametrize(("is_step", "what"), [(True, "step to edge"), (False, "foot off to edge")])
@pytest.mark.parametrize("at_end", [-1, 0, 1])
def test_a_pedal_is_as_quick_as_was_worked_out(
    box: Box, what: str, at_end: float, *, is_step: bool
) -> None:
    """The network, followed through time with ten metres of cable, passes the threshold in time.

    Within a millisecond, far within the lockout, and where the figure says.
    """
    seconds = _edge_s(box, is_step=is_step, at_end=at_end)
    said = figure(box, "pedal", what)
    assert said.least * 0.99 <= seconds <= said.most * 1.01
    assert seconds < 1e-3
    assert seconds < PedalsSection().lockout_ms / 1000 / 20


def facets_of(name: str) -> np.ndarray:
    """Return the triangles of a printed part, as it lies on the bed."""
    data = (CHECKOUT / "hardware" / "printed" / f"{name}.stl").read_bytes()
    record = np.dtype([("normal", "<3f4"), ("corners", "<9f4"), ("rest", "<u2")])
    return np.frombuffer(data[84:], record)["corners"].reshape(-1, 3, 3).astype(float)


@pytest.mark.parametrize("name", ["base", "lid", "frame"])
def test_a_printed_part_is_a_closed_body_on_the_bed(name: str) -> None:
    """Every edge belongs to two facets, and it fits a printer of 220 by 220 mm, lying flat."""
    facets = facets_of(name)
    corners = [[tuple(corner) for corner in facet] for facet in facets.tolist()]
    edges = Counter((facet[at], facet[at - 2]) for facet in corners for at in range(3))
    assert all(edges[there, here] == count for (here, there), count in edges.items())
    size = np.ptp(facets.reshape(-1, 3), axis=0)
    assert max(size[:2]) <= 220
    assert math.isclose(facets[:, :, 2].min(), 0, abs_tol=1e-6)


def _is_solid(facets: np.ndarray, start: np.ndarray, towards: np.ndarray, length: float) -> bool:
    """Tell whether a straight line of that length meets a facet."""
    one, two = facets[:, 1] - facets[:, 0], facets[:, 2] - facets[:, 0]
    across = np.cross(towards, two)
    scale = np.einsum("ij,ij->i", one, across)
    meets = np.abs(scale) > 1e-9
    one, two, across, scale = one[meets], two[meets], across[meets], scale[meets]
    from_corner = start - facets[meets, 0]
    u = np.einsum("ij,ij->i", from_corner, across) / scale
    turned = np.cross(from_corner, one)
    v = turned @ towards / scale
    at = np.einsum("ij,ij->i", two, turned) / scale
    return bool(np.any((u >= 0) & (v >= 0) & (u + v <= 1) & (at > 0) & (at < length)))


def test_the_printed_holes_are_where_the_sockets_are(box: Box) -> None:
    """A line through the middle and along the rim of each hole passes the wall; beside it none does."""
    facets, wall = facets_of("base"), box.case["wall"]
    width, height, _ = box.case["inside"]
    for hole in box.openings:
        half_wide, half_high = hole.half
        for along, up, is_open in (
            (0, 0, True),
            (half_wide - 0.4, 0, True),
            (0.4 - half_wide, 0, True),
            (0, half_high - 0.4, True),
            (half_wide + 0.6, 0, False),
            (-half_wide - 0.6, 0, False),
            (0, half_high + 0.6, False),
        ):
            # Off the facets' own edges by a hair; the base lies with its back on the bed.
            place, z = hole.along + along + 0.011, hole.up + up + wall + 0.013
            start, towards = {
                "bottom": ((place, -wall - 1, z), (0, 1, 0)),
                "top": ((place, height + wall + 1, z), (0, -1, 0)),
                "left": ((-wall - 1, place, z), (1, 0, 0)),
                "right": ((width + wall + 1, place, z), (-1, 0, 0)),
            }[hole.wall]
            is_solid = _is_solid(facets, np.array(start), np.array(towards), wall + 1.5)
            assert is_solid is not is_open, (hole.label, along, up)


_GATE_TO_SOURCE_F = 1.7e-9
_STEP_S = 1e-7


def _pulse(box: Box, threshold: float, at_end: float, length_s: float) -> list[float]:
    """Follow the tally's switch through a pulse of the pin and as long after it; return its drain's volts.

    The lamp is a resistor, the cable a capacitor; two currents, into gate and drain, are solved anew
    at each step.
    """

    def at(role: str) -> float:
        part = box.part(role)
        return part.value * (1 + at_end * part.tolerance)

    supply, rail = box.limits["lamp_supply"], box.limits["rail"]
    lamp_ohms = supply / box.limits["lamp_current"]
    ohms, on_at = box.part("switch").extra["on_resistance"]
    factor = 1 / (ohms * (on_at - box.part("switch").extra["threshold"][1]))
    cable_f = box.limits["cable_length_m"] * box.limits["cable_capacitance_per_m"]
    gate_ohms, across_f = at("gate"), at("miller")

    def left_over(gate: float, drain: float, before: tuple[float, float], pin: float) -> np.ndarray:
        over = max(gate - threshold, 0.0)
        carried = factor * (over - drain / 2) * drain if drain < over else factor * over**2 / 2
        across = across_f * ((gate - drain) - (before[0] - before[1])) / _STEP_S
        into_gate = (pin - gate) / gate_ohms - _GATE_TO_SOURCE_F * (gate - before[0]) / _STEP_S
        into_drain = (supply - drain) / lamp_ohms - cable_f * (drain - before[1]) / _STEP_S
        return np.array([into_gate - across, into_drain + across - carried])

    volts = (0.0, float(supply))
    drains = []
    for number in range(round(2 * length_s / _STEP_S)):
        pin = rail if number * _STEP_S < length_s else 0.0
        guess = np.array(volts)
        for _ in range(8):
            here = left_over(*guess, volts, pin)
            slopes = [
                (left_over(*(guess + move), volts, pin) - here) / 1e-6 for move in np.eye(2) * 1e-6
            ]
            guess = guess - np.linalg.solve(np.array(slopes).T, here)
            if np.abs(here).max() < 1e-9:
                break
        volts = (float(guess[0]), float(guess[1]))
        drains.append(volts[1])
    return drains


@pytest.mark.parametrize("threshold", [1.0, 2.0])
@pytest.mark.parametrize("at_end", [-1, 1])
def test_the_shortest_pulse_lights_the_lamp_and_its_edges_are_slow(
    box: Box, threshold: float, at_end: float
) -> None:
    """In the dimmest light that the program makes the switch still opens fully, at any tolerance.

    And each of its two edges is as long as was worked out, so that microphones hear none.
    """
    supply = box.limits["lamp_supply"]
    shortest_s = tally_lamp._LEAST_POWER / tally_lamp._SWITCHED_HZ
    drains = _pulse(box, threshold, at_end, shortest_s)
    assert min(drains) < 0.05 * supply
    assert drains[-1] > 0.95 * supply
    said = figure(box, "tally", "length of an edge")
    between = [0.1 * supply < drain < 0.9 * supply for drain in drains]
    falling, rising = between[: len(between) // 2], between[len(between) // 2 :]
    for edge in (falling, rising):
        seconds = sum(edge) * _STEP_S / 0.8
        assert said.least * 0.9 <= seconds <= said.most * 1.1


def test_the_circuits_are_judged_by_what_the_program_does(box: Box) -> None:
    """Lockout, and how often and how shortly the lamp is switched, are those of the program."""
    assert math.isclose(box.limits["lockout"] * 1000, Config().pedals.lockout_ms)
    assert box.limits["tally_pwm"] == tally_lamp._SWITCHED_HZ
    assert box.limits["tally_least_duty"] == tally_lamp._LEAST_POWER
