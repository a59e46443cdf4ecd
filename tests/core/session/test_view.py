"""What screen and tally show in each phase, and when that changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from countoff.core.events import Part, PartState, Pedal
from countoff.core.screen.view import HealthMark
from countoff.core.session.lighting import tally_view
from countoff.core.session.view import next_view_change_ns, screen_view
from countoff.core.tally import TallyLight

if TYPE_CHECKING:
    from tests.core.session.conftest import Studio

ROLL, AGAIN, KEEPER, SONG = Pedal


def test_idle_shows_the_song_and_its_next_take(studio: Studio) -> None:
    """Song, tempo, meter and the number to come."""
    view = studio.screen
    assert (view.page, view.song, view.tempo, view.meter) == ("idle", "Kingdom", "120", "4/4")
    assert (view.next_take_number, view.take_number, view.last_take) == (1, 0, None)


def test_the_count_in_counts_its_own_bars(studio: Studio) -> None:
    """Before the first click nothing counts; then bar 1 and 2 of the count-in, beat by beat."""
    studio.press(ROLL, 10)
    seen = []
    for at_s in (10.4, 10.6, 12.4, 12.6, 14.4):
        studio.run_to(at_s)
        view = studio.screen
        assert view.page == "count_in"
        seen.append((view.bar, view.beat, view.bars_left))
    assert seen == [(0, 0, 2), (1, 1, 1), (1, 4, 1), (2, 1, 0), (2, 4, 0)]


def test_a_look_ahead_of_the_rules_stays_in_its_phase(studio: Studio) -> None:
    """A view may be asked for a little later than the rules have got: it shows the phase they know."""
    studio.press(ROLL, 10)
    studio.run_to(studio.bar1_s - 0.001)
    view = screen_view(studio.state, studio.ns(studio.bar1_s + 0.2))
    assert (view.page, view.bar, view.beat, view.bars_left) == ("count_in", 2, 4, 0)
    studio.ask("end_at_bar", studio.bar_s(3, 2))
    view = screen_view(studio.state, studio.ns(studio.bar_s(4) + 0.2))
    assert (view.page, view.bar, view.beat, view.bars_left) == ("rolling", 3, 4, 0)


def test_rolling_shows_bar_beat_section_and_bars_left(studio: Studio) -> None:
    """Every beat of the first sections, as it is heard."""
    studio.press(ROLL, 10)
    for bar, beat, section, bars_left in [
        (1, 1, "Intro", 3),
        (4, 4, "Intro", 0),
        (5, 1, "Verse", 7),
        (12, 4, "Verse", 0),
        (13, 2, "Chorus", 23),
        (40, 3, "Out", None),
    ]:
        studio.run_to(studio.bar_s(bar, beat) + 0.001)
        view = studio.screen
        assert view.page == "rolling"
        assert (view.bar, view.beat, view.section, view.bars_left) == (
            bar,
            beat,
            section,
            bars_left,
        )
        assert (view.take_number, view.beats_in_bar) == (1, 4)


def test_an_end_that_was_asked_for_shows_in_the_bars_left(studio: Studio) -> None:
    """From then on this is the last bar."""
    studio.press(ROLL, 10)
    studio.ask("end_at_bar", studio.bar_s(7, 2))
    assert studio.screen.bars_left == 0


def test_the_ring_out_counts_down(studio: Studio) -> None:
    """Ten seconds, then one less each second, never zero while it rings."""
    studio.press(ROLL, 10)
    studio.ask("end_at_bar", studio.bar_s(3, 2))
    end_s = studio.bar_s(4)
    seen = []
    for second in range(10):
        studio.run_to(end_s + second + 0.5)
        assert studio.screen.page == "ring_out"
        seen.append(studio.screen.ring_out_left_s)
    assert seen == list(range(10, 0, -1))


def test_after_a_take_the_page_says_what_it_was_for_20_s(studio: Studio) -> None:
    """Number, how it ended, bars, flags, incidents, and that nobody confirmed it."""
    studio.press(ROLL, 10)
    studio.press(KEEPER, studio.bar_s(6))
    studio.lose_audio(studio.bar_s(7))
    studio.ask("stop", studio.bar_s(8, 2))
    studio.run_to(studio.now_s + 1)
    view = studio.screen
    assert view.page == "after_take"
    assert view.last_take is not None
    last = view.last_take
    assert (last.number, last.how, last.bars, last.flags) == (1, "ended", 8, "KEEP VERSE")
    assert (last.verdict, last.incident_count) == ("CANNOT ANSWER", 1)
    studio.run_to(studio.now_s + 20)
    assert studio.screen.page == "idle"


def test_a_cancelled_count_in_says_so(studio: Studio) -> None:
    """It has a number and no bars."""
    studio.press(ROLL, 10)
    studio.press(ROLL, 12)
    last = studio.screen.last_take
    assert last is not None
    assert (last.number, last.how, last.bars) == (1, "cancelled", 0)


@pytest.mark.parametrize("part", Part)
def test_a_fault_is_shown_while_idle_and_its_light_is_lit(studio: Studio, part: Part) -> None:
    """The fault page names the part and what it says; the take pages stay what they are."""
    studio.report(part, PartState.FAULT, 5)
    pages = set()
    for at_s in range(5, 30):
        studio.run_to(at_s)
        pages.add(studio.screen.page)
        if studio.screen.page == "fault":
            assert studio.screen.fault_title == f"{part.upper()} FAULT"
            assert studio.screen.fault_lines == (f"The {part} says so.",)
    assert pages == ({"fault"} if part is Part.AUDIO else {"fault", "idle"})
    assert studio.light is (TallyLight.DAW_LOST if part is Part.DAW else TallyLight.FAULT)
    studio.report(part, PartState.OK, 31)
    assert studio.screen.page == "idle"
    assert studio.light is TallyLight.OFF


def test_health_is_on_every_page(studio: Studio) -> None:
    """Audio, DAW and disk each in their own mark, on the rolling page too."""
    studio.report(Part.AUDIO, PartState.VIRTUAL, 5)
    studio.report(Part.DAW, PartState.WARNING, 5)
    studio.report(Part.DISK, PartState.FAULT, 5)
    studio.press(ROLL, 10)
    studio.run_to(20)
    health = studio.screen.health
    assert (health.audio, health.daw, health.disk) == (
        HealthMark.ABSENT,
        HealthMark.WARN,
        HealthMark.FAULT,
    )
    assert studio.screen.simulated_parts == ("VIRTUAL AUDIO",)
    assert studio.screen.page == "rolling"


def test_the_light_of_a_take(studio: Studio) -> None:
    """Off, count-in on the beat, cannot answer to the end of the ring-out, off."""
    assert studio.light is TallyLight.OFF
    studio.press(ROLL, 10)
    view = tally_view(studio.state, studio.now_ns)
    assert view.light is TallyLight.COUNT_IN
    assert view.first_beat_ns == pytest.approx(studio.ns(10.5), abs=25_000)
    assert view.beat_length_ns == pytest.approx(500_000_000, abs=25_000)
    studio.run_to(20)
    assert studio.light is TallyLight.CANNOT_ANSWER
    studio.ask("end_at_bar", 20.1)
    studio.run_to(25)
    assert studio.light is TallyLight.CANNOT_ANSWER
    studio.ask("stop", 26)
    assert studio.light is TallyLight.OFF


@pytest.mark.parametrize("at_s", [5, 12, 20])
def test_a_lost_daw_is_never_a_calm_light(studio: Studio, at_s: float) -> None:
    """Whatever the phase, the count-in too: where the DAW is gone the light says so."""
    studio.press(ROLL, 6 if at_s == 5 else 10)
    studio.report(Part.DAW, PartState.FAULT, max(at_s, 6.5))
    assert studio.light is TallyLight.DAW_LOST


@pytest.mark.parametrize("has_fault", [False, True])
def test_between_two_changes_the_screen_stands_still(
    open_studio: type[Studio], has_fault: bool
) -> None:
    """No view differs before the moment that was named as the next change, and each one matters."""
    studio = open_studio(open_studio.kingdom_ending_after(5))
    studio.press(ROLL, 10)
    studio.press(KEEPER, studio.bar_s(3, 2))
    if has_fault:
        studio.report(Part.DISK, PartState.FAULT, studio.bar_s(3, 4))
    at_ns = studio.now_ns
    changes = 0
    while at_ns < studio.ns(90):
        next_ns = next_view_change_ns(studio.state, at_ns)
        if next_ns is None:
            break
        view = screen_view(studio.state, at_ns)
        for part in range(1, 8):
            between_ns = at_ns + (next_ns - 1 - at_ns) * part // 7
            assert screen_view(studio.state, between_ns) == view
        changes += screen_view(studio.state, next_ns) != view
        studio.run_to((next_ns - studio.ns(0)) / 1e9)
        at_ns = next_ns
    assert changes > 20


def test_the_beat_on_the_screen_is_the_beat_in_the_headphones(studio: Studio) -> None:
    """At the nanosecond of each click the screen has its beat; one before, it does not."""
    studio.press(ROLL, 10)
    studio.run_to(40)
    for heard in studio.heard[8:]:
        bar, tick = divmod(heard.tick, 3840)
        view = screen_view(studio.state, heard.at_ns + 1)
        assert (view.bar, view.beat) == (bar + 1, tick // 960 + 1)
        before = screen_view(studio.state, heard.at_ns - 2)
        assert heard.tick == 0 or (before.bar, before.beat) != (bar + 1, tick // 960 + 1)
