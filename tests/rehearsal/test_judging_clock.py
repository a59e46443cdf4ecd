from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.rehearsal.judged_session import played

from countoff.rehearsal.script import ScriptError, parse_script

if TYPE_CHECKING:
    from collections.abc import Callable

    from countoff.rehearsal.virtual_daw import Sent

SESSION = """
clock on bar 1
song "Short" tempo 120 count-in 1 bars length 2 bars
at 1              press ROLL
after 10 s        do stop
"""
EXPECTED = (
    "sent clock from bar 0.1 to bar 3.1",
    "sent clock start at bar 1.1",
    "sent clock exactly start, stop",
)


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., list[str]]:
    """Give a test the judge of one session, whose clock the test may change before it is judged."""
    return played(SESSION, tmp_path_factory.mktemp("session"))


def test_what_was_sent_is_met(judged: Callable[..., list[str]]) -> None:
    """The clock of the session as it was."""
    assert judged("\n".join(EXPECTED)) == []


@pytest.mark.parametrize("index", [1, 30, 100, 200, 280])
def test_a_pulse_too_few_or_too_many(judged: Callable[..., list[str]], index: int) -> None:
    """One that is missing, and one that comes twice, is named."""
    for count in (0, 2):
        (sentence,) = judged(
            EXPECTED[0],
            lambda sent, count=count: [*sent[:index], *([sent[index]] * count), *sent[index + 1 :]],
        )
        assert "expected 288 pulses from bar 0.1 to bar 3.1; found 28" in sentence


@pytest.mark.parametrize("late_ns", [-21_000, 21_000])
def test_a_pulse_on_another_frame(judged: Callable[..., list[str]], late_ns: int) -> None:
    """One frame early or late is wrong."""

    def move(sent: list[Sent]) -> list[Sent]:
        return [*sent[:40], replace(sent[40], at_ns=sent[40].at_ns + late_ns), *sent[41:]]

    (sentence,) = judged(EXPECTED[0], move)
    assert "found 288, and pulse 16 of quarter 2 there on frame" in sentence


def test_a_start_at_another_pulse(judged: Callable[..., list[str]]) -> None:
    """Start belongs just before the pulse of its place."""
    (sentence,) = judged("sent clock start at bar 1.2")
    assert "expected start 1 to 5 ms before bar 1.2" in sentence
    (sentence,) = judged("sent clock continue at bar 1.1")
    assert "found none" in sentence


def test_other_words(judged: Callable[..., list[str]]) -> None:
    """Words that were not said, and a clock where none was expected, are told."""
    (sentence,) = judged("sent clock exactly start, position 12, stop")
    assert sentence == "expected the clock to say start, position 12, stop; found start, stop."
    (sentence,) = judged("sent no clock")
    assert sentence.startswith("expected no clock; found ")
    assert judged("sent no clock", lambda _: []) == []


def test_a_clock_line_says_where_it_starts() -> None:
    """A mistake in it says what can follow."""
    with pytest.raises(ScriptError, match="expected"):
        parse_script("clock at bar 2\nsent no clock")
