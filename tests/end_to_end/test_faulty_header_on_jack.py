"""A header that is not there yet, on a chip with another number, and pedals the wrong way round.

One take of the whole daemon, through gpiozero's lgpio pins, on a real sound server and before a DAW
that answers. The box may open the header's chip only in the take; all its pedals are configured as
normally closed by mistake, so that each reads down at rest, and stays down once it was stepped on.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.end_to_end.faulty_day import BAR_NS, SETTINGS, Day, whole_day
from tests.end_to_end.unit import PINS

if TYPE_CHECKING:
    from tests.end_to_end.recording import Ear

pytestmark = [pytest.mark.jack, pytest.mark.slow]

_DAEMON = Path(__file__).with_name("faulty_header_daemon.py")
_SETTINGS = f"{SETTINGS}[pedals]\nnormally_closed = true\n"
_HEADER = 11
_STUCK_NS = 2_200_000_000


def _live(day: Day, ear: Ear) -> None:
    """Begin a take without pins, and have the pins in it."""
    day.wait_for_part("tally", "fault", "gpiochip11")
    day.wait_for_part("pedals", "fault", "gpiochip11")
    ear.wait_until_connected()
    day.note("start")
    day.unit.do("start")
    day.unit.wait_until(lambda now: now["tally"]["light"] == "recording", "the DAW records")
    day.unit.wait_for_place(1)
    day.do("header opens")
    day.wait_for_part("tally", "ok")
    day.note("lamp is on")
    day.wait_for_part("pedals", "warning", "ROLL and AGAIN and KEEPER and SONG")
    day.do(f"{PINS['song']} down", "stepped on")
    time.sleep(0.15)  # as long as a foot stays
    day.do(f"{PINS['song']} up", "let go")
    day.wait_for_stuck("song")
    day.note("stop")
    day.end()


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    """Return a day on which the header came late."""
    return whole_day(lambda: tmp_path_factory.mktemp("header"), _DAEMON, _SETTINGS, _live)


def test_no_click_is_missing_or_moved(day: Day) -> None:
    """Neither by a chip that is opened, nor by pedals that read down, nor by one that is stuck."""
    day.assert_clicks("stop")


def test_every_fault_is_in_the_log(day: Day) -> None:
    """Lamp and pedals failed before the take; in it a pedal stuck, told at its moment, and no more."""
    take = day.take()
    before = [row["kind"] for row in day.incidents() if row["at_ns"] < day.at_ns["start"]]
    assert sorted(before) == ["pedals fault", "tally fault"]
    (stuck,) = [row for row in day.incidents() if row["take_id"] == take["id"]]
    assert (stuck["kind"], stuck["detail"].split()[1]) == ("pedal stuck", "song")
    assert 0 <= stuck["at_ns"] - day.at_ns["let go"] - _STUCK_NS < BAR_NS
    assert stuck["bar"] == day.bar_of(stuck["at_ns"])
    assert (take["how"], take["verdict"]) == ("ended", "recorded")


def test_a_step_on_a_pedal_that_reads_down_counts_once(day: Day) -> None:
    """It counts as it is let go; the pedals that nobody steps on do nothing at all."""
    (flag,) = day.flags()
    assert (flag["kind"], flag["taken_back_at_ns"]) == ("marker", None)
    assert 0 <= flag["at_ns"] - day.at_ns["let go"] < BAR_NS
    assert flag["bar"] == day.bar_of(flag["at_ns"])
    presses = day.unit.rows("SELECT * FROM presses WHERE gesture = 'press' ORDER BY at_ns")
    assert [press["pedal"] for press in presses if press["pedal"] in PINS] == ["song"]


def test_the_lamp_is_red_from_when_its_chip_is_there(day: Day) -> None:
    """Nothing is switched before; then it is red to the take's end, and dark afterwards."""
    switched = day.lamp()
    assert switched[0][0] > day.at_ns["header opens"]
    assert day.lamp_between("lamp is on", "stop") == {1.0}
    assert switched[-1][0] > day.at_ns["stop"]
    assert switched[-1][1] == 0.0


def test_no_line_of_another_chip_is_touched(day: Day) -> None:
    """Those that gpiozero would have opened by their numbers belong to somebody else."""
    lines = (day.unit.folder / "lines.txt").read_text().splitlines()
    assert {int(line.split()[0]) for line in lines} == {_HEADER}
    assert {int(line.split()[1]) for line in lines} == {18, *PINS.values()}


def test_what_is_wrong_is_said_with_what_to_do(day: Day) -> None:
    """A chip that is closed to the box is named; so are pedals that read down, with the key to set."""
    assert "group" in day.told["tally fault gpiochip11"]
    assert "the panel's pedals work meanwhile" in day.told["pedals fault gpiochip11"]
    names = "pedals warning ROLL and AGAIN and KEEPER and SONG"
    assert "pedals.normally_closed" in day.told[names]
