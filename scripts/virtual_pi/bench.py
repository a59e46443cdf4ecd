"""The box in the virtual Pi with the far ends of its wires, and a take played on it.

Runs in the guest.
"""

from __future__ import annotations

import base64
import re
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from virtual_pi.glass import Glass
from virtual_pi.parts import Cable, lamp_duty, press
from virtual_pi.telling import tell
from virtual_pi.unit import NeverError, Unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from virtual_pi.glass import Picture
    from virtual_pi.unit import Box

BPM = "113.7"
LAST_BAR = 4
SONG = f'title = "Under Test"\ntempo = {BPM}\nmeter = "4/4"\ncount_in = 1\n'
CARDS = Path("/proc/asound/cards")
_PAUSE_S = 4.0
OPENING = "It is being opened."
"""What the status says of the DAW while its port is not there yet."""


class Wires:
    """The far ends of the wires of a box, `unit`, whose screen's glass is `glass`."""

    unit: Box

    def __init__(self, glass: Picture) -> None:
        self._card, names = _virtual_midi()
        self.named = names[1]
        self.glass = glass

    def cable(self, number: int) -> Cable:
        """Return the far end of a virtual MIDI port."""
        return Cable(f"/dev/snd/midiC{self._card}D{number}")

    def connect(self) -> Cable:
        """Have a DAW connect itself to the box's own port; return the far end of its cable."""
        connect_to_box(self.named)
        return self.cable(device_of(self.named))

    def take(self, during: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Play a take to the end of its fourth bar, `during` it what is asked."""
        pressed_ns = press("roll")
        self.unit.wait_for_phase("rolling")
        seen = during()
        self.unit.wait_until(
            lambda status: (status["bar"], status["beat"]) >= (LAST_BAR, 1), "the last bar"
        )
        return seen | self.end(pressed_ns)

    def end(self, pressed_ns: int, step: Callable[[float], object] | None = None) -> dict[str, Any]:
        """End the running take at its bar, by a `step` on ROLL; return what the log says of it."""
        step = step or _step_on_roll
        step(0.75)
        self.unit.wait_for_phase("ring_out")
        time.sleep(1.0)
        step(0.1)
        self.unit.wait_for_phase("idle")
        self.unit.wait_until(
            lambda status: status["log"]["saved"] == status["log"]["submitted"], "all is saved"
        )
        time.sleep(_PAUSE_S)
        return {"pressed_ns": pressed_ns, "take": self.unit.last_take()}


class Bench(Wires):
    """A daemon of our own, with any configuration."""

    unit: Unit

    def __init__(self, block_frames: int, latency_ms: int) -> None:
        super().__init__(Glass())
        self._block = f"block_frames = {block_frames}\nlatency_ms = {latency_ms}\n"
        self.unit = self.fresh_unit()

    def fresh_unit(
        self,
        port: str = "",
        clock_port: str = "",
        device: str = "USB Audio",
        midi: str = "",
        profile: str = "",
    ) -> Unit:
        """Return a box that is not running, which sends to `port`, or has a port of its own.

        Where `clock_port` is named it sends a MIDI clock there. It plays on `device`, or the default.
        `midi` are more lines of that table, and `profile` is the DAW's.
        """
        settings = f'[audio]\ndevice = "{device}"\n{self._block}[midi]\nport = "{port}"\n'
        if clock_port:
            settings += f'clock = "bar_1"\nclock_port = "{clock_port}"\n'
        settings += midi
        if profile:
            settings += f'[daw]\nprofile = "{profile}"\n'
        return Unit(settings, SONG)

    def start(self) -> float:
        """Start the box and wait until its own wires have spoken."""
        took_s = self.unit.start()
        self.unit.wait_until(
            lambda status: (
                all(status["parts"][part]["state"] == "ok" for part in ("screen", "tally"))
                and status["parts"]["daw"]["sentence"] != OPENING
            ),
            "screen, tally and DAW have spoken",
        )
        return took_s


def tell_take(case: str, bench: Wires, cable: Cable) -> None:
    """Play a take and tell what lamp, glass and cable had of it."""

    def during() -> dict[str, Any]:
        bench.unit.wait_for_bar(2)
        # One whole period of the light.
        duty = lamp_duty(2.0)
        bench.unit.wait_until(
            lambda status: bench.glass.shows(base64.b64decode(status["screen"])),
            "the screen shows the bar",
        )
        return {"lamp_duty": duty, "glass": bench.glass.text()}

    seen = bench.take(during)
    tell(case=case, midi=cable.arrived, idle_lamp_duty=lamp_duty(0.3), **seen)


def _virtual_midi() -> tuple[int, list[str]]:
    """Return the card of the virtual MIDI ports, and their names without numbers."""
    found = re.search(r"(\d+) \[VirMIDI", CARDS.read_text())
    if found is None:
        raise NeverError("There is no virtual MIDI card.")
    listed = subprocess.run(
        ["/usr/bin/aconnect", "-o"], check=True, capture_output=True, text=True
    ).stdout
    return int(found[1]), re.findall(r"'(VirMIDI \d+-\d+) *'", listed)


def _client_of(name: str) -> int:
    listed = subprocess.run(
        ["/usr/bin/aconnect", "-o"], check=True, capture_output=True, text=True
    ).stdout
    client = -1
    for line in listed.splitlines():
        if found := re.match(r"client (\d+):", line):
            client = int(found[1])
        if name in line and "'" in line and not line.startswith("client"):
            return client
    raise NeverError(f"There is no port {name}.")


def connect_to_box(name: str) -> None:
    """Connect the box's own port to the virtual MIDI port of a name. Raises CalledProcessError."""
    address = f"{_client_of(name)}:0"
    subprocess.run(["/usr/bin/aconnect", "Countoff:0", address], check=True)


def device_of(name: str) -> int:
    """Return the number that a virtual MIDI port has on its card."""
    return int(name.rsplit("-", 1)[1])


def _step_on_roll(hold_s: float) -> object:
    return press("roll", hold_s=hold_s)
