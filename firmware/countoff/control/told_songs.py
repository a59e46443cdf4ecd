"""The songs as a client of the control socket sees them: what can be chosen, and from where. Pure."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from countoff.core.session.state import State
    from countoff.core.song import Song

# A status has to fit into one packet, whatever there is in the folder of songs.
MOST_SONGS = 250
MOST_SECTION_BYTES = 100_000
_BYTES_A_LETTER = 6
_BYTES_A_SECTION = 80


def told_songs(state: State) -> dict[str, Any]:
    """Return the `songs` in their order, as they are written, which of them is chosen, and from where.

    `tempo` is for people, in the clicked beat where one is named; `exact_tempo` is a fraction, always
    in quarter notes a minute. Both are those at the top.
    `tempo_ratio` is how much faster the song is played today, and `next_number` is its next take's.
    Of too many songs those from the chosen one on are told, and of too many sections those of the
    songs that come first from there.
    """
    count = len(state.songs)
    first = state.song_index if count > MOST_SONGS else 0
    indices = [(first + step) % count for step in range(min(count, MOST_SONGS))]
    chosen = indices.index(state.song_index)
    told = [_told(state, state.songs[index]) for index in indices]
    left_bytes = MOST_SECTION_BYTES
    for step in range(len(indices)):
        place = (chosen + step) % len(indices)
        song = state.songs[indices[place]]
        left_bytes -= sum(
            len(section.name) * _BYTES_A_LETTER + _BYTES_A_SECTION for section in song.sections
        )
        told[place]["sections"] = (
            told_sections(song) if left_bytes >= 0 and not song.is_free else []
        )
    return {"songs": told, "song_index": chosen, "start_index": state.start_index}


def _told(state: State, song: Song) -> dict[str, Any]:
    first = song.sections[0]
    length_bars = song.first_bars[-1] - 1 + (song.sections[-1].bars or 0)
    return {
        "title": song.title,
        "artist": song.artist,
        "key": song.key,
        "is_free": song.is_free,
        "tempo": "" if song.is_free else str(first.told(first.tempo)),
        "exact_tempo": "" if song.is_free else str(first.tempo.quarters_per_minute),
        "tempo_ratio": str(state.tempo_ratios.get(song.title, Fraction(1))),
        "next_number": state.next_number(song),
        "meter": "" if song.is_free else str(first.meter),
        "bars": None if song.length_ticks is None else length_bars,
    }


def told_sections(song: Song) -> list[dict[str, Any]]:
    """Return the sections of `song`, as they are played from its top."""
    return [
        {"name": section.name, "first_bar": bar, "bars": section.bars, "meter": str(section.meter)}
        for section, bar in zip(song.sections, song.first_bars, strict=True)
    ]
