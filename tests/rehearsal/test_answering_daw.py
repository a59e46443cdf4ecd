"""The DAW's side of a rehearsal's language: what can be said, and that what is not so is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from countoff.core.daw import OnRecord, OnStop, WithoutAnswer
from countoff.rehearsal.commands import ALL_MET, SOME_NOT_MET
from countoff.rehearsal.script import ScriptError, parse_script
from countoff.rehearsal.statements import DawDoes, LetDaw

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TAKE = """
daw reaper
at 3              press ROLL
at 4              {does}
at 6              do stop
after 0.5 s       see page after_take
{expected}
"""


def rehearsed(
    rehearse: Callable[..., int], folder: Path, expected: str, does: str = "see tally count_in"
) -> int:
    """Rehearse a take of three seconds and return the exit code."""
    script = folder / "a.session"
    script.write_text(TAKE.format(expected=expected, does=does))
    return rehearse(script, "--keep", folder / "kept")


def test_everything_that_a_daw_does_can_be_said() -> None:
    """Each in its own words, and how late it is with a length."""
    lines = [
        f"at {number} the daw {does}" for number, does in enumerate(DawDoes) if does != "is late"
    ]
    script = parse_script("\n".join([*lines, "at 100 the daw is 400 ms late"]))
    said = [line.statement for line in script.lines]
    assert {one.does for one in said if isinstance(one, LetDaw)} == set(DawDoes)
    assert said[-1] == LetDaw(DawDoes.IS_LATE, 400_000_000)


def test_a_session_says_which_daw_it_has_and_how_the_box_is_set() -> None:
    """By the word of its profile, with what differs from the usual."""
    text = "daw logic without answer warn, on stop warn, on record ignore\nat 1 end"
    daw = parse_script(text).daw
    assert daw is not None
    assert daw.profile.key == "logic"
    assert daw.without_answer is WithoutAnswer.WARN
    assert (daw.on_stop, daw.on_record) == (OnStop.WARN, OnRecord.IGNORE)


def test_a_daw_that_there_is_not_is_said_so() -> None:
    """The nearest word is guessed."""
    with pytest.raises(ScriptError, match="reaper"):
        parse_script("daw repaer\nat 1 end")


@pytest.mark.parametrize(
    ("expected", "code"),
    [
        ('logged take 1 verdict "RECORDED"', ALL_MET),
        ('logged take 1 verdict "NOT SEEN"', SOME_NOT_MET),
        ("logged take 1 at the daw", SOME_NOT_MET),
        ("sent exactly record, stop", ALL_MET),
        ("sent exactly record, stop, stop", SOME_NOT_MET),
        ("the daw recorded 1 take", ALL_MET),
        ("the daw recorded nothing", SOME_NOT_MET),
        ("the daw recorded 2 takes", SOME_NOT_MET),
    ],
)
def test_what_the_log_and_the_cable_say_is_judged(
    rehearse: Callable[..., int], tmp_path: Path, expected: str, code: int
) -> None:
    """What is so is met, and what is not so is found."""
    assert rehearsed(rehearse, tmp_path, expected) == code


def test_a_light_that_is_not_shown_is_found(rehearse: Callable[..., int], tmp_path: Path) -> None:
    """Solid in the middle of the count-in it is not."""
    code = rehearsed(rehearse, tmp_path, "logged 1 take", does="see tally recording")
    assert code == SOME_NOT_MET


@pytest.mark.parametrize("clock", ["", "clock of the tempo alone\n"])
def test_a_daw_that_nothing_would_start_is_said(clock: str) -> None:
    """One that the clock moves needs a clock with a Start."""
    with pytest.raises(ScriptError, match='there must be "clock with the count-in" too'):
        parse_script(f"{clock}daw ardour-clock\nat 1 end")
    assert parse_script("clock with the count-in\ndaw ardour-clock\nat 1 end").daw is not None
