"""The controller's end of the player: sends plans, reads the shared counters, never waits.

All calls from the controller's owner thread.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from countoff.core.voice import Voice
from countoff.core.voices import USUAL_SOUNDS
from countoff.player.click_table import table_of
from countoff.player.clock_watch import ClockWatch
from countoff.player.counters import CELLS, Cell, Gap, read_gaps, read_observations
from countoff.player.finding import DeviceName
from countoff.player.heard_ring import RING_CELLS
from countoff.processes.child import Child
from countoff.processes.wire import Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countoff.core.plan import Click
    from countoff.core.timebase import ClockFit

MODULE = "countoff.player"
_DB_PER_DECADE = 20
_HANDING_OVER_NS = 10_000_000
_NS_PER_MS = 1_000_000


@dataclass(frozen=True, slots=True)
class PlayerSettings:
    """What the player opens, and what it plays there; see the configuration's [audio] and [click]."""

    device: str = ""
    channels: int = 2
    rate_hz: int = 48_000
    block_frames: int = 512
    latency_ms: int = 40
    is_virtual: bool = False
    is_device_demanded: bool = False
    """A virtual output in its place is a fault, and the device is tried again and again."""
    wav: str = ""
    sounds: tuple[str, ...] = USUAL_SOUNDS
    """For each voice the name of a sound, or the path of a WAV file."""
    gains: tuple[tuple[float, ...], ...] = ((1.0, 1.0),) * len(Voice)
    """Linear, for each voice on each channel."""
    output_latency_ms: float | None = None
    """Measured from the callback to the jack socket; wins over what the API says."""
    loopback_input: int = 0
    """The input, from 1, that is cabled to the first output; 0 for none."""
    before: DeviceName | None = None
    """The output that was played on already: it is that one and no other that is opened."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The player's output is open and its callback runs."""

    name: str
    rate_hz: int
    channels: int
    is_virtual: bool
    memory_locked: bool
    versions: str
    counts_server_frames: bool = False
    """Its frames are a sound server's own, the same for all its clients."""
    sound_faults: tuple[str, ...] = ()
    """A sentence for each WAV file that cannot be heard, and for an input that cannot."""
    device: DeviceName | None = None
    """By what it is found again when it has been away; None for a virtual output."""


@dataclass(frozen=True, slots=True)
class OpenFailed:
    """The output cannot be opened; the sentence says why."""

    sentence: str
    is_hung: bool = False
    """It did not say so itself: it took too long or died, and may well open another time."""


class PlayerLink:
    """One running player. Make a new one to replace it: a new stream is a new epoch."""

    def __init__(self, settings: PlayerSettings, epoch: int) -> None:
        """Prepare stream `epoch`; `start` runs it."""
        self.epoch = epoch
        self.stream = epoch
        """Which process this is: it stays the same where its epoch does not."""
        self.opened: Opened | None = None
        self.is_waiting = False
        self.settings = settings
        self._child: Child | None = None
        self._stop_serial = 0
        self._gaps_read = 0
        self._stops_read = 0
        self._clock_watch: ClockWatch | None = None

    @property
    def child(self) -> Child:
        """The process. Raises RuntimeError before `start`."""
        if self._child is None:
            raise RuntimeError("The player has not been started.")
        return self._child

    def start(self, *, waits: bool = False) -> None:
        """Start the process. Takes some ms; the output opens later and is told by `poll`.

        Where it `waits` it makes itself ready, and opens the output when told to by `open`.
        """
        self.is_waiting = waits
        settings = self.settings
        values: dict[str, Any] = {
            "device": settings.device,
            "channels": settings.channels,
            "rate_hz": settings.rate_hz,
            "block_frames": settings.block_frames,
            "latency_ms": settings.latency_ms,
            "sounds": settings.sounds,
            "gains": settings.gains,
            "is_virtual": settings.is_virtual,
            "waits": waits,
            "wav": str(_of_epoch(settings.wav, self.epoch)) if settings.wav else "",
            "loopback_input": settings.loopback_input,
            "output_latency_ns": _measured_latency_ns(settings),
            "before": asdict(settings.before) if settings.before is not None else None,
        }
        cells = CELLS + (RING_CELLS if settings.loopback_input else 0)
        self._child = Child.spawn(MODULE, values, counters=cells)

    def open(self) -> None:
        """Have a player that waits open the output. Raises PeerGoneError."""
        self.is_waiting = False
        self.child.send(Message("open"))

    def poll(self) -> Sequence[Opened | OpenFailed]:
        """Return what the player has said. Raises PeerGoneError where it has gone."""
        said: list[Opened | OpenFailed] = []
        for message in self.child.receive():
            if message.kind == "opened":
                faults = tuple(message.values.pop("sound_faults"))
                device = message.values.pop("device")
                self.opened = Opened(
                    **message.values,
                    sound_faults=faults,
                    device=DeviceName(**device) if device is not None else None,
                )
                self._clock_watch = ClockWatch(self.opened.rate_hz)
                said.append(self.opened)
            elif message.kind == "failed":
                said.append(OpenFailed(**message.values))
        return said

    def start_clicks(self, clicks: Sequence[Click]) -> None:
        """Fade what sounds and play `clicks` instead. Raises PeerGoneError."""
        self._stop_serial += 1
        values = {"stop_serial": self._stop_serial}
        # This stop belongs to a start: nobody waits for its frame.
        self._stops_read = self._stop_serial
        self.child.send(Message("start", values, table_of(clicks).to_bytes()))

    def extend_clicks(self, clicks: Sequence[Click]) -> None:
        """Append `clicks`. Raises PeerGoneError."""
        self.child.send(Message("extend", {}, table_of(clicks).to_bytes()))

    @property
    def stop_serial(self) -> int:
        """The number of the last stop that was asked for."""
        return self._stop_serial

    def stop_clicks(self) -> None:
        """Fade out at the next block and forget the plan. Raises PeerGoneError."""
        self._stop_serial += 1
        self.child.send(Message("stop", {"stop_serial": self._stop_serial}))

    def silence_from(self, frame: int) -> None:
        """Let no click start at or after `frame`. Raises PeerGoneError."""
        self.child.send(Message("silence_from", {"frame": frame}))

    def set_level(self, level_db: float) -> None:
        """Set the level of the whole click; minus infinity mutes it. Raises PeerGoneError."""
        self.child.send(Message("level", {"gain": level_gain(level_db)}))

    def cell(self, cell: Cell) -> int:
        """Return one of the shared counters."""
        return int(self.child.counters[cell])

    def clock_fit(self, now_ns: int) -> tuple[ClockFit | None, int]:
        """Return the stream's clock against the host's, and by how many ns it has just jumped.

        None while too little is known. Whoever hears of a jump gives the link another epoch.
        """
        if self._clock_watch is None:
            return None, 0
        frames, sounds_at_ns = read_observations(self.child.counters)
        latency_ns = self.cell(Cell.LATENCY_NS)
        fit, jump_ns = self._clock_watch.fit(
            np.asarray(frames),
            np.asarray(sounds_at_ns),
            latency_ns=latency_ns,
            now_ns=now_ns,
            epoch=self.epoch,
            notice_ns=notice_ns(latency_ns, self.cell(Cell.BLOCK_NS)),
        )
        if fit is not None and self.opened is not None and self.opened.counts_server_frames:
            fit = replace(fit, counts_server_frames=True)
        return fit, jump_ns

    def note_troubles(self, now_ns: int) -> bool:
        """Look for new xruns and gaps, after which the clock may have jumped. Call it often.

        True while it is yet to be seen whether it has.
        """
        if self._clock_watch is None:
            return False
        troubles = self.cell(Cell.SERVER_XRUNS) + self.cell(Cell.GAPS)
        self._clock_watch.note_troubles(troubles, now_ns)
        return self._clock_watch.is_troubled

    def new_gaps(self) -> list[Gap]:
        """Return the gaps of the stream since the last call."""
        gaps = read_gaps(self.child.counters, self._gaps_read)
        self._gaps_read = self.cell(Cell.GAPS)
        return gaps

    def stop_frame(self) -> int | None:
        """Return the frame on which a stop's fade began, once for each stop."""
        done = self.cell(Cell.STOP_SERIAL)
        if done <= self._stops_read:
            return None
        self._stops_read = done
        return self.cell(Cell.STOP_FRAME)


def level_gain(level_db: float) -> float:
    """Return the linear gain of the whole click; 0 where it is muted, at minus infinity."""
    return 0.0 if math.isinf(level_db) else 10 ** (level_db / _DB_PER_DECADE)


def notice_ns(latency_ns: int, block_ns: int) -> int:
    """Return how long before it sounds a frame is to be decided.

    An order waits for the next block, which may be a block late itself, and comes to the player
    over the controller's threads.
    """
    return latency_ns + 2 * block_ns + _HANDING_OVER_NS


def _of_epoch(wav: str, epoch: int) -> Path:
    """Return the file of stream `epoch`: a player that replaces another must not write over it."""
    path = Path(wav)
    return path if epoch == 1 else path.with_stem(f"{path.stem}-{epoch}")


def _measured_latency_ns(settings: PlayerSettings) -> int | None:
    if settings.output_latency_ms is None:
        return None
    return round(settings.output_latency_ms * _NS_PER_MS)
