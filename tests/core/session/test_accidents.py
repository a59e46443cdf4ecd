"""A drum shoe in the dark: the take goes on, and the log says what was pressed."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from countoff.core.entries import IncidentHappened, PressLogged, TakeEnded, TakeStarted
from countoff.core.events import Pedal, PedalMoved
from countoff.core.session.pedals import Phase

if TYPE_CHECKING:
    from tests.core.session.conftest import Studio

ROLL, AGAIN, KEEPER, SONG = Pedal
PAIRS = list(permutations(Pedal, 2))


def rolling_at_bar(studio: Studio, bar: int) -> float:
    """Let take 1 roll to the second beat of `bar`; return that second."""
    studio.press(ROLL, 10)
    at_s = studio.bar_s(bar, 2)
    studio.run_to(at_s)
    return at_s


def assert_take_1_goes_on(studio: Studio) -> None:
    """The DAW records on, the click sounds on, and nobody ended anything for half a minute."""
    studio.run_to(studio.now_s + 30)
    assert studio.phase is Phase.ROLLING
    assert studio.told == ["record"]
    assert len(studio.logged(TakeStarted)) == 1
    assert studio.logged(TakeEnded) == []
    assert studio.heard_s[-1] > studio.now_s - 0.51


def test_a_stomp_on_roll_at_bar_40_ends_nothing(studio: Studio) -> None:
    """One stomp on ROLL is a hint on the screen and a line in the log."""
    at_s = rolling_at_bar(studio, 40)
    studio.press(ROLL, at_s)
    assert studio.screen.message == "HOLD TO END"
    assert studio.did[-1] == "roll press: hint: hold to end"
    assert_take_1_goes_on(studio)


@pytest.mark.parametrize("bar", [3, 40])
@pytest.mark.parametrize("pedal", [ROLL, KEEPER, SONG])
def test_ten_presses_in_a_second_end_nothing(studio: Studio, pedal: Pedal, bar: int) -> None:
    """A nervous foot acts once, at its first edge; all ten presses are in the log."""
    at_s = rolling_at_bar(studio, bar)
    for press in range(10):
        studio.press(pedal, at_s + 0.1 * press, 0.05)
    presses = studio.logged(PressLogged)[1:]
    assert len(presses) == 10
    assert [press.did for press in presses[1:]] == ["ignored: too soon after the last press"] * 9
    assert_take_1_goes_on(studio)


def test_ten_presses_of_again_at_bar_40_end_nothing(studio: Studio) -> None:
    """Past bar 8 no number of presses on AGAIN gives the take up."""
    at_s = rolling_at_bar(studio, 40)
    for press in range(10):
        studio.press(AGAIN, at_s + 0.1 * press, 0.05)
    assert_take_1_goes_on(studio)


@pytest.mark.parametrize(
    ("where", "phase", "told"),
    [
        ("idle", Phase.COUNT_IN, ["record"]),
        ("count-in", Phase.IDLE, ["record", "stop"]),
        ("ring-out", Phase.IDLE, ["record", "stop"]),
    ],
)
def test_ten_presses_of_roll_are_one(
    studio: Studio, where: str, phase: Phase, told: list[str]
) -> None:
    """In every other phase too only the first press of ten acts."""
    at_s = 20.0
    if where == "count-in":
        studio.press(ROLL, 18)
    elif where == "ring-out":
        studio.press(ROLL, 1)
        studio.ask("end_at_bar", 15)
    for press in range(10):
        studio.press(ROLL, at_s + 0.1 * press, 0.05)
    studio.run_to(at_s + 2)
    assert (studio.phase, studio.told) == (phase, told)


@pytest.mark.parametrize("where", ["idle", "count-in", "bar 3", "ring-out"])
def test_ten_presses_of_again_are_one(studio: Studio, where: str) -> None:
    """Ten presses of AGAIN where it starts over begin one take, not ten."""
    at_s = 20.0
    if where == "count-in":
        studio.press(ROLL, 18)
    elif where == "bar 3":
        at_s = rolling_at_bar(studio, 3)
    elif where == "ring-out":
        studio.press(ROLL, 1)
        studio.ask("end_at_bar", 15)
    takes_before = len(studio.logged(TakeStarted))
    for press in range(10):
        studio.press(AGAIN, at_s + 0.1 * press, 0.05)
    studio.run_to(at_s + 2)
    assert len(studio.logged(TakeStarted)) == takes_before + 1
    assert studio.phase is Phase.COUNT_IN


@pytest.mark.parametrize("pair", PAIRS, ids=" then ".join)
@pytest.mark.parametrize("bar", [3, 40])
@pytest.mark.parametrize("apart_s", [0.0, 0.0005, 0.02, 0.079])
@pytest.mark.parametrize("hold_s", [0.1, 3.0])
def test_two_pedals_under_one_shoe_end_nothing(
    studio: Studio, pair: tuple[Pedal, Pedal], bar: int, apart_s: float, hold_s: float
) -> None:
    """Every pair in every order, tapped or stood on: the take goes on, and both are in the log."""
    first, second = pair
    at_s = rolling_at_bar(studio, bar)
    studio.down(first, at_s)
    studio.down(second, at_s + apart_s)
    studio.up(first, at_s + hold_s)
    studio.up(second, at_s + hold_s + apart_s)
    studio.run_to(at_s + 5)
    presses = [press for press in studio.logged(PressLogged)[1:] if press.gesture == "press"]
    assert [press.pedal for press in presses] == [first, second]
    assert presses[1].did == "ignored: two pedals at once"
    assert_take_1_goes_on(studio)


@pytest.mark.parametrize(
    ("bar", "pair"),
    # AGAIN in bar 3, alone for that long, was meant.
    [(3, pair) for pair in PAIRS if pair[0] is not AGAIN] + [(40, pair) for pair in PAIRS],
)
@pytest.mark.parametrize("apart_s", [0.1, 0.3, 0.55])
def test_a_foot_that_rolls_over_to_another_pedal_ends_nothing(
    studio: Studio, bar: int, pair: tuple[Pedal, Pedal], apart_s: float
) -> None:
    """A second pedal that goes down while a foot is on the first gives nothing up, held or not."""
    at_s = rolling_at_bar(studio, bar)
    first, second = pair
    studio.down(first, at_s)
    studio.down(second, at_s + apart_s)
    studio.up(first, at_s + 3)
    studio.up(second, at_s + 3)
    assert_take_1_goes_on(studio)


def test_a_hold_that_does_not_count_says_why(studio: Studio) -> None:
    """A foot on ROLL and on its neighbour: the screen says that nothing will come of it."""
    at_s = rolling_at_bar(studio, 40)
    studio.down(ROLL, at_s)
    studio.down(SONG, at_s + 0.3)
    studio.run_to(at_s + 0.61)
    assert studio.screen.message == "TWO PEDALS: IGNORED"
    assert studio.did[-1] == "roll hold: ignored: another pedal was down too"


def test_a_press_beside_another_pedal_says_why_it_does_nothing(studio: Studio) -> None:
    """AGAIN in a young take while a foot is on KEEPER: nothing, and the screen says so."""
    at_s = rolling_at_bar(studio, 3)
    studio.down(KEEPER, at_s)
    studio.press(AGAIN, at_s + 0.3)
    assert studio.screen.message == "TWO PEDALS: IGNORED"
    assert studio.did[-1] == "again press: ignored: another pedal is down too"


def test_a_press_that_comes_late_says_why_it_does_nothing(open_studio: type[Studio]) -> None:
    """Meant to end a song that ends by itself, or a ring-out that has just run out."""
    studio = open_studio(open_studio.kingdom_ending_after(4))
    studio.press(ROLL, 10)
    studio.press(ROLL, studio.bar_s(5) + 0.2)
    assert studio.screen.message == "RINGING OUT ALREADY"
    studio.press(ROLL, studio.bar_s(5) + 10.4)
    assert studio.screen.message == "IT IS OVER ALREADY"
    assert studio.phase is Phase.IDLE


def test_a_release_that_comes_late_says_why_it_does_nothing(studio: Studio) -> None:
    """AGAIN acts at the release; if the control room has begun a take meanwhile, it does nothing."""
    studio.down(AGAIN, 10)
    studio.ask("start", 10.2)
    studio.up(AGAIN, 10.3)
    assert studio.screen.message == "TOO LATE: IGNORED"
    assert studio.did[-1] == "again release: ignored: count_in by now"


@pytest.mark.parametrize(
    ("pedal", "message"),
    [(ROLL, "TOO FAST: IGNORED"), (KEEPER, "NO TAKE TO FLAG"), (SONG, "NEXT: Harbour")],
)
def test_a_stutter_says_so_where_the_screen_says_nothing_better(
    studio: Studio, pedal: Pedal, message: str
) -> None:
    """The count-in goes on after a double tap, and says why; a message that stands is left alone."""
    studio.press(pedal, 10, 0.1)
    studio.press(pedal, 10.2, 0.1)
    assert studio.screen.message == message


def test_a_stutter_where_a_pedal_does_nothing_says_nothing(studio: Studio) -> None:
    """A foot that drums on SONG in the count-in has not been refused anything."""
    studio.press(ROLL, 10)
    studio.press(SONG, 12, 0.1)
    studio.press(SONG, 12.2, 0.1)
    assert studio.screen.message == ""


@pytest.mark.parametrize("other", [ROLL, KEEPER, SONG])
def test_the_first_pedal_of_a_stomp_may_be_up_again(studio: Studio, other: Pedal) -> None:
    """A shoe that rolls off AGAIN onto another pedal is no false start."""
    at_s = rolling_at_bar(studio, 3)
    studio.feed(PedalMoved(studio.ns(at_s), AGAIN, is_down=True))
    studio.feed(PedalMoved(studio.ns(at_s + 0.035), AGAIN, is_down=False))
    studio.down(other, at_s + 0.07)
    studio.up(other, at_s + 0.2)
    assert_take_1_goes_on(studio)


@pytest.mark.parametrize("pedal", [KEEPER, SONG])
@pytest.mark.parametrize("where", ["idle", "count-in", "bar 40"])
def test_a_stuck_pedal_that_ends_nothing_is_told_and_the_take_goes_on(
    studio: Studio, pedal: Pedal, where: str
) -> None:
    """The log has the pedal, the screen says which, and every other pedal still does its work."""
    down_s = {"idle": 5.0, "count-in": 12.0, "bar 40": 93.0}[where]
    if where == "idle":
        studio.down(pedal, down_s)
    studio.press(ROLL, 10)
    if where != "idle":
        studio.down(pedal, down_s)
    studio.run_to(down_s + 10.1)
    assert studio.screen.message == f"{pedal.upper()} PEDAL STUCK?"
    (incident,) = studio.logged(IncidentHappened)
    assert incident.kind == "pedal stuck"
    assert_take_1_goes_on(studio)
    at_s = studio.now_s
    studio.press(AGAIN, at_s, 0.7)  # past bar 8, or a press within it: both work beside it
    assert len(studio.logged(TakeStarted)) == 2
    studio.run_to(studio.bar_s(12))
    studio.press(ROLL, studio.bar_s(12, 2), 2.1)
    assert studio.phase is Phase.RING_OUT
    studio.press(ROLL, studio.now_s + 1)
    assert studio.phase is Phase.IDLE
    assert studio.told[-1] == "stop"


def test_a_roll_pedal_that_sticks_when_it_starts_a_take_does_not_end_it(studio: Studio) -> None:
    """Stuck from the press that started the take on, it neither cancels nor ends nor starts."""
    studio.down(ROLL, 10)
    studio.run_to(100)
    assert_take_1_goes_on(studio)
    studio.up(ROLL, 140)
    assert_take_1_goes_on(studio)


def test_a_roll_pedal_that_sticks_in_a_take_ends_it_at_most_once(studio: Studio) -> None:
    """Stuck while rolling it is a hold, and says no more: no take starts from it."""
    at_s = rolling_at_bar(studio, 40)
    studio.down(ROLL, at_s)
    studio.run_to(at_s + 60)
    assert studio.phase is Phase.IDLE
    assert studio.told == ["record", "stop"]
    assert [entry.kind for entry in studio.logged(IncidentHappened)] == ["pedal stuck"]


def test_an_again_pedal_that_sticks_starts_over_at_most_once(studio: Studio) -> None:
    """Stuck in a young take: one false start, and the take that follows goes on."""
    at_s = rolling_at_bar(studio, 3)
    studio.down(AGAIN, at_s)
    studio.run_to(at_s + 60)
    assert len(studio.logged(TakeStarted)) == 2
    assert studio.phase is Phase.ROLLING


def test_an_again_pedal_that_sticks_at_rest_records_nothing(studio: Studio) -> None:
    """Stuck while idle it is a rehearsal: the DAW is told nothing."""
    studio.down(AGAIN, 10)
    studio.run_to(60)
    assert studio.told == []


@pytest.mark.parametrize("pedal", [KEEPER, SONG])
def test_a_loose_cable_does_not_lock_the_others_out(studio: Studio, pedal: Pedal) -> None:
    """Beside a pedal that chatters ten times a second a take can still be ended."""
    at_s = rolling_at_bar(studio, 40)
    for tap in range(40):
        studio.down(pedal, at_s + 0.1 * tap)
        if tap == 10:
            studio.down(ROLL, at_s + 1.02)
        studio.up(pedal, at_s + 0.1 * tap + 0.05)
    studio.up(ROLL, at_s + 4.1)
    assert studio.phase is Phase.IDLE
    assert "roll long hold: take 1 stopped" in studio.did


def test_a_double_tap_that_is_held_ends_the_take(studio: Studio) -> None:
    """HOLD TO END, says the screen after a tap; the foot that comes back at once and holds, ends."""
    at_s = rolling_at_bar(studio, 40)
    studio.press(ROLL, at_s, 0.1)
    studio.press(ROLL, at_s + 0.3, 0.7)
    assert studio.did[-2:] == [
        "roll press: ignored: too soon after the last press",
        "roll hold: ends after bar 40",
    ]


def test_a_press_that_falls_on_the_end_of_the_song_gives_the_next_take(
    open_studio: type[Studio],
) -> None:
    """AGAIN in the last moment of a short song: the take is complete, the next one begins, once."""
    studio = open_studio(open_studio.kingdom_ending_after(4))
    studio.press(ROLL, 10)
    studio.press(AGAIN, studio.bar_s(5) - 0.04)
    studio.run_to(studio.now_s + 2)
    assert [take.number for take in studio.logged(TakeStarted)] == [1, 2]
    assert [take.how for take in studio.logged(TakeEnded)] == ["ended"]
    assert studio.told == ["record", "stop", "locate 1200", "record"]


def test_a_take_that_was_stopped_meanwhile_is_not_started_over(studio: Studio) -> None:
    """AGAIN and the engineer's stop at the same moment: the stop wins, and no take begins."""
    at_s = rolling_at_bar(studio, 3)
    studio.down(AGAIN, at_s)
    studio.ask("stop", at_s + 0.05)
    studio.up(AGAIN, at_s + 0.2)
    studio.run_to(at_s + 20)
    assert studio.phase is Phase.IDLE
    assert studio.told == ["record", "stop"]


@pytest.mark.parametrize("pedal", Pedal)
@pytest.mark.parametrize("bar", [3, 40])
def test_a_pedal_that_was_down_at_start_up_does_nothing_by_coming_up(
    studio: Studio, pedal: Pedal, bar: int
) -> None:
    """The release of a pedal nobody saw go down is nothing."""
    at_s = rolling_at_bar(studio, bar)
    studio.up(ROLL, at_s)
    studio.up(pedal, at_s + 1)
    assert_take_1_goes_on(studio)


@pytest.mark.parametrize("order", list(permutations(Pedal))[::5])
def test_a_pulled_multicore_ends_nothing(studio: Studio, order: tuple[Pedal, ...]) -> None:
    """Normally closed pedals all go down when their common plug is pulled: that is nobody's wish.

    Nor is it when the plug bounces as it comes back, a minute later.
    """
    at_s = rolling_at_bar(studio, 3)
    for number, pedal in enumerate(order):
        studio.down(pedal, at_s + 0.0004 * number)
    assert_take_1_goes_on(studio)
    back_s = at_s + 60
    for bounce in range(5):
        for number, pedal in enumerate(order):
            move = studio.down if bounce % 2 else studio.up
            move(pedal, back_s + 0.004 * bounce + 0.0004 * number)
    assert_take_1_goes_on(studio)
    assert {row.kind for row in studio.logged(IncidentHappened)} == {"pedal stuck"}
