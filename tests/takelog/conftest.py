from __future__ import annotations

import queue
import sqlite3
import tempfile
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.takelog.started_take import started_take

from countoff.core.entries import (
    ClickLevelChanged,
    FlagKind,
    FlagMade,
    HowEnded,
    IncidentHappened,
    PressLogged,
    SessionStarted,
    SongChosen,
    TakeClosed,
    TakeEnded,
    TakePosition,
    TakeRolled,
    TempoChanged,
)
from countoff.core.song import steady_song
from countoff.core.tempo import Tempo
from countoff.takelog.stamps import RehearsalStamps
from countoff.takelog.writer import TakeLogWriter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from countoff.core.entries import Entry, TakeStarted
    from countoff.core.song import Song
    from countoff.takelog.reports import LogReport

DEADLINE_S = 30.0
START = datetime(2026, 11, 22, 9, 45, tzinfo=UTC)
SECOND_NS = 1_000_000_000
AS_WRITTEN = Fraction(1)
HARBOUR = steady_song(
    "Harbour",
    Tempo(Fraction("113.7")),
    first_bars=[("Verse", 1), ("Bridge", 33), ("Chorus", 41)],
    bars=64,
)


class Told:
    """The reports of a writer, in order, and a way to wait for one of a kind."""

    def __init__(self) -> None:
        self.reports: list[LogReport] = []
        self._arriving: queue.SimpleQueue[LogReport] = queue.SimpleQueue()

    def __call__(self, report: LogReport) -> None:
        """Take a report in, as the writer's caller does."""
        self.reports.append(report)
        self._arriving.put(report)

    def wait_for(self, kind: type[LogReport]) -> LogReport:
        """Return the next report of this kind; the ones before it are passed over."""
        while True:
            try:
                report = self._arriving.get(timeout=DEADLINE_S)
            except queue.Empty:
                pytest.fail(f"no {kind.__name__} came; the writer said {self.reports}")
            if isinstance(report, kind):
                return report

    def of(self, kind: type[LogReport]) -> list[LogReport]:
        """Return the reports of one kind."""
        return [report for report in self.reports if isinstance(report, kind)]


class Room:
    """A folder with a take log in it, its writers, and shorthand for what happens in a session."""

    deadline_s = DEADLINE_S

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.told = Told()
        self.at_ns = 0
        self.stamps = RehearsalStamps(START, lambda: self.at_ns)
        self._writers: list[TakeLogWriter] = []

    def writer(self) -> TakeLogWriter:
        """Return a writer that is not started."""
        writer = TakeLogWriter(self.folder, self.stamps, self.told)
        self._writers.append(writer)
        return writer

    def started_writer(self) -> TakeLogWriter:
        """Return a writer at work."""
        writer = self.writer()
        writer.start()
        return writer

    def write(self, *entries: Entry) -> None:
        """Write entries through a writer of their own and see them on disk."""
        writer = self.started_writer()
        for entry in entries:
            writer.submit(entry)
        assert writer.stop(DEADLINE_S)

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Ask the file itself, without the product's reader."""
        connection = sqlite3.connect(self.folder / "takes.sqlite")
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()

    def close(self) -> None:
        """Leave no writer behind."""
        for writer in self._writers:
            writer.stop(0.0)

    def tick(self) -> int:
        """Let a second pass and return the host time."""
        self.at_ns += SECOND_NS
        return self.at_ns

    def session(self, session_id: str = "s1") -> SessionStarted:
        """A session starts."""
        return SessionStarted(session_id, self.tick())

    def take(
        self,
        take_id: str,
        song: str = "Harbour",
        number: int = 1,
        session_id: str = "s1",
        *,
        chart: Song = HARBOUR,
        tempo_ratio: Fraction = AS_WRITTEN,
        is_looped: bool = False,
        click_level_db: int | None = 0,
    ) -> TakeStarted:
        """A take starts; the chart keeps its own title."""
        return started_take(
            take_id,
            self.tick(),
            chart,
            session_id=session_id,
            song=song,
            number=number,
            tempo_ratio=tempo_ratio,
            is_looped=is_looped,
            click_level_db=click_level_db,
        )

    def tempo(self, song: str, ratio: str, tempo: str, session_id: str = "s1") -> TempoChanged:
        """Somebody nudges."""
        return TempoChanged(session_id, self.tick(), song, Fraction(ratio), tempo)

    def choice(
        self, song: str, section: str = "", session_id: str = "s1", *, is_looped: bool = False
    ) -> SongChosen:
        """Somebody chooses the song's third section, from bar 41."""
        return SongChosen(session_id, self.tick(), song, 2, section, 41, is_looped)

    def level(self, level_db: int, *, is_muted: bool = False) -> ClickLevelChanged:
        """Somebody turns the click up or down."""
        return ClickLevelChanged("s1", self.tick(), level_db, is_muted)

    def rolled(self, take_id: str) -> TakeRolled:
        """A take reaches bar 1."""
        return TakeRolled(take_id, self.tick(), 1, 203_622)

    def position(self, take_id: str, bar: int, beat: int = 1) -> TakePosition:
        """A take is somewhere."""
        return TakePosition(take_id, self.tick(), 1, 1_000 * bar, bar, beat)

    def ended(self, take_id: str, bar: int = 41, how: HowEnded = HowEnded.ENDED) -> TakeEnded:
        """A take ends."""
        return TakeEnded(take_id, self.tick(), 1, 1_000 * bar, bar, 1, how)

    def closed(self, take_id: str) -> TakeClosed:
        """A ring-out is over."""
        return TakeClosed(take_id, self.tick())

    def flag(self, flag_id: str, take_id: str, kind: FlagKind = FlagKind.KEEPER) -> FlagMade:
        """Somebody flags bar 7."""
        return FlagMade(flag_id, take_id, kind, self.tick(), 1, 7_000, 7, 2, "VERSE 2", False)

    def press(self, press_id: str, take_id: str | None = None) -> PressLogged:
        """Somebody presses ROLL."""
        return PressLogged(press_id, self.tick(), "roll", "press", "idle", take_id, "take 1")

    def incident(self, incident_id: str, take_id: str | None = None) -> IncidentHappened:
        """Frames are lost in bar 5."""
        return IncidentHappened(
            incident_id, self.tick(), take_id, "underrun", "lost 128 frames", 1, 5_000, 5, 1
        )


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    """Give a folder in memory, where there is one: for what writes much, and not to try the disk."""
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else tmp_path) as folder:
        yield Path(folder)


@pytest.fixture
def room_in_memory(memory: Path) -> Iterator[Room]:
    """Give a room there."""
    room = Room(memory / "log")
    yield room
    room.close()


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    """Give each test a room of its own, and leave no writer behind."""
    room = Room(tmp_path / "log")
    yield room
    room.close()
