"""Songs, and texts of song files, drawn by hypothesis.

`written_songs` are those a song file can say: all that `core.drawing` draws, in the one form in which
a file is read, with names, notes and everything else that the core does not care for.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from core.drawing import songs
from countoff.core.count_in import NO_COUNT_IN
from countoff.core.song import Song, free_song
from countoff.core.tempo_map import LinearIn

if TYPE_CHECKING:
    from countoff.core.section import Section

# Quotes, backslashes, what TOML treats as its own, and what is beyond the first plane.
_LETTERS: Final = st.characters(
    exclude_categories=("Cs", "Cc"), include_characters="\"'\\#[]={}=x1 é\U0001f941"
)
lines = st.text(_LETTERS, min_size=1, max_size=80).filter(lambda line: line.strip() != "")
remarks = st.just("") | st.text(_LETTERS, max_size=80)
notes = st.just("") | st.lists(st.text(_LETTERS, max_size=40), max_size=5).map("\n".join)


def as_read(song: Song) -> Song:
    """Return `song` in the one form a file is read in, where there are two that mean the same."""
    sections = tuple(
        replace(
            section,
            **_without_two_rhythms(section),
            # One group of all notes is no group.
            grouping=section.grouping if len(section.grouping) > 1 else (),
            # A steady tempo is linear in nothing.
            tempos=tuple(
                span if span.to is not None else replace(span, linear_in=LinearIn.BEATS)
                for span in section.tempos
            ),
        )
        for section in song.sections
    )
    song = replace(song, sections=sections)
    # A count-in that nobody would hear is refused.
    return song if song.counting.counts else replace(song, count_in=NO_COUNT_IN)


def _without_two_rhythms(section: Section) -> dict[str, Any]:
    """Return the changes that leave the meter's own beat to groups that go against a longer one."""
    starts, place = set(), 0
    for notes in section.grouping:
        starts.add(place)
        place += notes * section.meter.ticks_per_beat
    beats = set(range(0, place, section.clicked_beat_ticks))
    if starts <= beats or beats <= starts:
        return {}
    return {"beat_ticks": 0, "pattern": ""}


@st.composite
def written_songs(draw: st.DrawFn, *, most_sections: int = 5, most_bars: int = 6) -> Song:
    """Any song that a file can say, a free one now and then."""
    about = {
        "title": draw(lines),
        "artist": draw(remarks),
        "key": draw(remarks),
        "notes": draw(notes),
    }
    if draw(st.integers(0, 19)) == 0:
        return replace(free_song(""), **about)
    song = as_read(draw(songs(most_sections=most_sections, most_bars=most_bars)))
    count = len(song.sections)
    names = draw(st.lists(lines, min_size=count, max_size=count, unique=True))
    if count == 1 and draw(st.booleans()):
        names = [""]
    sections = tuple(
        replace(section, name=name) for section, name in zip(song.sections, names, strict=True)
    )
    return replace(song, sections=sections, **about)
