"""The song of a take, read back from the chart that the log keeps of it. Pure; for commands only."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from typing import TYPE_CHECKING

from countoff.songs.numbers import exact_decimal
from countoff.songs.reading import song_of

if TYPE_CHECKING:
    from countoff.core.song import Song

# The takes of a session are of a few charts.
_CHARTS_KEPT = 64


@lru_cache(_CHARTS_KEPT)
def read_chart(chart: str | None) -> Song | None:
    """Return the whole song as it was played, from its top; None where no song file can say it.

    Of a take of a loop it is the song up to the section that was looped, once.
    """
    if chart is None:
        return None
    try:
        song, _ = song_of(tomllib.loads(chart, parse_float=exact_decimal))
    except (tomllib.TOMLDecodeError, ValueError):
        return None
    return song
