"""Where in a take somebody means a flag to be, from what they typed. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from countoff.core.entries import FlagKind
from countoff.core.nearest import nearest_word
from countoff.takelog.words import place_words, take_words

if TYPE_CHECKING:
    from countoff.core.song import Song
    from countoff.takelog.summaries import TakeSummary

WHOLE = "whole"
_BAR = re.compile(r"(-?\d{1,6})(?:\.(\d{1,4}))?")
_TIME = re.compile(r"(\d{1,4}):([0-5]\d)")
# As the design, the screen and people call them.
_KINDS = {
    **{str(kind): kind for kind in FlagKind},
    "keep": FlagKind.KEEPER,
    "fix": FlagKind.FIX_HERE,
    "mark": FlagKind.MARKER,
}


class PlaceRefusedError(ValueError):
    """No flag can be there, or of that kind; the sentence says what can."""


@dataclass(frozen=True, slots=True)
class FlagPlace:
    """A bar and beat with the section it is in, a time in a song without bars, or the whole take.

    `beat` is None where none was said.
    """

    bar: int | None = None
    beat: int | None = None
    elapsed_s: float | None = None
    section: str = ""

    def __str__(self) -> str:
        """Return it as a sentence has it."""
        return place_words(self.bar, self.beat, self.elapsed_s)

    def flag(self, kind: FlagKind) -> dict[str, Any]:
        """Return what an edit says that makes such a flag here."""
        if self.elapsed_s is not None:
            return {"kind": str(kind), "whole_take": False, "elapsed_s": self.elapsed_s}
        if self.bar is None:
            return {"kind": str(kind), "whole_take": True}
        return {
            "kind": str(kind),
            "whole_take": False,
            "section": self.section,
            "bar": self.bar,
            "beat": self.beat or 1,
        }


def flag_kind(text: str) -> FlagKind:
    """Return the kind that is meant. Raises PlaceRefusedError."""
    kind = _KINDS.get(text.casefold().replace("-", "_").replace(" ", "_"))
    if kind is None:
        guess = nearest_word(text, _KINDS)
        raise PlaceRefusedError(
            f'There is no flag "{text}".{guess} There are: {", ".join(FlagKind)}.'
        )
    return kind


def flag_place(text: str, take: TakeSummary, song: Song | None) -> FlagPlace:
    """Return the place that is meant: BAR, BAR.BEAT, M:SS in a song without bars, or "whole".

    `song` is the take's chart, None where there is none. Raises PlaceRefusedError for what is no
    place of this take.
    """
    if text.casefold() == WHOLE:
        return FlagPlace()
    if take.is_free:
        return _time(text, take)
    found = _BAR.fullmatch(text)
    if found is None:
        raise PlaceRefusedError(
            f'"{text}" is no place in {take_words(take)}: say BAR, BAR.BEAT or "{WHOLE}".'
        )
    bar, beat = int(found[1]), None if found[2] is None else int(found[2])
    index = _section_index(song, bar)
    first, last = _bars(take, song)
    if last is None:
        raise PlaceRefusedError(
            f'{take_words(take)} never rolled: only the whole of it can be flagged ("{WHOLE}").'
        )
    if not first <= bar <= last:
        raise PlaceRefusedError(
            f"{take_words(take)} goes from bar {first} to bar {last}; bar {bar} is not in it."
        )
    if song is None:
        return FlagPlace(bar, beat)
    section = song.sections[index]
    beats = section.meter.beats_per_bar
    if beat is not None and not 1 <= beat <= beats:
        raise PlaceRefusedError(
            f"Bar {bar} of {take.song} is in {section.meter}: its beats are 1 to {beats}, not {beat}."
        )
    return FlagPlace(bar, beat, section=section.name)


def _time(text: str, take: TakeSummary) -> FlagPlace:
    found = _TIME.fullmatch(text)
    if found is None:
        raise PlaceRefusedError(
            f'{take_words(take)} has no bars: say the time, as 1:23, or "{WHOLE}"; found "{text}".'
        )
    elapsed_s = 60 * int(found[1]) + int(found[2])
    length_s = take.elapsed_s or 0.0
    if elapsed_s > length_s:
        length = place_words(None, None, length_s).removeprefix("at ")
        raise PlaceRefusedError(f"{take_words(take)} is {length} long; {text} is not in it.")
    return FlagPlace(elapsed_s=float(elapsed_s))


def _section_index(song: Song | None, bar: int) -> int:
    """Return the section that the song's own bar is in; a pick-up belongs to the first."""
    if song is None:
        return 0
    begun = [index for index, first_bar in enumerate(song.first_bars) if first_bar <= bar]
    return begun[-1] if begun else 0


def _bars(take: TakeSummary, song: Song | None) -> tuple[int, int | None]:
    """Return the first and the last bar of a take; no last one where it never rolled."""
    first, last = take.start_bar, take.last_bar
    if song is not None and song.pick_up_ticks > 0 and first == song.first_bars[0]:
        first -= 1
    if last is None or last < first:
        return first, None
    if song is not None and take.is_looped:
        # Whichever pass it ended in, all bars of the section may have been played.
        looped = song.sections[_section_index(song, take.start_bar)]
        return first, take.start_bar + (looped.bars or 1) - 1
    return first, last
