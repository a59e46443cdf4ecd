from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import pytest

from countoff.core.events import TimePassed
from countoff.inlet import Inlet

if TYPE_CHECKING:
    from collections.abc import Iterator

FOR_EVER_NS = 60_000_000_000


@pytest.fixture
def inlet() -> Iterator[Inlet]:
    """An inlet that is closed when done."""
    inlet = Inlet()
    yield inlet
    inlet.close()


def test_events_come_out_in_order(inlet: Inlet) -> None:
    """First in, first out; then nothing."""
    for at_ns in range(5):
        inlet.post(TimePassed(at_ns))

    assert [inlet.take() for _ in range(6)] == [*(TimePassed(at_ns) for at_ns in range(5)), None]


def test_a_post_from_another_thread_ends_the_wait(inlet: Inlet) -> None:
    """The owner sleeps until something comes, and is woken by it."""
    poster = threading.Thread(target=lambda: inlet.post(TimePassed(7)))
    poster.start()
    inlet.wait(FOR_EVER_NS, [])
    poster.join()

    assert inlet.take() == TimePassed(7)


def test_a_word_on_a_descriptor_ends_the_wait(inlet: Inlet) -> None:
    """What the player or the sender says is worth waking for; a closed descriptor is passed over."""
    reading, writing = os.pipe()
    os.write(writing, b"!")
    inlet.wait(FOR_EVER_NS, [-1, reading])
    os.close(reading)
    os.close(writing)

    assert inlet.take() is None


def test_a_wake_before_the_wait_is_not_lost(inlet: Inlet) -> None:
    """A post that comes while the owner is busy ends its next wait at once."""
    inlet.wake()
    inlet.wait(FOR_EVER_NS, [])
    inlet.wait(0, [])
