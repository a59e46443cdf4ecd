"""Days of the take log with a tap on the disk, each in a process of its own.

    python recording.py DAY FOLDER OUT

Leaves in OUT what was recorded: a `Recording`, pickled. FOLDER is to be empty.
"""

from __future__ import annotations

import pickle
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[3]), str(Path(__file__).parents[3] / "firmware")]

from tests.takelog.conftest import Room
from tests.takelog.power_cut.changes import Change, Created, FolderMade, Said, Synced, Written
from tests.takelog.power_cut.tap import NoTapError, Tap

from countoff.core.certificate import INTERRUPTED
from countoff.core.entries import (
    FlagChanged,
    FlagKind,
    FlagMade,
    FlagTakenBack,
    TakeCertified,
    WallClockSynchronised,
)
from countoff.takelog import schema
from countoff.takelog.editing import edit_log
from countoff.takelog.edits import Edit, EditKind, write_edit
from countoff.takelog.recovery import recover
from countoff.takelog.reports import LogReport, LogSaved

if TYPE_CHECKING:
    from collections.abc import Callable

    from countoff.core.entries import Entry

NO_TAP = 77
"""The exit code where this machine's SQLite cannot be tapped."""


@dataclass(frozen=True, slots=True)
class Edited:
    """Somebody rated a take in a terminal, beside the box; told to be done at once."""

    at_ns: int


@dataclass
class Recording:
    """What happened to the disk, and the entries that were submitted, in order.

    `log` is the folder of the log; what lay there `before` is on the disk from the start.
    """

    log: Path
    before: list[Change] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    entries: list[Entry | Edited] = field(default_factory=list)


class Day:
    """A room whose every entry is recorded, over any number of starts of the box."""

    def __init__(self, recording: Recording) -> None:
        self.room = Room(recording.log)
        self._recording = recording
        self._saved_before = 0

    def start(self, *, looks_back: bool = True) -> None:
        """Start the box: look at what is there, then write."""
        if looks_back:
            recover(self.room.folder, self.room.stamps, "a run")
        self._saved_before = len(self._recording.entries)
        self.room.told = self._hear  # type: ignore[assignment]
        self._writer = self.room.started_writer()

    def write(self, *entries: Entry) -> None:
        """Write entries, as many at a time as are given."""
        for entry in entries:
            self._recording.entries.append(entry)
            self._writer.submit(entry)
        assert self._writer.wait_saved(60.0)

    def rate(self, take_id: str) -> None:
        """Rate a take by a command, while the box runs."""
        stamp = self.room.stamps.stamp(self.room.tick())
        with edit_log(self.room.folder) as connection:
            write_edit(connection, Edit(EditKind.RATING, 4, take_id=take_id), stamp)
        self._recording.entries.append(Edited(stamp.at_ns))
        # All before it was saved, too: `write` waits.
        self._saved_before += 1
        self._recording.changes.append(Said(len(self._recording.entries)))

    def stop(self) -> None:
        """Switch the box off as it should be."""
        assert self._writer.stop(60.0)

    def _hear(self, report: LogReport) -> None:
        if isinstance(report, LogSaved):
            self._recording.changes.append(Said(self._saved_before + report.count))

    def take(self, number: int, *, bars: int = 6) -> None:
        """Play a take: positions bar by bar, flags, a press, an incident, its end."""
        room, take_id = self.room, f"t{number}"
        self.write(room.take(take_id, number=number), room.press(f"p{number}", take_id))
        self.write(room.rolled(take_id))
        for bar in range(1, bars + 1):
            self.write(room.position(take_id, bar))
        kept = room.flag(f"f{number}", take_id)
        self.write(kept)
        self.write(FlagChanged(kept.id, FlagKind.FIX_HERE, room.tick()))
        self.write(FlagMade(f"g{number}", take_id, FlagKind.MARKER, room.tick(), 1, 5, 5, 1, "", False))  # fmt: skip
        self.write(FlagTakenBack(f"g{number}", room.tick()), room.incident(f"i{number}", take_id))
        self.write(room.ended(take_id, bars))
        self.rate(take_id)
        self.write(room.closed(take_id), TakeCertified(take_id, room.tick(), INTERRUPTED))


def first_day(day: Day, *, takes: int = 24) -> None:
    """Begin where there is no folder, end, begin again, and go on past a checkpoint or two."""
    day.start()
    day.write(day.room.session(), WallClockSynchronised(day.room.tick()))
    day.take(1)
    day.stop()
    day.start()
    day.write(day.room.tempo("Harbour", "93/92", "114.936"), day.room.choice("Harbour", "Chorus"))
    for number in range(2, takes + 1):
        day.take(number)


def short_day(day: Day) -> None:
    """Go through every kind of entry twice, with an end in between."""
    first_day(day, takes=2)


def _without_wal(words: str) -> str:
    """Leave the journal as it comes, as on a file system without shared memory."""
    return "PRAGMA journal_mode = DELETE" if words == "PRAGMA journal_mode = WAL" else words


def _carelessly(words: str) -> str:
    """Sync at checkpoints only."""
    return words.replace("synchronous = FULL", "synchronous = NORMAL")


def _old_log(day: Day) -> None:
    """Bring a log of the first format up to date, and go on."""
    day.start()
    day.write(day.room.press("p1"))


def _refusing(day: Day) -> None:
    """Submit what the log refuses, so that it is kept beside it."""
    day.start()
    day.write(day.room.session(), day.room.take("t1"))
    day.write(day.room.press("p1"), day.room.press("p1", "not twice"))
    day.write(day.room.press("p2"))


def _damaged(day: Day) -> None:
    """Find the log damaged, set it aside and begin a new one."""
    day.start()
    day.write(day.room.session(), day.room.take("t1"))


DAYS: dict[str, tuple[Callable[[Day], None], Callable[[str], str] | None]] = {
    "first": (first_day, None),
    "short": (short_day, None),
    "short without WAL": (short_day, _without_wal),
    "short, carelessly": (short_day, _carelessly),
    "old log": (_old_log, None),
    "refusing": (_refusing, None),
    "damaged": (_damaged, None),
}


def damaged_part(end: str) -> bytes:
    """Return what is found in the place of the log, or of the file beside it with that `end`."""
    return f"no take log{end}\n".encode() * 400


OLD_LOG = Path(__file__).parents[1] / "format_1.sql"


def recorded(day: str, folder: Path) -> Recording:
    """Return what a day asks of the disk, recorded in a process of its own. Raises NoTapError."""
    disk, out = folder / "disk", folder / "recording"
    disk.mkdir()
    child = subprocess.run(
        [sys.executable, __file__, day, disk, out], stderr=subprocess.PIPE, text=True, check=False
    )
    if child.returncode == NO_TAP:
        raise NoTapError(child.stderr.strip())
    assert child.returncode == 0, child.stderr
    found: Recording = pickle.loads(out.read_bytes())
    return found


def _lay_down(name: str, log: Path) -> list[Change]:
    """Put what a day begins with into the log's folder; return it as changes on the disk."""
    if name == "old log":
        log.mkdir(parents=True)
        connection = sqlite3.connect(log / schema.FILE_NAME)
        connection.executescript(OLD_LOG.read_text(encoding="utf-8"))
        connection.close()
    elif name == "damaged":
        log.mkdir(parents=True)
        # With a write-ahead log beside it, which must go along.
        for part in ("", "-wal"):
            (log / (schema.FILE_NAME + part)).write_bytes(damaged_part(part))
    if not log.is_dir():
        return []
    changes: list[Change] = [FolderMade(str(folder)) for folder in (log.parent, log)]
    for file in sorted(log.iterdir()):
        path = str(file)
        changes += [Created(path), Written(path, 0, file.read_bytes()), Synced(path)]
    return changes


def main() -> int:
    """Record the day."""
    name, folder, out = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    spend, change_words = DAYS[name]
    recording = Recording(folder / "var" / "log")
    recording.before = _lay_down(name, recording.log)
    if change_words is not None:
        schema.sqlite3 = _Changed(change_words)  # type: ignore[assignment]
    try:
        Tap(folder, recording.changes.append).open()
    except NoTapError as reason:
        print(reason, file=sys.stderr)
        return NO_TAP
    spend(Day(recording))
    changes = list(recording.changes)  # the end of this process is none of the day's
    out.write_bytes(
        pickle.dumps(Recording(recording.log, recording.before, changes, recording.entries))
    )
    shutil.rmtree(folder)
    return 0


class _Changed:
    """The `sqlite3` module, with other words to the database here and there."""

    def __init__(self, change: Callable[[str], str]) -> None:
        class Connection(sqlite3.Connection):
            def execute(self, words: str, *values: object) -> sqlite3.Cursor:
                return super().execute(change(words), *values)

        self._connection = Connection

    def __getattr__(self, name: str) -> object:
        return getattr(sqlite3, name)

    def connect(self, *place: object, **how: object) -> sqlite3.Connection:
        return sqlite3.connect(*place, **how, factory=self._connection)  # type: ignore[call-overload, no-any-return]


if __name__ == "__main__":
    # Pickled under the name that the reader knows it by.
    from tests.takelog.power_cut import recording as itself

    sys.exit(itself.main())
