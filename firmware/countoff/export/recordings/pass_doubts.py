"""What does not fit within the passes themselves, a sentence each. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from countoff.export.recordings.words import MOST_NAMED, all_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from countoff.export.recordings.names import NameForm
    from countoff.export.recordings.values import Pass

_SHORTER_S = 1.0


def doubts_of_passes(passes: Sequence[Pass], ordered_by: str) -> Iterator[str]:
    """Yield what does not fit within the passes themselves."""
    if len(passes) > 1 and not ordered_by:
        yield (
            "Nothing says in which order the passes were recorded: they are taken in that of their names."
        )
    everywhere = Counter(track.name for found in passes for track in found.tracks)
    usual = {name for name, count in everywhere.items() if 2 * count > len(passes)}
    for found in passes:
        lacking = sorted(usual - {track.name for track in found.tracks})
        if lacking and len(lacking) < len(usual):
            yield f"{found.name} has no {all_of(lacking[:MOST_NAMED])}, which most passes have."
        short = [
            track.name
            for track in found.tracks
            if min(side.length_s for side in track.recordings) < found.length_s - _SHORTER_S
        ]
        if short:
            yield f"{found.name}: {all_of(short[:MOST_NAMED])} ended before the others."
    rates = sorted({recording.rate_hz for found in passes for recording in found.recordings})
    if len(rates) > 1:
        yield f"The recordings are of several rates: {all_of([f'{rate} Hz' for rate in rates])}."


def doubt_of_form(form: NameForm) -> Iterator[str]:
    """Say where the form of the names is one that nobody has verified."""
    if not form.documented:
        yield (
            f'The names are read as {form.daw} writes them, such as "{form.example}"; that form is not'
            " verified."
        )
