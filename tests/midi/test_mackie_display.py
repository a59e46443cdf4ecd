from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.midi.mackie import Button, Light, Shine, decode_from_daw
from countoff.midi.mackie_display import SETTLED_AFTER_NS, MackieDisplay
from countoff.midi.time_display import Shows
from countoff.midi.timecode import Rate, TimeCode

if TYPE_CHECKING:
    from countoff.midi.time_display import Reading

MS = 1_000_000
TIME_CODE_LIT = "90 71 7F | 90 72 00"
BEATS_LIT = "90 71 00 | 90 72 7F"


def heard(display: MackieDisplay, at_ns: int, said: str) -> None:
    """Let the display hear messages, a tenth of a millisecond apart."""
    for index, message in enumerate(said.split("|")):
        decoded = decode_from_daw(bytes.fromhex(message))
        assert decoded is not None
        display.hear(at_ns + index * MS // 10, decoded)


def line(text: str) -> str:
    """Return the messages of ten characters, the right-most first."""
    assert len(text) == 10
    return " | ".join(
        f"B0 {0x40 + place:02X} {ord(character):02X}"
        for place, character in enumerate(reversed(text))
    )


def read(*said: str) -> Reading | None:
    """Return what is read a second after the last of several updates, a second apart."""
    display = MackieDisplay()
    for index, each in enumerate(said):
        heard(display, index * 1000 * MS, each)
    return display.settled(len(said) * 1000 * MS)


def test_time_code() -> None:
    """Three digits of hours, two of minutes and seconds, three of frames."""
    reading = read(TIME_CODE_LIT, line("  10203 04"))
    assert reading is not None
    assert (reading.shows, reading.text) == (Shows.TIME_CODE, "1:02:03:04")
    assert reading.time_code(Rate.FPS_25) == TimeCode(1, 2, 3, 4, Rate.FPS_25)


def test_bars_and_beats() -> None:
    """Three digits of bars, two of beats, two of what is below, three of ticks."""
    reading = read(BEATS_LIT, line(" 12 3  240"))
    assert reading is not None
    assert (reading.shows, reading.text) == (Shows.BEATS, "12|3|240")
    assert reading.fields == ("12", "3", "", "240")
    assert reading.time_code(Rate.FPS_25) is None


def test_as_reaper_sends_it() -> None:
    """Zero bytes are blanks; digits that change come alone."""
    zeros = " | ".join(f"B0 {number:02X} 00" for number in range(0x40, 0x4A))
    digits = "B0 40 34 | B0 41 30 | B0 43 33 | B0 44 30 | B0 45 32 | B0 46 30 | B0 47 31"
    reading = read(zeros, TIME_CODE_LIT, digits, "B0 40 35")
    assert reading is not None
    assert reading.time_code(Rate.FPS_30) == TimeCode(1, 2, 3, 5, Rate.FPS_30)


def test_as_live_sends_it() -> None:
    """Dots behind the fields change nothing."""
    dotted = "B0 40 34 | B0 41 30 | B0 42 30 | B0 43 73 | B0 44 30 | B0 45 72 | B0 46 30"
    reading = read(BEATS_LIT, dotted + " | B0 47 71 | B0 48 20 | B0 49 20")
    assert reading is not None
    assert reading.fields == ("1", "02", "03", "004")


@pytest.mark.parametrize(
    ("lights", "shows"),
    [
        ("", Shows.UNKNOWN),
        ("90 71 7F", Shows.TIME_CODE),
        ("90 72 7F", Shows.BEATS),
        ("90 72 7F | 90 71 7F", Shows.UNKNOWN),
        ("90 72 7F | 90 71 7F | 90 72 00", Shows.TIME_CODE),
        ("90 71 01", Shows.UNKNOWN),
        ("90 71 7F | 90 71 00", Shows.UNKNOWN),
    ],
)
def test_lights_tell_what_it_counts(lights: str, shows: Shows) -> None:
    """One steady light tells; none, both, or a blinking one do not."""
    reading = read(line("0000000000") + (f" | {lights}" if lights else ""))
    assert reading is not None
    assert reading.shows is shows


@pytest.mark.parametrize(
    "text", [" -10203 04", "  16003 04", "  10203 30", " 240203 04", "  102   04", "  10203   "]
)
def test_what_is_no_time_code(text: str) -> None:
    """Negative times, and places that no clock shows, are read as text only."""
    reading = read(TIME_CODE_LIT, line(text))
    assert reading is not None
    assert reading.time_code(Rate.FPS_30) is None


def test_nothing_until_all_was_heard() -> None:
    """A display of which one digit was never heard could read anything."""
    display = MackieDisplay()
    heard(display, 0, line("  10203 04").rpartition(" | ")[0])
    assert display.settled(1000 * MS) is None
    heard(display, 1000 * MS, "B0 49 20")
    assert display.settled(2000 * MS) is not None


def test_an_update_on_its_way_is_not_read() -> None:
    """Between the digits of an update the old reading counts, with the moment it came."""
    display = MackieDisplay()
    heard(display, 0, TIME_CODE_LIT + " | " + line("  10959 24"))
    before = display.settled(500 * MS)
    assert before is not None
    for index, digit in enumerate(["B0 40 30", "B0 41 30", "B0 43 30", "B0 44 30", "B0 45 30"]):
        heard(display, 500 * MS + index * 20 * MS, digit)
        assert display.settled(500 * MS + index * 20 * MS + 19 * MS) == before
    heard(display, 600 * MS, "B0 46 31")
    assert display.settled(601 * MS) == before
    after = display.settled(600 * MS + SETTLED_AFTER_NS)
    assert after is not None
    assert (after.text, after.at_ns) == ("1:10:00:00", 600 * MS)


def test_forgotten_with_its_port() -> None:
    """What was read before the port was lost is not read after it is back."""
    display = MackieDisplay()
    heard(display, 0, TIME_CODE_LIT + " | " + line("  10203 04"))
    display.forget()
    assert display.settled(1000 * MS) is None
    heard(display, 1000 * MS, line("  10203 05"))
    reading = display.settled(2000 * MS)
    assert reading is not None
    assert reading.shows is Shows.UNKNOWN


@given(
    updates=st.lists(
        st.tuples(
            st.integers(26, 200),
            st.tuples(*(st.integers(0, most) for most in (23, 59, 59, 24))),
            st.permutations(range(10)),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_never_a_time_that_was_not_sent(
    updates: list[tuple[int, tuple[int, ...], list[int]]],
) -> None:
    """In whatever order an update's digits come, only the times that were sent are ever read."""
    display = MackieDisplay()
    display.hear(0, Light(Button.SMPTE_LIGHT, Shine.ON))
    now, sent = 100 * MS, set()
    for gap_ms, (hour, minute, second, frame), order in updates:
        now += gap_ms * MS
        sent.add(TimeCode(hour, minute, second, frame, Rate.FPS_25))
        messages = line(f"{hour:3d}{minute:02d}{second:02d}{frame:3d}").split(" | ")
        for place in order:
            heard(display, now, messages[place])
            reading = display.settled(now)
            assert reading is None or reading.time_code(Rate.FPS_25) in sent
            now += 2 * MS
    reading = display.settled(now + SETTLED_AFTER_NS)
    assert reading is not None
    assert reading.time_code(Rate.FPS_25) == TimeCode(*updates[-1][1], rate=Rate.FPS_25)


def test_other_lights_are_not_its_own() -> None:
    """The transport's lights change neither what is read nor when it counts."""
    display = MackieDisplay()
    heard(display, 0, TIME_CODE_LIT + " | " + line("  10203 04"))
    display.hear(1000 * MS, Light(Button.RECORD, Shine.ON))
    reading = display.settled(1000 * MS)
    assert reading is not None
    assert reading.at_ns < MS * 2
