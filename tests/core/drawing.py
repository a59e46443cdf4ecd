"""Songs that nobody would write, drawn by hypothesis: every meter, grouping, ramp and count-in.

All of them are valid: what a song file can say, and nothing that it cannot.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Final

from hypothesis import strategies as st

from countoff.core.count_in import CountIn
from countoff.core.section import Section, Subdivision, usual_grouping
from countoff.core.song import Song
from countoff.core.tempo import Meter, Tempo
from countoff.core.tempo_map import LinearIn, TempoSpan

RATES_HZ: Final = (44_100, 48_000, 88_200, 96_000, 176_400, 192_000)
# Plain and dotted notes, in ticks, that can be clicked as the beat.
_BEATS: Final = (180, 240, 360, 480, 720, 960, 1440, 1920, 2880, 3840, 5760)
_MOST_TICKS_PER_BAR: Final = 8 * 960
_PICK_UPS: Final = (60, 120, 160, 240, 320, 480, 720, 960, 1440, 1920, 2400, 2880, 3600)

rates_hz = st.sampled_from(RATES_HZ)
_plain_tempos = st.one_of(
    st.integers(10, 999).map(Fraction),
    # As people write it, as a named beat makes it, and as it stands in a MIDI file.
    st.decimals(20, 400, places=2).map(Fraction),
    st.builds(lambda beat, number: Fraction(beat * number, 960),
              st.sampled_from((480, 720, 1440)), st.integers(40, 260)),
    st.integers(150_000, 3_000_000).map(lambda micros: Fraction(60_000_000, micros)),
    st.fractions(10, 999, max_denominator=1000),
)  # fmt: skip
tempos = _plain_tempos.map(Tempo)
meters = st.builds(Meter, st.integers(1, 32), st.sampled_from((1, 2, 4, 8, 16, 32))).filter(
    lambda meter: meter.ticks_per_bar <= _MOST_TICKS_PER_BAR
)
subdivisions = st.sampled_from(Subdivision)
levels_db = st.sampled_from((0.0, 0.0, -6.0, -40.0, 6.0, -2.5))
patterns = st.sampled_from("Xx.")


@st.composite
def groupings(draw: st.DrawFn, meter: Meter) -> tuple[int, ...]:
    """No groups, the usual ones, or any that add up to the meter's upper number."""
    kind = draw(st.sampled_from(("none", "usual", "any")))
    if kind == "none":
        return ()
    if kind == "usual":
        return usual_grouping(meter)
    groups: list[int] = []
    while (left := meter.beats_per_bar - sum(groups)) > 0:
        groups.append(draw(st.integers(1, min(left, 5))))
    return tuple(groups)


@st.composite
def beats(draw: st.DrawFn, meter: Meter) -> int:
    """The meter's own beat, or a longer note that goes evenly into the bar and its threes."""
    own = meter.ticks_per_beat
    is_in_threes = meter.note_value >= 8 and meter.beats_per_bar in (
        6,
        9,
        12,
        15,
        18,
        21,
        24,
        27,
        30,
    )
    group_ticks = 3 * own if is_in_threes else own
    longer = [
        beat
        for beat in _BEATS
        if beat > own and meter.ticks_per_bar % beat == 0 and beat % group_ticks == 0
    ]
    return draw(st.sampled_from((0, 0, *longer)))


@st.composite
def tempo_spans(draw: st.DrawFn, meter: Meter, bars: int | None) -> tuple[TempoSpan, ...]:
    """One tempo, a ramp over the whole or a part, or changes anywhere, on no beat if need be."""
    length_ticks = None if bars is None else bars * meter.ticks_per_bar
    kind = draw(st.sampled_from(("steady", "steady", "ramp", "part", "changes")))
    if length_ticks is None or kind == "steady":
        return (TempoSpan(0, draw(tempos)),)
    shapes = st.sampled_from(LinearIn)
    first, last = draw(tempos), draw(tempos)
    if kind == "ramp":
        return (TempoSpan(0, first, last, draw(shapes)),)
    if kind == "part":
        if length_ticks < 2 * meter.ticks_per_beat:
            return (TempoSpan(0, first, last, draw(shapes)),)
        turn_tick = draw(st.integers(1, length_ticks // meter.ticks_per_beat - 1))
        turn_tick *= meter.ticks_per_beat
        if draw(st.booleans()):
            return (TempoSpan(0, first, last, draw(shapes)), TempoSpan(turn_tick, last))
        return (TempoSpan(0, first), TempoSpan(turn_tick, first, last, draw(shapes)))
    ticks = draw(st.sets(st.integers(1, length_ticks - 1), max_size=5))
    return tuple(
        TempoSpan(tick, draw(tempos), draw(st.none() | tempos), draw(shapes))
        for tick in (0, *sorted(ticks))
    )


@st.composite
def sections(
    draw: st.DrawFn, *, most_bars: int = 6, can_roll_on: bool = False, name: str = "Verse"
) -> Section:
    """Any section."""
    meter = draw(meters)
    bars = draw(st.integers(1, most_bars))
    rolls_on = can_roll_on and draw(st.booleans())
    beat_ticks = draw(beats(meter))
    section = Section(
        name,
        None if rolls_on else bars,
        draw(tempo_spans(meter, None if rolls_on else bars)),
        meter,
        draw(groupings(meter)),
        beat_ticks,
        subdivision=draw(subdivisions),
        level_db=draw(levels_db),
        has_click=draw(st.integers(0, 5)) > 0,
    )
    if draw(st.integers(0, 3)) > 0:
        return section
    clicked_beats = meter.ticks_per_bar // section.clicked_beat_ticks
    letters = draw(st.lists(patterns, min_size=clicked_beats, max_size=clicked_beats))
    return replace(section, pattern="".join(letters))


@st.composite
def count_ins(draw: st.DrawFn) -> CountIn:
    """Any count-in: none, bars, beats or words; with rests, in another meter, at half time."""
    rest_beats = draw(st.integers(0, 3))
    meter = draw(st.none() | st.just(Meter(4, 4)) | meters)
    is_half_time = draw(st.booleans())
    kind = draw(st.sampled_from(("bars", "bars", "beats", "words", "none")))
    if kind == "none":
        return CountIn(bars=0)
    if kind == "bars":
        bars = draw(st.integers(1, 4))
        return CountIn(bars, rest_beats=rest_beats, meter=meter, is_half_time=is_half_time)
    if kind == "beats":
        count = draw(st.integers(1, 9))
        return CountIn(0, count, (), rest_beats, meter, is_half_time)
    words = draw(st.lists(st.sampled_from(("1", "2", "3", "4", ".")), min_size=1, max_size=9))
    usual = draw(st.booleans())
    said = ("1", ".", "2", ".", "1", "2", "3", "4") if usual else tuple(words)
    return CountIn(0, 0, said, rest_beats, meter, is_half_time)


@st.composite
def songs(draw: st.DrawFn, *, most_sections: int = 5, most_bars: int = 6) -> Song:
    """Any song with a click."""
    count = draw(st.integers(1, most_sections))
    played = tuple(
        draw(sections(most_bars=most_bars, can_roll_on=number == count, name=f"Section {number}"))
        for number in range(1, count + 1)
    )
    pick_ups = [ticks for ticks in _PICK_UPS if ticks < played[0].meter.ticks_per_bar]
    return Song(
        title="Any Song",
        sections=played,
        count_in=draw(count_ins()),
        pick_up_ticks=draw(st.sampled_from((0, *pick_ups))) if draw(st.booleans()) else 0,
    )
