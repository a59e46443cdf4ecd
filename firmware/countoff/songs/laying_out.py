"""From what is written to the song that is played: sections in order, each with all it needs. Pure.

Every fault is told; where something depends on a value that is itself faulty, nothing is said.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final, TypeVar

from countoff.config.problems import either, quoted
from countoff.core.count_in import NO_COUNT_IN, TWO_BARS, laid_out
from countoff.core.section import Section, Subdivision
from countoff.core.song import Song, free_song
from countoff.core.tempo import Tempo
from countoff.songs.held import Held
from countoff.songs.playing_order import in_playing_order
from countoff.songs.spans import spans_of, ticks_of
from countoff.songs.tempo_values import NamedTempo
from countoff.songs.values import LONGEST_SONG_BARS
from countoff.songs.written import SECTION, SectionWritten

if TYPE_CHECKING:
    from countoff.core.tempo import Meter
    from countoff.songs.written import SongWritten

# Stands for a tempo that cannot be told for a fault before, so that what follows is still looked at.
_SOME_TEMPO: Final = NamedTempo(Tempo(Fraction(120)))

Value = TypeVar("Value")


def lay_out(written: SongWritten) -> Song | None:
    """Return the song, or None where there is a fault, which the spot of `written` is told."""
    faults = written.spot.faults
    if not written.has("title") and "title" not in written.faulty:
        written.spot.at("title").missing("what the song is called; 1 to 80 characters in quotes")
    has_tempo = written.has("tempo") or any(
        section.tempo is not None or "tempo" in section.faulty for section in written.sections
    )
    if not has_tempo and not {"tempo", SECTION} & written.faulty:
        _judge_free(written)
        is_wrong = any(fault.kind != "unknown" for fault in faults)
        return None if is_wrong else _described(free_song(written.title or ""), written)
    _judge_lengths(written)
    order = in_playing_order(written)
    sections = _sections(written)
    if order is None or any(fault.kind != "unknown" for fault in faults):
        if order:
            _judge_beginning(written, sections[order[0].written])
        return None
    played = tuple(
        replace(section, name=each.name)
        for each in order
        if (section := sections[each.written]) is not None
    )
    total_bars = sum(section.bars or 0 for section in played)
    if total_bars > LONGEST_SONG_BARS:
        written.spot.at("form" if written.form else SECTION).say(
            f"The song has {total_bars} bars as it is played; at most {LONGEST_SONG_BARS} are allowed."
        )
    pick_up_ticks = _judge_beginning(written, played[0])
    if pick_up_ticks is None or any(fault.kind != "unknown" for fault in faults):
        return None
    song = Song(
        title=written.title or "",
        sections=played,
        count_in=TWO_BARS if written.count_in is None else written.count_in,
        pick_up_ticks=pick_up_ticks,
    )
    return _described(song, written)


def _described(song: Song, written: SongWritten) -> Song:
    return replace(
        song, artist=written.artist or "", key=written.key or "", notes=written.notes or ""
    )


def _judge_free(written: SongWritten) -> None:
    """Tell what a song without tempo has that needs one."""
    needing = [
        "[[section]]" if name == SECTION else name
        for name in ("meter", "grouping", "count_in", "subdivision", "click", "pick_up", "bars",
                     "form", SECTION)
        if written.has(name) and not _is_silent(written, name)
    ]  # fmt: skip
    if needing:
        need = "needs" if len(needing) == 1 else "need"
        written.spot.at("tempo").say(
            f"tempo is missing, and {_all(needing)} {need} one: write tempo = 120 (quarter notes a"
            f" minute), or leave out {_all(needing)} for a free song, which has takes and flags but"
            " no click.",
            is_missing=True,
        )


def _is_silent(written: SongWritten, name: str) -> bool:
    """Tell whether a key only says what is so in a free song anyway."""
    return (name == "click" and written.click is False) or (
        name == "count_in" and written.count_in == NO_COUNT_IN
    )


def _all(names: list[str]) -> str:
    return either(names).replace(" or ", " and ")


def _judge_lengths(written: SongWritten) -> None:
    sections = written.sections
    if sections and written.bars is not None:
        written.spot.at("bars").say(
            f"bars = {written.bars} is not allowed in a song with sections: each [[section]] has its"
            " own bars."
        )
    if sections and written.tempo is not None and not isinstance(written.tempo, NamedTempo):
        written.spot.at("tempo").say(
            "tempo is a ramp or a list of changes, which is not allowed above sections: write here"
            " the tempo that the song begins with, and what moves in its [[section]]."
        )
    for section in sections:
        if section.name is None and "name" not in section.faulty and len(sections) > 1:
            section.spot.at("name").missing('what it is called, such as name = "Verse"')
        if section.bars is None and "bars" not in section.faulty and (section.repeat or 1) > 1:
            section.spot.at("bars").missing(
                f"it is played {section.repeat} times, and must have a length"
            )


def _sections(written: SongWritten) -> list[Section | None]:
    """Return each section as written, with what holds on from the one before it.

    None where there is a fault.
    """
    if not written.sections:
        alone = SectionWritten(
            written.spot,
            name="",
            bars=written.bars,
            tempo=written.tempo,
            faulty=written.faulty & {"bars", "tempo", "meter", "grouping"},
        )
        held = Held(meter=_meter(written))
        _take_grouping(held, written)
        return [_section(alone, held, written)]
    held = Held(
        tempo=written.tempo if isinstance(written.tempo, NamedTempo) else None,
        meter=_meter(written),
    )
    if held.tempo is None and (written.has("tempo") or "tempo" in written.faulty):
        held.tempo = _SOME_TEMPO
    _take_grouping(held, written)
    return [_section(section, held, written) for section in written.sections]


def _meter(written: SongWritten) -> Meter | None:
    if "meter" in written.faulty:
        return None
    return Held().meter if written.meter is None else written.meter


def _take_grouping(held: Held, written: SongWritten | SectionWritten) -> None:
    """Have the grouping that stands in `written` hold for the meter that now holds."""
    groups, meter = written.grouping, held.meter
    if groups is None or meter is None:
        return
    if sum(groups) != meter.beats_per_bar:
        written.spot.at("grouping").wrong(
            "+".join(str(group) for group in groups),
            f"groups that add up to the upper number of the meter, {meter.beats_per_bar} in {meter}",
        )
    else:
        held.groupings[meter] = groups if len(groups) > 1 else ()


def _section(section: SectionWritten, held: Held, song: SongWritten) -> Section | None:
    if "meter" in section.faulty:
        held.meter = None
    elif section.meter is not None:
        held.meter = section.meter
    if song.sections:
        _take_grouping(held, section)
    meter = held.meter
    if section.tempo is None and "tempo" not in section.faulty and held.tempo is None:
        section.spot.at("tempo").missing(
            "no tempo holds on from before; write it here or above the sections"
        )
        held.tempo = _SOME_TEMPO
    laid = None
    spot, is_length_known = section.spot.at("tempo"), "bars" not in section.faulty
    if "tempo" not in section.faulty:
        laid = spans_of(
            section.tempo, held.tempo, meter, section.bars, spot, is_length_known=is_length_known
        )
    elif isinstance(section.tempo, tuple) and meter is not None and is_length_known:
        ticks_of(section.tempo, meter, section.bars, spot)
    held.tempo = _SOME_TEMPO if laid is None else laid[2]
    if laid is None or meter is None:
        return None
    spans, begins, _ = laid
    beat_ticks = held.beat_ticks(begins.note_ticks, meter)
    built = Section(
        name=section.name or "",
        bars=section.bars,
        tempos=spans,
        meter=meter,
        grouping=held.grouping(meter, beat_ticks),
        beat_ticks=beat_ticks,
        pattern=section.pattern or "",
        subdivision=_first(section.subdivision, song.subdivision, Subdivision.NONE),
        level_db=section.level or 0.0,
        has_click=_first(section.click, song.click, otherwise=True),
    )
    beats = meter.ticks_per_bar // built.clicked_beat_ticks
    if built.pattern and len(built.pattern) != beats:
        section.spot.at("pattern").wrong(
            built.pattern, f"one letter for each of the {beats} clicked beats of a bar of {meter}"
        )
    return built


def _first(own: Value | None, song: Value | None, otherwise: Value) -> Value:
    if own is not None:
        return own
    return otherwise if song is None else song


def _judge_beginning(written: SongWritten, first: Section | None) -> int | None:
    """Return the length of the pick-up in ticks, having judged it and the count-in."""
    if first is None:
        return None
    pick_up_ticks = 0
    if written.pick_up is not None:
        count, note_ticks = written.pick_up
        exact_ticks = count * (note_ticks or first.clicked_beat_ticks)
        pick_up_ticks = int(exact_ticks)
        spot = written.spot.at("pick_up")
        if exact_ticks >= first.meter.ticks_per_bar:
            spot.wrong(
                written.values["pick_up"],
                f"shorter than a bar of {first.meter}, in which the song begins",
            )
            return None
        if pick_up_ticks != exact_ticks:
            spot.wrong(written.values["pick_up"], "whole ticks, 960 to the quarter note")
            return None
    count_in = TWO_BARS if written.count_in is None else written.count_in
    if count_in == NO_COUNT_IN:
        return pick_up_ticks
    counting = laid_out(count_in, first.meter, first.clicked_beat_ticks, pick_up_ticks)
    if not counting.counts:
        written.spot.at("count_in").say(
            f"count_in = {quoted(written.values['count_in'])} is not allowed: it rests on all of its"
            ' beats; write "none" for no count-in.'
        )
        return None
    return pick_up_ticks
