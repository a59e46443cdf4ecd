"""Whatever feet and faults do, in any order: the click stays on its grid, and the DAW is told sense."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from countoff.rehearsal.hearing import clicks_heard
from countoff.rehearsal.logbook import read_logbook
from countoff.rehearsal.playing import play
from countoff.rehearsal.script import parse_script
from countoff.rehearsal.virtual_unit import VirtualUnit

if TYPE_CHECKING:
    import pytest

RATE_HZ = 48_000
SECOND = 1_000_000_000
RENDERED_AHEAD_NS = 60_000_000  # 40 ms of latency, and a block

SONG = 'song "Any" tempo 173.3 meter 5/8 count-in 1 bars subdivision 16th\n'
TICK_FRAMES = Fraction(60 * RATE_HZ * 10, 1733 * 4)  # a sixteenth
COUNT_IN_TICKS = 10

# A hold of AGAIN is left out: a rehearsal's clicks are in no log that they could be judged by.
DEEDS = st.one_of(
    st.sampled_from(["press ROLL", "press AGAIN", "press KEEPER", "press SONG"]),
    st.sampled_from(["hold ROLL 0.7 s", "hold ROLL 2.1 s", "hold KEEPER 0.7 s", "hold SONG 11 s"]),
    st.sampled_from(["stomp ROLL AGAIN", "stomp AGAIN KEEPER", "bounce ROLL", "bounce AGAIN"]),
    st.sampled_from(["press ROLL 10 times in 1 s", "press AGAIN 6 times in 1 s"]),
    st.sampled_from(["do start", "do end_at_bar", "do stop", "do false_start", "do start_over"]),
    st.sampled_from(["do next_take", "do cancel", "do no_good", "do marker"]),
    st.sampled_from(["fault player replaced", "fault daw lost", "fault daw back"]),
)
WAITS_MS = st.one_of(st.integers(0, 400), st.integers(400, 15_000))


@settings(deadline=None, max_examples=40)
@given(day=st.lists(st.tuples(WAITS_MS, DEEDS), min_size=1, max_size=12))
def test_any_day(tmp_path_factory: pytest.TempPathFactory, day: list[tuple[int, str]]) -> None:
    """Every click heard is on the grid of the take that the log says was running then."""
    folder = tmp_path_factory.mktemp("day")
    at_ms = 500
    text = SONG + "at 0.5 press ROLL\n"
    for wait_ms, deed in day:
        at_ms += wait_ms
        text += f"at {at_ms} ms {deed}\n"
    text += f"at {at_ms + 3000} ms end\n"
    script = parse_script(text)

    course = play(script, VirtualUnit(script.songs, folder))

    takes = read_logbook(folder).takes
    heard = clicks_heard(folder / "click.wav", RATE_HZ)
    (folder / "click.wav").unlink()
    assert [take.number for take in takes] == list(range(1, len(takes) + 1))
    for click in heard:
        at_ns = click.frame * SECOND // RATE_HZ
        asked = [take for take in takes if take.at_ns <= at_ns]
        # What was rendered already when a take is given up is still heard.
        settled = [take for take in asked if take.at_ns <= at_ns - RENDERED_AHEAD_NS]
        running = [*settled[-1:], *asked[len(settled) :]]
        # The grid is exact from bar 1, which is a whole frame; the count-in lies before it.
        grids = [
            _nearest(Fraction(take.first_click_ns * RATE_HZ, SECOND) + COUNT_IN_TICKS * TICK_FRAMES)
            for take in running
        ]
        on_grid = [
            bar1
            for bar1 in grids
            if click.frame
            == _nearest(bar1 + round((click.frame - bar1) / TICK_FRAMES) * TICK_FRAMES)
        ]
        assert on_grid, (click, grids)
    _check_sent([sent.meaning for sent in course.sent], len(takes))


def _nearest(exact: Fraction) -> int:
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


def _check_sent(meanings: list[str], take_count: int) -> None:
    """Each take is recorded at most once, after the one before was stopped, and stopped by exit."""
    assert meanings.count("record") <= take_count
    transport = [meaning for meaning in meanings if not meaning.startswith("locate")]
    for before, after in pairwise(transport):
        assert (before, after) != ("record", "record")
        assert (before == "record exit") == (after == "stop")
