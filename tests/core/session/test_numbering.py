"""The next take's number can be set, and no number is ever used twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.entries import PressLogged, TakeStarted
from countoff.core.events import NextNumberAsked, Pedal

if TYPE_CHECKING:
    from tests.core.session.conftest import Studio

ROLL, AGAIN, KEEPER, SONG = Pedal


def number(studio: Studio, title: str, number: int) -> None:
    """Set a number as the command line does."""
    studio.feed(NextNumberAsked(studio.now_ns, title, number, "panel"))


def play(studio: Studio, at_s: float) -> None:
    """A take that is cancelled at once."""
    studio.press(ROLL, at_s)
    studio.press(ROLL, at_s + 1.0)


def test_the_next_take_has_the_number_that_was_set(studio: Studio) -> None:
    """It is shown before, and the takes after it go on from there."""
    play(studio, 1)
    number(studio, studio.state.song.title, 11)
    assert studio.screen.next_take_number == 11
    assert studio.screen.message == "NEXT TAKE: T11"
    play(studio, 10)
    play(studio, 20)
    assert [take.number for take in studio.logged(TakeStarted)] == [1, 11, 12]


def test_a_number_that_was_set_can_be_set_lower_until_it_is_used(studio: Studio) -> None:
    """11 was a slip for 2; once a take is 2, nothing up to there can be had again."""
    title = studio.state.song.title
    play(studio, 1)
    number(studio, title, 11)
    number(studio, title, 2)
    play(studio, 10)
    for used in (1, 2):
        number(studio, title, used)
    assert (
        studio.logged(PressLogged)[-1].did == f"nothing: {title} has got as far as take 2 already"
    )
    play(studio, 20)
    assert [take.number for take in studio.logged(TakeStarted)] == [1, 2, 3]


def test_another_songs_number_says_nothing_on_the_screen(studio: Studio) -> None:
    """It is kept until that song is played; nobody at the drums need know."""
    number(studio, "Some Other Song", 4)
    assert studio.state.next_numbers == {"Some Other Song": 4}
    assert studio.screen.message != "NEXT TAKE: T4"
    assert studio.screen.next_take_number == 1


def test_a_number_set_in_a_take_is_for_the_next_one(studio: Studio) -> None:
    """The running take keeps its own."""
    studio.press(ROLL, 1)
    studio.run_to(8)
    number(studio, studio.state.song.title, 7)
    assert studio.state.take is not None
    assert studio.state.take.number == 1
    assert studio.state.next_number(studio.state.song) == 7
