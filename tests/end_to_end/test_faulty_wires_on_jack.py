"""Whatever the wires of the box do in a take, the click, the DAW and the log mind none of it.

One take of the whole daemon on a real sound server, before a DAW that answers: every fault of
pedals, lamp and screen in it, one after the other, is told and mended. An independent ear judges the
click on the server's frame clock; the lamp's pin and the screen's glass are read where the wires end.
"""

from __future__ import annotations

import base64
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.end_to_end.recording import Ear, Recording
from tests.end_to_end.simulated_daw import RunningDaw
from tests.end_to_end.unit import PINS, Unit, plain_environment
from tests.jack_server import running_jack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

pytestmark = [pytest.mark.jack, pytest.mark.slow]

_DAEMON = Path(__file__).with_name("faulty_wires_daemon.py")
_SONG = 'title = "Frayed"\ntempo = 240\ncount_in = 1\n'
_BAR_NS = 1_000_000_000
_BEAT_FRAMES = 12_000
_BLOCK_FRAMES = 512
_LONGEST_SESSION_S = 120
_WIDTH, _PAGES = 128, 8
# A machine that is busy with other tests answers later than a studio's.
_SETTINGS = """simulate = false
[midi]
backend = "jack"
[daw]
profile = "reaper"
deadline_ms = 3000
[oled]
i2c_address = 0x3D
"""
# What the server does to every client, told as what it is.
_BY_SERVER = {"server xrun", "click gap", "clock jumped", "click rejoined"}
_LONG_STEP_NS = 450_000_000


@dataclass
class Day:
    """What was done to the box, when (host time), and what came of it."""

    unit: Unit
    at_ns: dict[str, int] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)
    """What the parts said of themselves."""
    recording: Recording | None = None

    def do(self, line: str, name: str = "") -> None:
        """Do something to the wires, and remember when."""
        self.at_ns[name or line] = time.monotonic_ns()
        self.unit.tell(line)

    def wait_for_part(self, part: str, state: str, why: str = "") -> None:
        """Wait until a part is well, or not, and has said why."""
        status = self.unit.wait_until(
            lambda now: (
                now["parts"][part]["state"] == state and why in now["parts"][part]["sentence"]
            ),
            f"the {part} is {state}: {why}",
        )
        self.told[f"{part} {state} {why}"] = status["parts"][part]["sentence"]

    def wait_for_glass(self) -> None:
        """Wait until the glass shows what the status shows."""
        self.unit.wait_until(
            lambda now: _shows((self.unit.folder / "glass.bin").read_bytes(), now["screen"]),
            "the glass shows the picture",
        )

    def take(self) -> dict[str, Any]:
        """Return the take's row."""
        (take,) = self.unit.rows("SELECT * FROM takes")
        return take

    def bar_at(self, name: str) -> int:
        """Return the bar that sounded when something was done."""
        return self.bar_of(self.at_ns[name])

    def bar_of(self, at_ns: int) -> int:
        """Return the bar that sounded at a moment."""
        return int((at_ns - self.take()["bar1_ns"]) // _BAR_NS) + 1

    def lamp_between(self, since: str, until: str) -> set[float]:
        """Return every level of the lamp's pin between two moments."""
        levels, before = set(), 0.0
        for line in (self.unit.folder / "lamp.txt").read_text().splitlines():
            at_ns, level = int(line.split()[0]), float(line.split()[1])
            if at_ns < self.at_ns[since]:
                before = level
            elif at_ns <= self.at_ns[until]:
                levels.add(level)
        return levels | {before}


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


def _switch_on(day: Day) -> None:
    """Switch on a box whose screen has another address, whose lamp's pin is taken, and so on."""
    day.unit.start()
    day.wait_for_part("daw", "ok")
    day.wait_for_part("screen", "fault", "0x3D")
    day.wait_for_part("tally", "fault", "GPIO18")
    day.wait_for_part("pedals", "warning", "AGAIN and SONG")


def _begin(day: Day) -> None:
    """Start a take with a step whose two edges come at once."""
    day.do(f"{PINS['roll']} tap", "roll")
    day.unit.wait_until(lambda now: now["tally"]["light"] == "recording", "the DAW records")
    day.unit.wait_for_place(1)


def _suffer(day: Day) -> None:
    """Go through every fault of the wires in one take."""
    day.do(f"{PINS['keeper']} down bouncing", "bounce")
    day.do("lamp free")
    day.do("screen jumper 0x3D")
    day.wait_for_part("tally", "ok")
    day.at_ns["lamp is on"] = time.monotonic_ns()
    day.wait_for_part("screen", "ok")
    day.wait_for_glass()
    # This one is normally closed, and nobody has said so: stepping on it opens it.
    day.do(f"{PINS['song']} up", "song stepped on")
    time.sleep(0.15)  # as long as a foot stays; and two pedals at once would be an accident
    day.do(f"{PINS['song']} down", "song let go")
    day.do("screen pulled")
    day.wait_for_part("screen", "fault", "not found")
    day.do("screen plugged")
    day.wait_for_part("screen", "ok")
    day.wait_for_glass()
    while time.monotonic_ns() < day.at_ns["bounce"] + _LONG_STEP_NS:
        time.sleep(0.01)  # the foot stays, so that no press in the release's bounces is a stutter
    day.do(f"{PINS['keeper']} up bouncing")
    day.do("screen hangs")
    day.wait_for_part("screen", "fault", "no answer")
    day.do("screen goes")
    day.wait_for_part("screen", "ok")
    day.do("screen slow 100")
    day.unit.wait_for_place(day.unit.status()["bar"] + 1)
    day.wait_for_glass()
    day.do("screen slow 0")
    day.do("screen power")
    day.wait_for_glass()
    day.unit.wait_until(
        lambda _: len(day.unit.rows("SELECT * FROM flags")) == 2, "every flag is in the log"
    )
    day.unit.wait_for_place(day.unit.status()["bar"] + 1)


def _end(day: Day) -> None:
    """Stop the take with a lamp that cannot be switched off, and the box with a screen that hangs."""
    day.do("lamp fails", "stop")
    day.unit.do("stop")
    day.unit.wait_for_phase("idle")
    day.wait_for_part("tally", "fault", "Input/output")
    day.do("lamp works")
    day.wait_for_part("tally", "ok")
    day.unit.wait_until_certified()
    day.unit.wait_until(
        lambda now: now["log"]["saved"] == now["log"]["submitted"], "everything is on disk"
    )
    day.do("screen hangs", "screen hangs at the end")


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    """Return a day on which every wire failed."""
    folder = tmp_path_factory.mktemp("wires")
    env = plain_environment()
    with running_jack(folder, env, block_frames=_BLOCK_FRAMES):
        unit = Unit(folder, env, _SETTINGS, daemon=_DAEMON)
        unit.add_song("frayed.toml", _SONG)
        day = Day(unit)
        simulated = RunningDaw(folder, env, "--profile", "reaper", "--backend", "jack")
        with simulated, unit, Ear(folder, env, _LONGEST_SESSION_S, midi_from="^Countoff:") as ear:
            _switch_on(day)
            ear.wait_until_connected()
            _begin(day)
            _suffer(day)
            _end(day)
            day.recording = ear.close()
            unit.stop()
        yield day


def test_no_click_is_missing_or_moved(day: Day) -> None:
    """From the first to the last each click is on its frame, and the certificate says so too."""
    recording, take = day.recording, day.take()
    assert recording is not None
    first, end = take["first_click_frame"], take["end_frame"]
    frames = [onset.frame for onset in recording.onsets() if first <= onset.frame < end]
    wanted = list(range(first, end, _BEAT_FRAMES))
    (certificate,) = day.unit.rows("SELECT * FROM certificates")
    if recording.is_whole(first, end):
        assert frames == wanted
        assert certificate["words"] == "CLICK CLEAN"
    else:
        whole = [frame for frame in wanted if recording.is_whole(frame - 1, frame + 1)]
        assert set(whole) <= set(frames)
    assert len(wanted) > 4 * (day.bar_at("stop") - 1)


def test_every_fault_is_in_the_log_at_its_bar(day: Day) -> None:
    """The screen failed twice in the take; the lamp and the screen before it, and the lamp at its end."""
    take = day.take()
    incidents = day.unit.rows("SELECT * FROM incidents ORDER BY at_ns")
    in_take = [row for row in incidents if row["take_id"] == take["id"]]
    assert {row["kind"] for row in in_take} - _BY_SERVER <= {"screen fault", "tally fault"}
    screen = [row for row in in_take if row["kind"] == "screen fault"]
    assert len(screen) == 2
    for row, fault in zip(screen, ("screen pulled", "screen hangs"), strict=True):
        assert day.bar_at(fault) <= row["bar"] <= day.bar_at(fault) + 2
    assert (take["how"], take["verdict"]) == ("ended", "recorded")
    before = {row["kind"] for row in incidents if row["at_ns"] < day.at_ns["roll"]}
    assert before >= {"screen fault", "tally fault"}


def test_each_step_counted_once(day: Day) -> None:
    """Both edges at once, a contact the wrong way round, bounces of 30 ms: a take and two flags."""
    flags = day.unit.rows("SELECT * FROM flags ORDER BY at_ns")
    steps = [("keeper", "bounce"), ("marker", "song let go")]
    assert [flag["kind"] for flag in flags] == [kind for kind, _ in steps]
    assert [flag["taken_back_at_ns"] for flag in flags] == [None, None]
    for flag, (_, step) in zip(flags, steps, strict=True):
        assert 0 <= flag["at_ns"] - day.at_ns[step] < _BAR_NS
        assert flag["bar"] == day.bar_of(flag["at_ns"])
    presses = day.unit.rows("SELECT * FROM presses WHERE gesture = 'press' ORDER BY at_ns")
    assert [(press["pedal"], press["did"]) for press in presses if press["pedal"] == "roll"] == [
        ("roll", "take 1 of Frayed")
    ]
    assert {press["pedal"] for press in presses} == {"roll", "keeper", "song"}


def test_the_lamp_was_red_while_the_daw_recorded(day: Day) -> None:
    """From when its pin was free to the stop it never went dark or blinked; afterwards it is dark."""
    assert day.lamp_between("lamp is on", "stop") == {1.0}
    last = (day.unit.folder / "lamp.txt").read_text().splitlines()[-1]
    assert float(last.split()[1]) == 0.0
    assert int(last.split()[0]) > day.at_ns["lamp works"]


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
