"""Flags: where they point, what they are called, and how they are taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from countoff.core.entries import FlagChanged, FlagKind, FlagMade, FlagTakenBack, TakeEnded
from countoff.core.events import Pedal, PedalMoved
from countoff.core.session.pedals import Phase

if TYPE_CHECKING:
    from tests.core.session.conftest import Studio

ROLL, AGAIN, KEEPER, SONG = Pedal


def test_a_flag_has_the_time_the_bar_and_the_frame_of_its_edge(studio: Studio) -> None:
    """The place is where the foot went down, to the frame, however long it stayed there."""
    studio.press(ROLL, 10)
    at_s = studio.bar_s(7, 3.25)
    studio.press(KEEPER, at_s, 1.5)
    (made,) = studio.logged(FlagMade)
    assert made.at_ns == studio.ns(at_s)
    assert (made.bar, made.beat, made.section, made.whole_take) == (7, 3, "Verse", False)
    assert studio.stream is not None
    assert studio.stream.ns_at_frame(made.frame) <= made.at_ns
    assert studio.stream.ns_at_frame(made.frame + 1) >= made.at_ns


def test_a_hold_makes_the_keeper_of_its_edge_a_fix_here(studio: Studio) -> None:
    """One flag, not two: it is a keeper from the edge on and says fix here after 0.6 s."""
    studio.press(ROLL, 10)
    at_s = studio.bar_s(7, 2)
    studio.down(KEEPER, at_s)
    assert studio.screen.message == "KEEP T1 VERSE"
    studio.run_to(at_s + 0.7)
    assert studio.screen.message == "FIX T1 VERSE"
    (made,) = studio.logged(FlagMade)
    (changed,) = studio.logged(FlagChanged)
    assert (changed.id, changed.kind) == (made.id, FlagKind.FIX_HERE)


@pytest.mark.parametrize(
    ("bar", "beat", "section"),
    [
        (1, 1.1, "Intro"),  # there is none before it
        (4, 4.9, "Intro"),
        (5, 1.1, "Intro"),  # the section that was just played
        (5, 4.9, "Intro"),
        (6, 1.1, "Verse"),
        (13, 2.5, "Verse"),
        (14, 1.1, "Chorus"),
        (37, 4.9, "Chorus"),
        (38, 1.1, "Out"),
    ],
)
def test_within_its_first_bar_a_section_is_not_judged_yet(
    studio: Studio, bar: int, beat: float, section: str
) -> None:
    """A keeper in a section's first bar speaks of the section before it."""
    studio.press(ROLL, 10)
    studio.press(KEEPER, studio.bar_s(bar, beat))
    (made,) = studio.logged(FlagMade)
    assert (made.bar, made.section) == (bar, section)
    assert studio.screen.message == f"KEEP T1 {section.upper()}"


def test_a_marker_speaks_of_the_bar_it_is_in(studio: Studio) -> None:
    """A marker judges nothing: in a section's first bar it names that section."""
    studio.press(ROLL, 10)
    studio.press(SONG, studio.bar_s(5, 1.5))
    assert studio.screen.message == "MARK T1 VERSE"


def test_a_song_without_sections_names_the_bar(studio: Studio) -> None:
    """Where there are no sections the flag is called by its bar."""
    studio.ask("next_song", 5)
    studio.press(ROLL, 10)
    studio.press(KEEPER, studio.bar1_s + 0.1)
    assert studio.screen.message == "KEEP T1 BAR 1"


@pytest.mark.parametrize("first_hold_s", [0.15, 0.7])
@pytest.mark.parametrize(("after_s", "is_taken_back"), [(0.9, True), (2.99, True), (3.01, False)])
def test_the_same_press_within_3_s_takes_a_flag_back(
    studio: Studio, first_hold_s: float, after_s: float, is_taken_back: bool
) -> None:
    """Keeper or fix here: KEEPER pressed again takes it back, later it makes another one."""
    studio.press(ROLL, 10)
    at_s = studio.bar_s(7, 2)
    studio.press(KEEPER, at_s, first_hold_s)
    studio.press(KEEPER, at_s + after_s)
    first, *others = studio.logged(FlagMade)
    taken_back = [entry.id for entry in studio.logged(FlagTakenBack)]
    assert taken_back == ([first.id] if is_taken_back else [])
    assert len(others) == (0 if is_taken_back else 1)
    word = "FIX" if first_hold_s > 0.6 else "KEEP"
    if is_taken_back:
        assert studio.screen.message == f"TAKEN BACK: {word} T1 VERSE"


def test_what_was_taken_back_can_be_flagged_again(studio: Studio) -> None:
    """A third press within the time is a new flag, not a way back to the old one."""
    studio.press(ROLL, 10)
    at_s = studio.bar_s(7, 2)
    for press in range(3):
        studio.press(KEEPER, at_s + 0.8 * press)
    assert len(studio.logged(FlagMade)) == 2
    assert len(studio.logged(FlagTakenBack)) == 1
    assert studio.state.flagged_take is not None
    assert [flag.kind for flag in studio.state.flagged_take.flags] == [FlagKind.KEEPER]


def test_a_marker_between_does_not_hinder_taking_back(studio: Studio) -> None:
    """The same press takes back its own flag, also where another pedal has flagged since."""
    studio.press(ROLL, 10)
    at_s = studio.bar_s(7, 2)
    studio.press(KEEPER, at_s)
    studio.press(SONG, at_s + 1)
    studio.press(KEEPER, at_s + 2)
    keeper, marker = studio.logged(FlagMade)
    (taken_back,) = studio.logged(FlagTakenBack)
    assert taken_back.id == keeper.id
    assert studio.state.flagged_take is not None
    assert [flag.id for flag in studio.state.flagged_take.flags] == [marker.id]


def test_a_press_that_takes_back_can_be_held_to_say_fix_here(studio: Studio) -> None:
    """Pressed again and held: the keeper is gone, and its place says fix here."""
    studio.press(ROLL, 10)
    at_s = studio.bar_s(7, 2)
    studio.press(KEEPER, at_s)
    studio.press(KEEPER, at_s + 1, 0.8)
    assert studio.state.flagged_take is not None
    (flag,) = studio.state.flagged_take.flags
    assert (flag.kind, flag.at_ns) == (FlagKind.FIX_HERE, studio.ns(at_s + 1))


def test_a_keeper_after_the_take_is_for_the_whole_take(studio: Studio) -> None:
    """In the ring-out and while idle a flag is for the take just ended, at its last beat."""
    studio.press(ROLL, 10)
    studio.ask("end_at_bar", studio.bar_s(7, 2))
    studio.press(KEEPER, studio.bar_s(8) + 2)
    studio.run_to(studio.bar_s(8) + 30)
    studio.ask("no_good", studio.now_s)
    (ended,) = studio.logged(TakeEnded)
    for made in studio.logged(FlagMade):
        assert (made.take_id, made.whole_take, made.section) == (ended.take_id, True, "")
        assert (made.bar, made.beat, made.frame) == (7, 4, ended.frame)
    assert studio.screen.message == "NO GOOD T1"


@pytest.mark.parametrize("first_hold_s", [0.15, 0.7])
def test_a_keeper_for_the_whole_take_leaves_that_of_its_last_bar(
    studio: Studio, first_hold_s: float
) -> None:
    """The last chorus and, within 3 s, the whole take: two keepers; only the second is taken back."""
    studio.press(ROLL, 10)
    studio.ask("end_at_bar", studio.bar_s(7, 2))
    studio.press(KEEPER, studio.bar_s(8) - 0.8, first_hold_s)
    studio.press(KEEPER, studio.bar_s(8) + 1)
    assert studio.screen.message == "KEEP T1"
    assert [made.whole_take for made in studio.logged(FlagMade)] == [False, True]
    assert studio.logged(FlagTakenBack) == []
    studio.press(KEEPER, studio.bar_s(8) + 2)
    assert [back.id for back in studio.logged(FlagTakenBack)] == [studio.logged(FlagMade)[1].id]


def test_a_hold_from_the_last_bar_into_the_ring_out_keeps_its_place(studio: Studio) -> None:
    """The edge was in the last bar, so the flag is for its section, whatever follows."""
    studio.press(ROLL, 10)
    studio.ask("end_at_bar", studio.bar_s(7, 2))
    studio.press(KEEPER, studio.bar_s(8) - 0.3, 0.8)
    assert studio.phase is Phase.RING_OUT
    (made,) = studio.logged(FlagMade)
    assert (made.bar, made.beat, made.whole_take) == (7, 4, False)
    assert studio.logged(FlagChanged)[0].id == made.id


@pytest.mark.parametrize(("after_s", "flags"), [(1.0, 0), (0.2, 1)])
def test_a_hold_whose_press_made_no_flag_keeps_its_place_when_the_take_is_stopped(
    studio: Studio, after_s: float, flags: int
) -> None:
    """A take-back or a stutter, held while the engineer stops: fix here, where the foot went down."""
    studio.press(ROLL, 10)
    at_s = studio.bar_s(7, 2)
    studio.press(KEEPER, at_s, 0.1)
    edge_s = at_s + after_s
    studio.down(KEEPER, edge_s)
    studio.ask("stop", edge_s + 0.3)
    studio.run_to(edge_s + 0.7)
    made = studio.logged(FlagMade)[-1]
    beat = 2 + int(after_s / 0.5)
    assert (made.kind, made.at_ns) == (FlagKind.FIX_HERE, studio.ns(edge_s))
    assert (made.bar, made.beat, made.section, made.whole_take) == (7, beat, "Verse", False)
    assert studio.stream is not None
    assert studio.stream.ns_at_frame(made.frame) <= made.at_ns
    assert studio.stream.ns_at_frame(made.frame + 1) >= made.at_ns
    assert studio.state.last_take is not None
    assert len(studio.state.last_take.flags) == flags + 1
    assert studio.screen.message == "FIX T1 VERSE"


def test_a_flag_of_the_last_take_belongs_to_it_on_another_stream(studio: Studio) -> None:
    """A sound card that came and went since does not change the frame of the take's end."""
    studio.press(ROLL, 10)
    studio.ask("stop", studio.bar_s(7, 2))
    studio.lose_audio(40)
    studio.regain_audio(45, epoch=2)
    studio.press(KEEPER, 50)
    assert studio.logged(FlagMade)[0].frame == studio.logged(TakeEnded)[0].frame


def test_without_a_take_there_is_nothing_to_flag(studio: Studio) -> None:
    """The first press of the day on KEEPER says so, and logs no flag."""
    studio.press(KEEPER, 10)
    assert studio.screen.message == "NO TAKE TO FLAG"
    assert studio.logged(FlagMade) == []


def test_a_hold_does_not_reach_into_the_next_take(studio: Studio) -> None:
    """KEEPER pressed for the take just ended and held into a new take changes nothing there."""
    studio.press(ROLL, 10)
    studio.ask("stop", 20)
    studio.down(KEEPER, 30)
    studio.ask("start", 30.3)
    studio.up(KEEPER, 31)
    assert studio.logged(FlagChanged) == []
    assert studio.did[-1] == "keeper hold: ignored: pressed while idle, held into count_in"


def test_an_edge_that_was_stamped_before_it_was_read_keeps_its_own_time(studio: Studio) -> None:
    """The kernel's stamp counts, not when the daemon came to read it."""
    studio.press(ROLL, 10)
    at_s = studio.bar_s(7, 1)
    studio.run_to(at_s + 0.004)
    studio.feed(PedalMoved(studio.ns(at_s - 0.003), KEEPER, is_down=True))
    (made,) = studio.logged(FlagMade)
    assert (made.bar, made.beat, made.at_ns) == (6, 4, studio.ns(at_s - 0.003))


def test_a_press_that_was_taken_for_a_bounce_keeps_its_own_time(studio: Studio) -> None:
    """A press within the lock-out of a release is believed 30 ms later, and held as one flag."""
    studio.press(ROLL, 10)
    at_s = studio.bar_s(7, 1)
    studio.down(KEEPER, at_s)
    studio.up(KEEPER, at_s + 0.5)
    studio.down(KEEPER, at_s + 0.52)
    studio.run_to(at_s + 1.5)
    flags = [studio.ns(at_s), studio.ns(at_s + 0.52)]
    assert studio.logged(FlagMade)[0].at_ns == flags[0]
    assert studio.logged(FlagTakenBack)[0].at_ns == flags[1]
    assert studio.logged(FlagMade)[1].at_ns == flags[1]
    assert len(studio.logged(FlagMade)) == 2


def test_flags_stay_with_their_take(open_studio: type[Studio]) -> None:
    """A new take begins without flags, and the one before it keeps its own."""
    studio = open_studio(open_studio.kingdom_ending_after(8))
    studio.press(ROLL, 10)
    studio.press(KEEPER, studio.bar_s(6))
    studio.run_to(studio.bar_s(9) + 12)
    assert studio.screen.last_take is not None
    assert studio.screen.last_take.flags == "KEEP VERSE"
    studio.press(ROLL, studio.now_s + 1)
    assert studio.state.take is not None
    assert studio.state.take.flags == ()
