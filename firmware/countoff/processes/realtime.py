"""What a process needs to be on time: FIFO scheduling, locked memory, a quiet collector.

Called at the start of the player and of the sender, around each byte of the MIDI clock that the sender
waits for, and by the controller for the few of its threads that a press goes through. What the system
refuses is reported, not raised: the box works without.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import resource
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

CALLBACK_PRIORITY = 70
SENDER_PRIORITY = 65
# A byte of the MIDI clock, for the fraction of a millisecond in which it waits for its very moment and
# leaves. Whose deadline is nearest goes first: the byte's is a tenth of a millisecond, the callback's
# a whole block, before which the device's queue does not run dry. On one processor, or one that is
# shared, a pulse under the callback was late by as long as two blocks take to fill.
PULSE_PRIORITY = 75
COMMAND_PRIORITY = 60
# The controller's threads that notice and answer a press: before every ordinary thread, and after
# those of any sound server.
PRESS_PRIORITY = 3
# The controller's other threads: before ordinary programs. One of them may hold the interpreter, and
# whoever keeps it from the processor keeps the press waiting.
CONTROLLER_NICE = -11

_LOCK_CURRENT = 1
_LOCK_FUTURE = 2
_PARENT_DEATH_SIGNAL = 1
# A FIFO thread that runs this long without ever waiting has run away; the kernel ends it.
_LONGEST_RUN_US = 500_000
# How long another Python thread of the process may keep the interpreter from the callback.
_SWITCH_INTERVAL_S = 0.0002


@dataclass(frozen=True, slots=True)
class Granted:
    """What the system granted: FIFO scheduling, and memory that is never paged out."""

    fifo: bool
    memory_locked: bool


def become_real_time(priority: int) -> Granted:
    """Make this process real-time as far as allowed: its calling thread gets FIFO `priority`.

    Threads started afterwards inherit it: call before those that must be on time. May take some ms.
    """
    take_short_turns()
    # First, and as an ordinary thread: it is long work, and who comes in the middle of a take must
    # not keep the others from the processor.
    is_locked = lock_memory()
    return Granted(fifo=set_fifo(priority), memory_locked=is_locked)


def take_short_turns() -> None:
    """Have the threads of this process change places often: a callback then waits for none long."""
    sys.setswitchinterval(_SWITCH_INTERVAL_S)


def set_fifo(priority: int, *, is_inherited: bool = True) -> bool:
    """Give the calling thread FIFO `priority`; return whether it was granted.

    Threads and processes started by it inherit that, or start as ordinary ones.
    """
    with contextlib.suppress(ValueError, OSError):
        hard = resource.getrlimit(resource.RLIMIT_RTTIME)[1]
        limit = _LONGEST_RUN_US if hard == resource.RLIM_INFINITY else min(_LONGEST_RUN_US, hard)
        resource.setrlimit(resource.RLIMIT_RTTIME, (limit, hard))
    policy = os.SCHED_FIFO if is_inherited else os.SCHED_FIFO | os.SCHED_RESET_ON_FORK
    try:
        os.sched_setscheduler(0, policy, os.sched_param(priority))
    except OSError:
        return False
    return True


@contextlib.contextmanager
def starting_fifo(priority: int) -> Iterator[None]:
    """Have the threads that are started within run FIFO `priority`, where that is allowed.

    For threads that a library starts. The calling thread is an ordinary one, before and after.
    """
    with contextlib.suppress(OSError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(priority))
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


@contextlib.contextmanager
def raised_to(priority: int) -> Iterator[None]:
    """Have the calling thread, where it is FIFO already and where that is allowed, run at `priority`.

    For what is short and bounded: whoever is below waits meanwhile, the audio callback too. Does not
    block, and takes some microseconds.
    """
    own = os.sched_getparam(0)
    with contextlib.suppress(OSError):
        os.sched_setparam(0, os.sched_param(priority))
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            os.sched_setparam(0, own)


def go_before_others(nice: int) -> None:
    """Give the calling thread, and those it starts, `nice`, where that is allowed."""
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, nice)


def quiet_collector() -> None:
    """Collect once, then never again: real-time code makes no cycles."""
    gc.collect()
    gc.freeze()
    gc.disable()


def die_with_parent(signal_number: int) -> None:
    """Have the kernel send `signal_number` to this process when the thread that started it ends.

    0 takes that back.
    """
    ctypes.CDLL(None, use_errno=True).prctl(_PARENT_DEATH_SIGNAL, signal_number)


def lock_memory() -> bool:
    """Have no page of this process leave memory, those to come too; return whether that was granted.

    The first time takes long: whatever was loaded is read in whole.
    """
    hard = resource.getrlimit(resource.RLIMIT_MEMLOCK)[1]
    if hard != resource.RLIM_INFINITY and os.geteuid() != 0:
        # Under a small limit every later allocation would fail: worse than a page fault.
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.mlockall(_LOCK_CURRENT | _LOCK_FUTURE) == 0)
