"""Choosing a song and a section of it by moving through two columns. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Song = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Choosing:
    """Where the choice stands. `section_place` is None while a song is still being chosen."""

    songs: Sequence[Song]
    song_place: int
    section_place: int | None = None

    @property
    def song(self) -> Song:
        """The song that is pointed at."""
        return self.songs[self.song_place]

    @property
    def sections(self) -> Sequence[Mapping[str, Any]]:
        """The sections of that song."""
        sections: Sequence[Mapping[str, Any]] = self.song["sections"]
        return sections

    def moved(self, step: int) -> Self:
        """Return the choice `step` rows further down, no further than the last row."""
        if self.section_place is None:
            place = min(max(self.song_place + step, 0), len(self.songs) - 1)
            return replace(self, song_place=place)
        place = min(max(self.section_place + step, 0), len(self.sections) - 1)
        return replace(self, section_place=place)

    def among_sections(self) -> Self:
        """Return the choice pointing at the song's first section, where it has several."""
        has_choice = self.section_place is None and len(self.sections) > 1
        return replace(self, section_place=0) if has_choice else self

    def among_songs(self) -> Self:
        """Return the choice pointing at its song again."""
        return replace(self, section_place=None)

    def with_songs(self, songs: Sequence[Song]) -> Self:
        """Return the choice among songs that were read anew, at the same song where it is left."""
        if songs == self.songs:
            return self
        titles = [song["title"] for song in songs]
        if self.song["title"] not in titles:
            place = min(self.song_place, len(songs) - 1)
            return replace(self, songs=songs, song_place=place, section_place=None)
        there = replace(self, songs=songs, song_place=titles.index(self.song["title"]))
        if there.section_place is None or there.section_place < len(there.sections):
            return there
        return there.among_songs()

    @property
    def can_loop(self) -> bool:
        """Whether a section is pointed at that has an end to come back from."""
        if self.section_place is None:
            return False
        return self.sections[self.section_place]["bars"] is not None

    def request(self, *, is_looped: bool = False) -> dict[str, object]:
        """Return what to ask of the daemon."""
        place = self.section_place
        section = self.sections[place]["name"] if place is not None else ""
        return {
            "ask": "song",
            "title": self.song["title"],
            "section": section,
            "is_looped": is_looped,
        }
