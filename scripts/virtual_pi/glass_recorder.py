"""Notes what the screen shows, from the boot to the very end of the machine, and tells it when asked.

    python3 -m virtual_pi.glass_recorder

Runs in the guest, as a program of its own. What the glass shows now is in `RECORDED`. Where the file
`glass-told` lies beside that, each new picture is also written to the serial port: the host reads it
when nobody can ask the guest any more.
"""

from __future__ import annotations

import base64
import os
import select
import time
import zlib
from pathlib import Path

from virtual_pi.glass import BUS, RECORDED, Chip, message_of, recorded_memory

TOLD = RECORDED.with_name("glass-told")
_SERIAL = Path("/dev/ttyS0")
# A picture is whole when nothing has come for so long.
_SETTLED_S = 0.02


def main() -> None:
    """Listen until the machine is gone."""
    bus = os.open(BUS, os.O_RDONLY)
    memory = recorded_memory(is_new=True)
    chip = Chip(memory)
    told = b""
    while True:
        if select.select([bus], [], [], _SETTLED_S)[0]:
            chip.take(message_of(bus))
        elif (picture := bytes(memory)) != told and TOLD.exists():
            told = picture
            words = base64.b64encode(zlib.compress(picture)).decode()
            with _SERIAL.open("w") as serial:
                serial.write(f"\nGLASS {time.monotonic_ns()} {words}\n")
        else:
            select.select([bus], [], [])


if __name__ == "__main__":
    main()
