"""The player of a rehearsal: the product's own callback, asked for its blocks in virtual time.

On the rehearsal's one thread. A block is rendered when its time has come, as a sound card would ask
for it, so that an order reaches the sound as late here as it does on the box.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from countoff.core.events import ClickGap, ClickStopped, ClockFitted, Mishap, PlayerCounted
from countoff.core.mixer import Program
from countoff.core.timebase import ClockFit
from countoff.player import orders as order
from countoff.player.callback import ClickCallback
from countoff.player.click_table import table_of
from countoff.player.counters import CELLS, Cell, read_counts
from countoff.player.link import notice_ns
from countoff.player.stream_clock import PacedClock
from countoff.player.user_sounds import user_bank

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from countoff.core.events import Event
    from countoff.core.plan import Click
    from countoff.player.link import PlayerSettings
    from countoff.rehearsal.click_wav import ClickWav

_NS_PER_SECOND = 1_000_000_000
_DB_PER_DECADE = 20
# Streams begin on whole hundredths of a second: there every usual rate has a whole frame, so that
# one stream's frames lie exactly on those of the one before, and on the WAV file's.
_STREAM_STEP_NS = 10_000_000
# Rendering in any sequence of block sizes gives the same samples: many blocks go in one call.
_MOST_BLOCKS_AT_ONCE = 128
# How long the box needs to notice what its player counts.
_NOTICE_NS = 25_000_000


@dataclass(slots=True)
class _Stream:
    """One stream: when its first block was asked for, and how many of its frames are accounted for.

    `offset_frames` is where its frame 0 lies in the WAV file.
    """

    epoch: int
    started_ns: int
    offset_frames: int
    clock: PacedClock
    callback: ClickCallback
    cells: np.ndarray
    next_frame: int = 0
    stop_serial: int = 0
    told_stop_serial: int = 0


class VirtualPlayer:
    """Makes the click sound, into a WAV file; also loses its stream, and frames, when told to."""

    def __init__(
        self, settings: PlayerSettings, wav: ClickWav, tell: Callable[[int, Event], None]
    ) -> None:
        """Play as `settings` say; `tell` is given each event and when the box notices it."""
        self.rate_hz = settings.rate_hz
        self._block_frames = settings.block_frames
        self._latency_ns = settings.latency_ms * 1_000_000
        self._wav = wav
        self._tell = tell
        self._bank, _ = user_bank(self.rate_hz, settings.sounds)
        # One channel is heard: the first that has a click at all.
        gains = np.asarray(settings.gains, dtype=np.float32)
        heard = int(np.argmax(gains.any(axis=0)))
        self._gains = gains[:, heard : heard + 1]
        self._longest_voice_frames = max(len(samples) for samples in self._bank)
        self._level = 1.0
        self._epoch = 0
        self._stream: _Stream | None = None
        self._now_ns = 0
        self._missed_clicks = 0

    @property
    def is_playing(self) -> bool:
        """Whether there is a stream."""
        return self._stream is not None

    def open_stream(self, clock_known_after_ns: int) -> None:
        """Open the next stream; its clock is told so long afterwards, when it is known."""
        self._epoch += 1
        started_ns = -(-self._now_ns // _STREAM_STEP_NS) * _STREAM_STEP_NS
        sounds_ns = started_ns + self._latency_ns
        cells = np.zeros(CELLS, dtype=np.int64)
        clock = PacedClock()
        callback = ClickCallback(
            cells=cells,
            bank=self._bank,
            clock=clock,
            rate_hz=self.rate_hz,
            nominal_latency_ns=self._latency_ns,
        )
        callback.orders = order.Orders(program=Program(gains=self._gains), level=self._level)
        offset_frames = sounds_ns * self.rate_hz // _NS_PER_SECOND
        self._stream = _Stream(self._epoch, started_ns, offset_frames, clock, callback, cells)
        block_ns = self._block_frames * _NS_PER_SECOND // self.rate_hz
        fit = ClockFit(
            epoch=self._epoch,
            rate_hz=self.rate_hz,
            frame=0,
            at_ns=sounds_ns,
            ppm=0,
            residual_ns=0,
            notice_ns=notice_ns(self._latency_ns, block_ns),
        )
        noticed_ns = self._now_ns + clock_known_after_ns
        self._tell(noticed_ns, ClockFitted(noticed_ns, fit))

    def lose_stream(self) -> None:
        """Let the stream end here: what it was to play is never heard."""
        self._stream = None

    def lose_frames(self, frames: int) -> None:
        """Let the stream lose `frames`, as an underrun does."""
        if (stream := self._stream) is not None:
            stream.clock.skip(frames)
            stream.next_frame += frames
            noticed_ns = self._now_ns + _NOTICE_NS
            gap = ClickGap(self._now_ns, stream.epoch, stream.next_frame, frames)
            self._tell(noticed_ns, gap)

    def counted(self, at_ns: int) -> PlayerCounted | None:
        """Return what the stream has counted, as read at `at_ns`; None without a stream."""
        if (stream := self._stream) is None:
            return None
        counts = read_counts(stream.cells, self._now_ns)
        # How long a rendering takes says nothing of a session that takes no time.
        counts = replace(counts, longest_wait_ns=0, longest_run_ns=0, late_blocks=0)
        return PlayerCounted(at_ns, stream.epoch, stream.epoch, counts)

    def play_to(self, now_ns: int) -> None:
        """Render every block that is asked for before host time `now_ns`."""
        self._now_ns = now_ns
        while (stream := self._stream) is not None:
            passed_frames = (now_ns - stream.started_ns) * self.rate_hz // _NS_PER_SECOND
            due_blocks = (passed_frames - stream.next_frame) // self._block_frames + 1
            if due_blocks <= 0:
                return
            self._render(stream, min(due_blocks, _MOST_BLOCKS_AT_ONCE) * self._block_frames)

    # What the controller has done; see `countoff.controller.Clicker`.

    def start_clicks(self, epoch: int, clicks: Sequence[Click]) -> None:
        """Play `clicks` instead of what sounds."""
        if (stream := self._playing(epoch)) is not None:
            stream.stop_serial += 1
            # This stop belongs to a start: nobody waits for its frame.
            stream.told_stop_serial = stream.stop_serial
            stream.callback.orders = order.stopped(stream.callback.orders, stream.stop_serial)
            self._extend(stream, clicks)

    def extend_clicks(self, epoch: int, clicks: Sequence[Click]) -> None:
        """Append `clicks`."""
        if (stream := self._playing(epoch)) is not None:
            self._extend(stream, clicks)

    def silence_from(self, epoch: int, frame: int) -> None:
        """Let no click start at or after `frame`."""
        if (stream := self._playing(epoch)) is not None:
            stream.callback.orders = order.silenced_from(stream.callback.orders, frame)

    def stop_clicks(self) -> None:
        """Fade out whatever sounds."""
        if (stream := self._stream) is not None:
            stream.stop_serial += 1
            stream.callback.orders = order.stopped(stream.callback.orders, stream.stop_serial)

    def set_level(self, level_db: float) -> None:
        """Set the level, also of streams to come."""
        self._level = 0.0 if math.isinf(level_db) else 10 ** (level_db / _DB_PER_DECADE)
        if (stream := self._stream) is not None:
            stream.callback.orders = order.at_level(stream.callback.orders, self._level)

    def _playing(self, epoch: int) -> _Stream | None:
        stream = self._stream
        return stream if stream is not None and stream.epoch == epoch else None

    def _extend(self, stream: _Stream, clicks: Sequence[Click]) -> None:
        stream.callback.orders, missed = order.extended(
            stream.callback.orders,
            table_of(clicks),
            next_frame=stream.next_frame,
            keep_from_frame=stream.next_frame - self._longest_voice_frames,
        )
        if missed:
            stream.cells[Cell.MISSED_CLICKS] += missed
            mishap = Mishap(self._now_ns, "missed clicks", f"{missed} came too late to be played.")
            self._tell(self._now_ns + _NOTICE_NS, mishap)

    def _render(self, stream: _Stream, frames: int) -> None:
        out = np.zeros((frames, 1), dtype=np.float32)
        first_frame = stream.next_frame
        stream.callback.render(out, 0.0, 0.0)
        stream.next_frame += frames
        self._wav.put(stream.offset_frames + first_frame, out[:, 0])
        done_serial = int(stream.cells[Cell.STOP_SERIAL])
        if done_serial > stream.told_stop_serial:
            stream.told_stop_serial = done_serial
            noticed_ns = self._now_ns + _NOTICE_NS
            stop_frame = int(stream.cells[Cell.STOP_FRAME])
            self._tell(noticed_ns, ClickStopped(noticed_ns, stream.epoch, stop_frame))
