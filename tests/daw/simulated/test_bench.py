from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Self

import pytest
from tests.daw.simulated import profiles_for_tests as daws

from countoff.core.daw import DawTransport
from countoff.daw.simulated.bench import Bench
from countoff.daw.simulated.ends import ends_for
from countoff.daw.simulated.keys import WORDS, find_word
from countoff.daw.simulated.model import SimulatedDaw
from countoff.daw.simulated.telling import JsonTeller, LineTeller
from countoff.daw.timed import Timed

if TYPE_CHECKING:
    from countoff.daw.profile import Profile

ONLINE = bytes.fromhex("f00000661401" + "58595a30303030" + "01020304f7")


class ShortCable:
    """A cable whose other end is in the test's hand."""

    def __init__(self) -> None:
        self.is_open = False
        self.peers: tuple[str, ...] = ()
        self.arrived: list[Timed] = []
        self.said: list[str] = []

    def __enter__(self) -> Self:
        self.is_open = True
        return self

    def __exit__(self, *_: object) -> None:
        self.is_open = False

    def tend(self) -> tuple[str, ...]:
        assert self.is_open
        return self.peers

    def take(self) -> list[Timed]:
        arrived, self.arrived = self.arrived, []
        return arrived

    def say(self, data: bytes) -> None:
        assert self.is_open
        self.said.append(data.hex())

    def fileno(self) -> int:
        return 0


def at_the_bench(
    profile: Profile = daws.ROLLS,
) -> tuple[Bench, SimulatedDaw, ShortCable, io.StringIO]:
    """Return a bench that has started, its DAW, its cable, and what it tells as lines."""
    daw, cable, out = SimulatedDaw(profile), ShortCable(), io.StringIO()
    bench = Bench(daw, cable, LineTeller(0, out))
    bench.start()
    bench.turn()
    return bench, daw, cable, out


def told(out: io.StringIO) -> list[str]:
    """Return the lines without their moments."""
    return [line[11:] for line in out.getvalue().splitlines()]


def test_it_tells_what_it_hears_says_and_does() -> None:
    """A line each, in the order of a reader's mind; what is repeated comes once."""
    bench, daw, cable, out = at_the_bench()
    cable.peers = ("Countoff:DAW",)
    bench.do(find_word("record"))
    bench.do(find_word("space"))

    assert daw.transport is DawTransport.STOPPED
    lines = told(out)
    assert lines[0] == "does   starts"
    assert lines.index("does   records from 00:00:00:00") < lines.index(
        "says   Mackie record light on"
    )
    assert lines.count("says   time display") == 1
    assert "905f7f" in cable.said


def test_what_arrives_is_heard() -> None:
    """A surface that comes is told all lights, over the cable."""
    bench, _, cable, out = at_the_bench()
    cable.said.clear()
    cable.arrived.append(Timed(0, ONLINE))
    bench.turn()

    assert "hears  Mackie: here I am" in told(out)
    assert {"905f00", "905e00", "905d7f"} <= set(cable.said)


def test_who_is_connected_is_told_once() -> None:
    """Whoever comes and whoever goes has a line."""
    daw, cable, out = SimulatedDaw(daws.MMC), ShortCable(), io.StringIO()
    bench = Bench(daw, cable, LineTeller(0, out))
    cable.peers = ("Countoff:DAW",)
    bench.start()
    bench.turn()
    bench.turn()
    cable.peers = ()
    bench.do(find_word("unplug"))
    bench.do(find_word("unplug"))
    bench.turn()

    lines = told(out)
    assert lines.count("does   is connected to Countoff:DAW") == 1
    assert lines.count("does   is not connected to Countoff:DAW any more") == 1


def test_each_fault_is_switched_on_and_off() -> None:
    """The same word does both, and the state says which; a crash and a pulled cable close the port."""
    bench, _, cable, _ = at_the_bench()
    for name in ("deaf", "refuse", "late", "flood", "unplug", "crash"):
        bench.do(find_word(name))
        assert bench.state()[name]
        assert cable.is_open is (name not in ("unplug", "crash"))
        bench.do(find_word(name))
        assert not bench.state()[name]
        assert cable.is_open


def test_a_crash_while_it_is_unplugged() -> None:
    """It comes back without its port, which is pushed in later."""
    bench, daw, cable, _ = at_the_bench()
    for name in ("unplug", "crash", "crash"):
        bench.do(find_word(name))
    assert daw.is_running
    assert not cable.is_open
    bench.do(find_word("unplug"))
    assert cable.is_open


def test_a_port_pushed_in_while_it_is_crashed() -> None:
    """Where the DAW does not run, its port is there again once it does."""
    bench, daw, cable, _ = at_the_bench()
    for name in ("crash", "unplug", "unplug"):
        bench.do(find_word(name))
    assert not daw.is_running
    assert not cable.is_open
    bench.do(find_word("crash"))
    assert daw.is_running
    assert cable.is_open
    bench.close()
    assert not cable.is_open


def test_only_the_last_word_leaves() -> None:
    """`quit` ends it, and nothing else does."""
    bench, _, _, _ = at_the_bench()

    assert [word.word for word in WORDS if not bench.do(word)] == ["quit"]


def test_a_word_that_does_not_exist() -> None:
    """It gets a sentence with the nearest guess."""
    with pytest.raises(ValueError, match='Did you mean "record"'):
        find_word("recrod")


def test_a_program_is_told_in_json() -> None:
    """What happens, and the state where it has changed, one object a line."""
    out = io.StringIO()
    bench = Bench(SimulatedDaw(daws.ROLLS), ShortCable(), JsonTeller(out))
    bench.start()
    bench.turn()
    before = len(out.getvalue().splitlines())
    bench.turn()
    assert len(out.getvalue().splitlines()) == before
    bench.do(find_word("record"))

    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert lines[0]["does"] == "starts"
    assert "Mackie record light on" in [line.get("says") for line in lines]
    assert lines[-1]["state"]["transport"] == "recording"


@pytest.mark.parametrize(
    ("profile", "name", "is_heard", "is_told"),
    [
        (daws.MMC, "Countoff:DAW", True, True),
        (daws.MMC, "Countoff:Countoff DAW", True, True),
        (daws.MMC, "Countoff MIDI:Clock", False, False),
        (daws.CLOCK, "Countoff MIDI:Clock", True, False),
        (daws.MMC, "Countoff:pedals", False, False),
        (daws.MMC, "Midi Through:Midi Through Port-0", False, False),
    ],
)
def test_the_boxs_ports_are_found(
    profile: Profile, name: str, is_heard: bool, is_told: bool
) -> None:
    """The DAW's port both ways, the clock's where it follows one, never the foot controller's."""
    ends = ends_for(profile, "")

    assert (ends.hears(name), ends.tells(name)) == (is_heard, is_told)


def test_another_port_by_part_of_its_name() -> None:
    """Upper and lower case do not matter."""
    ends = ends_for(daws.MMC, "rack")

    assert ends.hears("Big Rack:out")
    assert not ends.tells("Countoff:DAW")
