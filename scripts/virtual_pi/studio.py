"""What stands at the box's MIDI ports in the virtual Pi: a foot controller, desks, the simulated DAW.

Runs in the guest. Foot controller and desks are clients of the kernel's sequencer, and share no code
with the product; the simulated DAW is the product's own, as a program of its own.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from virtual_pi.unit import NeverError

if TYPE_CHECKING:
    from collections.abc import Callable

_DEADLINE_S = 60.0
_LOOK_EVERY_S = 0.05
_NOTE_ON, _NOTE_OFF = 0x90, 0x80
_CLIENTS = Path("/proc/asound/seq/clients")


class FootController:
    """A foot controller on the sequencer; its pedals send notes from 60 on, on channel 1."""

    name = "FCB1010"

    def __init__(self) -> None:
        self._out: Any = None
        self.plug_in()

    def plug_in(self) -> None:
        """Come onto the sequencer, under whatever number."""
        rtmidi = _rtmidi()
        self._out = rtmidi.MidiOut(rtapi=rtmidi.API_LINUX_ALSA, name=self.name)
        self._out.open_virtual_port(name=f"{self.name} MIDI 1")

    def pull(self) -> None:
        """Leave it."""
        self._out.delete()
        self._out = None

    def press(self, pedal: int, hold_s: float = 0.1) -> int:
        """Step on a pedal for `hold_s`; return the host time just before it said so."""
        at_ns = self.down(pedal)
        time.sleep(hold_s)
        self._out.send_message((_NOTE_OFF, 60 + pedal, 0))
        return at_ns

    def down(self, pedal: int) -> int:
        """Step on a pedal and stay there; return the host time just before it said so."""
        at_ns = time.monotonic_ns()
        self._out.send_message((_NOTE_ON, 60 + pedal, 127))
        return at_ns


class Desk:
    """Some other program: an input and an output of one name, which notes what it hears."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.heard: list[str] = []
        self._ends: list[Any] = []
        self.come()

    @property
    def port(self) -> str:
        """Its ports as the kernel names them."""
        return f"{self.name}:{self.name} io"

    def come(self) -> None:
        """Come onto the sequencer, under whatever numbers."""
        rtmidi = _rtmidi()
        hearing = rtmidi.MidiIn(rtapi=rtmidi.API_LINUX_ALSA, name=self.name)
        hearing.ignore_types(sysex=False)
        hearing.set_callback(self._take)
        speaking = rtmidi.MidiOut(rtapi=rtmidi.API_LINUX_ALSA, name=self.name)
        self._ends = [hearing, speaking]
        for end in self._ends:
            end.open_virtual_port(name=f"{self.name} io")

    def go(self) -> None:
        """Leave the sequencer altogether."""
        for end in self._ends:
            end.delete()
        self._ends = []

    def _take(self, event: tuple[list[int], float], _data: object) -> None:
        self.heard.append(bytes(event[0]).hex())


class SimulatedDaw:
    """`countoff simulate-daw` as a program of its own, and what it has told. A context manager."""

    def __init__(self, profile: str, *words: str) -> None:
        self.told: list[dict[str, Any]] = []
        self._words = ("--profile", profile, "--backend", "alsa", *words)
        self._running: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self._running = subprocess.Popen(
            [sys.executable, "-m", "countoff", "simulate-daw", "--json", *self._words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        threading.Thread(target=self._read, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._running is not None and self._running.stdin is not None:
            self._running.stdin.close()
            self._running.wait(_DEADLINE_S)

    def do(self, word: str) -> None:
        """Have its user do something, or a fault begin or end."""
        if self._running is not None and self._running.stdin is not None:
            self._running.stdin.write(f"{word}\n")
            self._running.stdin.flush()

    def words(self, kind: str) -> list[tuple[int, str]]:
        """Return what it `hears`, `says` or `does`, each with its host time."""
        return [(told["at_ns"], told[kind]) for told in list(self.told) if kind in told]

    def _read(self) -> None:
        if self._running is not None and self._running.stdout is not None:
            for line in self._running.stdout:
                self.told.append(json.loads(line))


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    """Wait until something is so. Raises NeverError."""
    until_s = time.monotonic() + _DEADLINE_S
    while not is_so():
        if time.monotonic() > until_s:
            raise NeverError(f"It never came about that {what}.")
        time.sleep(_LOOK_EVERY_S)


def links() -> set[tuple[str, str]]:
    """Return who hears whom on the sequencer: the names of speaker and listener."""
    ports = _ports()
    names = {at: name for at, name, _ in ports}
    heard_by: list[tuple[str, str]] = []
    for at, _, lines in ports:
        told = " ".join(line for line in lines if "Connecting To:" in line)
        heard_by += [(at, other) for other in re.findall(r"\d+:\d+", told)]
    return {
        (names[speaker], names[listener]) for speaker, listener in heard_by if listener in names
    }


def address(name: str, *, speaks: bool) -> str:
    """Return the address of the port of a name that `speaks`, or of the one that hears."""
    for at, found, lines in _ports():
        if found == name and ("(R" in lines[0]) is speaks:
            return at
    raise NeverError(f"There is no port {name}.")


def connect(speaker: str, listener: str) -> None:
    """Connect two ports by their addresses, as a person does with a patch bay."""
    subprocess.run(["/usr/bin/aconnect", speaker, listener], check=True)


def _ports() -> list[tuple[str, str, list[str]]]:
    """Return each port of the sequencer: address, name, and what the kernel says of it."""
    found: list[tuple[str, str, list[str]]] = []
    number = client = ""
    for line in _CLIENTS.read_text(errors="replace").splitlines():
        if named := re.match(r'Client +(\d+) : "(.*)" \[', line):
            number, client = named.groups()
        elif named := re.match(r'  Port +(\d+) : "(.*)" \(', line):
            found.append((f"{number}:{named[1]}", f"{client}:{named[2]}", [line]))
        elif found:
            found[-1][2].append(line)
    return found


def _rtmidi() -> Any:  # noqa: ANN401 (untyped library)
    # In the guest only: the virtual Pi brings it.
    import rtmidi  # noqa: PLC0415

    return rtmidi
