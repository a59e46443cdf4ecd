"""Whose a late block is: rows of a player that does as it is told, and one thing that goes wrong."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))

from measuring.late_blocks import ROW_CELLS, Column, Verdict, judge

RATE_HZ = 48_000
BLOCK = 480
PERIOD_NS = 10_000_000
WAKE_NS = 100_000
RUN_NS = 400_000
TROUBLED = 120
MS = 1_000_000


@dataclass(frozen=True)
class Trouble:
    """What goes wrong in one block."""

    server_late_ns: int = 0
    held_before_ns: int = 0
    interpreter_ns: int = 0
    held_within_ns: int = 0
    run_longer_ns: int = 0
    stolen_ns: int = 0
    is_cycle_cut: bool = False


def told(trouble: Trouble, skipped: int = 0) -> Verdict:
    """Return the verdict on 300 blocks of which one has the trouble and `skipped` after it are lost."""
    rows = []
    held_ns = delivered = shift_ns = 0
    for block in range(300):
        if TROUBLED < block <= TROUBLED + skipped:
            continue
        wrong = trouble if block == TROUBLED else Trouble()
        shift_ns += wrong.server_late_ns
        cycle_ns = 10**12 + block * PERIOD_NS + shift_ns
        called_ns = cycle_ns + WAKE_NS + wrong.held_before_ns
        held_ns += wrong.held_before_ns
        entered_ns = called_ns + wrong.interpreter_ns
        entered_held_ns = held_ns
        held_ns += wrong.held_within_ns
        computed_ns = RUN_NS + wrong.run_longer_ns
        left_ns = entered_ns + computed_ns + wrong.held_within_ns + wrong.stolen_ns
        if left_ns - cycle_ns <= PERIOD_NS and not wrong.is_cycle_cut:
            delivered += BLOCK
        row = np.zeros(ROW_CELLS, dtype=np.int64)
        row[Column.FRAME] = block * BLOCK
        row[Column.SINCE_FRAMES] = (entered_ns - cycle_ns) * RATE_HZ // 10**9
        row[Column.NOW_FRAME] = entered_ns * RATE_HZ // 10**9 % 2**32
        row[Column.CALLED_FRAME] = called_ns * RATE_HZ // 10**9 - 4711
        row[Column.ENTERED_NS], row[Column.LEFT_NS] = entered_ns, left_ns
        row[Column.LEFT_CPU_NS] = row[Column.ENTERED_CPU_NS] + computed_ns
        row[Column.ENTERED_HELD_NS], row[Column.LEFT_HELD_NS] = entered_held_ns, held_ns
        row[Column.WAITS_BEFORE] = 1 + wrong.interpreter_ns // 200_000
        row[Column.FRAMES_DELIVERED] = delivered
        rows.append(row)
    return judge(np.stack(rows), RATE_HZ, BLOCK)


def counted(verdict: Verdict) -> tuple[int, int]:
    """Return how many were the player's own, and how many the machine's."""
    return verdict.own, verdict.machines


def test_blocks_in_time_are_nobodys() -> None:
    """Where all is well nobody is late, and a small wait makes nobody late."""
    assert counted(told(Trouble())) == (0, 0)
    assert counted(told(Trouble(interpreter_ns=2 * MS, run_longer_ns=2 * MS))) == (0, 0)


@pytest.mark.parametrize(
    "trouble",
    [Trouble(interpreter_ns=12 * MS), Trouble(run_longer_ns=12 * MS)],
    ids=["waits for the interpreter", "runs too long"],
)
def test_what_the_player_does_to_itself_is_its_own(trouble: Trouble) -> None:
    """A wait for the interpreter and too long a run are the player's, by as much as they were late."""
    verdict = told(trouble, skipped=1)
    assert counted(verdict) == (1, 0)
    assert verdict.longest_own_ms == pytest.approx(2.5, abs=0.05)


@pytest.mark.parametrize(
    "trouble",
    [
        Trouble(server_late_ns=12 * MS),
        Trouble(held_before_ns=12 * MS),
        Trouble(held_within_ns=12 * MS),
        Trouble(stolen_ns=12 * MS),
    ],
    ids=["server late", "not woken", "others run", "the host runs others"],
)
def test_what_is_done_to_the_player_is_the_machines(trouble: Trouble) -> None:
    """A server that begins late, and a kernel or a host that runs others, are the machine's."""
    verdict = told(trouble)
    assert counted(verdict) == (0, 1)
    assert 1.9 < verdict.longest_machines_ms < 2.6


def test_a_block_late_either_way_is_the_machines() -> None:
    """What had been late without the player's own part is not the player's."""
    assert counted(told(Trouble(held_before_ns=12 * MS, interpreter_ns=MS))) == (0, 1)


def test_a_block_late_by_both_together_is_its_own() -> None:
    """What had been in time without the player's own part is the player's."""
    assert counted(told(Trouble(held_before_ns=6 * MS, interpreter_ns=6 * MS))) == (1, 0)


def test_a_cycle_cut_short_is_the_machines() -> None:
    """A server that makes up for lost time goes on before the block could be done."""
    assert counted(told(Trouble(is_cycle_cut=True, run_longer_ns=MS))) == (0, 1)


def test_one_late_block_counts_once() -> None:
    """The wait for the next cycle after a block that was done too late is not another late block."""
    assert counted(told(Trouble(run_longer_ns=32 * MS), skipped=3)) == (1, 0)
