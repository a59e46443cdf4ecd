"""The song as a take played it, as the text of a song file, so that a take can be understood later.

Runs in the writer's thread only: writing a long song as text takes milliseconds. Never raises; a take
is logged whatever becomes of its chart.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from countoff.core.entries import TakeStarted
    from countoff.core.song import Song

# One song is played again and again, from here and from there.
_CHARTS_KEPT = 32


@dataclass(frozen=True, slots=True)
class Chart:
    """The text of a song file and its SHA-256, and the count-in in words."""

    hash: str
    text: str
    count_in: str


def load() -> None:
    """Load what writes songs, so that the first take does not have to."""
    # Without it a chart is written in another form.
    with suppress(ImportError):
        import countoff.songs.overview  # noqa: PLC0415
        import countoff.songs.writing  # noqa: F401, PLC0415


def chart_of(entry: TakeStarted) -> Chart:
    """Return what was played: the whole song at the day's tempo, from its top.

    Of a loop it is the song up to the section that was looped, once. Where the take began stands
    beside it in the log.
    """
    song = entry.chart
    played = song.sections[: song.start_index + 1] if entry.is_looped else song.sections
    return _written(replace(song, sections=played, start_index=0, first_bars=()))


@lru_cache(_CHARTS_KEPT)
def _written(song: Song) -> Chart:
    try:
        from countoff.songs.overview import count_in_words  # noqa: PLC0415
        from countoff.songs.writing import song_text  # noqa: PLC0415

        text, count_in = song_text(song), count_in_words(song.count_in)
    # Whatever kept it from being written as a musician would, nothing of it is lost.
    except Exception as reason:  # noqa: BLE001
        why = " ".join(str(reason).split())
        count_in = ""
        text = f"# This song could not be written as a song file: {why}\n# {song!r}\n"
    return Chart(hashlib.sha256(text.encode()).hexdigest(), text, count_in)
