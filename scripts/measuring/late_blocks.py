"""Whose a late block was, the player's own or the machine's: pure arithmetic on `watched_player`'s rows.

The machine's is the time in which the player could do nothing: until the server began the cycle and
woke the thread, while the kernel, which knew it to be ready, ran others, and what a thread that waited
for nothing neither computed nor was held for: there the host ran others. The player's own is all else
between being called and being done: waiting for the interpreter, for memory, or for whatever else, and
computing, on a processor as slow as it may be.

A late block is the player's own where it had not been late with no more than the usual time of its own.
A cycle that the server cut short, to make up for lost time, is the machine's.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_NS_PER_SECOND = 1_000_000_000
_WRAP_FRAMES = 1 << 32
# What so many of a hundred blocks do not exceed is usual.
_USUAL_PERCENT = 99


class Column(IntEnum):
    """What a row holds of one block."""

    FRAME = 0
    """Its first."""
    SINCE_FRAMES = 1
    """How far the server's cycle had got when Python was entered."""
    NOW_FRAME = 2
    """The server's frame then, and the same, from another zero, when PortAudio was called."""
    CALLED_FRAME = 3
    ENTERED_NS = 4
    LEFT_NS = 5
    ENTERED_CPU_NS = 6
    LEFT_CPU_NS = 7
    ENTERED_HELD_NS = 8
    """How long the thread had been ready to run, ever, without running."""
    LEFT_HELD_NS = 9
    WAITS_BEFORE = 10
    """How often it waited since the last block: once for its cycle, and else for the interpreter."""
    WAITS = 11
    """How often it waited for something between entry and end."""
    FAULTS = 12
    """Page faults meanwhile."""
    FRAMES_DELIVERED = 13
    """Ever; a block that is done after its cycle does not count."""
    IS_FIFO = 14
    """Whether the thread was granted to be real-time."""


ROW_CELLS = len(Column)


@dataclass(frozen=True, slots=True)
class Late:
    """One late block: by how much, and how much of that the player had to itself beyond the usual.

    interpreter_ns, run_ns, computed_ns: the wait for the interpreter, and how long filling it took, and
    how much of that on a processor
    """

    row: int
    late_ns: int
    own_ns: int
    is_own: bool
    interpreter_ns: int
    run_ns: int
    computed_ns: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rows of one player say, in ms where it is time."""

    blocks: int
    own: int
    machines: int
    longest_own_ms: float
    longest_machines_ms: float
    longest_interpreter_wait_ms: float
    longest_run_ms: float
    usual_run_ms: float
    waits: int
    faults: int
    late: tuple[Late, ...]


def read_rows(path: Path) -> NDArray[np.int64]:
    """Return the rows that were written to a file."""
    rows = np.fromfile(path, dtype=np.int64).reshape(-1, ROW_CELLS)
    return rows[rows[:, Column.ENTERED_NS] > 0]


def judge(rows: NDArray[np.int64], rate_hz: int, block_frames: int) -> Verdict:
    """Return how many blocks came late, and whose each was."""
    columns = rows.T
    period_ns = block_frames * _NS_PER_SECOND // rate_hz
    entered_ns, left_ns = columns[Column.ENTERED_NS], columns[Column.LEFT_NS]
    cycle_ns = entered_ns - columns[Column.SINCE_FRAMES] * _NS_PER_SECOND // rate_hz
    run_held_ns = columns[Column.LEFT_HELD_NS] - columns[Column.ENTERED_HELD_NS]
    interpreter_ns = _interpreter_ns(columns, cycle_ns, rate_hz)
    run_ns = left_ns - entered_ns - run_held_ns
    computed_ns = columns[Column.LEFT_CPU_NS] - columns[Column.ENTERED_CPU_NS]
    has_stood = (columns[Column.WAITS] > 0) | (columns[Column.FAULTS] > 0)
    run_ns = np.where(has_stood, run_ns, np.minimum(run_ns, computed_ns))
    own_ns = interpreter_ns + run_ns
    usual_ns = int(np.percentile(own_ns, _USUAL_PERCENT))
    delivered = np.diff(columns[Column.FRAMES_DELIVERED], prepend=0) > 0
    interval_ns = np.diff(entered_ns, prepend=entered_ns[0])
    usual_wait_ns = int(np.percentile(interpreter_ns, _USUAL_PERCENT))
    late = []
    for row in range(1, len(rows)):
        if not delivered[row]:
            took_ns = int(left_ns[row] - cycle_ns[row])
            more_ns = int(own_ns[row]) - usual_ns
        elif interval_ns[row] > 2 * period_ns and delivered[row - 1]:
            # After one that was not delivered the server went on without us: that is counted already.
            took_ns = int(interval_ns[row]) - period_ns
            more_ns = int(interpreter_ns[row]) - usual_wait_ns
        else:
            continue
        late_ns = took_ns - period_ns
        late.append(
            Late(
                row,
                late_ns,
                max(0, more_ns),
                is_own=0 < late_ns <= more_ns,
                interpreter_ns=int(interpreter_ns[row]),
                run_ns=int(run_ns[row]),
                computed_ns=int(computed_ns[row]),
            )
        )
    own = [one.late_ns for one in late if one.is_own]
    others = [one.late_ns for one in late if not one.is_own]
    return Verdict(
        blocks=len(rows),
        own=len(own),
        machines=len(others),
        longest_own_ms=max(own, default=0) / 1e6,
        longest_machines_ms=max(others, default=0) / 1e6,
        longest_interpreter_wait_ms=float(interpreter_ns.max()) / 1e6,
        longest_run_ms=float(run_ns.max()) / 1e6,
        usual_run_ms=float(np.median(run_ns)) / 1e6,
        waits=int(columns[Column.WAITS].sum()),
        faults=int(columns[Column.FAULTS].sum()),
        late=tuple(late),
    )


def _interpreter_ns(
    columns: NDArray[np.int64], cycle_ns: NDArray[np.int64], rate_hz: int
) -> NDArray[np.int64]:
    """Return how long each block waited, once called, until Python began, for all but the processor."""
    apart = (columns[Column.NOW_FRAME] - columns[Column.CALLED_FRAME]) % _WRAP_FRAMES
    # The two count from different zeros, a whole number of frames apart: the least is no wait at all.
    least = int(np.percentile(apart, 100 - _USUAL_PERCENT))
    # Nobody has waited for longer than since the block before.
    since_block_ns = columns[Column.ENTERED_NS] - np.roll(columns[Column.LEFT_NS], 1)
    since_block_ns[0] = 0
    since_call_ns = np.clip((apart - least) * _NS_PER_SECOND // rate_hz, 0, since_block_ns)
    before_call_ns = columns[Column.ENTERED_NS] - cycle_ns - since_call_ns
    held_before = np.concatenate([[0], columns[Column.LEFT_HELD_NS][:-1]])
    held_ns = columns[Column.ENTERED_HELD_NS] - held_before
    # Being ready without running belongs first to the time before the call.
    held_after_call_ns = np.clip(held_ns - np.maximum(before_call_ns, 0), 0, since_call_ns)
    # The server's clock itself jumps when it is late. But who waits for the interpreter wakes again and
    # again to ask for it: who has waited once at most has waited for the cycle alone.
    has_waited = columns[Column.WAITS_BEFORE] > 1
    has_waited[0] = False
    waited: NDArray[np.int64] = np.where(has_waited, since_call_ns - held_after_call_ns, 0)
    return waited
