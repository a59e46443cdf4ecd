"""Connects two ports of the ALSA sequencer, by the kernel's own call: RtMidi connects one to one only.

Whoever may use the sequencer may connect any two ports on it, as `aconnect` does. On the sender's
thread; takes well under a millisecond.
"""

from __future__ import annotations

import fcntl
import os
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# From the kernel's asequencer.h: client and port of the speaker and of the listener, voices, flags,
# queue, and what is reserved. The same on every processor that Linux runs on here.
_SUBSCRIPTION = struct.Struct("=4BIIB3x64x")
_SUBSCRIBE = 0x40505330


def connect_ports(device: Path, speaker: str, listener: str) -> None:
    """Have the port `listener` hear the port `speaker`, each an address such as `128:0`.

    `device` is the sequencer's file. Raises OSError, also where they are connected already.
    """
    numbers = [int(number) for address in (speaker, listener) for number in address.split(":")]
    # Another client of the sequencer, for as long as this takes.
    descriptor = os.open(device, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.ioctl(descriptor, _SUBSCRIBE, _SUBSCRIPTION.pack(*numbers, 0, 0, 0))
    finally:
        os.close(descriptor)
