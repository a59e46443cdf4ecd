"""The timeline of a song that is to be recorded: its bars and sections at each place that takes will go to. Pure.

Where bar 1 of a take will come is known but for one thing: how long the DAW takes from the command until it
rolls. Its own timeline stands still meanwhile, so bar 1 comes that much earlier on it.
"""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, Final, NamedTuple

from countoff.core.grid import Grid
from countoff.core.session.places import is_stacking
from countoff.core.session.state import LocatePlace
from countoff.export.laid_takes import Ruler
from countoff.export.laid_tempo import Bars, laid_tempo
from countoff.export.places import BETWEEN_PLACES_S, LAST_PLACE_S
from countoff.export.timeline import LaidSong, Layout, TakePlace, Timeline
from countoff.takelog.comp_takes import sections_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countoff.core.comp.values import CompSection
    from countoff.core.session.state import Settings
    from countoff.core.song import Song
    from countoff.export.timeline import LaidSection

# Bars that are laid out of a last section that rolls until stopped.
_OPEN_BARS: Final = 32
_NS_PER_SECOND: Final = 1_000_000_000
_FREE_S: Final = Fraction(60)


class StringOut(NamedTuple):
    """Takes on fresh timeline, ten minutes apart: how many, and how long after ROLL the count-in begins."""

    places: int
    lead_s: Fraction


class OnePlace(NamedTuple):
    """All takes on one place.

    lead_s: how long after ROLL the count-in begins, where recording begins on the place; None where takes
            are stacked, so that bar 1 lies on it
    """

    place_s: Fraction
    lead_s: Fraction | None = None


def way_of(settings: Settings, places: int) -> StringOut | OnePlace:
    """Return where the box sends takes by its settings."""
    lead_s = Fraction(settings.lead_ns, _NS_PER_SECOND)
    if settings.locate_place is LocatePlace.FRESH:
        return StringOut(places, lead_s)
    return OnePlace(Fraction(settings.locate_s), None if is_stacking(settings) else lead_s)


def before_tracking(song: Song, way: StringOut | OnePlace, rate_hz: int) -> Timeline:
    """Return the project to record a song into."""
    places_s, bar1_s = _places(song, way)
    end_tick = _end_tick(song)
    bars = (
        []
        if song.is_free
        else [
            Bars(song, start_s, min(place_s, start_s - _counted_s(song)), end_tick, start_s)
            for place_s, start_s in zip(places_s, bar1_s, strict=True)
        ]
    )
    tempo = laid_tempo(bars, bar1_s[-1] + _length_s(song))
    ruler = Ruler(Grid(tempo.tempo_map, rate_hz, Fraction(0)), rate_hz)
    is_one = isinstance(way, OnePlace)
    return Timeline(
        session=None,
        title=song.title,
        layout=Layout.STACKED if is_one else Layout.STRUNG_OUT,
        rate_hz=rate_hz,
        tempo_map=tempo.tempo_map,
        meters=tempo.meters,
        bar1_tick=ruler.tick(ruler.frame(bar1_s[0])) if is_one else None,
        end_tick=tempo.end_tick,
        fillings=tempo.fillings,
        songs=(LaidSong(song.title, (), _sections(song, bar1_s, ruler), None),),
        places=tuple(
            TakePlace(number, ruler.frame(place_s), ruler.frame(start_s))
            for number, (place_s, start_s) in enumerate(zip(places_s, bar1_s, strict=True), start=1)
        ),
        remarks=tuple(_remarks(song, way, bar1_s[0] - places_s[0])),
    )


def _places(song: Song, way: StringOut | OnePlace) -> tuple[list[Fraction], list[Fraction]]:
    """Return where recording begins, and where bar 1 is, of each place."""
    if isinstance(way, OnePlace):
        before_s = Fraction(0) if way.lead_s is None else way.lead_s + _counted_s(song)
        return [way.place_s], [way.place_s + before_s]
    before_s, places_s = way.lead_s + _counted_s(song), []
    # As the box itself does: the next place that is free, where takes are longer than ten minutes.
    steps = floor(before_s + _length_s(song)) // BETWEEN_PLACES_S + 1
    for number in range(way.places):
        place_s = Fraction((1 + number * steps) * BETWEEN_PLACES_S)
        if place_s < LAST_PLACE_S:
            places_s.append(place_s)
    return places_s, [place_s + before_s for place_s in places_s]


def _counted_s(song: Song) -> Fraction:
    return Fraction(0) if song.is_free else -song.tempo_map.seconds_at_tick(song.first_tick)


def _length_s(song: Song) -> Fraction:
    return _FREE_S if song.is_free else song.tempo_map.seconds_at_tick(_end_tick(song))


def _end_tick(song: Song) -> int:
    if song.length_ticks is not None:
        return song.length_ticks
    return song.start_ticks[-1] + _OPEN_BARS * song.sections[-1].meter.ticks_per_bar


def _sections(song: Song, bar1_s: Sequence[Fraction], ruler: Ruler) -> tuple[LaidSection, ...]:
    if song.is_free:
        return ()
    return tuple(
        ruler.section(section, (start_s + begins_s, start_s + ends_s))
        for start_s in bar1_s
        for section, begins_s, ends_s in _spans(song)
    )


def _spans(song: Song) -> Sequence[tuple[CompSection, Fraction, Fraction]]:
    seconds_at = song.tempo_map.seconds_at_tick
    return [
        (
            section,
            seconds_at(section.start_tick),
            seconds_at(_end_tick(song) if section.end_tick is None else section.end_tick),
        )
        for section in sections_of(song)
    ]


def _remarks(song: Song, way: StringOut | OnePlace, before_s: Fraction) -> Sequence[str]:
    said = []
    if isinstance(way, OnePlace):
        said.append(
            "All takes go to one place, and bar 1 lies on it."
            if way.lead_s is None
            else f"All takes go to one place; bar 1 is {float(before_s):.2f} s after it, and as much earlier as"
            " the DAW needs to roll."
        )
    else:
        said.append(
            "Take N of the session is recorded at N times ten minutes, or at the next such place that is free."
            f" Bar 1 is {float(before_s):.2f} s after that, and as much earlier as the DAW needs to roll: what is"
            " exported after tracking has it where it really came."
        )
    if song.is_free:
        said.append(f'"{song.title}" has no tempo: there are places for its takes, and no bars.')
    elif song.length_ticks is None:
        said.append(f"Its last section rolls until stopped: {_OPEN_BARS} bars of it are laid out.")
    return said
