from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from gpiozero import Device, InputDevice
from gpiozero.pins import local
from tests.devices.paper_chips import Chips

from countoff.core.events import Pedal, PedalMoved
from countoff.devices.footswitches import Footswitches
from countoff.devices.pin_library import (
    header_chip,
    load_lgpio,
    open_header_chip,
    use_header_chip,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

# As lgpio 0.2.2 does it: the pipe in LG_WD, the whole process there, and opened by its bare name.
_LGPIO = """
import os
os.chdir(os.environ["LG_WD"])
os.mkfifo(".lgd-nfy0")
writing = os.open(".lgd-nfy0", os.O_RDWR)
reading = os.open(".lgd-nfy0", os.O_RDONLY)
"""


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for lgpio, to be imported afresh; returns its file."""
    folder = tmp_path / "packages"
    folder.mkdir()
    file = folder / "lgpio.py"
    file.write_text(_LGPIO)
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, "lgpio", raising=False)
    monkeypatch.setenv("LG_WD", "to be put back")
    return file


@pytest.fixture
def runtime(tmp_path: Path) -> Path:
    """The daemon's runtime folder."""
    folder = tmp_path / "run"
    folder.mkdir()
    return folder


@pytest.mark.usefixtures("library")
def test_loading_leaves_the_program_where_it_was(
    tmp_path: Path, runtime: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Relative paths of the configuration mean the same before and after."""
    monkeypatch.chdir(tmp_path)
    load_lgpio(Path("run"))

    assert Path.cwd() == tmp_path
    assert list(runtime.iterdir()) == []


@pytest.mark.usefixtures("library")
def test_the_pipe_works_without_its_name(runtime: Path) -> None:
    """What is written at one end arrives at the other, though nothing is left on the disk."""
    load_lgpio(runtime)
    lgpio = sys.modules["lgpio"]
    os.write(lgpio.writing, b"edge")

    assert os.read(lgpio.reading, 4) == b"edge"


@pytest.mark.usefixtures("library")
def test_a_killed_daemons_pipe_is_cleared_away(runtime: Path) -> None:
    """A pipe that lies there already is nobody's any more."""
    os.mkfifo(runtime / ".lgd-nfy7")
    load_lgpio(runtime)

    assert list(runtime.iterdir()) == []


def test_a_library_that_fails_moves_nothing(
    tmp_path: Path, runtime: Path, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its error is the caller's, and the program is still where it was."""
    library.write_text("import os\nos.chdir(os.environ['LG_WD'])\nraise RuntimeError('no chip')\n")
    monkeypatch.chdir(tmp_path)

    with pytest.raises(RuntimeError, match="no chip"):
        load_lgpio(runtime)
    assert Path.cwd() == tmp_path


# What `gpiodetect` says of a Pi 5 before and after its chips were renumbered, of a Pi 4 and a Pi 3.
SOC = "gpio-brcmstb@107d508500"
CHIPS: dict[str, tuple[dict[int, str], int]] = {
    "Pi 5, before": ({0: SOC, 1: SOC, 2: SOC, 3: SOC, 4: "pinctrl-rp1"}, 4),
    "Pi 5, since": ({0: "pinctrl-rp1", 10: SOC, 11: SOC, 12: SOC, 13: SOC}, 0),
    "Pi 5, and a fourth chip that is another one": ({0: "pinctrl-rp1", 4: SOC}, 0),
    "Pi 5, some other day": ({0: SOC, 2: "gpio-ftdi", 11: "pinctrl-rp1"}, 11),
    "Pi 4": ({0: "pinctrl-bcm2711", 1: "raspberrypi-exp-gpio"}, 0),
    "Pi 3": ({0: "pinctrl-bcm2835", 1: "brcmvirt-gpio", 2: "raspberrypi-exp-gpio"}, 0),
}
PI_5 = 0xC04170


@pytest.fixture
def devices(tmp_path: Path) -> Path:
    """Return a folder for the chips' device files."""
    folder = tmp_path / "dev"
    folder.mkdir()
    return folder


@pytest.fixture
def a_pi_5(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Chips], None]]:
    """Return what makes gpiozero find these chips, on a Pi 5."""
    before = Device.pin_factory

    def insert(chips: Chips) -> None:
        monkeypatch.setitem(sys.modules, "lgpio", chips)
        monkeypatch.delitem(sys.modules, "gpiozero.pins.lgpio", raising=False)
        monkeypatch.setattr(local, "get_pi_revision", lambda: PI_5)
        Device.pin_factory = None

    yield insert
    Device.pin_factory = before
    sys.modules.pop("gpiozero.pins.lgpio", None)
    local.LocalPiFactory.pins.clear()


def make_devices(devices: Path, labels: Mapping[int, str]) -> None:
    """Have a file for each chip, and for what is no chip."""
    for number in labels:
        (devices / f"gpiochip{number}").touch()
    (devices / "gpiochip-by-label").touch()


@pytest.mark.parametrize("name", CHIPS)
def test_the_headers_chip_is_found_by_its_label(devices: Path, name: str) -> None:
    """Whatever number a kernel gives it, and whatever other chips there are; none is left open."""
    labels, number = CHIPS[name]
    make_devices(devices, labels)
    chips = Chips(labels)

    assert header_chip(chips, devices) == number
    assert chips.open == []


def test_a_chip_that_may_not_be_opened_is_passed_over(devices: Path) -> None:
    """One that is closed to this program, or has gone, keeps nobody from finding the header's."""
    labels = {0: SOC, 4: "pinctrl-rp1"}
    make_devices(devices, {**labels, 2: "gone"})

    assert header_chip(Chips(labels, frozenset({0})), devices) == 4
    assert header_chip(Chips(labels, frozenset({4})), devices) is None
    assert header_chip(Chips({0: "gpio-sim.0"}), devices) is None


@pytest.mark.parametrize("name", [name for name in CHIPS if name.startswith("Pi 5")])
def test_a_press_comes_from_the_headers_chip(
    devices: Path,
    name: str,
    a_pi_5: Callable[[Chips], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The pins of gpiozero watch the lines of that chip, and an edge there is a press."""
    labels, number = CHIPS[name]
    make_devices(devices, labels)
    chips = Chips(labels)
    a_pi_5(chips)
    monkeypatch.setattr("countoff.devices.pin_library._DEVICES", devices)
    use_header_chip()
    posted: list[Any] = []
    footswitches = Footswitches({Pedal.ROLL: 17}, normally_closed=False, post=posted.append)
    footswitches.start()
    assert {chip for chip, _ in chips.claimed} == {number}

    chips.heard[number, 17](number, 17, 0, 0)
    assert [type(event) for event in posted] == [PedalMoved]
    assert posted[0].is_down
    footswitches.stop()


def test_the_chip_is_opened_once(
    devices: Path, a_pi_5: Callable[[Chips], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that could not be opened at first is, later; one that is open is not opened again."""
    labels, number = CHIPS["Pi 5, some other day"]
    make_devices(devices, labels)
    monkeypatch.setattr("countoff.devices.pin_library._DEVICES", devices)
    a_pi_5(Chips(labels, frozenset(labels)))
    use_header_chip()
    assert Device.pin_factory is None

    chips = Chips(labels)
    a_pi_5(chips)
    use_header_chip()
    use_header_chip()
    assert chips.open == [number]


def test_without_a_label_gpiozero_chooses(
    devices: Path, a_pi_5: Callable[[Chips], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A board whose chip has another name is still opened as gpiozero would open it."""
    make_devices(devices, {0: "gpio-sim.0"})
    chips = Chips({0: "gpio-sim.0"})
    a_pi_5(chips)
    monkeypatch.setattr("countoff.devices.pin_library._DEVICES", devices)
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "lgpio")
    use_header_chip()
    assert Device.pin_factory is None

    InputDevice(17).close()
    assert chips.claimed[0] == (0, 17)


def test_no_other_chip_is_opened_while_the_headers_may_be_closed(
    devices: Path, a_pi_5: Callable[[Chips], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Early in a boot gpiozero would take the chip that it can, by number, and keep it for good."""
    labels = {0: SOC, 4: SOC, 11: "pinctrl-rp1"}
    make_devices(devices, labels)
    monkeypatch.setattr("countoff.devices.pin_library._DEVICES", devices)
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "lgpio")
    closed = Chips(labels, frozenset({11}))
    a_pi_5(closed)
    with pytest.raises(RuntimeError, match="gpiochip11 cannot be opened"):
        open_header_chip()
    assert (closed.open, Device.pin_factory) == ([], None)

    chips = Chips(labels)
    a_pi_5(chips)
    open_header_chip()
    open_header_chip()
    assert chips.open == [11]


def test_where_every_chip_is_another_one_gpiozero_chooses(
    devices: Path, a_pi_5: Callable[[Chips], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A board whose chip has another name works as ever, once each chip has said its name."""
    make_devices(devices, {0: "gpio-sim.0"})
    chips = Chips({0: "gpio-sim.0"})
    a_pi_5(chips)
    monkeypatch.setattr("countoff.devices.pin_library._DEVICES", devices)
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "lgpio")
    open_header_chip()
    assert chips.open == [0]
