"""A place that somebody types is a place of that take, or a sentence says which there are."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from countoff.core.entries import FlagKind
from countoff.core.section import Section
from countoff.core.song import Song
from countoff.core.tempo import Meter, Tempo
from countoff.core.tempo_map import TempoSpan
from countoff.takelog.flag_places import FlagPlace, PlaceRefusedError, flag_kind, flag_place
from countoff.takelog.summaries import TakeSummary

STEADY = (TempoSpan(0, Tempo(Fraction(92))),)
SONG = Song(
    "Harbour",
    (
        Section("Verse", 8, STEADY),
        Section("Bridge", 4, STEADY, Meter(7, 8)),
        Section("Outro", None, STEADY),
    ),
)
TAKE = TakeSummary(
    id="aa11",
    session_id="s1",
    song="Harbour",
    number=4,
    is_free=False,
    start_section="Verse",
    start_bar=1,
    is_looped=False,
    tempo="92",
    written_tempo="92",
    told_note_ticks=960,
    status="ended",
    how="ended",
    verdict="RECORDED",
    started_utc="2026-11-22T09:45:03.000Z",
    clock_synchronised=True,
    last_bar=20,
    last_beat=1,
    elapsed_s=None,
    flags=(),
    incident_count=0,
    click="",
)
FREE = replace(TAKE, is_free=True, last_bar=None, last_beat=None, elapsed_s=83.4)
LOOP = replace(TAKE, start_section="Bridge", start_bar=9, is_looped=True, last_bar=9)


@pytest.mark.parametrize(
    ("text", "take", "place", "said"),
    [
        ("1", TAKE, FlagPlace(1, None, section="Verse"), "at bar 1"),
        ("8.4", TAKE, FlagPlace(8, 4, section="Verse"), "at bar 8.4"),
        ("9.7", TAKE, FlagPlace(9, 7, section="Bridge"), "at bar 9.7"),
        ("20.1", TAKE, FlagPlace(20, 1, section="Outro"), "at bar 20"),
        ("Whole", TAKE, FlagPlace(), "for the whole take"),
        # Whichever pass it ended in, all bars of the loop may have been played.
        ("12", LOOP, FlagPlace(12, None, section="Bridge"), "at bar 12"),
        ("1:23", FREE, FlagPlace(elapsed_s=83.0), "at 1:23"),
        ("whole", FREE, FlagPlace(), "for the whole take"),
    ],
)
def test_a_place_of_a_take_is_found(
    text: str, take: TakeSummary, place: FlagPlace, said: str
) -> None:
    """With its section, by the chart that was played."""
    assert flag_place(text, take, SONG) == place
    assert str(place) == said


@pytest.mark.parametrize(
    ("text", "take", "sentence"),
    [
        ("0", TAKE, "T4 of Harbour goes from bar 1 to bar 20; bar 0 is not in it."),
        ("21", TAKE, "T4 of Harbour goes from bar 1 to bar 20; bar 21 is not in it."),
        ("8", LOOP, "T4 of Harbour goes from bar 9 to bar 12; bar 8 is not in it."),
        ("9.8", TAKE, "Bar 9 of Harbour is in 7/8: its beats are 1 to 7, not 8."),
        ("3.0", TAKE, "Bar 3 of Harbour is in 4/4: its beats are 1 to 4, not 0."),
        ("1:23", TAKE, '"1:23" is no place in T4 of Harbour: say BAR, BAR.BEAT or "whole".'),
        ("", TAKE, '"" is no place in T4 of Harbour: say BAR, BAR.BEAT or "whole".'),
        (
            *("1", replace(TAKE, last_bar=None)),
            'T4 of Harbour never rolled: only the whole of it can be flagged ("whole").',
        ),
        ("1", replace(TAKE, last_bar=0), "T4 of Harbour never rolled: only the whole"),
        ("1:24", FREE, "T4 of Harbour is 1:23 long; 1:24 is not in it."),
        ("7", FREE, 'T4 of Harbour has no bars: say the time, as 1:23, or "whole"; found "7".'),
    ],
)
def test_what_is_no_place_is_told(text: str, take: TakeSummary, sentence: str) -> None:
    """The sentence says what would be one."""
    with pytest.raises(PlaceRefusedError) as raised:
        flag_place(text, take, SONG)
    assert str(raised.value).startswith(sentence)


def test_a_pick_up_can_be_flagged_where_there_is_one() -> None:
    """Bar 0 belongs to takes from the top of a song that has one, and to no others."""
    song = replace(SONG, pick_up_ticks=960)
    assert flag_place("0.4", TAKE, song) == FlagPlace(0, 4, section="Verse")
    with pytest.raises(PlaceRefusedError, match="from bar 9 to"):
        flag_place("8", replace(TAKE, start_bar=9, start_section="Bridge"), song)


def test_a_take_without_a_chart_has_bars_all_the_same() -> None:
    """One from before there were charts: its bars are known, its sections are not."""
    assert flag_place("20.9", TAKE, None) == FlagPlace(20, 9)
    with pytest.raises(PlaceRefusedError):
        flag_place("21", TAKE, None)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("keeper", FlagKind.KEEPER),
        ("KEEP", FlagKind.KEEPER),
        ("fix", FlagKind.FIX_HERE),
        ("fix here", FlagKind.FIX_HERE),
        ("no-good", FlagKind.NO_GOOD),
        ("mark", FlagKind.MARKER),
    ],
)
def test_a_kind_is_known_as_people_call_it(text: str, kind: FlagKind) -> None:
    """As the design calls it, and as the screen does."""
    assert flag_kind(text) is kind


def test_an_unknown_kind_names_the_nearest() -> None:
    """And all there are."""
    with pytest.raises(PlaceRefusedError, match=r'no flag "keper".*Did you mean "keeper".*marker'):
        flag_kind("keper")


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (FlagPlace(), {"kind": "keeper", "whole_take": True}),
        (FlagPlace(elapsed_s=3.0), {"kind": "keeper", "whole_take": False, "elapsed_s": 3.0}),
        (
            FlagPlace(7, None, section="Verse"),
            {"kind": "keeper", "whole_take": False, "section": "Verse", "bar": 7, "beat": 1},
        ),
    ],
)
def test_a_flag_says_what_an_edit_needs(place: FlagPlace, value: dict[str, object]) -> None:
    """A bar without a beat is its first."""
    assert place.flag(FlagKind.KEEPER) == value
