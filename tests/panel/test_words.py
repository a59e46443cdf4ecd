from __future__ import annotations

import pytest

from countoff.core.events import Part, PartState
from countoff.core.session.pedals import Do
from countoff.core.tally import TallyLight
from countoff.panel import words

# The inside of a pedal in 80 columns, beside the name of its gesture.
NARROWEST = 12


def test_everything_has_words() -> None:
    """Each light, action, part and state can be named."""
    assert set(words.LIGHTS) == set(TallyLight)
    assert set(words.ACTIONS) == set(Do)
    assert set(words.PARTS) == set(Part)
    assert all(words.mark(state) for state in PartState)


@pytest.mark.parametrize("do", Do)
def test_an_action_fits_the_narrowest_pedal(do: Do) -> None:
    """No word of a pedal is cut off at 80 columns."""
    assert len(words.ACTIONS[do]) <= NARROWEST


def test_no_two_lights_say_the_same() -> None:
    """Asked, seen, missing and lost are different words."""
    said = [*words.LIGHTS.values(), words.NO_CONTACT, words.WAITING]

    assert len({light.name for light in said}) == len(said)


@pytest.mark.parametrize(
    ("status", "how", "said"),
    [
        ("rolling", None, "rolling"),
        ("ended", "ended", "ended"),
        ("ended", "cancelled", "cancelled"),
        ("ring_out", "ended", "ringing out"),
        ("ended", "false_start", "false start"),
        ("interrupted", None, "interrupted"),
    ],
)
def test_how_a_take_went(status: str, how: str | None, said: str) -> None:
    """A take that runs says where it is, one that is over says how it ended."""
    assert words.how({"status": status, "how": how}) == said


def test_a_flag_names_its_place() -> None:
    """Section where there is one, else the bar; nothing for a whole take."""
    flag = {"kind": "fix_here", "bar": 12, "elapsed": "", "section": "", "whole_take": False}

    assert words.flag(flag) == "fix bar 12"
    assert words.flag({**flag, "section": "Chorus"}) == "fix Chorus"
    assert words.flag({**flag, "whole_take": True}) == "fix"


def test_a_take_without_bars_is_told_in_minutes() -> None:
    """A song without tempo: how long the take is, and where in it a flag."""
    flag = {"kind": "keeper", "bar": 0, "elapsed": "0:42", "section": "", "whole_take": False}

    assert words.flag(flag) == "keeper 0:42"
    assert words.bars({"bars": 0, "elapsed": "1:23"}) == "1:23"


@pytest.mark.parametrize(
    ("start_bar", "is_looped", "bars", "said"),
    [
        (1, False, 32, "32 bars"),
        (1, False, 1, "1 bar"),
        (1, False, 0, "0 bars"),
        (65, False, 69, "bars 65-69"),
        (65, False, 65, "bar 65"),
        (65, False, 0, "0 bars"),
        (65, True, 67, "loop 65"),
        (1, True, 4, "loop 1"),
    ],
)
def test_the_bars_of_a_take(start_bar: int, bars: int, said: str, *, is_looped: bool) -> None:
    """How many from the top; from where to where else; what was looped; none of a cancelled one."""
    take = {"start_bar": start_bar, "is_looped": is_looped, "bars": bars, "elapsed": ""}

    assert words.bars(take) == said


def test_faults_come_before_warnings() -> None:
    """The sentence that matters most is the first."""
    parts = {
        "audio": {"state": "warning", "sentence": "The block is small."},
        "daw": {"state": "ok", "sentence": ""},
        "disk": {"state": "fault", "sentence": "The disk is full."},
    }

    assert words.faults(parts) == ["disk: The disk is full.", "audio: The block is small."]


def test_the_log_says_what_is_not_on_disk() -> None:
    """Submitted and saved are two numbers."""
    assert words.log({"submitted": 9, "saved": 9}) == "all 9 entries on disk"
    assert words.log({"submitted": 9, "saved": 7}) == "2 of 9 entries not on disk yet"


@pytest.mark.parametrize(
    ("said", "is_faulty"),
    [
        ("", False),
        ("CLICK CLEAN", False),
        ("NO CLICK DUE", False),
        ("1 GAP BAR 33", True),
        ("CLICK LOST BAR 12", True),
        ("NOT CERTIFIED", True),
    ],
)
def test_a_take_says_how_its_click_was(said: str, is_faulty: bool) -> None:
    """In the words of its certificate; only what deserves a look is called faulty."""
    assert words.click({"click": said}) == said.lower()
    assert words.click_is_faulty({"click": said}) == is_faulty


@pytest.mark.parametrize(
    ("minutes", "said"), [(0, "session 0:00"), (59.9, "session 0:59"), (222, "session 3:42")]
)
def test_a_session_is_told_in_hours_and_minutes(minutes: float, said: str) -> None:
    """As a clock on the wall of the control room would."""
    assert words.session(round(minutes * 60_000_000_000)) == said
