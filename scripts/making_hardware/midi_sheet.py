"""The sheet of MIDI in and out by DIN."""

from __future__ import annotations

from typing import TYPE_CHECKING

import schemdraw.elements as elm

from making_hardware.sheet import (
    INK,
    NOTE,
    end_at,
    ground,
    join,
    lay,
    named,
    ohms,
    pin,
    rail,
    title,
    wire,
)

if TYPE_CHECKING:
    from schemdraw import Drawing

    from making_hardware.box import Box


def draw_midi(box: Box, d: Drawing) -> None:
    """Draw it."""
    title(
        d, (-4.4, 9.6), "MIDI in and out by DIN",
        "CA-033 with its values for 3.3 V; left out where the DAW is reached over USB",
    )  # fmt: skip
    jack_in, jack_out = box.part("midi_socket").refs
    _draw_in(box, d, jack_in)
    _draw_out(box, d, jack_out)


def _draw_in(box: Box, d: Drawing, jack: str) -> None:
    top, foot = 6.4, 4.4
    end_at(d, (-1.6, top), f"{jack} pin 4", "left")
    end_at(d, (-1.6, foot), f"{jack} pin 5", "left")
    lay(d, elm.Resistor(), (-1.6, top), (1.4, top), ohms(box, "midi_in"))
    lay(d, elm.Diode(), (1.4, foot), (1.4, top), named(box, "midi_reverse", "1N4148"), loc="bottom")
    wire(d, (1.4, top), (4.2, top))
    wire(d, (-1.6, foot), (4.2, foot))
    join(d, (1.4, top), (1.4, foot))
    _note(d, 3.5, f"{jack}: pin 2 and shield stay open, so that no ground is joined")
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
    d.add(opto.theta(0).anchor("a").at((4.2, top)))
    x, out = opto.out
    wire(d, opto.vcc, (x + 0.4, top))
    rail(d, (x + 0.4, top))
    wire(d, opto.gnd, (x + 0.4, foot))
    ground(d, (x + 0.4, foot))
    wire(d, opto.out, (x + 4.2, out))
    up = (x + 2.6, out + 2.4)
    lay(d, elm.Resistor(), up, (x + 2.6, out), ohms(box, "opto_pull_up"), loc="bottom")
    rail(d, up)
    join(d, (x + 2.6, out))
    end_at(d, (x + 4.2, out), pin(box, "midi_in"))


def _draw_out(box: Box, d: Drawing, jack: str) -> None:
    right = 9.0
    end_at(d, (-1.6, 0), pin(box, "midi_out"), "left")
    lay(d, elm.Resistor(), (0.8, 2.2), (0.8, 0), ohms(box, "midi_idle"), loc="bottom")
    rail(d, (0.8, 2.2))
    join(d, (0.8, 0))
    wire(d, (-1.6, 0), (3.0, 0))
    wire(d, (3.0, -0.9), (3.0, 0.9), (4.6, 0), (3.0, -0.9))
    words = f"{box.ref('buffer')}  74AHC125\nthree gates in parallel"
    d.add(elm.Label().at((3.9, -1.1)).label(words, fontsize=11, valign="top"))
    wire(d, (4.6, 0), (6.0, 0))
    lay(d, elm.Resistor(), (6.0, 0), (right, 0), ohms(box, "midi_out_sink"))
    end_at(d, (right, 0), f"{jack} pin 5")
    rail(d, (6.0, 2))
    lay(d, elm.Resistor(), (6.0, 2), (right, 2), ohms(box, "midi_out_source"))
    end_at(d, (right, 2), f"{jack} pin 4")
    wire(d, (right, -1.2), (7.4, -1.2))
    ground(d, (7.4, -1.2))
    end_at(d, (right, -1.2), f"{jack} pin 2")
    buffer, opto = box.ref("buffer"), box.ref("opto")
    poles = "in 2, 5, 9; out 3, 6, 8; ground 1, 4, 7, 10, 12; 3.3 V 13, 14; 11 open"
    _note(d, -2.6, f"{buffer}: {poles}")
    _note(d, -3.15, f"C8, C10: 100 nF across {opto} (6 and 5) and {buffer} (14 and 7)")


def _note(d: Drawing, y: float, text: str) -> None:
    d.add(elm.Label().theta(0).at((-4.4, y)).label(text, color=INK, **NOTE))
