"""Which texts are made from the source, and whether they are as committed.

Needs nothing but Python: the tests hold the texts to the source by this.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final

from making_hardware import tables, texts
from making_hardware.box import CHECKOUT, HARDWARE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from making_hardware.box import Box

WHOLE: Final[dict[Path, Callable[[Box], str]]] = {
    CHECKOUT / "firmware/countoff/config/wiring.py": texts.wiring_py,
    HARDWARE / "countoff.toml": texts.configuration,
    HARDWARE / "openings.scad": texts.openings_scad,
    HARDWARE / "wiring.yml": texts.harness_yml,
    HARDWARE / "parts.csv": tables.part_csv,
}
"""Files that are made as a whole."""

_BLOCKS: Final[dict[str, Callable[[Box], str]]] = {
    "pins": tables.pin_table,
    "parts": tables.part_table,
    "power": tables.power_table,
    "openings": tables.opening_table,
    "nets": tables.net_table,
    **{name: partial(tables.figure_table, circuit=name) for name in tables.CIRCUITS},
}
_BLOCK: Final = re.compile(
    r"(?P<begin><!-- (?P<name>\w+): written by scripts/make_hardware -->\n)"
    r".*?(?P<end><!-- end of (?P=name) -->)",
    re.DOTALL,
)
PAGES: Final = (CHECKOUT / "README.md", HARDWARE / "README.md", HARDWARE / "ASSEMBLY.md")
"""Pages that have made tables between markers."""


def made_texts(box: Box) -> dict[Path, str]:
    """Return every text as the source says that it should be. Reads the pages."""
    made = {path: make(box) for path, make in WHOLE.items()}
    for page in PAGES:
        made[page] = with_blocks(page.read_text(), box)
    return made


def with_blocks(page: str, box: Box) -> str:
    """Return the page with the tables between its markers written anew."""

    def written(found: re.Match[str]) -> str:
        return f"{found['begin']}\n{_BLOCKS[found['name']](box)}\n{found['end']}"

    return _BLOCK.sub(written, page)


def blocks_of(page: str) -> list[str]:
    """Return the names of the tables that a page has."""
    return [found["name"] for found in _BLOCK.finditer(page)]


def stale_texts(box: Box) -> list[Path]:
    """Return the texts that are not as the source says."""
    return [
        path
        for path, text in made_texts(box).items()
        if not path.exists() or path.read_text() != text
    ]


def write_texts(box: Box) -> list[Path]:
    """Write those, and return them."""
    stale = stale_texts(box)
    made = made_texts(box)
    for path in stale:
        path.write_text(made[path])
    return stale
