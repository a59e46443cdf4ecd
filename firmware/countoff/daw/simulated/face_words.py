"""What the simulated DAW's face says: a line of the cable, its faults, its keys. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from countoff.core.daw import DawTransport
from countoff.core.tally import TallyLight
from countoff.daw.simulated.keys import WORDS
from countoff.panel import paint

if TYPE_CHECKING:
    from collections.abc import Mapping

_NS_PER_SECOND = 1_000_000_000

LIGHTS: Final = {
    DawTransport.STOPPED: TallyLight.OFF,
    DawTransport.PLAYING: TallyLight.OFF,
    DawTransport.ARMED: TallyLight.ARMED,
    DawTransport.RECORDING: TallyLight.RECORDING,
}
"""How its own record button is lit."""
# Who speaks, by the key under which it is told: a sign, and its colour.
_SPEAKERS: Final = {
    "hears": ("▸", paint.STAND_IN),
    "says": ("◂", paint.GLOW),
    "does": ("●", paint.ENGRAVED),
}
_FAULTS: Final = {
    "deaf": "deaf",
    "refuse": "refuses to record",
    "late": "late by {} ms",
    "flood": "flood of {} a second",
    "unplug": "unplugged",
    "crash": "crashed",
}


def cable_line(told: Mapping[str, Any], from_ns: int) -> Text:
    """Return one thing that happened: its second, who spoke, and what it was."""
    who = next(key for key in _SPEAKERS if key in told)
    sign, colour = _SPEAKERS[who]
    line = Text(no_wrap=True, overflow="ellipsis")
    line.append(f"{(told['at_ns'] - from_ns) / _NS_PER_SECOND:9.3f} ", style=paint.FAINT)
    line.append(f"{sign} ", style=f"bold {colour}")
    line.append(told[who], style=colour)
    return line


def faults_line(state: Mapping[str, Any]) -> Text:
    """Return what is wrong with it now, or that nothing is."""
    wrong = [words.format(state[name]) for name, words in _FAULTS.items() if state.get(name)]
    if not wrong:
        return Text(" all is well", style=paint.GOOD)
    return Text(f" {' · '.join(wrong)}", style=f"bold {paint.BAD}")


def legend(width: int) -> Text:
    """Return the keys, as many as there is room for in two lines."""
    lines = [Text()]
    for word in WORDS:
        key = Text()
        key.append(f" {word.key} ", style=f"bold {paint.STAND_IN}")
        key.append(f"{word.says} ", style=paint.FAINT)
        if lines[-1].cell_len + key.cell_len > width:
            lines.append(Text())
        lines[-1].append_text(key)
    return Text("\n").join(lines[:2])
