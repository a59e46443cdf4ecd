"""Timelines of what was recorded, made from what was read of the take log. Pure.

What a DAW has is never touched: places are what the log says.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from countoff.core.grid import Grid
from countoff.export.laid_comp import comp_pieces, laid_comp
from countoff.export.laid_takes import Laying, Ruler
from countoff.export.laid_tempo import Bars, LaidTempo, laid_tempo
from countoff.export.places import Placed, ToPlace, stacked_at, strung_out
from countoff.export.timeline import LaidSection, LaidSong, Layout, Timeline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countoff.core.comp.values import CompSection
    from countoff.core.song import Song
    from countoff.export.session_reading import SessionRead, SongRead
    from countoff.export.take_reading import ReadTake

# A bar of nothing before what was recorded first, in a song that has no bars.
_FREE_BAR_S = Fraction(2)


def stacked(
    read: SessionRead,
    song: SongRead,
    rate_hz: int | None = None,
    *,
    least_before_s: Fraction = Fraction(0),
) -> Timeline:
    """Return a song's project: all its takes on top of each other, bar 1 upon bar 1, and the comp.

    Before bar 1 there are as many bars as the earliest recording needs, and `least_before_s` at least.
    """
    before_s = max(least_before_s, *(-take.start_s for take in song.takes))
    played = _song_of(song)
    bar_s = _FREE_BAR_S if played is None else played.meter.ticks_per_bar * (
        played.tempo.seconds_per_tick
    )  # fmt: skip
    bar1_s = max(ceil(before_s / bar_s), 1) * bar_s
    return _stacked(read, song, rate_hz or read.rate_hz, bar1_s)


def as_recorded(
    read: SessionRead, songs: Sequence[SongRead], rate_hz: int | None = None
) -> Timeline:
    """Return the timeline that the DAW has recorded on, with these songs' takes in their places."""
    rate_hz = rate_hz or read.rate_hz
    takes = sorted((take for song in songs for take in song.takes), key=lambda take: take.ordinal)
    to_place = [_to_place(take) for take in takes]
    if len(songs) == 1:
        bar1_s = stacked_at(to_place)
        if bar1_s is not None:
            return _stacked(read, songs[0], rate_hz, bar1_s)
    placed, remarks = strung_out(to_place)
    places = {take.detail.summary.id: place for take, place in zip(takes, placed, strict=True)}
    in_order = sorted(takes, key=lambda take: places[take.detail.summary.id].bar1_s + take.start_s)
    tempo = laid_tempo(
        [bars for take in in_order for bars in _bars(take, places[take.detail.summary.id])],
        max(
            (places[take.detail.summary.id].bar1_s + take.end_s for take in takes),
            default=Fraction(0),
        ),
    )
    ruler = _ruler(tempo, rate_hz)
    bar1_s_of = {take_id: place.bar1_s for take_id, place in places.items()}
    return Timeline(
        session=read.session,
        title=songs[0].title if len(songs) == 1 else f"Session {read.session.started_label[:10]}",
        layout=Layout.STRUNG_OUT,
        rate_hz=rate_hz,
        tempo_map=tempo.tempo_map,
        meters=tempo.meters,
        bar1_tick=None,
        end_tick=tempo.end_tick,
        fillings=tempo.fillings,
        songs=tuple(_laid_song(song, Laying(ruler, bar1_s_of, song.comp.comp)) for song in songs),
        remarks=(*remarks, *_unknown_music(takes)),
    )


def _stacked(read: SessionRead, song: SongRead, rate_hz: int, bar1_s: Fraction) -> Timeline:
    played = _song_of(song)
    end_s = max(bar1_s + take.end_s for take in song.takes)
    bars = []
    if played is not None:
        end_tick = max(played.start_ticks[-1], played.length_ticks or 0)
        bars = [Bars(played, bar1_s, Fraction(0), end_tick, end_s)]
    tempo = laid_tempo(bars, end_s)
    ruler = _ruler(tempo, rate_hz)
    bar1_tick = ruler.tick(ruler.frame(bar1_s))
    ids = [take.detail.summary.id for take in song.takes]
    laying = Laying(ruler, dict.fromkeys(ids, bar1_s), song.comp.comp)
    sections = _song_sections(song, played, bar1_s, ruler)
    laid = _laid_song(song, laying, sections)
    if laid.comp is not None:
        reads = {take.detail.summary.id: take for take in song.takes}
        pieces = comp_pieces(song.comp.comp, reads, bar1_s, ruler)
        laid = replace(laid, comp=replace(laid.comp, pieces=pieces))
    return Timeline(
        session=read.session,
        title=song.title,
        layout=Layout.STACKED,
        rate_hz=rate_hz,
        tempo_map=tempo.tempo_map,
        meters=tempo.meters,
        bar1_tick=bar1_tick,
        end_tick=tempo.end_tick,
        fillings=tempo.fillings,
        songs=(laid,),
        remarks=(*_other_music(song), *_unknown_music(song.takes)),
    )


def _laid_song(song: SongRead, laying: Laying, sections: tuple[LaidSection, ...] = ()) -> LaidSong:
    takes = laying.takes(song.takes)
    return LaidSong(
        title=song.title,
        takes=takes,
        sections=sections,
        comp=laid_comp(song.comp.comp, takes, sections),
        left_out=tuple(song.comp.left_out.values()),
    )


def _song_of(song: SongRead) -> Song | None:
    """Return the song that stacked takes lie on: as the comp's master played it, as far as it is known.

    None in a song without tempo, and where no chart says what it is.
    """
    with_song = [take for take in song.takes if take.comp is not None and take.played is not None]
    if not with_song:
        return None
    wanted = _sections_of_comp(song)
    best = max(
        with_song,
        key=lambda take: (
            take.comp is not None and take.comp.sections[: len(wanted)] == wanted,
            take.comp is not None and take.comp.looped_index is None,
            take.ordinal,
        ),
    )
    played = best.played
    if played is None or best.comp is None:
        return None
    # From its top, and once: a loop is unrolled behind the section that was looped.
    sections = played.sections[: len(best.comp.sections)]
    return replace(played, sections=sections, start_index=0, first_bars=())


def _sections_of_comp(song: SongRead) -> tuple[CompSection, ...]:
    return tuple(choice.section for choice in song.comp.comp.choices)


def _song_sections(
    song: SongRead, played: Song | None, bar1_s: Fraction, ruler: Ruler
) -> tuple[LaidSection, ...]:
    """Return the sections of the song that the takes lie on; the last may be as long as its longest take."""
    if played is None:
        return ()
    longest_s = max((take.music_end_s or Fraction(0) for take in song.takes), default=Fraction(0))
    sections = _sections_of_comp(song) or max(
        (take.comp.sections for take in song.takes if take.comp is not None), key=len, default=()
    )
    seconds_at = played.tempo_map.seconds_at_tick
    laid = []
    for section in sections:
        start_s = seconds_at(section.start_tick)
        end_s = (
            max(longest_s, start_s) if section.end_tick is None else seconds_at(section.end_tick)
        )
        laid.append(ruler.section(section, (bar1_s + start_s, bar1_s + end_s)))
    return tuple(laid)


def _bars(take: ReadTake, place: Placed) -> Sequence[Bars]:
    """Return the bars of a take that rolled and has some."""
    if take.played is None or take.comp is None:
        return ()
    bar1_s = place.bar1_s
    bars = Bars(
        song=take.played,
        bar1_s=bar1_s,
        from_s=bar1_s + take.start_s,
        end_tick=take.comp.end_tick,
        until_s=bar1_s + take.end_s,
    )
    return (bars,)


def _to_place(take: ReadTake) -> ToPlace:
    known_s = take.detail.daw_bar1_s
    return ToPlace(
        label=take.label,
        ordinal=take.ordinal,
        before_s=-take.start_s,
        after_s=take.end_s,
        bar1_s=None if known_s is None else Fraction(known_s),
    )


def _ruler(tempo: LaidTempo, rate_hz: int) -> Ruler:
    return Ruler(Grid(tempo.tempo_map, rate_hz, Fraction(0)), rate_hz)


def _other_music(song: SongRead) -> Sequence[str]:
    """Say which takes do not lie on the bars of the timeline."""
    wanted = _sections_of_comp(song)
    others = [
        f"T{take.detail.summary.number}"
        for take in song.takes
        if take.comp is not None
        and wanted
        and take.comp.sections != wanted[: len(take.comp.sections)]
    ]
    if not others:
        return ()
    verb = "was" if len(others) == 1 else "were"
    sentence = (
        f"{', '.join(others)} {verb} played at another tempo, or in another arrangement: only bar 1 lies"
        " on the bars of this timeline."
    )
    return (sentence,)


def _unknown_music(takes: Sequence[ReadTake]) -> Sequence[str]:
    """Say of which takes nobody knows the bars."""
    unknown = [
        take.label
        for take in takes
        if take.played is None and not take.detail.summary.is_free and take.music_s is not None
    ]
    if not unknown:
        return ()
    which = ", ".join(unknown)
    return (f"The log has no chart of {which}: nobody knows the bars and sections of it.",)
