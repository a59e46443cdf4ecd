"""Writes a foot controller's pedal into the text of a configuration, and leaves all else in it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, InlineTable

from countoff.core.events import Pedal
from countoff.midi.pedals import PedalMessage

if TYPE_CHECKING:
    from countoff.config.midi_pedals import PedalUse
    from countoff.learning.listening import Learnt


class NotChangedError(Exception):
    """A configuration into which nothing can be written; the message is a sentence."""


def with_pedal(text: str, learnt: Learnt, use: PedalUse, *, port: str = "") -> str:
    """Return a configuration's text with what was learnt in it, for `use`; comments and order stay.

    A table for the same message is changed, else one is added. `port` becomes `pedals_port`; empty,
    that stays as it is. Raises NotChangedError where the text is no such configuration.
    """
    try:
        document = tomlkit.parse(text)
    except TOMLKitError as error:
        raise NotChangedError(
            f"The configuration is not TOML: {error}. It is not changed."
        ) from error
    midi = document.setdefault("midi", tomlkit.table())
    if isinstance(midi, InlineTable) or not hasattr(midi, "setdefault"):
        raise NotChangedError(
            "midi is no table of its own, [midi]: write it so. It is not changed."
        )
    if port:
        midi["pedals_port"] = port
    pedals: Any = midi.get("pedal")
    if pedals is None:
        midi["pedal"] = tomlkit.aot()
        pedals = midi["pedal"]
    if not isinstance(pedals, AoT):
        raise NotChangedError("midi.pedal is no list of tables, [[midi.pedal]]. It is not changed.")
    table = next((each for each in pedals if _has(each, learnt.message)), None)
    if table is None:
        table = tomlkit.table()
        pedals.append(table)
        table = pedals[-1]
    table["message"] = str(learnt.message)
    is_pedal = isinstance(use, Pedal)
    table["pedal" if is_pedal else "action"] = str(use)
    table.pop("action" if is_pedal else "pedal", None)
    if learnt.latches:
        table["latches"] = True
    else:
        table.pop("latches", None)
    return document.as_string()


def _has(table: Any, message: PedalMessage) -> bool:  # noqa: ANN401 (a table as tomlkit has it)
    """Tell whether a table is for `message` already."""
    try:
        return PedalMessage.parse(str(table.get("message", ""))).covers(message)
    except ValueError:
        return False
