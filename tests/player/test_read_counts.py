"""Reading the callback's counters from outside: whole blocks, and the longest times anew each time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.core.mixer import Program
from countoff.core.sounds import Sound
from countoff.core.voice import Voice
from countoff.core.voices import voice_samples
from countoff.player.callback import ClickCallback
from countoff.player.counters import (
    CELLS,
    Cell,
    read_counts,
    read_gaps,
    tell_longest,
)
from countoff.player.orders import Orders
from countoff.player.stream_clock import ServerClock

RATE_HZ = 48_000
BLOCK = 128
NOW_NS = 10**12
BANK = tuple(voice_samples(Sound.WOODBLOCK, voice, RATE_HZ) for voice in Voice)


class Server:
    """A sound server that counts frames: it goes on whether a client is done with its cycle or not."""

    def __init__(self) -> None:
        self.frame = 10_000
        self.cells = np.zeros(CELLS, dtype=np.int64)
        self.frames_before_end: list[int] = []
        self._asked = 0
        self.callback = ClickCallback(
            cells=self.cells,
            bank=BANK,
            clock=ServerClock(self._last_frame_time),
            rate_hz=RATE_HZ,
            nominal_latency_ns=0,
        )
        self.callback.orders = Orders(Program(gains=np.ones((len(BANK), 1), dtype=np.float32)))

    def _last_frame_time(self) -> int:
        """Return the running cycle's first frame; the second asking of a block is at its end."""
        self._asked += 1
        if self._asked % 2 == 0 and self.frames_before_end:
            self.frame += self.frames_before_end.pop(0)
        return self.frame

    def cycle(self, late_blocks: int = 0) -> None:
        """Run a cycle in which the client is done so many cycles too late."""
        self.frames_before_end = [late_blocks * BLOCK] if late_blocks else []
        self.callback.render(np.zeros((BLOCK, 1), dtype=np.float32), 0.0, 0.0)
        self.frame += BLOCK if not late_blocks else 0


def test_a_reading_is_of_whole_blocks() -> None:
    """Due by the stream's clock is what was delivered and what was lost."""
    server = Server()
    server.cycle()
    first = read_counts(server.cells, NOW_NS)
    for _ in range(20):
        server.cycle()
    server.frame += 7 * BLOCK
    server.cycle()
    last = read_counts(server.cells, NOW_NS)
    due = last.next_frame - first.next_frame
    delivered = last.frames_delivered - first.frames_delivered
    assert due == delivered + last.frames_lost
    assert (last.frames_lost, last.gaps, last.blocks) == (7 * BLOCK, 1, 22)


@given(st.lists(st.integers(0, 3), max_size=30))
def test_a_block_that_is_done_too_late_is_lost(late_blocks: list[int]) -> None:
    """The server had taken what was there: that block, and those it ran without us, are one gap."""
    server = Server()
    server.cycle()
    first = read_counts(server.cells, NOW_NS)
    first_gap_ends = []
    for late in late_blocks:
        server.cycle(late)
        if late:
            first_gap_ends.append(server.frame)
    server.cycle()
    last = read_counts(server.cells, NOW_NS)
    # The frame at which each cycle began is the server's; ours are counted against it.
    assert last.next_frame == server.frame
    lost = [max(1, late) * BLOCK for late in late_blocks if late]
    assert last.frames_lost == sum(lost)
    due = last.next_frame - first.next_frame
    assert due == last.frames_delivered - first.frames_delivered + last.frames_lost
    gaps = read_gaps(server.cells, 0)
    assert [gap.lost_frames for gap in gaps] == lost
    assert [gap.frame for gap in gaps] == first_gap_ends


def test_the_longest_times_are_those_since_the_last_readings() -> None:
    """A long wait is told in the next two readings, and not for ever."""
    cells = np.zeros(CELLS, dtype=np.int64)
    told = []
    for turn in range(8):
        cells[Cell.HEARTBEAT_NS] = NOW_NS
        wait_ns = 30_000_000 if turn == 2 else 3_000_000
        cells[Cell.LONGEST_WAIT_NS] = max(int(cells[Cell.LONGEST_WAIT_NS]), wait_ns)
        tell_longest(cells)
        told.append(read_counts(cells, NOW_NS).longest_wait_ns)
    assert told[:2] == [3_000_000] * 2
    assert 30_000_000 in told[2:4]
    assert told[5:] == [3_000_000] * 3


def test_no_long_wait_is_missed_between_two_readings() -> None:
    """Whenever the callback answers, every wait is in one of the readings after it."""
    for answers in range(1, 2**6):
        cells = np.zeros(CELLS, dtype=np.int64)
        cells[Cell.HEARTBEAT_NS] = NOW_NS
        waits, told = [], []
        for turn in range(6):
            waits.append((turn + 1) * 1_000_000)
            cells[Cell.LONGEST_WAIT_NS] = max(int(cells[Cell.LONGEST_WAIT_NS]), waits[-1])
            if answers >> turn & 1:
                tell_longest(cells)
            told.append(read_counts(cells, NOW_NS).longest_wait_ns)
            assert max(told) == max(waits)


def test_a_wait_that_has_not_ended_counts() -> None:
    """A callback that hangs has waited since it was entered last; before the first block none has."""
    cells = np.zeros(CELLS, dtype=np.int64)
    assert read_counts(cells, NOW_NS).longest_wait_ns == 0
    cells[Cell.HEARTBEAT_NS] = NOW_NS - 180_000_000
    assert read_counts(cells, NOW_NS).longest_wait_ns == 180_000_000


def test_a_callback_that_hangs_within_a_block_can_be_read() -> None:
    """The reading does not wait for it."""
    cells = np.zeros(CELLS, dtype=np.int64)
    cells[Cell.BLOCKS], cells[Cell.BLOCKS_DONE] = 5, 4
    cells[Cell.FRAMES_DELIVERED] = 4 * BLOCK
    cells[Cell.FIFO_GRANTED] = 1
    counts = read_counts(cells, NOW_NS)
    assert (counts.blocks, counts.frames_delivered) == (5, 4 * BLOCK)
    assert (counts.is_fifo, counts.is_memory_locked) == (True, False)


@pytest.mark.parametrize("cell", [Cell.SERVER_XRUNS, Cell.UNDERFLOW_FLAGS, Cell.MISSED_CLICKS])
def test_what_others_count_is_read(cell: Cell) -> None:
    """The server's thread and the command thread count in cells of their own."""
    cells = np.zeros(CELLS, dtype=np.int64)
    cells[cell] = 3
    counts = read_counts(cells, NOW_NS)
    assert (counts.server_xruns, counts.underflow_flags, counts.missed_clicks).count(3) == 1
