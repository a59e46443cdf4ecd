"""Which output is opened, of those that are meant, and what is said where none can be."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace
from typing import Any

import pytest

from countoff.player import outputs
from countoff.player.finding import DeviceName, OutputMissingError
from countoff.player.outputs import OutputChoice, PortAudioOutput

CARD = "Scarlett 2i2 USB"


class PortAudioError(Exception):
    """As PortAudio raises."""


class Library:
    """`sounddevice` on a machine whose outputs the test decides."""

    PortAudioError = PortAudioError
    __version__ = "0"
    default = SimpleNamespace(device=(0, 0))

    def __init__(self, *devices: dict[str, Any]) -> None:
        self.devices = [{**device, "index": index} for index, device in enumerate(devices)]
        self.opened: list[tuple[str, int, int]] = []
        self.refuses: dict[str, str] = {}
        self.cards: dict[str, str] = {}
        self.card = ""

    def get_portaudio_version(self) -> tuple[int, str]:
        return 0, "PortAudio"

    def query_devices(self) -> list[dict[str, Any]]:
        return self.devices

    def query_hostapis(self) -> list[dict[str, str]]:
        return [{"name": "ALSA"}]

    def RawOutputStream(self, device: int, channels: int, **_: Any) -> Any:  # noqa: N802
        return self._stream(device, 0, channels)

    def RawStream(self, device: tuple[int, int], channels: tuple[int, int], **_: Any) -> Any:  # noqa: N802
        return self._stream(device[1], *channels)

    def _stream(self, index: int, inputs: int, channels: int) -> Any:
        name = self.devices[index]["name"]
        if name in self.refuses:
            raise PortAudioError(self.refuses[name])
        self.card = self.cards.get(name, CARD)
        self.opened.append((name, inputs, channels))
        return SimpleNamespace(start=lambda: None, close=lambda: None)


def device(name: str, channels: int = 2, inputs: int = 0) -> dict[str, Any]:
    """Return an output as the library lists it."""
    return {
        "name": name,
        "hostapi": 0,
        "max_output_channels": channels,
        "max_input_channels": inputs,
        "default_samplerate": 48_000.0,
    }


CHOICE = OutputChoice(
    device="", channels=4, rate_hz=48_000, block_frames=512, latency_ms=40, loopback_input=0
)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Library:
    """Return a machine on which "default" is a plug with 2 channels, and the card itself has 4."""
    library = Library(device("default", 2), device(f"{CARD}: USB Audio (hw:1,0)", 4, 4))
    monkeypatch.setattr(outputs, "library", lambda: library)
    monkeypatch.setattr(outputs, "cards_held", lambda: frozenset({library.card}))
    return library


def output(before: DeviceName | None = None, *, loopback_input: int = 0) -> PortAudioOutput:
    """Return an output that is not started."""
    choice = dataclasses.replace(CHOICE, before=before, loopback_input=loopback_input)
    return PortAudioOutput(choice, lambda: None, lambda: None, lambda _samples: None)


def render(_out: object, _current_s: float, _dac_s: float) -> None:
    """Play nothing."""


BEFORE = DeviceName("ALSA", "default", CARD)


def test_of_those_meant_the_first_that_can_is_played_on(machine: Library) -> None:
    """One with too few channels does not hide another that has enough; it is told by its own name."""
    player = output(BEFORE)
    player.start(render)
    assert machine.opened == [(f"{CARD}: USB Audio (hw:1,0)", 0, 4)]
    assert player.name == f"{CARD}: USB Audio (hw:1,0)"
    assert player.device == BEFORE


def test_each_is_judged_by_its_own_inputs(machine: Library) -> None:
    """A loopback that the first has no input for is there on the second."""
    machine.devices[0]["max_output_channels"] = 4
    machine.refuses["default"] = "Device unavailable"
    player = output(BEFORE, loopback_input=3)
    player.start(render)
    assert machine.opened == [(f"{CARD}: USB Audio (hw:1,0)", 3, 4)]
    assert player.loopback_fault == ""


def test_the_sentence_is_that_of_the_one_meant_most(machine: Library) -> None:
    """What keeps the output that was lost from opening is said, not what its stand-in lacks."""
    machine.devices[0]["max_output_channels"] = 4
    machine.devices[1]["max_output_channels"] = 2
    machine.refuses["default"] = "Device unavailable"
    with pytest.raises(OutputMissingError, match=r'"default" cannot be opened .* unavailable'):
        output(BEFORE).start(render)


def test_too_few_channels_are_said(machine: Library) -> None:
    """Where the only one meant has fewer than asked for."""
    with pytest.raises(
        OutputMissingError, match=r'audio.channels = 4: the output "default" has 2; ask for'
    ):
        output().start(render)
    assert machine.opened == []


def test_another_card_behind_the_same_name_is_left_alone(machine: Library) -> None:
    """The box waits for the card it had, and says so by the name that was meant."""
    machine.devices = [{**device("default", 4), "index": 0}]
    machine.cards["default"] = "Loopback"
    with pytest.raises(OutputMissingError, match=r'"default" leads to another .* it had: "default'):
        output(BEFORE).start(render)


def test_a_loopback_without_an_input_is_said(machine: Library) -> None:
    """The click plays without it."""
    machine.devices[0]["max_output_channels"] = 4
    player = output(loopback_input=3)
    player.start(render)
    assert machine.opened == [("default", 0, 4)]
    assert player.loopback_fault.startswith('audio.loopback_input = 3: "default" has 0 inputs')
