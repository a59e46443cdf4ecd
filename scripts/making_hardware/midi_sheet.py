"""The sheet of MIDI in and out by DIN."""

from __future__ import annotations

from typing import TYPE_CHECKING

import schemdraw.elements as elm

from making_hardware.sheet import INK, NOTE, RAIL, named, ohms, pin, title

if TYPE_CHECKING:
    from schemdraw import Drawing

    from making_hardware.box import Box


def draw_midi(box: Box, d: Drawing) -> None:
    """Draw it."""
    title(
        d, (-4.4, 9.6), "MIDI in and out by DIN",
        "CA-033 with its values for 3.3 V; left out where the DAW is reached over USB",
    )  # fmt: skip
    _midi_in(box, d, box.part("midi_socket").refs[0])
    _midi_out(box, d, box.part("midi_socket").refs[1])


def _midi_in(box: Box, d: Drawing, jack: str) -> None:
    top, foot = 6.4, 4.4
    d += elm.Dot(open=True).at((-1.6, top)).label(f"{jack} pin 4", loc="left")
    d += elm.Resistor().at((-1.6, top)).to((1.4, top)).label(ohms(box, "midi_in"), loc="top")
    d += elm.Dot().at((1.4, top))
    d += (
        elm.Diode()
        .at((1.4, foot))
        .to((1.4, top))
        .label(named(box, "midi_reverse", "1N4148"), loc="bottom")
    )
    d += elm.Dot().at((1.4, foot))
    d += elm.Dot(open=True).at((-1.6, foot)).label(f"{jack} pin 5", loc="left")
    d += elm.Line().at((-1.6, foot)).to((4.2, foot))
    d += elm.Line().at((1.4, top)).to((4.2, top))
    d += (
        elm.Label()
        .at((-4.4, 3.7))
        .label(
            f"{jack}: pin 2 and shield stay open, so that no ground is joined", color=INK, **NOTE
        )
    )
    # From below, as schemdraw counts pins.
    opto = elm.Ic(
        pins=[
            elm.IcPin(name="K", pin="2", side="left", slot="1/3", anchorname="k"),
            elm.IcPin(name="A", pin="1", side="left", slot="3/3", anchorname="a"),
            elm.IcPin(name="GND", pin="5", side="right", slot="1/3", anchorname="gnd"),
            elm.IcPin(name="OUT", pin="4", side="right", slot="2/3", anchorname="out"),
            elm.IcPin(name="VCC", pin="6", side="right", slot="3/3", anchorname="vcc"),
        ],
        pinspacing=1.0, edgepadH=0.5, edgepadW=0.9, leadlen=0.5,
    ).label(f"{box.ref('opto')}  H11L1", loc="top")  # fmt: skip
    d += opto.theta(0).anchor("a").at((4.2, top))
    x, out_y = opto.out
    d += elm.Line().at(opto.vcc).to((x + 0.4, top))
    d += elm.Vdd().theta(0).at((x + 0.4, top)).label(RAIL)
    d += elm.Line().at(opto.gnd).to((x + 0.4, foot))
    d += elm.Ground().theta(0).at((x + 0.4, foot))
    d += elm.Line().at(opto.out).to((x + 4.2, out_y))
    d += elm.Dot().at((x + 2.6, out_y))
    up = (x + 2.6, out_y + 2.4)
    d += elm.Resistor().at(up).to((x + 2.6, out_y)).label(ohms(box, "opto_pull_up"), loc="bottom")
    d += elm.Vdd().theta(0).at(up).label(RAIL)
    d += elm.Dot(open=True).at((x + 4.2, out_y)).label(pin(box, "midi_in"), loc="right")


def _midi_out(box: Box, d: Drawing, jack: str) -> None:
    line, right = 0.0, 9.0
    d += elm.Dot(open=True).at((-1.6, line)).label(pin(box, "midi_out"), loc="left")
    d += elm.Line().at((-1.6, line)).to((3.0, line))
    d += elm.Dot().at((0.8, line))
    up = (0.8, line + 2.2)
    d += elm.Resistor().at(up).to((0.8, line)).label(ohms(box, "midi_idle"), loc="bottom")
    d += elm.Vdd().theta(0).at(up).label(RAIL)
    d += elm.Line().at((3.0, line - 0.9)).to((3.0, line + 0.9))
    d += elm.Line().at((3.0, line + 0.9)).to((4.6, line))
    d += elm.Line().at((4.6, line)).to((3.0, line - 0.9))
    d += (
        elm.Label()
        .at((3.9, line - 1.1))
        .label(f"{box.ref('buffer')}  74AHC125\nthree gates in parallel", fontsize=11, valign="top")
    )
    d += elm.Line().at((4.6, line)).to((6.0, line))
    d += (
        elm.Resistor()
        .at((6.0, line))
        .to((right, line))
        .label(ohms(box, "midi_out_sink"), loc="top")
    )
    d += elm.Dot(open=True).at((right, line)).label(f"{jack} pin 5", loc="right")
    d += elm.Vdd().theta(0).at((6.0, line + 2)).label(RAIL)
    source = elm.Resistor().at((6.0, line + 2)).to((right, line + 2))
    d += source.label(ohms(box, "midi_out_source"), loc="top")
    d += elm.Dot(open=True).at((right, line + 2)).label(f"{jack} pin 4", loc="right")
    d += elm.Line().at((right, line - 1.2)).to((7.4, line - 1.2))
    d += elm.Ground().theta(0).at((7.4, line - 1.2))
    d += elm.Dot(open=True).at((right, line - 1.2)).label(f"{jack} pin 2", loc="right")
    notes = (
        f"{box.ref('buffer')}: in 2, 5, 9; out 3, 6, 8; ground 1, 4, 7, 10, 12; 3.3 V 13, 14; 11 open",
        f"C8, C10: 100 nF across {box.ref('opto')} (6 and 5) and {box.ref('buffer')} (14 and 7)",
    )
    for number, note in enumerate(notes):
        d += elm.Label().at((-4.4, line - 2.6 - 0.55 * number)).label(note, color=INK, **NOTE)
