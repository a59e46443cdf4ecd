"""What the circuits do, worked out from the values of their parts: each figure with its limit.

Worst cases: every part at the end of its tolerance that is worse, every Pi at its worst threshold.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from making_hardware.box import Box

_MU0_OVER_2PI = 2e-7


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of a circuit: from `least` to `most`, which must lie within `limits`."""

    circuit: str
    what: str
    least: float
    most: float
    unit: str
    limits: tuple[float, float]

    @property
    def is_within(self) -> bool:
        """Whether it is as it must be."""
        return self.limits[0] <= self.least and self.most <= self.limits[1]


def figures(box: Box) -> list[Figure]:
    """Return all figures, circuit by circuit."""
    return [*_pedal(box), *_tally(box), *_midi(box), *_screen(box), *_power(box)]


def _parallel(*resistances: float) -> float:
    return 1 / sum(1 / resistance for resistance in resistances)


def _pedal(box: Box) -> Iterator[Figure]:
    limits = box.limits
    rail, low, high = limits["rail"], limits["input_low"], limits["input_high"]
    up, series, filtering = box.part("pull_up"), box.part("series"), box.part("filter")
    surge, clamp = box.part("surge"), box.part("clamp")
    cable = limits["cable_length_m"] * limits["cable_capacitance_per_m"]

    # A step shorts the cable; the filter empties through the series resistor.
    falling = math.log(rail / low)
    # Letting go: the cable and the filter fill through the pull-up, taken as if all were behind both.
    rising = math.log(rail / (rail - high))
    fill_least = (_parallel(up.least, limits["pull_up"][0]) + series.least) * filtering.least
    fill_most = (up.most + series.most) * (filtering.most + cable + surge.extra["capacitance"])
    yield Figure(
        circuit="pedal", what="step to edge", unit="s",
        least=series.least * filtering.least * falling,
        most=series.most * filtering.most * falling,
        limits=(20e-6, limits["edge_latency"]),
    )  # fmt: skip
    yield Figure(
        circuit="pedal", what="foot off to edge", unit="s",
        least=fill_least * rising, most=fill_most * rising,
        limits=(20e-6, limits["edge_latency"]),
    )  # fmt: skip
    yield Figure(
        circuit="pedal", what="settled after an edge (5 time constants)", unit="s",
        least=5 * series.least * filtering.least, most=5 * fill_most,
        limits=(0, limits["lockout"] / 10),
    )  # fmt: skip
    yield Figure(
        circuit="pedal", what="current through the contact", unit="A",
        least=rail / up.most, most=rail / _parallel(up.least, limits["pull_up"][0]),
        limits=(0.5e-3, 5e-3),
    )  # fmt: skip
    # A pedal jack in a microphone line with phantom power: the diodes share what comes.
    volts, ohms = limits["phantom"]
    at_jack = min(surge.value, volts)
    into_clamp = (at_jack - rail - clamp.value) / series.least
    yield Figure(
        circuit="pedal", what="phantom power on the jack: into the surge diode", unit="W",
        least=0, most=volts / ohms * at_jack, limits=(0, 1.0),
    )  # fmt: skip
    yield Figure(
        circuit="pedal", what="the same: through the clamp into 3.3 V", unit="A",
        least=0, most=into_clamp, limits=(0, 10e-3),
    )  # fmt: skip
    yield Figure(
        circuit="pedal", what="the same: pin above its rail", unit="V",
        least=0, most=clamp.value, limits=(0, 0.5),
    )  # fmt: skip


def _tally(box: Box) -> Iterator[Figure]:
    limits = box.limits
    rail, lamp, supply = limits["rail"], limits["lamp_current"], limits["lamp_supply"]
    gate, miller, down = box.part("gate"), box.part("miller"), box.part("pull_down")
    switch, fuse, polarity = box.part("switch"), box.part("fuse"), box.part("polarity")
    weakest, strongest = switch.extra["threshold"]
    resistance, at_volts = switch.extra["on_resistance"]
    # Its transconductance factor, from the worst resistance its maker promises.
    factor = 1 / (resistance * (at_volts - strongest))
    over = math.sqrt(2 * lamp / factor)

    yield Figure(
        circuit="tally", what="gate while the Pi boots, even with its pull-up on", unit="V",
        least=0, most=rail * down.most / (down.most + limits["pull_up"][0]),
        limits=(0, weakest / 2),
    )  # fmt: skip
    on = 1 / (factor * (rail - strongest))
    yield Figure(
        circuit="tally", what="resistance when on, worst transistor", unit="Ω",
        least=0, most=on, limits=(0, 0.1),
    )  # fmt: skip
    yield Figure(
        circuit="tally", what="current that it could carry there", unit="A",
        least=factor / 2 * (rail - strongest) ** 2, most=50, limits=(10 * lamp, math.inf),
    )  # fmt: skip
    edges = [
        supply * resistor * capacitor / volts
        for resistor, capacitor in ((gate.least, miller.least), (gate.most, miller.most))
        for threshold in (weakest, strongest)
        for volts in (rail - threshold - over, threshold + over)
    ]
    yield Figure(
        circuit="tally", what="length of an edge", unit="s",
        least=min(edges), most=max(edges),
        # Over before the shortest pulse is: what is dim must not be dark.
        limits=(20e-6, 0.9 * limits["tally_least_duty"] / limits["tally_pwm"]),
    )  # fmt: skip
    cable = limits["cable_length_m"] * limits["cable_inductance_per_m"]
    yield Figure(
        circuit="tally", what="spike of the cable's inductance at an edge", unit="V",
        least=0, most=cable * lamp / min(edges), limits=(0, 1),
    )  # fmt: skip
    yield Figure(
        circuit="tally", what=f"induced in a microphone line 10 cm beside all {limits['cable_length_m']} m",
        unit="V", least=0, most=_induced(box, min(edges)), limits=(0, limits["preamp_noise"]),
    )  # fmt: skip
    heat = lamp**2 * on + supply * lamp * max(edges) * limits["tally_pwm"]
    yield Figure(
        circuit="tally", what="heat in the transistor", unit="W",
        least=0, most=heat, limits=(0, 0.5),
    )  # fmt: skip
    yield Figure(
        circuit="tally", what="lamp against what the fuse holds", unit="A",
        least=lamp, most=lamp, limits=(0, 0.8 * fuse.value),
    )  # fmt: skip
    yield Figure(
        circuit="tally", what="left for the lamp", unit="V",
        least=supply - polarity.value - lamp * (on + 1.2), most=supply, limits=(11, 12.6),
    )  # fmt: skip
    yield Figure(
        circuit="tally", what="clamp on the lamp's cable", unit="V",
        least=0, most=box.part("lamp_surge").value,
        limits=(0, 0.8 * switch.extra["voltage"]),
    )  # fmt: skip


def _induced(box: Box, edge_s: float) -> float:
    """Return the peak that an edge makes in a pair of wires beside the lamp's pair, in V.

    Two flat pairs, 2 mm between their wires, 100 mm apart; twisting both takes 30 dB away.
    """
    between, apart, twisting = 2e-3, 0.1, 10 ** (-30 / 20)
    mutual: float = _MU0_OVER_2PI * (between / apart) ** 2 * box.limits["cable_length_m"]
    lamp_current: float = box.limits["lamp_current"]
    return mutual * lamp_current / edge_s * twisting


def _midi(box: Box) -> Iterator[Figure]:
    limits = box.limits
    rail = limits["rail"]
    source, sink, receiver = (
        box.part("midi_out_source"),
        box.part("midi_out_sink"),
        box.part("midi_in"),
    )
    opto, buffer = box.part("opto"), box.part("buffer")
    forward, low = opto.extra["forward"], buffer.extra["low"]
    least = (rail * 0.97 - forward[1] - low[1]) / (source.most + sink.most + receiver.most)
    most = (rail * 1.03 - forward[0] - low[0]) / (source.least + sink.least + receiver.least)
    yield Figure(
        circuit="midi", what="loop current, out", unit="A", least=least, most=most,
        limits=tuple(limits["midi_loop"]),
    )  # fmt: skip
    yield Figure(
        circuit="midi", what="in each gate of the buffer", unit="A",
        least=least / buffer.extra["gates"], most=most / buffer.extra["gates"],
        limits=(0, buffer.extra["sink"]),
    )  # fmt: skip
    # From the weakest sender, one of the old kind: 5 V less 5 %, three times 220 Ω at most, half a volt low.
    coming = (4.75 - forward[1] - 0.5) / (3 * receiver.most)
    yield Figure(
        circuit="midi", what="loop current, in, from a weak sender", unit="A",
        least=coming, most=coming, limits=(2 * opto.extra["turn_on"], 0.03),
    )  # fmt: skip
    idle = box.part("midi_idle")
    yield Figure(
        circuit="midi", what="buffer's input while the Pi boots and pulls down", unit="V",
        least=rail * limits["pull_up"][0] / (limits["pull_up"][0] + idle.most), most=rail,
        limits=(0.7 * rail, rail),
    )  # fmt: skip
    yield Figure(
        circuit="midi", what="output shorted to ground, in the 33 Ω resistor", unit="W",
        least=0, most=rail**2 / source.least, limits=(0, 0.5),
    )  # fmt: skip


def _screen(box: Box) -> Iterator[Figure]:
    # The Pi has 1.8 kΩ on this bus; from 30 to 70 % of the rail.
    rise = math.log(0.7 / 0.3) * 1800 * box.limits["i2c_capacitance"]
    yield Figure(
        circuit="screen", what="rise on the I2C bus", unit="s", least=0, most=rise,
        limits=(0, box.limits["i2c_rise"]),
    )  # fmt: skip


def _power(box: Box) -> Iterator[Figure]:
    for supply in box.supplies:
        yield Figure(
            circuit="power", what=f"from {supply.name}" + (f", Pi {supply.board}" if supply.board else ""),
            unit="A", least=drawn(box, supply.board, supply.rail, most=False),
            most=drawn(box, supply.board, supply.rail, most=True), limits=(0, (1 - box.limits["reserve"]) * supply.most),
        )  # fmt: skip
        if supply.usb_most:
            usb = [load for load in box.loads if load.rail == "USB"]
            yield Figure(
                circuit="power", what=f"USB ports, Pi {supply.board}", unit="A",
                least=sum(load.typical for load in usb), most=sum(load.most for load in usb),
                limits=(0, (1 - box.limits["reserve"]) * supply.usb_most),
            )  # fmt: skip


def drawn(box: Box, board: str, rail: str, *, most: bool) -> float:
    """Return the amperes that all on this rail draw; on the Pi's, USB and 3.3 V count too.

    What hangs on 3.3 V counts with its full current, as if it were on 5 V: that is on the safe side.
    """
    rails = {"5 V", "USB", "3.3 V"} if rail == "5 V" else {rail}
    return sum(
        load.most if most else load.typical
        for load in box.loads
        if load.rail in rails and load.board in ("", board)
    )
