"""A take from press to end: what is told, heard and logged, and when."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from countoff.core.actions import SetClickLevel, StopClicks, TellDaw
from countoff.core.count_in import NO_COUNT_IN
from countoff.core.entries import (
    ClickSilenced,
    HowEnded,
    PressLogged,
    TakeClosed,
    TakeEnded,
    TakePosition,
    TakeRolled,
    TakeStarted,
)
from countoff.core.events import Pedal, TimePassed
from countoff.core.plan import Voice
from countoff.core.session.pedals import Phase
from countoff.core.session.state import LocatePlace
from countoff.core.session.step import next_moment_ns

if TYPE_CHECKING:
    from tests.core.session.conftest import Studio

ROLL, AGAIN, KEEPER, SONG = Pedal
FRAME_S = 1 / 48_000


def test_the_daw_is_told_at_once_and_the_count_in_comes_a_lead_later(studio: Studio) -> None:
    """Record at the edge of ROLL, the first click 500 ms after it, bar 1 two bars after that."""
    studio.press(ROLL, 10)
    (told,) = [action for _, action in studio.actions if isinstance(action, TellDaw)]
    assert (told.command, told.at_ns) == ("record", studio.ns(10))
    studio.run_to(14.6)
    assert studio.heard_s == pytest.approx([10.5 + beat / 2 for beat in range(9)], abs=1e-4)
    assert [heard.voice for heard in studio.heard] == [
        *[Voice.COUNT_IN_ACCENT, *[Voice.COUNT_IN] * 3] * 2,
        Voice.ACCENT,
    ]


def test_the_lead_is_what_was_configured(open_studio: type[Studio]) -> None:
    """The count-in begins the configured lead after the edge."""
    studio = open_studio(lead_ns=1_250_000_000)
    studio.press(ROLL, 10)
    studio.run_to(11.3)
    assert studio.heard_s == pytest.approx([11.25], abs=1e-4)


def test_a_take_is_logged_with_its_first_click_and_its_bar_1(studio: Studio) -> None:
    """The log has the take at its press, with the moments that were then heard."""
    studio.press(ROLL, 10)
    studio.run_to(15)
    (started,) = studio.logged(TakeStarted)
    assert (started.song, started.number, started.tempo, started.meter) == (
        "Kingdom",
        1,
        "120",
        "4/4",
    )
    assert started.at_ns == studio.ns(10)
    assert abs(started.first_click_ns - studio.heard[0].at_ns) <= 1
    assert abs(started.bar1_ns - studio.heard[8].at_ns) <= 1
    assert started.bar1_frame - started.first_click_frame == 4 * 48_000
    (rolled,) = studio.logged(TakeRolled)
    assert (rolled.take_id, rolled.at_ns, rolled.frame) == (
        started.id,
        started.bar1_ns,
        started.bar1_frame,
    )


def test_the_take_is_in_the_log_before_its_first_click(studio: Studio) -> None:
    """What happens is written in the step of the press: nothing of it waits for the count-in."""
    studio.down(ROLL, 10)
    assert studio.heard == []
    assert len(studio.logged(TakeStarted)) == 1


def test_end_at_bar_plays_the_bar_out_and_leaves_the_daw_recording(studio: Studio) -> None:
    """The last click is on beat 4, the downbeat stays silent, the DAW is told 10 s later."""
    studio.press(ROLL, 10)
    studio.press(ROLL, studio.bar_s(3, 2), 0.7)
    studio.run_to(studio.bar_s(4) + 9.99)
    assert studio.heard_s[-1] == pytest.approx(studio.bar_s(3, 4), abs=1e-4)
    assert studio.told == ["record"]
    (ended,) = studio.logged(TakeEnded)
    assert (ended.bar, ended.beat, ended.how) == (3, 4, HowEnded.ENDED)
    assert ended.frame == studio.logged(TakeStarted)[0].bar1_frame + 3 * 2 * 48_000
    studio.run_to(studio.bar_s(4) + 10.01)
    assert studio.told == ["record", "stop"]
    (closed,) = studio.logged(TakeClosed)
    assert closed.at_ns - ended.at_ns == 10_000_000_000
    assert studio.phase is Phase.IDLE


@pytest.mark.parametrize(("before_s", "last_bar"), [(0.115, 3), (0.105, 4), (0.0, 4)])
def test_a_bar_line_that_is_too_near_is_not_the_end(
    studio: Studio, before_s: float, last_bar: int
) -> None:
    """Within 110 ms of a bar line its click may be on its way: the next bar is played out."""
    studio.press(ROLL, 10)
    studio.press(ROLL, studio.bar_s(4) - before_s - 0.6, 0.65)
    assert studio.screen.message == f"ENDS AFTER BAR {last_bar}"
    studio.run_to(studio.bar_s(last_bar + 1) + 3)
    assert studio.heard_s[-1] == pytest.approx(studio.bar_s(last_bar, 4), abs=1e-4)
    assert studio.logged(TakeEnded)[0].bar == last_bar


def test_asking_again_for_the_end_does_not_move_it(studio: Studio) -> None:
    """A second hold in the same bar leaves the end where it is."""
    studio.press(ROLL, 10)
    studio.ask("end_at_bar", studio.bar_s(3, 1))
    studio.ask("end_at_bar", studio.bar_s(3, 4.9))
    assert studio.did[-1] == "panel end_at_bar: ends at this bar already"
    studio.run_to(studio.bar_s(4) + 1)
    assert studio.logged(TakeEnded)[0].bar == 3


def test_a_song_with_a_length_ends_by_itself_and_rings_out(open_studio: type[Studio]) -> None:
    """After its last bar no click sounds, and the DAW is told after the ring-out."""
    studio = open_studio(open_studio.kingdom_ending_after(20))
    studio.press(ROLL, 10)
    studio.run_to(studio.bar_s(20, 4.9))
    assert studio.screen.bars_left == 0
    assert studio.phase is Phase.ROLLING
    studio.run_to(studio.bar_s(21) + 10.1)
    assert len(studio.heard) == 8 + 80
    assert studio.told == ["record", "stop"]
    (ended,) = studio.logged(TakeEnded)
    assert (ended.bar, ended.beat) == (20, 4)


def test_a_song_with_a_length_can_end_earlier(open_studio: type[Studio]) -> None:
    """End at the bar comes before the song's own end; in its last bar it changes nothing."""
    studio = open_studio(open_studio.kingdom_ending_after(20))
    studio.press(ROLL, 10)
    studio.ask("end_at_bar", studio.bar_s(7, 2))
    studio.run_to(studio.bar_s(8) + 11)
    assert studio.logged(TakeEnded)[0].bar == 7
    studio.press(ROLL, studio.now_s + 2)
    studio.ask("end_at_bar", studio.bar_s(20, 2))
    assert studio.did[-1] == "panel end_at_bar: ends at this bar already"


def test_stop_now_fades_at_once_and_the_log_holds_the_frame(studio: Studio) -> None:
    """After stop no click is heard; the frame of the fade is written to the take."""
    studio.press(ROLL, 10)
    studio.ask("stop", studio.bar_s(5, 2.5))
    studio.say_faded()
    studio.run_to(studio.now_s + 5)
    assert studio.heard_s[-1] == pytest.approx(studio.bar_s(5, 2), abs=1e-4)
    assert studio.told == ["record", "stop"]
    (silenced,) = studio.logged(ClickSilenced)
    (ended,) = studio.logged(TakeEnded)
    assert silenced.take_id == ended.take_id
    assert (ended.bar, ended.beat) == (5, 2)
    assert ended.at_ns == studio.ns(studio.bar_s(5, 2.5))


def test_a_stop_in_the_ring_out_is_no_fade(studio: Studio) -> None:
    """The click has ended on its bar line; nothing is faded, and nothing is said to be."""
    studio.press(ROLL, 10)
    studio.ask("end_at_bar", studio.bar_s(3, 2))
    studio.press(ROLL, studio.bar_s(4) + 3)
    assert studio.told == ["record", "stop"]
    assert not [action for _, action in studio.actions if isinstance(action, StopClicks)]


@pytest.mark.parametrize(
    ("pedal", "after_s"),
    [
        *[(ROLL, after_s) for after_s in (0.1, 5.0, 9.9, 10.05, 10.6, 11.4)],
        *[(AGAIN, after_s) for after_s in (0.1, 10.05, 10.6, 11.4)],
    ],
)
def test_a_press_that_ends_a_ring_out_never_starts_a_take(
    studio: Studio, pedal: Pedal, after_s: float
) -> None:
    """Also where the ring-out has just begun or just run out by itself, ROLL starts nothing."""
    studio.press(ROLL, 10)
    studio.ask("end_at_bar", studio.bar_s(3, 2))
    studio.press(pedal, studio.bar_s(4) + after_s)
    studio.run_to(studio.now_s + 20)
    assert studio.phase is Phase.IDLE
    assert studio.told == ["record", "stop"]
    assert len(studio.logged(TakeStarted)) == 1


def test_a_moment_after_the_ring_out_roll_starts_the_next_take(studio: Studio) -> None:
    """From 1.5 s after it ran out a press means what it says."""
    studio.press(ROLL, 10)
    studio.ask("end_at_bar", studio.bar_s(3, 2))
    studio.press(ROLL, studio.bar_s(4) + 11.6)
    assert studio.phase is Phase.COUNT_IN


def test_numbers_are_never_used_twice(studio: Studio) -> None:
    """Cancelled count-ins, false starts and takes each keep their number; each song has its own."""
    studio.press(ROLL, 10)
    studio.press(ROLL, 12)  # cancelled
    studio.press(ROLL, 20)
    studio.press(AGAIN, studio.bar_s(2))  # a false start, and the next one
    studio.ask("stop", studio.bar_s(5))
    studio.ask("next_song", studio.now_s + 5)
    studio.press(ROLL, studio.now_s + 1)
    studio.ask("stop", studio.now_s + 20)
    studio.ask("previous_song", studio.now_s + 1)
    studio.press(ROLL, studio.now_s + 1)
    assert [(take.song, take.number) for take in studio.logged(TakeStarted)] == [
        ("Kingdom", 1),
        ("Kingdom", 2),
        ("Kingdom", 3),
        ("Harbour", 1),
        ("Kingdom", 4),
    ]
    assert [take.how for take in studio.logged(TakeEnded)] == [
        HowEnded.CANCELLED,
        HowEnded.FALSE_START,
        HowEnded.ENDED,
        HowEnded.ENDED,
    ]
    assert len({take.id for take in studio.logged(TakeStarted)}) == 5


def test_again_sends_the_daw_to_fresh_timeline(studio: Studio) -> None:
    """Each take that starts over has ten minutes of its own, and no click before it records."""
    studio.press(ROLL, 10)
    studio.press(AGAIN, studio.bar_s(2))
    studio.press(AGAIN, studio.now_s + 2)
    studio.run_to(studio.now_s + 1)
    assert studio.told == [
        *["record", "stop", "locate 1200", "record"],
        *["stop", "locate 1800", "record"],
    ]
    moments = [told.at_ns for told in studio.commands]
    assert moments == sorted(moments)
    started = studio.logged(TakeStarted)[-1]
    assert started.first_click_ns >= moments[-1] + 499_900_000


def test_again_twice_leaves_no_command_of_the_take_between(studio: Studio) -> None:
    """What a take had not yet told the DAW is dropped with it: no late record command."""
    studio.press(ROLL, 10)
    studio.ask("start_over", 12)
    studio.ask("cancel", 12.1)
    studio.run_to(20)
    assert studio.told == ["record", "stop", "locate 1200", "stop"]
    assert studio.heard_s[-1] == pytest.approx(12, abs=1e-4)


def test_a_fixed_place_is_the_same_for_every_take(open_studio: type[Studio]) -> None:
    """Where the DAW keeps earlier takes by itself it is sent to one place."""
    studio = open_studio(locate_place=LocatePlace.FIXED, locate_s=3600)
    studio.press(AGAIN, 10)
    studio.press(AGAIN, 12)
    studio.run_to(13)
    assert studio.told == ["locate 3600", "record", "stop", "locate 3600", "record"]


def test_where_the_timeline_ends_the_daw_records_on_where_it_stopped(studio: Studio) -> None:
    """Past sixteen hours some DAWs would jump back over takes: the DAW is not sent anywhere."""
    studio.state = replace(studio.state, takes_begun=95)
    studio.press(ROLL, 10)
    studio.press(AGAIN, 12)
    studio.run_to(13)
    assert studio.told == ["record", "stop", "record"]
    stopped, recorded = studio.commands[1:]
    assert recorded.at_ns - stopped.at_ns >= 200_000_000


def test_the_position_is_logged_once_a_second(studio: Studio) -> None:
    """The log is never more than a second behind, and says the bar and beat that were heard."""
    studio.press(ROLL, 10)
    studio.ask("stop", 30.25)
    positions = studio.logged(TakePosition)
    assert [position.at_ns for position in positions] == [studio.ns(at) for at in range(11, 31)]
    for position in positions:
        beats = [heard for heard in studio.heard if heard.at_ns <= position.at_ns]
        bar, beat = divmod(len(beats) - 1 - 8, 4)
        assert (position.bar, position.beat) == (bar + 1, beat + 1)


@pytest.mark.parametrize("title", ["Kingdom", "Harbour"])
def test_an_hour_of_take_has_every_click_once_on_its_frame(studio: Studio, title: str) -> None:
    """The plan is extended without a seam for an hour: 0 frames off, none missing, none twice."""
    song = studio.kingdom if title == "Kingdom" else studio.harbour
    if title == "Harbour":
        studio.ask("next_song", 5)
    studio.press(ROLL, 10)
    studio.run_to(3610)
    quarters = Fraction(4, song.meter.note_value)
    frames_per_beat = quarters * 60 * 48_000 / song.tempo.quarters_per_minute
    bar1_frame = studio.logged(TakeStarted)[0].bar1_frame
    assert studio.stream is not None
    expected = []
    while True:
        beat = len(expected) - 2 * song.meter.beats_per_bar
        at_frame = bar1_frame + (beat * frames_per_beat + Fraction(1, 2)) // 1
        at_ns = studio.stream.ns_at_frame(at_frame)
        if at_ns > studio.now_ns:
            break
        expected.append(at_ns)
    assert [heard.at_ns for heard in studio.heard] == expected
    assert len(expected) > 7000 if title == "Kingdom" else len(expected) > 11_000


def test_a_controller_that_stalls_does_not_silence_the_click(studio: Studio) -> None:
    """At any moment of a take at least 14 s of clicks are with the player already."""
    studio.press(ROLL, 10)
    for at_s in range(12, 200):
        studio.run_to(at_s)
        assert studio.planned_until_s >= at_s + 14


def test_a_late_controller_changes_nothing_but_the_lateness(open_studio: type[Studio]) -> None:
    """Woken for each moment or only every seven seconds, the log is the same."""
    logs = []
    for is_late in (False, True):
        studio = open_studio(open_studio.kingdom_ending_after(30))
        studio.press(ROLL, 10)
        if is_late:
            for at_s in range(11, 120, 7):
                studio.feed(TimePassed(studio.ns(at_s)))
        studio.run_to(120)
        logs.append(studio.entries)
    assert logs[0] == logs[1]


def test_without_audio_no_take_begins(studio: Studio) -> None:
    """Where nothing can sound, ROLL says so and the DAW is not told to record."""
    studio.lose_audio(5)
    studio.press(ROLL, 10)
    studio.press(AGAIN, 12)
    assert studio.screen.message == "NO AUDIO: NO CLICK"
    assert studio.phase is Phase.IDLE
    assert studio.told == []
    assert studio.did[0] == "roll press: refused: audio is away"


def test_every_press_is_logged_with_its_phase_and_take(studio: Studio) -> None:
    """The log says where in which take each press fell."""
    studio.press(ROLL, 10)
    studio.press(KEEPER, studio.bar_s(2))
    studio.ask("stop", studio.bar_s(3))
    take_id = studio.logged(TakeStarted)[0].id
    presses = studio.logged(PressLogged)
    assert [(press.pedal, press.phase, press.take_id) for press in presses] == [
        ("roll", "idle", None),
        ("keeper", "rolling", take_id),
        ("panel", "rolling", take_id),
    ]


@pytest.mark.parametrize("action", ["", "record", "STOP", "tap tempo", "__class__"])
def test_an_action_that_does_not_exist_is_logged_and_does_nothing(
    studio: Studio, action: str
) -> None:
    """Whatever a panel asks for, the rules do not fall over."""
    studio.press(ROLL, 10)
    studio.ask(action, 12)
    assert studio.phase is Phase.COUNT_IN
    assert studio.did[-1] == f"panel {action}: nothing: there is no such action"


@pytest.mark.parametrize(
    ("where", "action"),
    [("idle", "stop"), ("idle", "end_at_bar"), ("rolling", "start"), ("rolling", "rehearse")],
)
def test_an_action_out_of_place_does_nothing(studio: Studio, where: str, action: str) -> None:
    """What has no meaning in a phase is refused, and the log says why."""
    if where == "rolling":
        studio.press(ROLL, 1)
        studio.run_to(9)
    phase, told = studio.phase, studio.told
    studio.ask(action, 10)
    assert (studio.phase, studio.told) == (phase, told)
    assert studio.did[-1].startswith(f"panel {action}: nothing: {action} has no meaning while")


def test_the_click_level_moves_in_steps_and_has_ends(studio: Studio) -> None:
    """Two decibels a step, never above 0 nor below -40; mute is undone by a step or by itself."""
    for at_s in range(10, 40):
        studio.ask("click_down", at_s)
    studio.ask("mute_click", 50)
    studio.ask("mute_click", 51)
    studio.ask("mute_click", 52)
    studio.ask("click_up", 53)
    levels = [action.level_db for _, action in studio.actions if isinstance(action, SetClickLevel)]
    assert levels[:2] == [-2, -4]
    assert min(levels[:30]) == -40
    assert levels[30:] == [float("-inf"), -40, float("-inf"), -38]


def test_a_song_without_count_in_begins_with_bar_1(open_studio: type[Studio]) -> None:
    """No count-in: the lead, then bar 1."""
    studio = open_studio(replace(open_studio.kingdom, count_in=NO_COUNT_IN))
    studio.press(ROLL, 10)
    assert studio.screen.page == "count_in"
    studio.run_to(10.6)
    assert studio.phase is Phase.ROLLING
    assert studio.heard_s == pytest.approx([10.5], abs=1e-4)


def test_idle_the_box_asks_for_nothing(studio: Studio) -> None:
    """A box at rest need not be woken."""
    studio.press(ROLL, 10)
    studio.ask("stop", 20)
    studio.run_to(60)
    assert next_moment_ns(studio.state) is None
