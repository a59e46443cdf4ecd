"""Ardour itself, without anybody before it: started, connected, asked and told over OSC, ended."""

from __future__ import annotations

import contextlib
import re
import signal
import socket
import struct
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

import jack

from real_ardour.programs import Program, SoundServer, TrialError, found, wait_until
from real_ardour.session import OSC_PORT, TRACK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from real_ardour.session import Session

MACKIE_IN, MACKIE_OUT = "ardour:mackie control in", "ardour:mackie control out"
MMC_IN, CLOCK_IN = "ardour:MMC in", "ardour:MIDI Clock in"
TIME_CODE_IN = "ardour:MTC in"
TRACK_IN = f"ardour:{TRACK} 1/audio_in 1"
# From when its surfaces listen until its window is there.
_SETTLES_S = 4.0
_STARTS_WITHIN_S = 30


class Ardour(Program):
    """An Ardour with a session of its own. Use as a context manager."""

    def __init__(
        self, folder: Path, env: Mapping[str, str], server: SoundServer, session: Session
    ) -> None:
        """Prepare it: no splash, no announcements."""
        self.session = session
        command = [found("ardour", "ardour"), "-n", "-a", str(session.folder)]
        env = {**env, "HOME": str(session.home)}
        # A SIGTERM leaves the server waiting for it.
        super().__init__(command, env, folder / "ardour.txt", ends_by=signal.SIGKILL)
        self._server = server
        self._osc = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def __enter__(self) -> Self:
        """Start it, and wait until its session and its surfaces are there."""
        super().__enter__()
        # Nobody else comes to the server while Ardour loads its session: it has been thrown out then.
        wait_until(self._hears_osc, "Ardour has its session", _STARTS_WITHIN_S)
        time.sleep(_SETTLES_S)
        self._client = self._server.client("patch bay")
        wait_until(self._is_there, "Ardour is on the sound server", _STARTS_WITHIN_S)
        return self

    def __exit__(self, *_: object) -> None:
        """Have it quit as by its menu; where it does not, end it."""
        self._client.close()
        self.tell("/access_action", "Common/Quit")
        with contextlib.suppress(TrialError):
            wait_until(lambda: not self.is_running(), "Ardour has quit", 10)
        super().__exit__()
        self._osc.close()

    def version(self) -> str:
        """Return which Ardour it is."""
        found_here = re.search(r"Ardour\s*(\d+\.\d+[^\s\"]*)", self.session.file.read_text())
        return found_here[1] if found_here else "?"

    def tell(self, address: str, value: float | str = 1) -> None:
        """Send it one OSC message."""
        text = isinstance(value, str)
        data = _padded(str(value)) if text else struct.pack(">f", float(value))
        packet = _padded(address) + _padded(",s" if text else ",f") + data
        self._osc.sendto(packet, ("127.0.0.1", OSC_PORT))

    def arm(self, *, is_armed: bool) -> None:
        """Arm the track, or disarm it."""
        packet = _padded("/strip/recenable") + _padded(",ii") + struct.pack(">ii", 1, is_armed)
        self._osc.sendto(packet, ("127.0.0.1", OSC_PORT))

    def connect(self, source: str, target: str) -> None:
        """Connect two ports, once both are there."""
        names = (source, target)
        wait_until(lambda: set(names) <= set(self._names()), f"{source} and {target} are there")
        with contextlib.suppress(jack.JackErrorCode):
            self._client.connect(source, target)

    def disconnect_all(self) -> None:
        """Take off whatever is connected to its MIDI inputs."""
        for name in (MACKIE_IN, MMC_IN, CLOCK_IN, TIME_CODE_IN):
            target = self._client.get_port_by_name(name)
            for source in self._client.get_all_connections(target):
                self._client.disconnect(source, target)

    def save(self) -> None:
        """Have it save the session, and wait until it has."""
        before = self.session.file.stat().st_mtime_ns
        self.tell("/save_state")
        wait_until(
            lambda: self.session.file.stat().st_mtime_ns != before, "Ardour has saved its session"
        )

    def _hears_osc(self) -> bool:
        if not self.is_running():
            raise TrialError(f"Ardour does not start: {self.said()[-2000:]}")
        bound = Path("/proc/net/udp").read_text(encoding="ascii")
        return f":{OSC_PORT:04X} " in bound

    def _is_there(self) -> bool:
        return {TRACK_IN, MACKIE_OUT} <= set(self._names())

    def _names(self) -> list[str]:
        return [port.name for port in self._client.get_ports()]


def _padded(text: str) -> bytes:
    data = text.encode()
    return data + bytes(4 - len(data) % 4)
