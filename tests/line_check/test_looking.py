"""Looking at what a machine says: its disk, its heat and supply, a bus, its contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from countoff.core.events import Pedal
from countoff.devices.oled import OledWiring
from countoff.line_check import contacts, power, screen
from countoff.line_check.disk import try_disk
from countoff.line_check.seen import PowerSeen

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from countoff.devices.oled import Bus

ROLL, AGAIN, KEEPER, SONG = Pedal


class PaperTime:
    """A clock that only goes on when somebody sleeps or a bus takes its time."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def monotonic(self) -> float:
        """Return the time."""
        return self.now_s

    def sleep(self, for_s: float) -> None:
        """Let time pass."""
        self.now_s += for_s


@pytest.fixture
def paper_time(monkeypatch: pytest.MonkeyPatch) -> PaperTime:
    """Time as the bus and the contacts see it."""
    time = PaperTime()
    monkeypatch.setattr(screen, "time", time)
    monkeypatch.setattr(contacts, "time", time)
    return time


class PaperBus:
    """An I2C bus on which somebody answers at one address; it keeps what it was sent."""

    def __init__(self, time: PaperTime, answers_at: int | None, hz: int = 400_000) -> None:
        self._time = time
        self._answers_at = answers_at
        self._hz = hz
        self._address = 0
        self.sent: list[tuple[int, ...]] = []
        self.open_count = 0

    def at(self, _port: int, address: int) -> Bus:
        """Open the bus for one address."""
        self._address = address
        self.open_count += 1
        return self

    def command(self, *command: int) -> None:
        """Take a command, as long as it lasts on the wire."""
        if self._address != self._answers_at:
            raise OSError(121, "Remote I/O error")
        self.sent.append(command)
        self._time.now_s += (len(command) + 2) * 9 / self._hz

    def data(self, _data: list[int]) -> None:
        """Take no picture: nobody sends one to a screen that shows something else."""
        raise AssertionError("A picture was sent.")

    def cleanup(self) -> None:
        """Let go."""
        self.open_count -= 1


@pytest.mark.parametrize(
    ("hz", "at_least_ms", "at_most_ms"), [(100_000, 90, 97), (400_000, 22, 25)]
)
def test_the_bus_is_timed(
    paper_time: PaperTime, hz: int, at_least_ms: int, at_most_ms: int
) -> None:
    """A whole picture takes 93 ms at 100 kHz and 23 at 400; nothing is sent that the screen shows."""
    bus = PaperBus(paper_time, 0x3C, hz)
    seen = screen.ask_bus(OledWiring(), open_bus=bus.at)
    assert seen.answers_at == (0x3C,)
    assert seen.picture_ms is not None
    assert at_least_ms < seen.picture_ms < at_most_ms
    assert {command for commands in bus.sent for command in commands} == {0xE3}
    assert bus.open_count == 0


def test_a_screen_at_the_other_address_is_found(paper_time: PaperTime) -> None:
    """It was set to 0x3C, and answers at 0x3D."""
    bus = PaperBus(paper_time, 0x3D)
    seen = screen.ask_bus(OledWiring(), open_bus=bus.at)
    assert (seen.wanted_address, seen.answers_at, seen.picture_ms) == (0x3C, (0x3D,), None)
    assert bus.open_count == 0


def test_a_bus_without_a_screen(paper_time: PaperTime) -> None:
    """Nobody answers at all, and what the screen's thread says goes with it."""
    seen = screen.ask_bus(OledWiring(), "It is gone.", PaperBus(paper_time, None).at)
    assert (seen.answers_at, seen.fault) == ((), "It is gone.")


def test_spi_cannot_be_asked() -> None:
    """No bus is opened."""
    seen = screen.ask_bus(OledWiring(interface="spi"), "It is gone.")
    assert (seen.answers_at, seen.fault) == (None, "It is gone.")


def rest(
    time: PaperTime, closed: Mapping[Pedal, tuple[float, float]], normally_closed: frozenset[Pedal]
) -> frozenset[Pedal]:
    """Watch contacts that are closed from one second to another."""
    began_s = time.now_s

    def look() -> dict[Pedal, bool]:
        into_s = time.now_s - began_s
        spans = {pedal: closed.get(pedal, (9.0, 9.0)) for pedal in Pedal}
        return {pedal: from_s <= into_s < to_s for pedal, (from_s, to_s) in spans.items()}

    return contacts.closed_at_rest(look, lambda: normally_closed)


def test_contacts_at_rest(paper_time: PaperTime) -> None:
    """A step while they are watched is no rest; what is closed all the time is."""
    assert rest(paper_time, {}, frozenset()) == frozenset()
    assert rest(paper_time, {ROLL: (0.2, 0.5)}, frozenset()) == frozenset()
    assert rest(paper_time, {KEEPER: (0, 9)}, frozenset()) == {KEEPER}
    # Normally closed, and stepped on meanwhile.
    assert rest(paper_time, {KEEPER: (0.3, 9)}, frozenset({KEEPER})) == {KEEPER}


def test_feet_that_are_on_their_way_are_waited_for(paper_time: PaperTime) -> None:
    """Whoever began with two pedals comes off them a second later."""
    assert rest(paper_time, {AGAIN: (0, 1.2), SONG: (0, 1.3)}, frozenset()) == frozenset()
    assert rest(paper_time, {AGAIN: (0, 9), SONG: (0, 1.3)}, frozenset()) == {AGAIN}


def test_the_disk_is_written_to_and_left_as_it_was(tmp_path: Path) -> None:
    """What is free and how long a write takes is known; nothing of it stays."""
    (tmp_path / "takes.sqlite").write_text("all of them")
    seen = try_disk(tmp_path)
    assert (seen.fault, [path.name for path in tmp_path.iterdir()]) == ("", ["takes.sqlite"])
    assert seen.free_bytes > 0
    assert seen.write_ms > 0


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """A file lies where the folder should be: that is said."""
    (tmp_path / "log").write_text("no folder")
    assert "Nothing can be written" in try_disk(tmp_path / "log").fault


def test_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    """The disk it will lie on is tried, and nothing is made."""
    seen = try_disk(tmp_path / "state" / "countoff")
    assert (seen.folder, seen.fault, list(tmp_path.iterdir())) == (str(tmp_path), "", [])


def machine(root: Path, files: Mapping[str, str]) -> Path:
    """Lay out what a machine's kernel shows."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def test_what_a_pi_says_of_itself(tmp_path: Path) -> None:
    """Its heat, by the processor's own zone, and its supply, by the sensor of that name."""
    files = {
        "sys/class/thermal/thermal_zone0/type": "cpu-thermal\n",
        "sys/class/thermal/thermal_zone0/temp": "48312\n",
        "sys/class/thermal/thermal_zone1/type": "battery\n",
        "sys/class/thermal/thermal_zone1/temp": "90000\n",
        "sys/class/hwmon/hwmon0/name": "cpu_thermal\n",
        "sys/class/hwmon/hwmon1/name": "rpi_volt\n",
        "sys/class/hwmon/hwmon1/in0_lcrit_alarm": "1\n",
        # It would leave a warning in the kernel's log, and is not needed beside the sensor.
        "sys/devices/platform/soc/soc:firmware/get_throttled": "50005\n",
    }
    seen = power.look(machine(tmp_path, files))
    assert seen == PowerSeen(48.312, None, has_low_voltage_alarm=True)


def test_an_old_kernel_has_the_word_in_a_file(tmp_path: Path) -> None:
    """Where there is no sensor, it is read from there."""
    files = {"sys/devices/platform/soc/soc:firmware/get_throttled": "50005\n"}
    assert power.look(machine(tmp_path, files)) == PowerSeen(None, 0x50005, None)


def test_the_firmware_is_asked_by_its_own_program(tmp_path: Path) -> None:
    """Its word is the best: it tells what was, too. One that may not be asked says nothing."""
    root = machine(tmp_path, {"usr/bin/vcgencmd": "#!/bin/sh\necho throttled=0x50000\n"})
    (root / "usr/bin/vcgencmd").chmod(0o755)
    assert power.look(root).throttled == 0x50000
    (root / "usr/bin/vcgencmd").write_text(
        "#!/bin/sh\necho 'VCHI initialization failed' >&2; exit 1\n"
    )
    assert power.look(root).throttled is None


def test_a_machine_that_says_nothing(tmp_path: Path) -> None:
    """Nothing is made up."""
    assert power.look(tmp_path) == PowerSeen()
