"""Which output is meant: by a part of its name, or by what it was before it went away. Pure.

Numbers change with every plug: `hw:1,0` may be another card a minute later, and so may whatever is
the system's default. So what was played on once is found again by its API's name for it, without the
number, and by the name that the kernel gives its card.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from countoff.core.nearest import nearest_word
from countoff.player.sockets import is_socket, socket_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Device = Mapping[str, Any]

_NUMBERS = re.compile(r" \((?:plug)?hw:\d+,\d+\)$")


class OutputMissingError(RuntimeError):
    """There is no such output, or it cannot be opened as asked; the sentence says why."""


@dataclass(frozen=True, slots=True)
class DeviceName:
    """An output that was played on: its API, its name there without numbers, and its card's name.

    The card is empty where a sound server holds it.
    """

    api: str
    name: str
    card: str = ""

    def __str__(self) -> str:
        return f"{self.name} ({self.card})" if self.card not in self.name else self.name


@dataclass(frozen=True, slots=True)
class Listed:
    """What the API lists: devices, the names of their host APIs, and the default output's index.

    sockets: which USB socket each card is in, by its number, where that is known
    """

    devices: Sequence[Device]
    apis: Sequence[str]
    default: int
    sockets: Mapping[int, str] = field(default_factory=dict)

    def outputs(self) -> list[Device]:
        """Return the devices that play."""
        return [device for device in self.devices if device["max_output_channels"]]

    def name_of(self, device: Device, card: str = "") -> DeviceName:
        """Return by what `device` is found again; the kernel calls its card `card`."""
        return DeviceName(self.apis[device["hostapi"]], plain_name(str(device["name"])), card)


def plain_name(name: str) -> str:
    """Return the name of an output without the numbers that another plug changes."""
    return _NUMBERS.sub("", name)


def outputs_meant(listed: Listed, wanted: str, before: DeviceName | None) -> list[Device]:
    """Return the outputs to try, the best first: never none. Raises OutputMissingError.

    That is the one whose name contains `wanted`, or the default for ""; where an output was played
    on `before`, it is that one and no other, by its own name or else by its card's. Where `wanted` is
    a socket, it is what is plugged in there, before and after.
    """
    outputs = listed.outputs()
    if not outputs:
        named = f'audio.device = "{wanted}": ' if wanted else ""
        raise OutputMissingError(f"{named}no audio output was found on this machine.")
    if is_socket(wanted):
        return _those_in(wanted, listed)
    if before is not None:
        return _those_of(before, listed)
    return [_the_one(listed, wanted)]


def _those_of(before: DeviceName, listed: Listed) -> list[Device]:
    same, of_card = [], []
    for device in listed.outputs():
        name = listed.name_of(device)
        if name.api != before.api:
            continue
        if name.name == before.name:
            same.append(device)
        elif before.card and name.name.startswith(f"{before.card}: "):
            of_card.append(device)
    if not same and not of_card:
        raise OutputMissingError(
            f'The output "{before}" has gone: bring it back, or start the box anew to play on'
            f" another; found {_names(listed)}."
        )
    return same + of_card


def _those_in(socket: str, listed: Listed) -> list[Device]:
    """Return the outputs of the card in `socket`, its first one first."""
    found = [
        device
        for device in listed.outputs()
        if socket_of(str(device["name"]), listed.sockets) == socket
    ]
    if not found:
        known = ", ".join(sorted(listed.sockets.values())) or "none"
        raise OutputMissingError(
            f'audio.device = "{socket}": no output is plugged in there; sockets with one: {known}.'
        )
    return found


def _the_one(listed: Listed, wanted: str) -> Device:
    outputs = listed.outputs()
    if not wanted:
        return next((one for one in outputs if one["index"] == listed.default), outputs[0])
    matching = [device for device in outputs if wanted.lower() in str(device["name"]).lower()]
    if len(matching) == 1:
        return matching[0]
    exact = [device for device in matching if device["name"] == wanted]
    if len(exact) == 1:
        return exact[0]
    if matching:
        raise OutputMissingError(
            f'audio.device = "{wanted}" matches several outputs: '
            + ", ".join(f'"{device["name"]}"' for device in matching)
            + "; write more of the name."
        )
    names = [str(device["name"]) for device in outputs]
    raise OutputMissingError(
        f'audio.device = "{wanted}": no output of that name; found {_names(listed)}.'
        + nearest_word(wanted, names)
    )


def _names(listed: Listed) -> str:
    return ", ".join(f'"{device["name"]}"' for device in listed.outputs())
