"""A picture of `countoff song show`, drawn by what the command draws with. For scripts/pictures.

In the SVG that rich exports, lines are redrawn as shapes, as those of the panel are.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from panel_picture import with_shapes
from rich.console import Console

from countoff.songs.reading import read_song
from countoff.songs.showing import print_song

if TYPE_CHECKING:
    from pathlib import Path

_WIDTH = 80


def song_picture(path: Path) -> str:
    """Return the SVG of the page that `countoff song show` prints of the song file at `path`.

    Raises ValueError where the file has a fault.
    """
    song, problems = read_song(path)
    if song is None or problems:
        raise ValueError("\n".join(str(problem) for problem in problems))
    page = Console(record=True, width=_WIDTH, file=io.StringIO(), highlight=False)
    print_song(song, page)
    return with_shapes(page.export_svg(title=f"countoff song show {path.name}"))
