"""A picture of `countoff comp`, drawn by what the command draws with. For scripts/pictures.

In the SVG that rich exports, lines are redrawn as shapes, as those of the panel are.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from panel_picture import with_shapes
from rich.console import Console

from countoff.core.comp.proposing import NOTHING_BY_HAND, propose
from countoff.core.comp.values import CompFlag, CompIncident, CompTake
from countoff.core.daw import Verdict
from countoff.core.entries import FlagKind, HowEnded
from countoff.songs.reading import read_song
from countoff.takelog.comp_tables import print_comp
from countoff.takelog.comp_takes import sections_of
from countoff.takelog.comping import SongComp

if TYPE_CHECKING:
    from pathlib import Path

    from countoff.core.comp.values import CompSection

_WIDTH = 80
_RATED = 4


def comp_picture(path: Path) -> str:
    """Return the SVG of the page that `countoff comp` prints after an evening with a song.

    Raises ValueError where the song's file has a fault.
    """
    song, problems = read_song(path)
    if song is None or problems:
        raise ValueError("\n".join(str(problem) for problem in problems))
    takes = _evening(sections_of(song), str(song.tempo))
    found = SongComp(song.title, takes, {}, NOTHING_BY_HAND, propose(takes))
    page = Console(record=True, width=_WIDTH, file=io.StringIO(), highlight=False)
    print_comp(found, page)
    return with_shapes(page.export_svg(title=f"countoff comp {song.title}"))


def _evening(sections: tuple[CompSection, ...], tempo: str) -> tuple[CompTake, ...]:
    """Return eight takes of seven sections: runs, a false start, a piece, and one that was lost."""
    ends = [section.end_tick or 0 for section in sections]
    starts = [section.start_tick for section in sections]
    keep, fix, bad = FlagKind.KEEPER, FlagKind.FIX_HERE, FlagKind.NO_GOOD

    def take(number: int, *flags: tuple[FlagKind, int | None, str], **changes: object) -> CompTake:
        values = {
            "how": HowEnded.ENDED,
            "verdict": Verdict.RECORDED,
            "rating": None,
            "is_clean": True,
            "start_tick": starts[0] - sections[0].pick_up_ticks,
            "end_tick": ends[-1],
            **changes,
        }
        return CompTake(
            id=str(number), number=number, order=number, is_free=False, tempo=tempo, sections=sections,
            looped_index=None, flags=tuple(CompFlag(kind, index, 0, place) for kind, index, place in flags),
            **values,  # type: ignore[arg-type]
        )  # fmt: skip

    gap = CompIncident("click gap", starts[5] + 960, starts[5] + 960, "bar 53")
    return (
        take(1, (bad, 1, "bar 9")),
        take(2, how=HowEnded.FALSE_START, end_tick=starts[1] + 9000),
        take(3, (keep, 1, "bar 16"), (fix, 4, "bar 47"), rating=3),
        take(4, (keep, None, ""), verdict=Verdict.NOT_SEEN),
        take(5, (fix, 2, "bar 24"), rating=_RATED, incidents=(gap,), is_clean=False),
        take(6, (bad, None, "")),
        take(7, (keep, 2, "bar 26"), start_tick=starts[2], end_tick=ends[2]),
        take(8, (fix, 3, "bar 30"), end_tick=starts[-1] + 9000),
    )
