"""Which USB socket each sound card is plugged into, by the name that our device rule gives it.

Two interfaces of one kind have one name; the sockets that they are in do not. Reads a small file.
"""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_CARDS = Path("/proc/asound/cards")
# ` 1 [usb_1_3        ]: USB-Audio - QEMU USB Audio`: number, identifier, driver, name.
_CARD = re.compile(r"^ *(\d+) \[(\S+) *\]:", re.MULTILINE)
# As systemd/udev/70-countoff.rules makes them: usb_1_1_3 is port 3 of the hub in port 1 of bus 1.
_SOCKET = re.compile(r"usb(_\d+)+")
_NUMBERED = re.compile(r"\(hw:(\d+),\d+\)$")


def is_socket(name: str) -> bool:
    """Tell whether `name` is that of a socket, and not part of a device's."""
    return _SOCKET.fullmatch(name) is not None


def sockets(cards: Path = _CARDS) -> Mapping[int, str]:
    """Return the socket of each card that is plugged into one, by the card's number."""
    with suppress(OSError):
        found = _CARD.findall(cards.read_text(errors="replace"))
        return {int(number): name for number, name in found if is_socket(name)}
    return {}


def socket_of(device_name: str, sockets: Mapping[int, str]) -> str:
    """Return the socket of the card that a device is on; empty where that is not known."""
    numbered = _NUMBERED.search(device_name)
    return sockets.get(int(numbered[1]), "") if numbered else ""
