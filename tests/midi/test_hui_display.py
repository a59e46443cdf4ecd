from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.midi.hui import FromDaw
from countoff.midi.hui_display import HuiDisplay
from countoff.midi.time_display import Reading, Shows
from countoff.midi.timecode import Rate, TimeCode

TIME_CODE_LIT = "B0 0C 16 | B0 2C 40"
BEATS_LIT = "B0 0C 16 | B0 2C 42"
# 01.02.03.04, the right-most first.
FOUR_PAIRS = "F0 00 00 66 05 00 11 04 00 13 00 12 00 11 00 F7"


def display_of(said: str) -> HuiDisplay:
    """Return a display that heard messages, one a nanosecond from the first on."""
    display, from_daw = HuiDisplay(), FromDaw()
    for at_ns, message in enumerate(said.split("|")):
        if (decoded := from_daw.hear(bytes.fromhex(message))) is not None:
            display.hear(at_ns, decoded)
    return display


def test_time_code() -> None:
    """Hours, minutes, seconds and frames between dots, and the moment of the last digit."""
    reading = display_of(f"{TIME_CODE_LIT} | {FOUR_PAIRS}").reading()
    assert reading == Reading(2, Shows.TIME_CODE, ("01", "02", "03", "04"))
    assert reading.text == "01:02:03:04"
    assert reading.time_code(Rate.FPS_30) == TimeCode(1, 2, 3, 4, Rate.FPS_30)


def test_bars_and_beats() -> None:
    """Blanks before the bar are not part of it."""
    said = "F0 00 00 66 05 00 11 00 04 02 13 20 12 01 20 F7"
    reading = display_of(f"{BEATS_LIT} | {said}").reading()
    assert reading is not None
    assert (reading.shows, reading.text) == (Shows.BEATS, "12|3|240")


def test_only_what_changed_is_sent() -> None:
    """Fewer digits than eight are the right-most ones."""
    reading = display_of(f"{TIME_CODE_LIT}|{FOUR_PAIRS}|F0 00 00 66 05 00 11 05 F7").reading()
    assert reading is not None
    assert reading.text == "01:02:03:05"


@pytest.mark.parametrize(
    ("lights", "shows"),
    [
        ("90 00 00", Shows.UNKNOWN),
        (BEATS_LIT, Shows.BEATS),
        ("B0 0C 16 | B0 2C 41", Shows.UNKNOWN),
        (f"{BEATS_LIT} | {TIME_CODE_LIT}", Shows.UNKNOWN),
        (f"{BEATS_LIT} | {TIME_CODE_LIT} | B0 0C 16 | B0 2C 02", Shows.TIME_CODE),
        (f"{TIME_CODE_LIT} | B0 0C 0E | B0 2C 45", Shows.TIME_CODE),
    ],
)
def test_lights_tell_what_it_counts(lights: str, shows: Shows) -> None:
    """One light tells, feet are not told apart, and the transport's lights have no part in it."""
    reading = display_of(f"{lights} | {FOUR_PAIRS}").reading()
    assert reading is not None
    assert reading.shows is shows


def test_nothing_until_all_was_heard() -> None:
    """Of eight digits seven could read anything; forgotten, all of them are unknown again."""
    assert display_of("F0 00 00 66 05 00 11 04 00 13 00 12 00 11 F7").reading() is None
    display = display_of(FOUR_PAIRS)
    display.forget()
    assert display.reading() is None


@given(
    place=st.tuples(*(st.integers(0, most) for most in (23, 59, 59, 24))),
    changed=st.integers(1, 8),
)
def test_any_time_is_read_back(place: tuple[int, int, int, int], changed: int) -> None:
    """Any time code is read as sent, whole or in two messages."""
    line = "".join(f"{number:02d}" for number in place)
    codes = [int(digit) | (0x10 if index in (1, 3, 5) else 0) for index, digit in enumerate(line)][
        ::-1
    ]
    whole = "F0 00 00 66 05 00 11 " + bytes(codes).hex() + " F7"
    part = "F0 00 00 66 05 00 11 " + bytes(codes[:changed]).hex() + " F7"
    old = "F0 00 00 66 05 00 11" + " 08" * changed + bytes(codes[changed:]).hex() + " F7"
    expected = TimeCode(*place, rate=Rate.FPS_25)
    for said in (whole, f"{old} | {part}"):
        reading = display_of(f"{TIME_CODE_LIT} | {said}").reading()
        assert reading is not None
        assert reading.time_code(Rate.FPS_25) == expected
