from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING

import pytest

from countoff.core.events import Part, PartReported, PartState
from countoff.takelog import watch as watch_module
from countoff.takelog.reports import LogFailed, LogRecovered, LogSaved, LogSetAside
from countoff.takelog.watch import LogWatch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.takelog.conftest import Room

DEADLINE_S = 30
MS = 1_000_000


class Seen:
    """What the watch has reported, and a way to wait for more."""

    def __init__(self, watch: LogWatch) -> None:
        self.watch = watch
        self.reports: list[PartReported] = []

    def poll(self) -> list[PartState]:
        """Look once, and return all states so far."""
        for event in self.watch.poll():
            assert isinstance(event, PartReported)
            assert event.part is Part.DISK
            self.reports.append(event)
        return [report.state for report in self.reports]

    def wait_for(self, state: PartState) -> PartReported:
        """Look until the log is in this state."""
        deadline_s = time.monotonic() + DEADLINE_S
        while self.poll()[-1:] != [state]:
            assert time.monotonic() < deadline_s
            time.sleep(0.001)  # between two looks; the deadline decides
        return self.reports[-1]


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a second 20 ms long."""
    monkeypatch.setattr(watch_module, "SLOW_NS", 20 * MS)
    monkeypatch.setattr(watch_module, "HANGING_NS", 100 * MS)


@pytest.fixture
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test's own slowness be taken for the disk's."""
    monkeypatch.setattr(watch_module, "SLOW_NS", 10**15)
    monkeypatch.setattr(watch_module, "HANGING_NS", 10**15)


@pytest.mark.usefixtures("_impatient")
def test_a_disk_that_hangs_without_an_error_is_seen(tmp_path: Path) -> None:
    """What is submitted and not saved makes a warning, then a fault, and is well once saved."""
    watch = LogWatch(tmp_path, None)
    seen = Seen(watch)
    watch.submitted(1)
    watch.submitted(2)
    assert "slow" in seen.wait_for(PartState.WARNING).sentence
    watch.hear(LogSaved(1))
    fault = seen.wait_for(PartState.FAULT)
    assert str(tmp_path / "takes.sqlite") in fault.sentence
    watch.hear(LogSaved(2))
    seen.wait_for(PartState.OK)
    assert seen.poll() == [PartState.WARNING, PartState.FAULT, PartState.OK]


@pytest.mark.usefixtures("_impatient")
def test_a_locked_file_is_seen_and_nothing_is_lost(room: Room) -> None:
    """While another program holds the real file the box shows it; afterwards all is on disk."""
    watch = LogWatch(room.folder, None)
    seen = Seen(watch)
    room.write(room.session())
    writer = room.started_writer()
    other = sqlite3.connect(room.folder / "takes.sqlite", isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        writer.submit(room.take("t1"))
        watch.submitted(writer.submitted_count)
        seen.wait_for(PartState.FAULT)
        other.execute("ROLLBACK")
    finally:
        other.close()
    assert writer.wait_saved(DEADLINE_S)
    watch.hear(LogSaved(writer.saved_count))
    seen.wait_for(PartState.OK)
    assert room.rows("SELECT id FROM takes") == [("t1",)]


@pytest.mark.usefixtures("_patient")
def test_the_writers_own_word_is_passed_on_once(tmp_path: Path) -> None:
    """A reason is shown when it changes, and not again at every look."""
    watch = LogWatch(tmp_path, None)
    seen = Seen(watch)
    watch.hear(LogFailed("The disk is full."))
    seen.poll()
    assert seen.poll() == [PartState.FAULT]
    watch.hear(LogFailed("The disk is gone."))
    assert seen.poll() == [PartState.FAULT, PartState.FAULT]
    watch.hear(LogRecovered())
    assert seen.poll()[2:] == [PartState.OK]
    assert [report.sentence for report in seen.reports] == [
        "The disk is full.",
        "The disk is gone.",
        "",
    ]


@pytest.mark.usefixtures("_impatient")
def test_a_known_reason_is_not_hidden_by_waiting(tmp_path: Path) -> None:
    """A full disk is called full, however long the entries have been waiting."""
    watch = LogWatch(tmp_path, None)
    seen = Seen(watch)
    watch.submitted(1)
    seen.wait_for(PartState.FAULT)
    watch.hear(LogFailed("The disk is full."))
    seen.poll()
    assert seen.reports[-1].sentence == "The disk is full."


@pytest.mark.usefixtures("_patient")
@pytest.mark.parametrize(
    ("begin", "state"),
    [
        (lambda watch: watch.hear(LogSetAside("It was set aside.")), PartState.WARNING),
        (lambda _watch: None, PartState.FAULT),
    ],
)
def test_what_cannot_be_undone_stays_to_be_read(
    tmp_path: Path, begin: Callable[[LogWatch], None], state: PartState
) -> None:
    """A log set aside, or not readable at start-up, is still told of when writing works."""
    watch = LogWatch(tmp_path, None if state is PartState.WARNING else "It cannot be read.")
    seen = Seen(watch)
    begin(watch)
    assert seen.poll() == [state]
    watch.submitted(1)
    watch.hear(LogSaved(1))
    assert seen.poll()[-1] is PartState.WARNING
    assert seen.reports[-1].sentence in {"It was set aside.", "It cannot be read."}
