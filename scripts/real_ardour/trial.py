"""One trial: a take, or what somebody does at Ardour, and all that is known of it afterwards."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from real_ardour.box import CLOCK_OUT, SOUND
from real_ardour.programs import RATE_HZ, TrialError, wait_until
from real_ardour.recording import read_recording

if TYPE_CHECKING:
    from real_ardour.ardour import Ardour
    from real_ardour.box import Box
    from real_ardour.ear import Ear, Message
    from real_ardour.recording import Recorded

ROLLED_TO_BAR = 3
# Where a take has ended at the DAW, the box ignores a press right after it.
_RESTS_S = 2.0


@dataclass(frozen=True)
class Evidence:
    """What the log says of a take, what was heard on the cables, and what Ardour recorded."""

    take: dict[str, Any]
    incidents: tuple[str, ...]
    lights: tuple[str, ...]
    midi: tuple[Message, ...]
    recorded: Recorded | None
    flags_ns: tuple[int, ...]
    markers: tuple[int, ...]

    def delay_ms(self, cause: str, effect: str) -> float | None:
        """Return from the first message that begins with `cause` to the next with `effect`."""
        causes = [message.frame for message in self.midi if message.data.startswith(cause)]
        if not causes:
            return None
        effects = [
            message.frame
            for message in self.midi
            if message.data.startswith(effect) and message.frame >= causes[0]
        ]
        return (effects[0] - causes[0]) * 1000 / RATE_HZ if effects else None


class Trial:
    """A box and an Ardour that are connected, and the ear between them."""

    def __init__(self, ardour: Ardour, box: Box, ear: Ear) -> None:
        """Nothing has been tried yet."""
        self.ardour, self.box, self._ear = ardour, box, ear
        self._lights: list[str] = []
        self._recorded_before = 0

    def begin(self) -> None:
        """Forget what was before, once nobody's foot is taken for the one that came too late."""
        time.sleep(_RESTS_S)
        self._ear.take_all()
        self._lights.clear()
        self._recorded_before = len(self.ardour.session.recordings)

    def wait_for_light(self, light: str) -> None:
        """Wait until the tally shows `light`, and note every other on the way."""
        self.box.wait_for(lambda status: self.notes(status) == light, f"the light is {light}")

    def reaches(self, bar: int) -> bool:
        """Wait until the take has reached a bar; False where it is over before."""
        status = self.box.wait_for(
            lambda status: (
                self.notes(status) and (status["phase"] == "idle" or self._has_reached(status, bar))
            ),
            f"the take reaches bar {bar}",
        )
        return self._has_reached(status, bar)

    @staticmethod
    def _has_reached(status: dict[str, Any], bar: int) -> bool:
        return bool(status["phase"] == "rolling" and status["bar"] >= bar)

    def wait_for_end(self) -> None:
        """Wait until the take is over, and has its certificate."""
        self.box.wait_for(
            lambda status: self.notes(status) and status["phase"] == "idle", "the take is over"
        )
        if self.box.take()["began_at_daw"]:
            return
        self.box.wait_for(
            lambda status: self.notes(status) and status["takes"][0]["click"],
            "the take has its certificate",
        )

    def evidence(self, *, files: int = 1) -> Evidence:
        """Return what is known, once Ardour has written as many files as there are to be."""
        recorded = None
        if files:
            try:
                wait_until(lambda: self._has_files(files), "Ardour has a new file", 15)
                recorded = read_recording(self.ardour.session.recordings[-1])
            except TrialError:
                recorded = None
        return Evidence(
            take=self.box.take(),
            incidents=tuple(self.box.incidents()),
            lights=tuple(self._lights),
            midi=tuple(self._ear.take_all()),
            recorded=recorded,
            flags_ns=tuple(self.box.flags_ns()),
            markers=tuple(self.ardour.session.markers()),
        )

    def _has_files(self, count: int) -> bool:
        self.ardour.save()
        return len(self.ardour.session.recordings) >= self._recorded_before + count

    def notes(self, status: dict[str, Any]) -> str:
        """Note the tally's light, and return it."""
        light = str(status["tally"]["light"])
        if not self._lights or self._lights[-1] != light:
            self._lights.append(light)
        return light


def connect(ardour: Ardour, box: Box, midi: list[tuple[str, str]], track: str) -> None:
    """Connect the box's sound to the track, and the cables of MIDI; wait until the box knows."""
    ardour.disconnect_all()
    ardour.connect(SOUND, track)
    for source, target in midi:
        ardour.connect(source, target)
    ways = {"clock" if source == CLOCK_OUT else "daw" for source, _target in midi}
    box.wait_for(
        lambda status: all(status["parts"][way]["state"] == "ok" for way in ways),
        "the DAW is there",
    )
