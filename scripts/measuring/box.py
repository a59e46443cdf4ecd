"""The program that is measured: the real daemon on gpiozero's mock pins, told by standard input.

    press PIN   step on a pedal for a moment; answered with the time of the edge
    report      answered with what has left the sender, the player's counts, and how the lamp shone

Everything in it is the daemon's own; only the wires end here. As on a Pi an edge carries the time
of its interrupt, before any Python ran: this thread wakes as a driver's thread would, at that time.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
import time
from collections import deque
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "firmware"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gpiozero import Device
from gpiozero.pins.mock import MockFactory, MockPin, MockPWMPin

from countoff import app, assembly
from countoff.core.events import Part
from countoff.player import link
from countoff.player.seat import PlayerSeat
from countoff.processes.realtime import PRESS_PRIORITY, set_fifo
from countoff.sender.seat import SenderSeat
from measuring.load import start_busy_thread

if TYPE_CHECKING:
    from countoff.daw.conversation import Conversation
    from countoff.foot_controller import MidiPedals
    from countoff.player.link import PlayerSettings
    from countoff.sender.link import SenderSettings, Sent

_MS = 1_000_000
_NS_PER_SECOND = 1_000_000_000
# What the foot needs to come down, and how long it stays.
_NOTICE_NS = 30 * _MS
_ON_PEDAL_NS = 80 * _MS
_SHONE_KEPT = 4096


class StampedPin(MockPWMPin):  # type: ignore[misc] # gpiozero is untyped
    """A mock pin whose edges carry a time that they are given, and whose states are remembered."""

    shone: ClassVar[deque[tuple[int, float]]] = deque(maxlen=_SHONE_KEPT)
    """When a pin that is driven changed, and to what: the lamp's is the only one."""

    def move_at(self, at_ns: int, *, is_high: bool) -> None:
        """Move the contact, as noticed by the kernel at `at_ns`."""
        self._stamp_s = at_ns / _NS_PER_SECOND
        if is_high:
            self.drive_high()
        else:
            self.drive_low()

    def _change_state(self, value: float) -> bool:
        has_changed: bool = super()._change_state(value)
        if has_changed and self.function == "output":
            self.shone.append((time.monotonic_ns(), float(value)))
        return has_changed

    def _call_when_changed(self) -> None:
        super(MockPin, self)._call_when_changed(self._stamp_s, self._state)


class MeasuredBox:
    """Takes the seats that the daemon makes for itself, to read them."""

    def __init__(self) -> None:
        """Know none yet."""
        self._player: PlayerSeat | None = None
        self._sent: deque[Sent] = deque()

    def seat_player(self, settings: PlayerSettings, level_db: float = 0.0) -> PlayerSeat:
        """Make the daemon's own seat of the player."""
        self._player = PlayerSeat(settings, level_db)
        return self._player

    def seat_sender(
        self,
        settings: SenderSettings,
        conversation: Conversation | None = None,
        part: Part = Part.DAW,
        pedals: MidiPedals | None = None,
    ) -> SenderSeat:
        """Make the daemon's own seat of a sender; nothing that leaves for the DAW is forgotten."""
        sender = SenderSeat(settings, conversation, part, pedals)
        if part is Part.DAW:
            sender.sent = self._sent
        return sender

    def report(self) -> dict[str, Any]:
        """Return what the seats know."""
        return {
            "sent": [asdict(sent) for sent in list(self._sent)],
            "player": self._player.counts() if self._player is not None else {},
            "lamp": list(StampedPin.shone),
        }

    def obey(self, factory: MockFactory) -> None:
        """Do what standard input says."""
        # As the threads of the pins' library have it on a Pi.
        set_fifo(PRESS_PRIORITY)
        for line in sys.stdin:
            match line.split():
                case ["report"]:
                    print(json.dumps(self.report()), flush=True)
                case ["press", pin]:
                    edge_ns = time.monotonic_ns() + _NOTICE_NS
                    self._move(factory, pin, edge_ns, is_high=False)
                    self._move(factory, pin, edge_ns + _ON_PEDAL_NS, is_high=True)
                    print(json.dumps(edge_ns), flush=True)
        # Whoever measures has gone, in whatever way: a busy box must not stay behind.
        os.kill(os.getpid(), signal.SIGTERM)

    @staticmethod
    def _move(factory: MockFactory, pin: str, at_ns: int, *, is_high: bool) -> None:
        time.sleep(max(0, at_ns - time.monotonic_ns()) / _NS_PER_SECOND)
        factory.pin(int(pin)).move_at(at_ns, is_high=is_high)


def main() -> None:
    """Run the daemon until SIGTERM."""
    parser = argparse.ArgumentParser()
    parser.add_argument("config", type=Path)
    parser.add_argument("--busy", action="store_true", help="with a busy thread in the process")
    parser.add_argument("--watched", action="store_true", help="with a row for each of its blocks")
    asked = parser.parse_args()
    box = MeasuredBox()
    # The daemon has no door to look in through: it is handed seats that can be watched.
    vars(app).update(PlayerSeat=box.seat_player)
    vars(assembly).update(SenderSeat=box.seat_sender)
    if asked.watched:
        # A server that tells what it does has its clients tell too, on the output that is our answers'.
        sys.stdout = os.fdopen(os.dup(sys.stdout.fileno()), "w")
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), 1)
        vars(link).update(MODULE="measuring.watched_player")
    os.environ["GPIOZERO_PIN_FACTORY"] = "mock"
    factory = MockFactory(pin_class=StampedPin)
    Device.pin_factory = factory

    def ready() -> None:
        threading.Thread(target=box.obey, args=(factory,), daemon=True).start()
        if asked.busy:
            start_busy_thread()
        print("ready", flush=True)

    app.run(asked.config, ready)


if __name__ == "__main__":
    main()
