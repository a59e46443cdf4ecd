from __future__ import annotations

import sys
import threading
import time
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from gpiozero import Device
from gpiozero.pins.mock import MockFactory
from hypothesis import given, settings
from hypothesis import strategies as st
from luma.oled import device as luma_device
from PIL import Image

from countoff import retried_part
from countoff.core.events import Part, PartState
from countoff.core.screen.gallery import GALLERY
from countoff.core.screen.pages import draw
from countoff.devices.oled import LumaGlass, Oled, OledWiring, open_luma
from countoff.devices.oled.shining import shining

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from countoff.core.events import PartReported

LUMA = {
    "ssd1306": luma_device.ssd1306,
    "ssd1309": luma_device.ssd1309,
    "sh1106": luma_device.sh1106,
}
DRIVERS = sorted(LUMA)
PICTURES = {name: draw(view) for name, view in GALLERY.items()}
DEADLINE_S = 20.0


class RecordingBus:
    """A bus that keeps every byte, and can be unplugged."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, tuple[int, ...]]] = []
        self.is_plugged = True

    def command(self, *command: int) -> None:
        """Keep a command."""
        self._send("command", command)

    def data(self, data: Any) -> None:
        """Keep data."""
        self._send("data", tuple(data))

    def _send(self, kind: str, content: tuple[int, ...]) -> None:
        if not self.is_plugged:
            raise OSError(121, "Remote I/O error")
        self.sent.append((kind, content))

    def data_count(self) -> int:
        """Return how many bytes of pictures were sent."""
        return sum(len(content) for kind, content in self.sent if kind == "data")


class Chip:
    """What a chip's memory holds after some bytes, by its data sheet."""

    def __init__(self, driver: str) -> None:
        self.is_on = False
        self._is_sh1106 = driver == "sh1106"
        self._lit: set[tuple[int, int]] = set()
        self._first_column, self._last_column, self._first_page, self._last_page = 0, 127, 0, 7
        self._column, self._page = 0, 0

    def take(self, sent: list[tuple[str, tuple[int, ...]]]) -> None:
        """Take in commands and data."""
        for kind, content in sent:
            if kind == "data":
                for byte in content:
                    self._put(byte)
            elif content in ((0xAE,), (0xAF,)):
                self.is_on = content == (0xAF,)
            elif content[0] == 0xAE:
                # The first of the settings.
                self.is_on = False
            elif content[0] == 0x21 and content[3] == 0x22:
                _, self._first_column, self._last_column, _, self._first_page, self._last_page = (
                    content
                )
                self._column, self._page = self._first_column, self._first_page
            elif self._is_sh1106 and 0xB0 <= content[0] <= 0xB7:
                self._page = content[0] - 0xB0
                self._column = content[1] + 16 * (content[2] - 0x10)

    def _put(self, byte: int) -> None:
        column = self._column - (2 if self._is_sh1106 else 0)
        for bit in range(8):
            pixel = (column, 8 * self._page + bit)
            if byte >> bit & 1:
                self._lit.add(pixel)
            else:
                self._lit.discard(pixel)
        self._column += 1
        if not self._is_sh1106 and self._column > self._last_column:
            self._column = self._first_column
            self._page += 1
            if self._page > self._last_page:
                self._page = self._first_page

    def shows(self, image: Image.Image) -> bool:
        """Return whether the glass shows exactly this picture."""
        lit = {(x, y) for x in range(128) for y in range(64) if image.getpixel((x, y))}
        return self._lit == lit


@pytest.mark.filterwarnings("ignore::DeprecationWarning:luma")
@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("rotate", [0, 2])
@pytest.mark.parametrize("name", ["idle_simulated", "rolling", "fault", "after_take_message"])
def test_bytes_are_those_of_luma(driver: Any, rotate: Any, name: str) -> None:
    """From waking the chip to the picture, every byte is what luma's own slow way sends."""
    theirs, ours = RecordingBus(), RecordingBus()
    LUMA[driver](theirs, rotate=rotate).display(PICTURES[name])
    LumaGlass(driver, rotate, ours, lambda: None).display(PICTURES[name])
    # Ours asks first whether anybody is there.
    assert ours.sent == [("command", (0xE3,)), *theirs.sent]


@settings(deadline=None, max_examples=30)
@given(
    st.sampled_from(DRIVERS), st.lists(st.sampled_from(sorted(PICTURES)), min_size=1, max_size=70)
)
def test_glass_shows_every_picture(driver: Any, names: list[str]) -> None:
    """Whatever came before, sending only what changed leaves exactly the picture on the glass."""
    bus, chip = RecordingBus(), Chip(driver)
    glass = LumaGlass(driver, 0, bus, lambda: None)
    for name in names:
        glass.display(PICTURES[name])
        chip.take(bus.sent)
        bus.sent.clear()
        assert chip.shows(PICTURES[name])
    glass.darken()
    chip.take(bus.sent)
    assert chip.shows(Image.new("1", (128, 64)))
    assert bus.sent[-1] == ("command", (0xAE,))


@pytest.mark.parametrize("driver", DRIVERS)
def test_only_changes_are_sent(driver: Any) -> None:
    """The same picture sends nothing; the next beat sends a quarter of a picture at most."""
    bus = RecordingBus()
    glass = LumaGlass(driver, 0, bus, lambda: None)
    view = GALLERY["rolling"]
    glass.display(draw(view))
    bus.sent.clear()
    glass.display(draw(view))
    assert bus.sent == []
    glass.display(draw(replace(view, beat=4)))
    assert 0 < bus.data_count() <= 256


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_spoilt_screen_is_mended(driver: Any) -> None:
    """A byte that was lost on the wires is right again within 32 pictures, unchanged as they are."""
    bus = RecordingBus()
    glass = LumaGlass(driver, 0, bus, lambda: None)
    for _ in range(33):
        bus.sent.clear()
        glass.display(PICTURES["rolling"])
    assert bus.data_count() == 1024


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_chip_that_lost_its_power_is_woken(driver: Any) -> None:
    """Woken, a chip has all its settings again, but is never switched off; then all is sent."""
    bus = RecordingBus()
    glass = LumaGlass(driver, 0, bus, lambda: None)
    settings = [content for kind, content in bus.sent if kind == "command"]
    glass.display(PICTURES["rolling"])
    bus.sent.clear()
    # It has nothing any more, and nobody was told.
    chip = Chip(driver)
    glass.wake()
    woken = [content for kind, content in bus.sent if kind == "command"]
    glass.display(PICTURES["rolling"])
    chip.take(bus.sent)

    assert chip.is_on
    assert chip.shows(PICTURES["rolling"])
    assert not any(0xAE in content[:1] for _, content in bus.sent)
    (first,) = (content for content in settings if content[0] == 0xAE)
    assert woken[0] == first[1:]
    assert any(content[0] == 0x81 for content in woken)
    assert woken[-1] == (0xAF,)


def test_the_end_of_the_program_does_not_touch_the_screen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What luma would do as the program ends says nothing to a screen, which may hang."""
    at_exit: list[Callable[[], None]] = []
    monkeypatch.setattr("luma.core.device.atexit.register", at_exit.append)
    bus = RecordingBus()
    LumaGlass("ssd1306", 0, bus, lambda: None)
    bus.sent.clear()
    for hook in at_exit:
        hook()

    assert at_exit
    assert bus.sent == []


def test_an_absent_screen_is_never_made_a_device() -> None:
    """Trying for a screen that is not there sends one command and leaves nothing behind in luma."""
    bus = RecordingBus()
    bus.is_plugged = False
    with pytest.raises(OSError, match="Remote I/O"):
        LumaGlass("ssd1306", 0, bus, lambda: None)
    assert bus.sent == []


@pytest.mark.parametrize("driver", DRIVERS)
def test_brightness_is_what_the_chip_is_told(driver: Any) -> None:
    """Full is what luma sets; darker is never brighter; no command is longer than a bus takes."""
    bus = RecordingBus()
    glass = LumaGlass(driver, 0, bus, lambda: None)
    at_first = [content for kind, content in bus.sent if kind == "command"]
    told = [shining(driver, hundredths / 100) for hundredths in range(101)]
    assert all(len(content) <= 32 for content in told)
    assert all(content[::2] == (0x81, 0xD9, 0xDB) for content in told)
    # Contrast and the two voltages: each byte by itself never falls with the brightness.
    assert all(one[place] <= more[place] for one, more in pairwise(told) for place in (1, 3, 5))
    assert (told[0][1], told[100][1]) == (0, {"sh1106": 0x7F}.get(driver, 0xCF))
    sent = [byte for content in at_first for byte in content]
    for place in (0, 2, 4):
        assert told[100][place + 1] == sent[sent.index(told[100][place]) + 1]
    bus.sent.clear()
    glass.set_brightness(0.3)
    assert bus.sent == [("command", told[30])]


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("brightness", [0.05, 0.3, 0.7, 1.0])
def test_a_woken_chip_is_as_bright_as_before(driver: Any, brightness: float) -> None:
    """A dimmed screen that is woken is never told to be brighter, not even for a moment."""
    bus = RecordingBus()
    glass = LumaGlass(driver, 0, bus, lambda: None)
    glass.wake()
    usual = [content for _, content in bus.sent]
    bus.sent.clear()
    glass.set_brightness(brightness)
    bus.sent.clear()
    glass.wake()
    woken = [content for _, content in bus.sent]
    full, told = shining(driver, 1.0), shining(driver, brightness)
    changes = [
        (one, other)
        for before, after in zip(usual[-len(woken) :], woken, strict=True)
        for one, other in zip(before, after, strict=True)
        if one != other
    ]
    assert changes == [(full[at], told[at]) for at in (3, 5, 1) if full[at] != told[at]]


class FakeGlass:
    """A screen for the thread: it can hang, and it can be unplugged."""

    def __init__(self) -> None:
        self.shown: list[Image.Image] = []
        self.is_dark = False
        self.is_closed = False
        self.wakes = 0
        self.brightness = 1.0
        self.fault: Exception | None = None
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self.is_showing = threading.Event()
        self.news = threading.Condition()

    def display(self, image: Image.Image) -> None:
        """Keep the picture, unless it is to hang or to fail."""
        self.is_showing.set()
        self.may_go_on.wait(DEADLINE_S)
        with self.news:
            if self.fault is not None:
                raise self.fault
            self.shown.append(image)
            self.news.notify_all()

    def wake(self) -> None:
        """Count it."""
        self.wakes += 1

    def set_brightness(self, brightness: float) -> None:
        """Keep it."""
        with self.news:
            self.brightness = brightness
            self.news.notify_all()

    def darken(self) -> None:
        """Go dark."""
        self.is_dark = True

    def close(self) -> None:
        """Let go."""
        self.is_closed = True

    def wait_for(self, count: int) -> None:
        """Wait until so many pictures were shown."""
        with self.news:
            assert self.news.wait_for(lambda: len(self.shown) >= count, DEADLINE_S)


class Reports:
    """The reports of a part, to be waited for."""

    def __init__(self) -> None:
        self.all: list[PartReported] = []
        self._news = threading.Condition()

    def __call__(self, report: PartReported) -> None:
        """Keep a report."""
        with self._news:
            self.all.append(report)
            self._news.notify_all()

    def wait_for(self, count: int) -> list[PartReported]:
        """Wait until there are so many and return them."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.all) >= count, DEADLINE_S)
            return list(self.all)


@pytest.fixture
def reports(monkeypatch: pytest.MonkeyPatch) -> Reports:
    """Return where reports go; attempts follow one another at once."""
    monkeypatch.setattr(retried_part, "_FIRST_RETRY_S", 0.001)
    monkeypatch.setattr(retried_part, "_LAST_RETRY_S", 0.002)
    return Reports()


@pytest.fixture
def started(reports: Reports) -> Iterator[Callable[[Callable[[OledWiring], Any]], Oled]]:
    """Start screens, and stop them at the end of the test."""
    screens = []

    def start(open_glass: Callable[[OledWiring], Any]) -> Oled:
        screen = Oled(OledWiring(), reports, open_glass)
        screens.append(screen)
        screen.start()
        return screen

    yield start
    for screen in screens:
        screen.stop()


def test_shows_and_goes_dark(started: Any, reports: Reports) -> None:
    """A picture is shown, the part is well, and stopping leaves a dark and closed screen."""
    glass = FakeGlass()
    screen = started(lambda _: glass)
    screen.show(PICTURES["idle"])
    glass.wait_for(1)
    report = reports.wait_for(1)[0]
    assert (report.part, report.state, report.sentence) == (Part.SCREEN, PartState.OK, "")
    screen.stop()
    assert glass.shown == [PICTURES["idle"]]
    assert glass.is_dark
    assert glass.is_closed


def test_newest_picture_wins(started: Any) -> None:
    """Pictures that arrive while the bus is busy are skipped but for the last one."""
    glass = FakeGlass()
    glass.may_go_on.clear()
    screen = started(lambda _: glass)
    pictures = [image.copy() for image in PICTURES.values()]
    screen.show(pictures[0])
    assert glass.is_showing.wait(DEADLINE_S)
    for image in pictures[1:]:
        screen.show(image)
    glass.may_go_on.set()
    glass.wait_for(2)
    assert glass.shown[0] is pictures[0]
    assert glass.shown[1] is pictures[-1]


def test_dims_at_once_and_stays_so(started: Any, reports: Reports) -> None:
    """Another brightness needs no other picture; a screen that was away comes back as bright."""
    glasses = [FakeGlass(), FakeGlass()]
    oled = started(lambda _: next(glass for glass in glasses if not glass.is_closed))
    oled.show(PICTURES["idle"])
    first, second = glasses
    first.wait_for(1)
    oled.set_brightness(0.3)
    with first.news:
        assert first.news.wait_for(lambda: first.brightness == 0.3, DEADLINE_S)
    first.fault = OSError(121, "Remote I/O error")
    oled.show(PICTURES["rolling"])
    second.wait_for(1)
    assert second.brightness == 0.3
    assert second.shown == [PICTURES["rolling"]]
    assert [report.state for report in reports.wait_for(3)] == [
        PartState.OK,
        PartState.FAULT,
        PartState.OK,
    ]


def test_unplugged_screen_comes_back(started: Any, reports: Reports) -> None:
    """A screen that fails is told once, tried until it is back, and shows the newest picture."""
    broken, whole = FakeGlass(), FakeGlass()
    broken.fault = OSError(121, "Remote I/O error")
    attempts = [broken, *[OSError(121, "Remote I/O error")] * 20, whole]

    def open_glass(_: OledWiring) -> FakeGlass:
        attempt = attempts.pop(0)
        if isinstance(attempt, OSError):
            raise attempt
        return attempt

    screen = started(open_glass)
    screen.show(PICTURES["idle"])
    screen.show(PICTURES["rolling"])
    whole.wait_for(1)
    first, second = reports.wait_for(2)
    assert (first.part, first.state) == (Part.SCREEN, PartState.FAULT)
    assert "ssd1306 on I2C bus 1 at 0x3C" in first.sentence
    assert "Remote I/O error" in first.sentence
    assert second.state is PartState.OK
    assert len(reports.all) == 2
    assert broken.is_closed
    assert whole.shown == [PICTURES["rolling"]]


def test_a_screen_that_hangs_is_told_by_who_looks_after_it(started: Any, reports: Reports) -> None:
    """Three seconds into a call it is a fault, said once; when the call comes back, that is over."""
    glass = FakeGlass()
    screen = started(lambda _: glass)
    screen.show(PICTURES["idle"])
    reports.wait_for(1)
    glass.may_go_on.clear()
    glass.is_showing.clear()
    screen.show(PICTURES["rolling"])
    assert glass.is_showing.wait(DEADLINE_S)
    now_ns = time.monotonic_ns()

    assert screen.poll(now_ns) == ()
    (fault,) = screen.poll(now_ns + 3 * 10**9)
    assert (fault.part, fault.state) == (Part.SCREEN, PartState.FAULT)
    assert "0x3C" in fault.sentence
    assert "no answer for 3 s" in fault.sentence
    assert screen.poll(now_ns + 4 * 10**9) == ()

    glass.may_go_on.set()
    assert reports.wait_for(2)[1].state is PartState.OK
    # It waits for a picture now, for as long as it likes.
    assert screen.poll(now_ns + 9 * 10**9) == ()


def test_a_screen_at_rest_is_woken(
    started: Any, reports: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though nothing changes, it is woken and sent its picture again and again."""
    monkeypatch.setattr("countoff.devices.oled.part._WAKE_EVERY_S", 0.01)
    glass = FakeGlass()
    screen = started(lambda _: glass)
    screen.show(PICTURES["idle"])
    glass.wait_for(4)

    assert glass.wakes >= 2
    assert set(map(id, glass.shown)) == {id(PICTURES["idle"])}
    assert [report.state for report in reports.all] == [PartState.OK]


def test_another_reason_is_told(started: Any, reports: Reports) -> None:
    """When the fault changes its reason, the new one is told, each once."""
    faults = [OSError(121, "Remote I/O error")] * 5 + [PermissionError(13, "no access")] * 10_000

    def open_glass(_: OledWiring) -> Any:
        raise faults.pop(0)

    started(open_glass)
    first, second = reports.wait_for(2)
    assert "Remote I/O error" in first.sentence
    assert "no access" in second.sentence


def test_stop_without_a_screen(started: Any, reports: Reports) -> None:
    """A screen that is away, or hangs on its bus, or was never started, does not keep stop()."""

    def absent(_: OledWiring) -> Any:
        raise FileNotFoundError(2, "No such file", "/dev/i2c-1")

    started(absent).stop()
    assert reports.wait_for(1)[0].state is PartState.FAULT
    Oled(OledWiring(), reports, absent).stop()
    hung = FakeGlass()
    hung.may_go_on.clear()
    screen = started(lambda _: hung)
    screen.show(PICTURES["idle"])
    assert hung.is_showing.wait(DEADLINE_S)
    screen.stop()
    hung.may_go_on.set()


def test_no_bus_gives_one_sentence(reports: Reports) -> None:
    """On a machine without that I2C bus, the sentence names the wiring and what is missing."""
    screen = Oled(OledWiring(i2c_port=19), reports)
    screen.start()
    sentence = reports.wait_for(1)[0].sentence
    screen.stop()
    assert "ssd1306 on I2C bus 19 at 0x3C" in sentence
    assert "not found" in sentence
    assert "[oled]" in sentence


def test_spi_goes_through_our_own_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    """On SPI, D/C is low for each command and high for data, RESET was pulled, all is let go."""
    factory = MockFactory()
    monkeypatch.setattr(Device, "pin_factory", factory)
    sent: list[tuple[str, tuple[int, ...]]] = []

    class SpiDev:
        def __init__(self) -> None:
            self.max_speed_hz = 0

        def open(self, port: int, device: int) -> None:
            sent.append(("open", (port, device)))

        def writebytes(self, data: list[int]) -> None:
            sent.append(("data" if factory.pin("GPIO24").state else "command", tuple(data)))

        def close(self) -> None:
            sent.append(("close", ()))

    monkeypatch.setitem(sys.modules, "spidev", SimpleNamespace(SpiDev=SpiDev))
    glass = open_luma(OledWiring(driver="ssd1309", interface="spi", spi_port=1))
    glass.display(PICTURES["idle"])
    reset_levels = [bool(change.state) for change in factory.pin("GPIO25").states]
    glass.close()
    bus = RecordingBus()
    LumaGlass("ssd1309", 0, bus, lambda: None).display(PICTURES["idle"])
    assert sent == [("open", (1, 0)), *bus.sent, ("close", ())]
    assert reset_levels[-2:] == [False, True]
    assert factory.pin("GPIO24").function == "input"
    factory.reset()
