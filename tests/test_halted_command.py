from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from luma.core.interface import serial
from tests.devices.test_oled import Chip, RecordingBus

from countoff.cli import main
from countoff.core.screen.going_down import draw_halted, draw_restarting

WIRED = '[unit]\nsimulate = false\n[oled]\ndriver = "{driver}"\n'


class I2cBus(RecordingBus):
    """The bus as luma opens it, and lets go of it."""

    def cleanup(self) -> None:
        """Let go: what is on the glass stays there."""


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> I2cBus:
    """Put a bus of paper where the kernel's would be."""
    opened = I2cBus()
    monkeypatch.setattr(serial, "i2c", lambda **_: opened)
    # Set by the board where there are pins, for the whole process.
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "mock")
    return opened


def _go_down(folder: Path, settings: str, *options: str) -> int:
    config = folder / "countoff.toml"
    config.write_text(settings)
    return main(["--config", str(config), "halted", *options])


@pytest.mark.filterwarnings("ignore::DeprecationWarning:luma")
@pytest.mark.parametrize("driver", ["ssd1306", "sh1106"])
@pytest.mark.parametrize("options", [(), ("--restarting",)])
def test_the_last_picture_stays_on_the_glass(
    bus: I2cBus,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    driver: str,
    options: tuple[str, ...],
) -> None:
    """The words are there, lit, after the program has let go of the bus; nothing is printed."""
    assert _go_down(tmp_path, WIRED.format(driver=driver), *options) == 0
    chip = Chip(driver)
    chip.take(bus.sent)
    assert chip.is_on
    assert chip.shows(draw_restarting() if options else draw_halted())
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("settings", ["[unit]\nsimulate = true\n", WIRED.format(driver="ssd1306")])
def test_where_there_is_no_screen_nobody_hears_of_it(
    bus: I2cBus, tmp_path: Path, capsys: pytest.CaptureFixture[str], settings: str
) -> None:
    """None wired, or one that has been pulled: the exit code says it, and nothing else does."""
    bus.is_plugged = False
    assert _go_down(tmp_path, settings) == 1
    assert capsys.readouterr() == ("", "")


def test_a_machine_that_goes_down_loads_no_other_command() -> None:
    """It has a second or so: neither sound nor panels are loaded to say one word."""
    looked = (
        "import sys; from countoff.cli import main;"
        "main(['halted']);"
        "print(sorted(sys.modules.keys() & {'textual', 'sounddevice', 'rich', 'sqlite3', 'jinja2'}))"
    )
    firmware = str(Path(__file__).parents[1] / "firmware")
    said = subprocess.run(
        [sys.executable, "-c", looked],
        env={"PYTHONPATH": firmware, "HOME": "/nowhere"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == "[]\n"


def _edges(picture: Any) -> list[Any]:
    width, height = picture.size
    across = [picture.getpixel((x, y)) for x in range(width) for y in (0, height - 1)]
    return across + [picture.getpixel((x, y)) for y in range(height) for x in (0, width - 1)]


@pytest.mark.parametrize(
    "picture", [draw_halted(), draw_restarting()], ids=["halted", "restarting"]
)
def test_the_words_are_whole_and_few_dots_are_lit(picture: Any) -> None:
    """Nothing is cut at an edge, and what may stand for weeks lights little of the glass."""
    assert not any(_edges(picture))
    assert 0 < sum(picture.convert("L").histogram()[1:]) < 128 * 64 / 6
