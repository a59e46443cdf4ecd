"""A picture of `countoff daw setup`, drawn by what the command draws with. For scripts/pictures.

In the SVG that rich exports, lines are redrawn as shapes, as those of the panel are.
"""

from __future__ import annotations

import io

from panel_picture import with_shapes
from rich.console import Console

from countoff.config.model import Config
from countoff.daw.finding import find_profile
from countoff.daw.ports_told import port_sentences
from countoff.daw.showing import print_setup

_WIDTH = 80


def daw_picture(key: str) -> str:
    """Return the SVG of the page that `countoff daw setup` prints for the profile `key`."""
    profile = find_profile(key, None)
    page = Console(record=True, width=_WIDTH, file=io.StringIO(), highlight=False)
    print_setup(profile, port_sentences(Config(), profile), is_in_force=False, console=page)
    return with_shapes(page.export_svg(title=f"countoff daw setup {key}"))
