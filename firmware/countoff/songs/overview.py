"""What there is to say of a song: where each section lies in bars and in time, exactly.

Pure. Time is that of the song: bar 1 comes at 0, a pick-up and a count-in before it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from countoff.core.tempo import TICKS_PER_QUARTER
from countoff.songs.note_names import NOTE_NAMES, note_name, note_ticks
from countoff.songs.values import SUBDIVISIONS

if TYPE_CHECKING:
    from fractions import Fraction

    from countoff.core.count_in import CountIn
    from countoff.core.section import Section, Subdivision
    from countoff.core.song import Song
    from countoff.core.tempo import Tempo
    from countoff.core.tempo_map import TempoSpan

# Times are told in seconds with this many decimals; they are exact until then.
_DECIMALS = 9
_SUBDIVISION_WORDS: Final = {subdivision: word for word, subdivision in SUBDIVISIONS.items()}


@dataclass(frozen=True, slots=True)
class Placed:
    """A section, and where it lies: its first bar in the song's numbers, and when it comes.

    bars, lasts_s: None where it rolls until stopped
    """

    section: Section
    first_bar: int
    start_tick: int
    starts_s: Fraction
    lasts_s: Fraction | None

    @property
    def last_bar(self) -> int | None:
        """Its last bar, in the song's numbers."""
        bars = self.section.bars
        return None if bars is None else self.first_bar + bars - 1


def placed_sections(song: Song) -> list[Placed]:
    """Return every section of `song` in order, with its place."""
    seconds_at = song.whole_tempo_map.seconds_at_tick
    placed = []
    for index, section in enumerate(song.sections):
        start_tick, end_tick = song.start_ticks[index], song.section_end_tick(index)
        starts_s = seconds_at(start_tick)
        lasts_s = None if end_tick is None else seconds_at(end_tick) - starts_s
        placed.append(Placed(section, song.first_bars[index], start_tick, starts_s, lasts_s))
    return placed


def length_s(song: Song) -> Fraction | None:
    """Return how long `song` is from bar 1 on, or None where it rolls until stopped."""
    end_tick = song.length_ticks
    return None if end_tick is None else song.whole_tempo_map.seconds_at_tick(end_tick)


def count_in_s(song: Song) -> Fraction:
    """Return how long before the pick-up, or before bar 1, the count-in begins."""
    seconds_at = song.tempo_map.seconds_at_tick
    return seconds_at(song.start_tick) - seconds_at(song.first_tick)


def pick_up_s(song: Song) -> Fraction:
    """Return how long the pick-up is."""
    return -song.tempo_map.seconds_at_tick(-song.pick_up_ticks)


def bars_in_all(song: Song) -> int | None:
    """Return how many bars `song` has, or None where it rolls until stopped."""
    last = song.sections[-1].bars
    return None if last is None else song.first_bars[-1] + last - 1


def place_in_section(section: Section, first_bar: int, tick_in_section: int) -> str:
    """Write a place within a section as bar, beat and, off the beat, tick: 33.2 or 33.2.480."""
    bars, tick_in_bar = divmod(tick_in_section, section.meter.ticks_per_bar)
    beats, tick_in_beat = divmod(tick_in_bar, section.meter.ticks_per_beat)
    off_beat = f".{tick_in_beat}" if tick_in_beat else ""
    return f"{first_bar + bars}.{beats + 1}{off_beat}"


def beats_a_minute(tempo: Tempo, beat_ticks: int) -> Fraction:
    """Return `tempo` in beats of `beat_ticks`."""
    return tempo.quarters_per_minute * TICKS_PER_QUARTER / beat_ticks


def count_in_words(count_in: CountIn) -> str:
    """Say how a count-in is counted: `2 bars, the last beat silent`."""
    if count_in.words:
        words = " ".join(count_in.words)
    elif count_in.bars:
        words = counted(count_in.bars, "bar")
    elif count_in.beats:
        words = counted(count_in.beats, "beat")
    else:
        return "none"
    if count_in.meter is not None:
        words += f" of {count_in.meter}"
    if count_in.is_half_time:
        words += ", half time"
    if count_in.rest_beats == 1:
        words += ", last beat silent"
    elif count_in.rest_beats:
        words += f", last {count_in.rest_beats} beats silent"
    return words


def pick_up_words(song: Song) -> str:
    """Say how long a pick-up is: in clicked beats where it is whole ones, else in notes."""
    ticks = song.pick_up_ticks
    beats, rest = divmod(ticks, song.sections[0].clicked_beat_ticks)
    if not rest:
        return counted(beats, "beat")
    if (name := note_name(ticks)) is not None:
        return name
    for name in NOTE_NAMES:
        notes, rest = divmod(ticks, note_ticks(name) or ticks)
        if not rest:
            return f"{notes} {name}s"
    return f"{ticks} ticks"


def counted(count: int, word: str) -> str:
    """Write `1 bar`, `2 bars`."""
    return f"{count} {word}{'' if count == 1 else 's'}"


def subdivision_word(subdivision: Subdivision) -> str:
    """Return a subdivision as a song file has it."""
    return _SUBDIVISION_WORDS[subdivision]


def as_values(song: Song) -> dict[str, Any]:
    """Return all of it as plain values for JSON: times in seconds, tempos in quarters a minute."""
    return {
        "title": song.title,
        "artist": song.artist,
        "key": song.key,
        "notes": song.notes,
        "is_free": song.is_free,
        "bars": None if song.is_free else bars_in_all(song),
        "length_s": _seconds(length_s(song)),
        "count_in": _count_in_values(song),
        "pick_up": {"ticks": song.pick_up_ticks, "length_s": _seconds(pick_up_s(song))},
        "sections": [] if song.is_free else [_section_values(p) for p in placed_sections(song)],
    }


def _count_in_values(song: Song) -> dict[str, Any]:
    count_in = asdict(song.count_in)
    meter = song.count_in.meter
    count_in["meter"] = None if meter is None else str(meter)
    return {**count_in, "length_s": _seconds(count_in_s(song))}


def _section_values(placed: Placed) -> dict[str, Any]:
    section = placed.section
    return {
        "name": section.name,
        "first_bar": placed.first_bar,
        "last_bar": placed.last_bar,
        "bars": section.bars,
        "start_tick": placed.start_tick,
        "start_s": _seconds(placed.starts_s),
        "length_s": _seconds(placed.lasts_s),
        "meter": str(section.meter),
        "grouping": list(section.grouping),
        "tempos": [_tempo_values(placed, span) for span in section.tempos],
        "beat": note_name(section.clicked_beat_ticks),
        "beat_ticks": section.clicked_beat_ticks,
        "has_click": section.has_click,
        "subdivision": subdivision_word(section.subdivision),
        "pattern": section.pattern,
        "level_db": section.level_db,
    }


def _tempo_values(placed: Placed, span: TempoSpan) -> dict[str, Any]:
    values: dict[str, Any] = {
        "at": place_in_section(placed.section, placed.first_bar, span.start_tick),
        "tick": placed.start_tick + span.start_tick,
        **_exactly("tempo", span.tempo),
    }
    if span.to is not None:
        values |= {**_exactly("to", span.to), "linear_in": str(span.linear_in)}
    return values


def _exactly(name: str, tempo: Tempo) -> dict[str, Any]:
    value = tempo.quarters_per_minute
    return {name: float(value), f"{name}_exact": f"{value.numerator}/{value.denominator}"}


def _seconds(seconds: Fraction | None) -> float | None:
    return None if seconds is None else float(round(seconds, _DECIMALS))
