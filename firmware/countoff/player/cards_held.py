"""Which sound cards this process plays on, by the kernel's own word. Reads a few small files.

An API tells that it plays on "default", and not where that leads.
"""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

_OPEN_FILES = Path("/proc/self/fd")
_CARDS = Path("/proc/asound/cards")
_PLAYING = re.compile(r"/dev/snd/pcmC(\d+)D\d+p$")
# ` 1 [Audio          ]: USB-Audio - QEMU USB Audio`: number, identifier, driver, name.
_CARD = re.compile(r"^ *(\d+) \[.*\]: .*? - (.*)$", re.MULTILINE)


def cards_held(open_files: Path = _OPEN_FILES, cards: Path = _CARDS) -> frozenset[str]:
    """Return the names of the cards that are open for playing; none where a server holds them."""
    numbers = set()
    with suppress(OSError):
        for file in open_files.iterdir():
            # A file may be closed just now.
            with suppress(OSError):
                if found := _PLAYING.search(str(file.readlink())):
                    numbers.add(found[1])
    if not numbers:
        return frozenset()
    try:
        listed = cards.read_text(errors="replace")
    except OSError:
        return frozenset()
    return frozenset(name for number, name in _CARD.findall(listed) if number in numbers)
