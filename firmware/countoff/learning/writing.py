"""Writes what was learnt of pedals into the text of a configuration, and leaves all else in it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, InlineTable

from countoff.core.events import Pedal
from countoff.midi.pedals import PedalMessage

if TYPE_CHECKING:
    from collections.abc import Collection

    from countoff.config.midi_pedals import PedalUse
    from countoff.learning.listening import Learnt


class NotChangedError(Exception):
    """A configuration into which nothing can be written; the message is a sentence."""


def with_pedal(text: str, learnt: Learnt, use: PedalUse, *, port: str = "") -> str:
    """Return a configuration's text with what was learnt in it, for `use`; comments and order stay.

    A table for the same message is changed, else one is added. `port` becomes `pedals_port`; empty,
    that stays as it is. Raises NotChangedError where the text is no such configuration.
    """
    document, midi = _opened(text, "midi")
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


def with_normally_closed(text: str, pedals: Collection[Pedal]) -> str:
    """Return a configuration's text in which `pedals`, and those named before, open when stepped on.

    Comments and order stay. Raises NotChangedError where the text is no such configuration.
    """
    document, section = _opened(text, "pedals")
    before = section.get("normally_closed", False)
    if before is True:
        return text
    named = list(before) if isinstance(before, list) else []
    section["normally_closed"] = [
        *named,
        *(str(pedal) for pedal in Pedal if pedal in pedals and str(pedal) not in named),
    ]
    return document.as_string()


def _opened(text: str, name: str) -> tuple[tomlkit.TOMLDocument, Any]:
    """Return the document of `text`, and its table `name`, which is made where it is not there."""
    try:
        document = tomlkit.parse(text)
    except TOMLKitError as error:
        raise NotChangedError(
            f"The configuration is not TOML: {error}. It is not changed."
        ) from error
    section = document.setdefault(name, tomlkit.table())
    if isinstance(section, InlineTable) or not hasattr(section, "setdefault"):
        raise NotChangedError(
            f"{name} is no table of its own, [{name}]: write it so. It is not changed."
        )
    return document, section


def _has(table: Any, message: PedalMessage) -> bool:  # noqa: ANN401 (a table as tomlkit has it)
    """Tell whether a table is for `message` already."""
    try:
        return PedalMessage.parse(str(table.get("message", ""))).covers(message)
    except ValueError:
        return False
