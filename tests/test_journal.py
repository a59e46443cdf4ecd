from __future__ import annotations

import queue
from typing import TYPE_CHECKING

import pytest

from countoff.core.events import Part, PartState
from countoff.core.session.state import PartHealth
from countoff.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Iterator

DEADLINE_S = 20
SAID_BEFORE = "One fault (and 3 more)"


class Box:
    """The parts of a box, and what its journal says of them."""

    def __init__(self) -> None:
        self.parts = dict.fromkeys(Part, PartHealth())
        self.said: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.journal = Journal(lambda: dict(self.parts), self.said.put, SAID_BEFORE)

    def becomes(self, part: Part, state: PartState, sentence: str = "") -> None:
        """Let a part change."""
        self.parts[part] = PartHealth(state, sentence)
        self.journal.changed()

    def next_line(self) -> str:
        """Return the next line that is said."""
        return self.said.get(timeout=DEADLINE_S)


@pytest.fixture
def box() -> Iterator[Box]:
    """A box whose journal runs."""
    box = Box()
    box.journal.start()
    yield box
    box.journal.stop()


def test_a_fault_is_said_once_and_so_is_its_end(box: Box) -> None:
    """Each change is one line, however often the parts are looked at."""
    box.becomes(Part.DISK, PartState.FAULT, "The disk is full.")
    assert box.next_line() == "The disk is full."
    box.journal.changed()
    box.becomes(Part.DISK, PartState.OK)
    assert box.next_line() == "disk: that is over."
    box.journal.stop()
    assert box.said.empty()


def test_what_start_up_says_in_full_is_not_said_again(box: Box) -> None:
    """The faults of the configuration and of the songs have been printed; what is found later not."""
    box.becomes(Part.CONFIGURATION, PartState.FAULT, SAID_BEFORE)
    box.becomes(Part.SONGS, PartState.FAULT, "One song")
    box.becomes(Part.AUDIO, PartState.FAULT, "No output.")
    assert box.next_line() == "No output."
    box.becomes(Part.CONFIGURATION, PartState.FAULT, "high.wav cannot be heard.")
    assert box.next_line() == "high.wav cannot be heard."


def test_nobody_who_reads_holds_nothing_up() -> None:
    """Where a line cannot be written, telling of changes and stopping still return."""
    stuck = queue.SimpleQueue[str]()
    parts = {Part.DISK: PartHealth()}
    journal = Journal(lambda: dict(parts), lambda _line: stuck.get() and None)
    journal.start()
    parts[Part.DISK] = PartHealth(PartState.FAULT, "The disk is full.")
    for _ in range(1000):
        journal.changed()
    journal.stop()
    stuck.put("read at last")


def test_how_a_part_starts_is_not_said(box: Box) -> None:
    """A part that is being opened is neither trouble nor the end of any."""
    opening = PartHealth(PartState.WARNING, "It is being opened.")
    parts = {Part.AUDIO: opening, Part.DAW: opening}
    journal = Journal(lambda: dict(parts), box.said.put)
    journal.start()
    parts[Part.AUDIO] = PartHealth()
    parts[Part.DAW] = PartHealth(PartState.FAULT, "No port.")
    journal.changed()
    assert box.next_line() == "No port."
    journal.stop()
    assert box.said.empty()
