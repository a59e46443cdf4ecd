from __future__ import annotations

import contextlib
import os
import resource
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

import pytest

from countoff.processes.realtime import (
    PRESS_PRIORITY,
    go_before_others,
    raised_to,
    set_fifo,
    starting_fifo,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Answer = TypeVar("Answer")
_NICE = 5


@pytest.fixture(autouse=True)
def _limit() -> Iterator[None]:
    """Leave the tests' own process with the limit that it had."""
    before = resource.getrlimit(resource.RLIMIT_RTTIME)
    yield
    resource.setrlimit(resource.RLIMIT_RTTIME, before)


def _on_a_thread(work: Callable[[], Answer]) -> Answer:
    """Run `work` on a thread of its own, whose scheduling goes with it, and return its answer."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(work).result()


def _may_be_fifo() -> bool:
    return _on_a_thread(lambda: set_fifo(PRESS_PRIORITY))


def _policy() -> int:
    return os.sched_getscheduler(0) & ~os.SCHED_RESET_ON_FORK


def test_what_the_system_refuses_is_told() -> None:
    """A thread is FIFO exactly where the answer is yes; where it is no, it runs as before."""
    granted, policy = _on_a_thread(lambda: (set_fifo(PRESS_PRIORITY), _policy()))

    assert policy == (os.SCHED_FIFO if granted else os.SCHED_OTHER)


def test_owner_does_not_pass_its_priority_on() -> None:
    """What the owner thread starts later, a replaced process too, is ordinary."""

    def own() -> tuple[int, int]:
        set_fifo(PRESS_PRIORITY, is_inherited=False)
        return _policy(), _on_a_thread(_policy)

    own_policy, started_policy = _on_a_thread(own)

    assert own_policy == (os.SCHED_FIFO if _may_be_fifo() else os.SCHED_OTHER)
    assert started_policy == os.SCHED_OTHER


def test_threads_of_a_library_are_lifted_and_their_starter_is_not() -> None:
    """What is started within is FIFO where allowed; the thread that starts it is ordinary after."""

    def start() -> tuple[int, int]:
        with starting_fifo(PRESS_PRIORITY):
            started_policy = _on_a_thread(_policy)
        return started_policy, _policy()

    started_policy, own_policy = _on_a_thread(start)

    assert started_policy == (os.SCHED_FIFO if _may_be_fifo() else os.SCHED_OTHER)
    assert own_policy == os.SCHED_OTHER


def test_a_thread_is_raised_for_a_moment_and_back_again() -> None:
    """Where it is FIFO, also when what it does in that moment fails; an ordinary one stays so."""

    def own(*, is_fifo: bool) -> list[int]:
        seen = []
        if is_fifo:
            set_fifo(PRESS_PRIORITY)
        with contextlib.suppress(ValueError), raised_to(PRESS_PRIORITY + 1):
            seen.append(os.sched_getparam(0).sched_priority)
            raise ValueError
        return [*seen, os.sched_getparam(0).sched_priority]

    assert _on_a_thread(lambda: own(is_fifo=False)) == [0, 0]
    expected = [PRESS_PRIORITY + 1, PRESS_PRIORITY] if _may_be_fifo() else [0, 0]
    assert _on_a_thread(lambda: own(is_fifo=True)) == expected


def test_niceness_is_passed_on() -> None:
    """Threads that are started afterwards have it too; those that ran before have not."""

    def own() -> tuple[int, int]:
        go_before_others(_NICE)
        started = _on_a_thread(lambda: os.getpriority(os.PRIO_PROCESS, 0))
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id()), started

    before = os.getpriority(os.PRIO_PROCESS, 0)

    assert _on_a_thread(own) == (_NICE, _NICE)
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == before
