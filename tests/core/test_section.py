"""What clicks in a bar, written as it is heard: one character for each of its smallest notes."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from countoff.core.section import Section, Subdivision, usual_grouping
from countoff.core.tempo import Meter, Tempo
from countoff.core.tempo_map import TempoSpan
from countoff.core.voice import Voice

FOUR_FOUR = Meter(4, 4)
LETTERS = {Voice.ACCENT: "A", Voice.GROUP: "G", Voice.BEAT: "b", Voice.SUBDIVISION: "s"}


def heard(meter: Meter, step_ticks: int, quarters_per_minute: int = 120, **said: Any) -> str:
    """Return a bar as it is heard: accent, group, beat, subdivision, or a dot for nothing."""
    tempo = Tempo(Fraction(quarters_per_minute))
    section = Section("Verse", 4, (TempoSpan(0, tempo),), meter, **said)
    row = ["."] * (meter.ticks_per_bar // step_ticks)
    for tick, voice in section.clicks_in_bar(tempo.quarters_per_minute):
        place, rest = divmod(tick, step_ticks)
        assert rest == 0
        row[place] = LETTERS[voice]
    return "".join(row)


@pytest.mark.parametrize(
    ("meter", "step_ticks", "said", "bar"),
    [
        (FOUR_FOUR, 960, {}, "Abbb"),
        (Meter(7, 8), 480, {}, "Abbbbbb"),
        (Meter(1, 4), 960, {}, "A"),
        (Meter(7, 8), 480, {"grouping": (2, 2, 3)}, "AbGbGbb"),
        (Meter(7, 8), 480, {"grouping": (3, 2, 2)}, "AbbGbGb"),
        (Meter(5, 4), 960, {"grouping": (3, 2)}, "AbbGb"),
        (Meter(4, 4), 960, {"grouping": (3, 1)}, "AbbG"),
        (Meter(12, 8), 480, {"grouping": (3, 3, 3, 3)}, "AbbGbbGbbGbb"),
        # A 6/8 in two: its beats are the groups, and are beats.
        (Meter(6, 8), 1440, {"grouping": (3, 3), "beat_ticks": 1440}, "Ab"),
        (Meter(12, 8), 1440, {"grouping": (3, 3, 3, 3), "beat_ticks": 1440}, "Abbb"),
        (FOUR_FOUR, 960, {"beat_ticks": 1920}, "A.b."),
        (FOUR_FOUR, 960, {"has_click": False}, "...."),
        (FOUR_FOUR, 960, {"pattern": "x.Xx"}, "b.Ab"),
        (Meter(7, 8), 480, {"grouping": (2, 2, 3), "pattern": "XxXxX.."}, "AbAbA.."),
        (FOUR_FOUR, 960, {"pattern": "...."}, "...."),
    ],
)
def test_a_bar_has_accent_groups_and_beats(
    meter: Meter, step_ticks: int, said: dict[str, Any], bar: str
) -> None:
    """One accent on the downbeat, the groups' first notes, the beats, or what a pattern says."""
    assert heard(meter, step_ticks, **said) == bar


@pytest.mark.parametrize(
    ("subdivision", "meter", "step_ticks", "said", "bar"),
    [
        (Subdivision.EIGHTH, FOUR_FOUR, 480, {}, "Asbsbsbs"),
        (Subdivision.SIXTEENTH, Meter(2, 4), 240, {}, "Asssbsss"),
        (Subdivision.TRIPLET, Meter(3, 4), 320, {}, "Assbssbss"),
        (Subdivision.EIGHTH, FOUR_FOUR, 480, {"beat_ticks": 1920}, "Asssbsss"),
        (Subdivision.TRIPLET, FOUR_FOUR, 320, {"beat_ticks": 1920}, "Asssssbsssss"),
        (Subdivision.SIXTEENTH, Meter(5, 8), 240, {"grouping": (3, 2)}, "AsbsbsGsbs"),
        # As short as the beat, or longer: nothing lies between the beats.
        (Subdivision.EIGHTH, Meter(7, 8), 480, {}, "Abbbbbb"),
        (Subdivision.EIGHTH, Meter(7, 16), 240, {}, "Abbbbbb"),
        # A third of a beat that is not made of quarters: no 2 against 3.
        (Subdivision.TRIPLET, Meter(6, 8), 480, {"beat_ticks": 1440}, "Assbss"),
        (Subdivision.TRIPLET, Meter(2, 8), 160, {}, "Assbss"),
        (Subdivision.EIGHTH, Meter(6, 16), 240, {"beat_ticks": 720}, "A..b.."),
        (Subdivision.SIXTEENTH, Meter(6, 16), 240, {"beat_ticks": 720}, "Assbss"),
        # Where a pattern silences a beat, its subdivision does not sound in its place.
        (Subdivision.EIGHTH, FOUR_FOUR, 480, {"pattern": "X.x."}, "As.sbs.s"),
    ],
)
def test_subdivisions_fill_the_beats(
    subdivision: Subdivision, meter: Meter, step_ticks: int, said: dict[str, Any], bar: str
) -> None:
    """Between the beats come the subdivisions, evenly; where both meet, the beat sounds."""
    assert heard(meter, step_ticks, subdivision=subdivision, **said) == bar


@pytest.mark.parametrize(
    ("quarters_per_minute", "meter", "beat_ticks", "step_ticks", "bar"),
    [
        (120, Meter(2, 4), 0, 240, "A...b..."),
        (80, Meter(2, 4), 0, 240, "A...b..."),
        (79, Meter(2, 4), 0, 240, "A.s.b.s."),
        (50, Meter(2, 4), 0, 240, "A.s.b.s."),
        (49, Meter(2, 4), 0, 240, "Asssbsss"),
        # In halves at 60 a minute, though there are 120 quarters in it.
        (120, FOUR_FOUR, 1920, 960, "Asbs"),
        # A dotted beat has three parts: "dotted quarter = 66", and = 44.
        (99, Meter(6, 8), 1440, 240, "A.s.s.b.s.s."),
        (66, Meter(6, 8), 1440, 240, "Asssssbsssss"),
        # 92 quarters are 184 8ths: quick enough.
        (92, Meter(6, 8), 0, 240, "A.b.b.b.b.b."),
    ],
)
def test_auto_divides_a_slow_beat(
    quarters_per_minute: int, meter: Meter, beat_ticks: int, step_ticks: int, bar: str
) -> None:
    """Below 80 beats a minute there is one note between two beats, below 50 there are three."""
    said: dict[str, Any] = {"subdivision": Subdivision.AUTO, "beat_ticks": beat_ticks}
    assert heard(meter, step_ticks, quarters_per_minute, **said) == bar


@pytest.mark.parametrize(
    ("meter", "grouping"),
    [
        (Meter(6, 8), (3, 3)),
        (Meter(9, 8), (3, 3, 3)),
        (Meter(12, 8), (3, 3, 3, 3)),
        (Meter(6, 16), (3, 3)),
        (Meter(3, 8), ()),
        (Meter(7, 8), ()),
        (Meter(6, 4), ()),
        (FOUR_FOUR, ()),
    ],
)
def test_compound_meters_are_in_threes(meter: Meter, grouping: tuple[int, ...]) -> None:
    """6/8, 9/8 and 12/8 are grouped where nobody says so; what is ambiguous is not."""
    assert usual_grouping(meter) == grouping
