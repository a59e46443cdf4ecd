"""What the rules have the player sound, press to end, is what the oracle hears in the song."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from core.drawing import songs
from core.oracle import HALF_A_SAMPLE, Sound, heard
from countoff.core.actions import ExtendClicks, StartClicks
from countoff.core.events import Pedal, SongAsked

if TYPE_CHECKING:
    from countoff.core.plan import Click
    from countoff.core.song import Song

PLAYED_S: Final = 70  # more than two stretches of plan
PLANNED_S: Final = 140  # more than is planned by then


def clicks_of_take(open_studio: Any, song: Song, section: str, *, is_looped: bool) -> Any:
    """Play a take of `song` from `section` on; return its grid and all clicks that were planned."""
    studio = open_studio(song)
    asked_ns = studio.ns(0.5)
    studio.feed(SongAsked(asked_ns, song.title, section, is_looped, "panel"))
    studio.down(Pedal.ROLL, 1)
    grid = studio.state.take.grid
    studio.up(Pedal.ROLL, 1.15)
    studio.run_to(1 + PLAYED_S)
    planned: list[Click] = []
    for _, action in studio.actions:
        if isinstance(action, StartClicks | ExtendClicks):
            planned.extend(action.clicks)
    return grid, planned


def most_quarters(song: Song) -> Fraction:
    """Return how many quarters go into what is planned, at the quickest of the song's tempos."""
    spans = [span for section in song.sections for span in section.tempos]
    tempos = [tempo for span in spans for tempo in (span.tempo, span.to) if tempo is not None]
    return max(tempo.quarters_per_minute for tempo in tempos) * PLANNED_S / 60


def judge(planned: list[Click], expected: list[Sound], grid: Any, song: Song) -> None:
    """Hold them against the oracle as far as they go: in a minute they go further than that."""
    reach_frame = grid.frame_at_tick(song.first_tick) + PLAYED_S * grid.rate_hz
    due = [
        sound for sound in expected if sound.frame(grid.origin_frame, grid.rate_hz) < reach_frame
    ]
    assert len(planned) >= len(due)
    for click, sound in zip(planned, expected, strict=False):
        assert (Fraction(click.tick, 960), click.voice.name) == (sound.quarters, sound.voice)
        assert abs(click.frame - sound.frame(grid.origin_frame, grid.rate_hz)) <= HALF_A_SAMPLE
    assert len(planned) <= len(expected)


@settings(max_examples=40)
@given(songs(), st.integers(0, 4))
def test_a_take_from_any_section_sounds_as_the_oracle_hears_it(
    open_studio: Any, song: Song, start: int
) -> None:
    """From ROLL through every stretch that is planned later: none missing, none twice."""
    start = min(start, len(song.sections) - 1)
    grid, planned = clicks_of_take(open_studio, song, song.sections[start].name, is_looped=False)
    assert grid.origin_frame.denominator == 1
    judge(
        planned, heard(song, start=start, until=most_quarters(song)), grid, song.starting_at(start)
    )


@settings(max_examples=20)
@given(songs(most_sections=3, most_bars=3), st.integers(0, 2))
def test_a_loop_sounds_as_the_oracle_hears_it(open_studio: Any, song: Song, start: int) -> None:
    """Pass after pass."""
    start = min(start, len(song.sections) - 1)
    section = song.sections[start]
    if section.bars is None:
        return
    grid, planned = clicks_of_take(open_studio, song, section.name, is_looped=True)
    looped = song.looping(start)
    bar = Fraction(4 * section.meter.beats_per_bar, section.meter.note_value)
    passes = int(most_quarters(song) / (section.bars * bar)) + 2
    passes = min(passes, len(looped.sections) - start)
    expected = heard(song, start=start, passes=passes, until=most_quarters(song))
    judge(planned, expected, grid, looped)
