"""Whatever the wires of the box do in a take, the click, the DAW and the log mind none of it.

One take of the whole daemon on a real sound server, before a DAW that answers: every fault of
pedals, lamp and screen in it, one after the other, is told and mended. An independent ear judges the
click on the server's frame clock; the lamp's pin and the screen's glass are read where the wires end.
"""

from __future__ import annotations

import base64
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.end_to_end.faulty_day import BAR_NS, SETTINGS, Day, whole_day
from tests.end_to_end.unit import PINS

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tests.end_to_end.recording import Ear

pytestmark = [pytest.mark.jack, pytest.mark.slow]

_DAEMON = Path(__file__).with_name("faulty_wires_daemon.py")
_SETTINGS = f"""simulate = false
{SETTINGS}[oled]
i2c_address = 0x3D
"""
_WIDTH, _PAGES = 128, 8
_FOOT_STAYS_MS = 420
_STUCK_NS = 2_200_000_000
# The same press sooner than this would take the flag back.
_NEXT_FLAG_NS = 3_050_000_000


def _shows(glass: bytes, screen: str) -> bool:
    """Tell whether the glass shows a picture of the status, moved by a pixel at most."""
    if not glass:
        return False
    pages = np.frombuffer(glass, dtype=np.uint8).reshape(_PAGES, 1, _WIDTH)
    shown = np.unpackbits(pages, axis=1, bitorder="little").reshape(8 * _PAGES, _WIDTH)
    rows = np.frombuffer(base64.b64decode(screen), dtype=np.uint8)
    wanted: NDArray[np.uint8] = np.unpackbits(rows).reshape(8 * _PAGES, _WIDTH)
    steps = (0, 1, -1)
    return any(
        np.array_equal(shown, np.roll(wanted, (dy, dx), axis=(0, 1)))
        for dx in steps
        for dy in steps
    )


def _wait_for_glass(day: Day) -> None:
    """Wait until the glass shows what the status shows."""
    day.unit.wait_until(
        lambda now: _shows((day.unit.folder / "glass.bin").read_bytes(), now["screen"]),
        "the glass shows the picture",
    )


def _live(day: Day, ear: Ear) -> None:
    """Have a box whose screen has another address, whose lamp's pin is taken, and so on."""
    day.wait_for_part("screen", "fault", "0x3D")
    day.wait_for_part("tally", "fault", "GPIO18")
    day.wait_for_part("pedals", "warning", "AGAIN and SONG")
    ear.wait_until_connected()
    _begin(day)
    _suffer(day)
    _end(day)


def _begin(day: Day) -> None:
    """Start a take with a step whose two edges come at once."""
    day.do(f"{PINS['roll']} tap", "roll")
    day.unit.wait_until(lambda now: now["tally"]["light"] == "recording", "the DAW records")
    day.unit.wait_for_place(1)


def _suffer(day: Day) -> None:
    """Go through every fault of the wires in one take."""
    day.do(f"{PINS['keeper']} foot {_FOOT_STAYS_MS}", "bounce")
    day.do("lamp free")
    day.do("screen jumper 0x3D")
    day.wait_for_part("tally", "ok")
    day.note("lamp is on")
    day.wait_for_part("screen", "ok")
    _wait_for_glass(day)
    # This one is normally closed, and nobody has said so: stepping on it opens it.
    day.do(f"{PINS['song']} up", "song stepped on")
    time.sleep(0.15)  # as long as a foot stays; and two pedals at once would be an accident
    day.do(f"{PINS['song']} down", "song let go")
    day.do("screen pulled")
    day.wait_for_part("screen", "fault", "not found")
    day.do("screen plugged")
    day.wait_for_part("screen", "ok")
    _wait_for_glass(day)
    day.do("screen hangs")
    day.wait_for_part("screen", "fault", "no answer")
    day.do("screen goes")
    day.wait_for_part("screen", "ok")
    day.do("screen power")
    _wait_for_glass(day)
    day.unit.wait_until(lambda _: bool(day.flags()), "the first flag is in the log")
    while time.monotonic_ns() < day.flags()[0]["at_ns"] + _NEXT_FLAG_NS:
        time.sleep(0.01)  # until a press of the same pedal is another flag
    # A mic case falls onto a pedal, and nobody takes it away.
    day.do(f"{PINS['keeper']} down", "case")
    day.do("screen slow 100")
    day.unit.wait_for_place(day.unit.status()["bar"] + 1)
    _wait_for_glass(day)
    day.do("screen slow 0")
    day.wait_for_stuck("song", "keeper")


def _end(day: Day) -> None:
    """Stop the take with a lamp that has failed while it was red, and the box with a screen that hangs."""
    day.do("lamp fails")
    day.wait_for_part("tally", "fault", "Input/output")
    day.note("stop")
    day.end()
    day.do("lamp works")
    day.wait_for_part("tally", "ok")
    day.do("screen hangs", "screen hangs at the end")


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    """Return a day on which every wire failed."""
    return whole_day(lambda: tmp_path_factory.mktemp("wires"), _DAEMON, _SETTINGS, _live)


def test_no_click_is_missing_or_moved(day: Day) -> None:
    """From the first to the last each click is on its frame, and the certificate says so too."""
    day.assert_clicks("stop")


def test_every_fault_is_in_the_log_at_its_bar(day: Day) -> None:
    """The screen failed twice in the take, two pedals stuck, and the lamp; screen and lamp before it."""
    take = day.take()
    told = [row for row in day.incidents() if row["take_id"] == take["id"]]
    faults = [
        ("screen fault", "screen pulled", 0),
        ("screen fault", "screen hangs", 0),
        ("pedal stuck", "song let go", _STUCK_NS),
        ("pedal stuck", "case", _STUCK_NS),
        ("tally fault", "lamp fails", 0),
    ]
    assert sorted(row["kind"] for row in told) == sorted(kind for kind, _, _ in faults)
    for kind in ("screen fault", "pedal stuck", "tally fault"):
        rows = [row for row in told if row["kind"] == kind]
        begun = [day.at_ns[name] + after_ns for each, name, after_ns in faults if each == kind]
        for row, begun_ns in zip(rows, begun, strict=True):
            assert day.bar_of(begun_ns) <= row["bar"] <= day.bar_of(begun_ns) + 2
    assert (take["how"], take["verdict"]) == ("ended", "recorded")
    before = {row["kind"] for row in day.incidents() if row["at_ns"] < day.at_ns["roll"]}
    assert before >= {"screen fault", "tally fault"}


def test_each_step_counted_once(day: Day) -> None:
    """Both edges at once, a contact the wrong way round, bounces of 30 ms: a take and two flags.

    What falls onto a pedal and stays is a step that is held: a third flag, and nothing after it.
    """
    flags = day.flags()
    steps = [("keeper", "bounce"), ("marker", "song let go"), ("fix_here", "case")]
    assert [flag["kind"] for flag in flags] == [kind for kind, _ in steps]
    assert [flag["taken_back_at_ns"] for flag in flags] == [None, None, None]
    for flag, (_, step) in zip(flags, steps, strict=True):
        assert 0 <= flag["at_ns"] - day.at_ns[step] < BAR_NS
        assert flag["bar"] == day.bar_of(flag["at_ns"])
    presses = day.unit.rows("SELECT * FROM presses WHERE gesture = 'press' ORDER BY at_ns")
    assert [(press["pedal"], press["did"]) for press in presses if press["pedal"] == "roll"] == [
        ("roll", "take 1 of Frayed")
    ]
    assert {press["pedal"] for press in presses} == {"roll", "keeper", "song"}


def test_the_lamp_was_red_while_the_daw_recorded(day: Day) -> None:
    """From when its pin was free until it failed it never went dark or blinked; at the end it is dark."""
    assert day.lamp_between("lamp is on", "lamp fails") == {1.0}
    at_ns, level = day.lamp()[-1]
    assert level == 0.0
    assert at_ns > day.at_ns["lamp works"]


def test_what_is_wrong_is_said_with_what_to_do(day: Day) -> None:
    """Each fault is one sentence that names the part, the reason and where to look."""
    assert "[oled]" in day.told["screen fault 0x3D"]
    assert "ssd1306 on I2C bus 1 at 0x3D" in day.told["screen fault not found"]
    assert "no answer for" in day.told["screen fault no answer"]
    assert "[tally]" in day.told["tally fault GPIO18"]
    assert "pedals.normally_closed" in day.told["pedals warning AGAIN and SONG"]


def test_the_box_ends_while_its_screen_hangs(day: Day) -> None:
    """Told to end, it does, as ever; nobody waits for a screen that does not answer."""
    assert day.unit.exit_code == 0
    assert day.unit.processes() == []
