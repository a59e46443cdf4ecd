"""Faults in what the pedals are mapped to. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.config.fitting import Misfit, dotted
from countoff.config.problems import quoted
from countoff.core.events import Pedal
from countoff.core.session.pedals import NOT_BY_A_PRESS, Phase

if TYPE_CHECKING:
    from countoff.config.model import Config
    from countoff.config.tables import KeyPath


def pedal_map_clash(config: Config) -> Misfit | None:
    """Return the first press that would do what takes a hold."""
    for pedal in Pedal:
        for phase in Phase:
            press = getattr(getattr(config.pedals.map, pedal), phase).press
            if press in NOT_BY_A_PRESS:
                key: KeyPath = ("pedals", "map", str(pedal), str(phase), "press")
                sentence = (
                    f"{dotted(key)} = {quoted(str(press))} is not allowed; no press does that, only"
                    " hold or long_hold."
                )
                return Misfit(key, "wrong", sentence)
    return None
