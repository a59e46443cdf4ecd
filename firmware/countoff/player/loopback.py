"""Listens to the click as it comes back over a cable, and holds every click against the plan.

A thread of the controller's process, at ordinary priority: what it finds may be some tenths of a
second late, and nothing waits for it. The owner thread tells it what is to sound and fetches what
was found; neither side ever waits for the other.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from countoff.core.events import ClickMisheard, LoopbackListened, Misheard
from countoff.core.listening import HeardClick, find_click, first_place, take_away
from countoff.player.counters import Cell
from countoff.player.heard_ring import HeardRing
from countoff.player.user_sounds import user_bank

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from countoff.core.plan import Click
    from countoff.player.link import PlayerSettings

_NS_PER_SECOND = 1_000_000_000
_LOOK_EVERY_S = 0.1
# Out through the queue, and back in: no loop of a studio is longer.
_LONGEST_WAY_S = 0.5
_REACH_S = 0.01
# Beyond this a click is not where it was planned; two converters and noise are far below.
_SHIFTED_S = 0.0005
# A share of what sounds that the click must explain: to be there, and to be whole.
_PRESENT = 0.5
_WHOLE = 0.8
# Against the clicks before it.
_TOO_SOFT = 0.2
# How much of what a click's place is off by is taken into the way: two crystals drift apart slowly.
_FOLLOW = 0.05


@dataclass(frozen=True, slots=True)
class _Stream:
    """One player's stream: its epoch, its ring, and how its voices sound there."""

    epoch: int
    cells: NDArray[np.int64]
    ring: HeardRing
    bank: tuple[NDArray[np.float32], ...]
    gains: tuple[float, ...]
    rate_hz: int


class LoopbackListener:
    """Judges clicks; made and closed by the player's seat."""

    def __init__(self, settings: PlayerSettings) -> None:
        """Prepare to listen for a player with `settings`; `start` runs the thread."""
        self._settings = settings
        self._told: deque[tuple[str, object]] = deque()
        self._found: deque[ClickMisheard | LoopbackListened] = deque()
        self._has_ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="loopback", daemon=True)
        self._stream: _Stream | None = None
        self._planned: list[Click] = []
        self._next = 0
        self._level = 1.0
        self._from_frame: int | None = None
        self._stop_serial: int | None = None
        self._way: float | None = None
        self._loudness: float | None = None
        self._before: list[tuple[HeardClick, int]] = []

    def start(self) -> None:
        """Start to listen."""
        self._thread.start()

    def close(self) -> None:
        """Listen no more. May wait for a tenth of a second."""
        self._has_ended.set()
        self._thread.join()

    # The owner thread; none of these waits.

    def follow(self, epoch: int, cells: NDArray[np.int64], rate_hz: int) -> None:
        """Listen to another player's stream from now on."""
        self._told.append(("follow", (epoch, cells, rate_hz)))

    def follow_nobody(self) -> None:
        """Listen to no stream: it was lost, or a virtual output sits in."""
        self._told.append(("follow nobody", None))

    def begin(self, epoch: int, clicks: Sequence[Click]) -> None:
        """Expect `clicks` on stream `epoch` instead of those before."""
        self._told.append(("begin", (epoch, tuple(clicks))))

    def extend(self, clicks: Sequence[Click]) -> None:
        """Expect more clicks."""
        self._told.append(("extend", tuple(clicks)))

    def silence_from(self, frame: int) -> None:
        """Expect no click at or after `frame`."""
        self._told.append(("silence_from", frame))

    def stop(self, serial: int) -> None:
        """Expect nothing after the player has carried out the stop of that number."""
        self._told.append(("stop", serial))

    def set_level(self, gain: float) -> None:
        """Know how loud the whole click is: what is muted is not missed."""
        self._told.append(("level", gain))

    def found(self) -> list[ClickMisheard | LoopbackListened]:
        """Return what was found since the last call."""
        return [self._found.popleft() for _ in range(len(self._found))]

    # The listener's own thread.

    def _run(self) -> None:
        while not self._has_ended.wait(_LOOK_EVERY_S):
            self.look()

    def look(self) -> None:
        """Take in what was told, and judge every click that has come back whole."""
        for _ in range(len(self._told)):
            self._take_in(*self._told.popleft())
        stream = self._stream
        if stream is None or self._from_frame is None:
            return
        self._cut_off_what_was_stopped(stream)
        while self._next < len(self._planned) and self._from_frame is not None:
            # The way is known before the first click is judged: that takes a second turn.
            knew_way = self._way is not None
            is_judged = self._judge(stream, self._planned[self._next])
            if not is_judged and (knew_way or self._way is None):
                break
            self._next += is_judged
        self._tell(stream)

    def _take_in(self, word: str, what: object) -> None:
        match word, what:
            case "follow", (int(epoch), np.ndarray() as cells, int(rate_hz)):
                bank, _ = user_bank(rate_hz, self._settings.sounds)
                gains = tuple(row[0] for row in self._settings.gains)
                self._stream = _Stream(epoch, cells, HeardRing(cells), bank, gains, rate_hz)
                self._planned, self._next, self._from_frame = [], 0, None
                self._way, self._loudness, self._before = None, None, []
                self._stop_serial = None
            case "follow nobody", _:
                self._stream, self._from_frame = None, None
            case "begin", (int(epoch), tuple() as clicks):
                self._planned, self._next, self._before = self._sounding(clicks), 0, []
                self._from_frame = clicks[0].frame if clicks else None
                self._stop_serial = None
                if self._stream is not None:
                    # After a jump of its clock a stream has another epoch, and is the same.
                    self._stream = replace(self._stream, epoch=epoch)
            case "extend", tuple() as clicks:
                # What was judged is forgotten: a plan does not grow with the length of a song.
                waiting = [] if self._from_frame is None else self._planned[self._next :]
                self._planned, self._next = [*waiting, *self._sounding(clicks)], 0
            case "silence_from", int(frame):
                self._planned = [click for click in self._planned if click.frame < frame]
                self._next = min(self._next, len(self._planned))
            case "stop", int(serial):
                self._stop_serial = serial
            case "level", float(gain):
                self._set_level(gain)

    def _sounding(self, clicks: Sequence[Click]) -> list[Click]:
        """Leave out what is off on the output that the cable comes from: nobody hears it there."""
        gains = tuple(row[0] for row in self._settings.gains)
        return [click for click in clicks if gains[click.voice] * click.level]

    def _set_level(self, gain: float) -> None:
        is_told_apart = gain == 0 or self._level == 0
        self._level = gain
        if self._stream is None or self._from_frame is None or not is_told_apart:
            return
        # Which of the last clicks were still muted, or already, nobody here can say.
        since = self._stream.ring.next_frame + round(_LOOK_EVERY_S * self._stream.rate_hz)
        while self._next < len(self._planned) and self._planned[self._next].frame < since:
            self._next += 1
            self._from_frame = since

    def _cut_off_what_was_stopped(self, stream: _Stream) -> None:
        """Expect nothing after a stop was carried out, nor what it faded."""
        cells = stream.cells
        if self._stop_serial is None or int(cells[Cell.STOP_SERIAL]) < self._stop_serial:
            return
        self._stop_serial = None
        stop_frame = int(cells[Cell.STOP_FRAME])
        self._planned = [
            click
            for click in self._planned
            if click.frame + len(stream.bank[click.voice]) <= stop_frame
        ]
        self._next = min(self._next, len(self._planned))

    def _judge(self, stream: _Stream, click: Click) -> bool:
        """Judge one click; return whether that could be done yet."""
        gain = stream.gains[click.voice] * click.level * self._level
        voice = self._part_alone(stream, click)
        reach = round(_REACH_S * stream.rate_hz)
        if gain == 0:
            # Muted: no fault, and nobody heard it.
            self._from_frame = click.frame + 1
            return True
        if self._way is None:
            return self._learn(stream, click, voice)
        back = round(click.frame + self._way)
        longest = max(map(len, stream.bank))
        start, end = back - reach - longest, back + len(voice) + reach
        if stream.ring.next_frame < end:
            return False
        samples = stream.ring.read(start, end)
        if samples is None:
            # Too long ago, or before this stream: nobody can say, and so nothing is verified.
            self._from_frame = click.frame + 1
            return True
        for before, number in self._before:
            moved = HeardClick(before.place_frame - start, before.gain, before.likeness)
            take_away(samples, moved, stream.bank[number])
        heard = find_click(samples, back - start, voice, reach_frames=reach, is_digital=False)
        loudness = abs(heard.gain) / gain
        late = heard.place_frame + start - back
        what = self._fault(stream, heard, loudness, late)
        if what is not None:
            by_ns = round(late * _NS_PER_SECOND / stream.rate_hz)
            shifted_ns = by_ns if what is Misheard.SHIFTED else 0
            now_ns = time.monotonic_ns()
            self._found.append(ClickMisheard(now_ns, stream.epoch, click.frame, what, shifted_ns))
        if what is not Misheard.MISSING:
            placed = HeardClick(heard.place_frame + start, heard.gain, heard.likeness)
            self._before = [
                *(one for one in self._before if one[0].place_frame > start),
                (placed, int(click.voice)),
            ]
        if what is None and self._way is not None:
            # Not the whole way: a click that is a little off must not become the rule.
            self._way += _FOLLOW * (late + back - click.frame - self._way)
        return True

    def _fault(
        self, stream: _Stream, heard: HeardClick, loudness: float, late: float
    ) -> Misheard | None:
        usual = self._loudness or loudness
        if heard.likeness < _PRESENT or loudness < _TOO_SOFT * usual:
            return Misheard.MISSING
        if abs(late) > _SHIFTED_S * stream.rate_hz:
            return Misheard.SHIFTED
        return Misheard.BROKEN if heard.likeness < _WHOLE else None

    def _learn(self, stream: _Stream, click: Click, voice: NDArray[np.float32]) -> bool:
        """Find how long the way is: from a first click, before which there is silence.

        The second click has to agree. Where it does not, this plan is not judged.
        """
        longest_way = round(_LONGEST_WAY_S * stream.rate_hz)
        reach = round(_REACH_S * stream.rate_hz)
        second = self._planned[1] if len(self._planned) > 1 else click
        end = second.frame + longest_way + len(voice) + reach
        if stream.ring.next_frame < end:
            return False
        samples = stream.ring.read(click.frame, end)
        if samples is not None:
            rough = first_place(samples[: longest_way + len(voice)], voice)
            heard = find_click(samples, rough, voice, reach_frames=reach, is_digital=False)
            there = round(second.frame - click.frame + heard.place_frame)
            again = find_click(
                samples, there, stream.bank[second.voice], reach_frames=reach, is_digital=False
            )
            is_agreed = abs(again.place_frame - there) <= _SHIFTED_S * stream.rate_hz
            if min(heard.likeness, again.likeness) >= _WHOLE and is_agreed:
                gain = stream.gains[click.voice] * click.level * self._level
                self._way, self._loudness = heard.place_frame, abs(heard.gain) / gain
                return False
        self._from_frame = None
        return True

    def _part_alone(self, stream: _Stream, click: Click) -> NDArray[np.float32]:
        """Return as much of the click's voice as sounds before the next click."""
        voice = stream.bank[click.voice]
        after = self._next + 1
        if after < len(self._planned):
            return voice[: max(self._planned[after].frame - click.frame, 1)]
        return voice

    def _tell(self, stream: _Stream) -> None:
        if self._way is None or self._from_frame is None:
            return
        if self._next < len(self._planned):
            clear_frame = self._planned[self._next].frame
        else:
            clear_frame = stream.ring.next_frame - round(self._way)
        way_ns = round(self._way * _NS_PER_SECOND / stream.rate_hz)
        self._found.append(
            LoopbackListened(
                time.monotonic_ns(), stream.epoch, self._from_frame, clear_frame, way_ns
            )
        )
