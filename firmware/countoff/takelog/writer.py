"""The one thread that writes the take log. Nothing else in the daemon waits for a disk.

Entries are taken from a queue and written in one transaction, in the order of submission; what cannot be
written now is kept and tried again, for ever. Every transaction also holds how far this writer has come,
so that a commit whose outcome is unknown (the disk failed in it) is never written twice.
"""

from __future__ import annotations

import errno
import queue
import sqlite3
import threading
import uuid
from contextlib import suppress
from typing import TYPE_CHECKING

from countoff.takelog import charts, refused
from countoff.takelog.inserting import stamp_columns
from countoff.takelog.memory import LatestTake
from countoff.takelog.reports import (
    LogFailed,
    LogRecovered,
    LogReport,
    LogSaved,
    LogSetAside,
    sentence_of,
)
from countoff.takelog.rows import NEVER_WRITABLE, write
from countoff.takelog.schema import (
    FILE_NAME,
    NotATakeLogError,
    is_damaged,
    open_for_writing,
    set_aside,
)
from countoff.takelog.stamps import Stamped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from countoff.core.entries import Entry
    from countoff.takelog.stamps import StampSource

FIRST_BACK_OFF_S = 0.2
LONGEST_BACK_OFF_S = 2.0


class TakeLogWriter:
    """Writes entries to the take log in `folder` behind a thread of its own.

    `report` is called from that thread with every LogReport; it must neither wait nor raise.
    """

    def __init__(
        self, folder: Path, stamps: StampSource, report: Callable[[LogReport], None]
    ) -> None:
        self._folder = folder
        self._stamps = stamps
        self._report = report
        self._writer_id = str(uuid.uuid4())
        self._queue: queue.SimpleQueue[Stamped | None] = queue.SimpleQueue()
        self._submitting = threading.Lock()
        self._submitted_count = 0
        self._saved_count = 0
        self._progress = threading.Condition()
        self._stopping = threading.Event()
        self._abandoned = threading.Event()
        self._thread = threading.Thread(target=self._run, name="takelog", daemon=True)
        # What follows belongs to the writer's thread alone.
        self._waiting: list[Stamped] = []
        self._latest_take = LatestTake()
        self._connection: sqlite3.Connection | None = None
        self._file_identity: tuple[int, int] | None = None
        self._failing: str | None = None
        self._saved_since_set_aside = True
        self._last_refused = 0

    @property
    def folder(self) -> Path:
        """Where the log is."""
        return self._folder

    @property
    def submitted_count(self) -> int:
        """How many entries were submitted. Any thread; never waits."""
        return self._submitted_count

    @property
    def saved_count(self) -> int:
        """How many of them are on disk: always the first ones. Any thread; never waits."""
        return self._saved_count

    def start(self) -> None:
        """Start the thread, which opens the file at once, so that a bad disk is known before a take.

        May be called once. Does not wait for the disk.
        """
        self._thread.start()

    def submit(self, entry: Entry) -> None:
        """Stamp an entry and queue it. Any thread; never waits for the disk, and never refuses.

        What is submitted before `start` is written after it; what is submitted after `stop` is not.
        """
        stamp = self._stamps.stamp(entry.at_ns)
        with self._submitting:  # held for the count and the queue only, never during a write
            self._submitted_count += 1
            self._queue.put(Stamped(self._submitted_count, entry, stamp))

    def wait_saved(self, deadline_s: float) -> bool:
        """Wait until all that was submitted before this call is on disk; tell whether it is."""
        wanted = self._submitted_count
        with self._progress:
            return self._progress.wait_for(lambda: self._saved_count >= wanted, deadline_s)

    def stop(self, deadline_s: float) -> bool:
        """Write what is left, close the file and end the thread; tell whether everything is on disk.

        Waits for at most `deadline_s`. After that a thread that hangs in the disk is left behind; it
        keeps no process alive.
        """
        self._stopping.set()
        self._queue.put(None)
        if self._thread.is_alive():
            self._thread.join(deadline_s)
        self._abandoned.set()
        return self._saved_count == self._submitted_count

    def _run(self) -> None:
        charts.load()
        back_off_s = FIRST_BACK_OFF_S
        while not self._abandoned.is_set():
            try:
                self._write_waiting()
            except (sqlite3.Error, OSError, NotATakeLogError) as trouble:
                self._close()
                if not self._made_way(trouble):
                    self._rest(back_off_s)
                    back_off_s = min(2 * back_off_s, LONGEST_BACK_OFF_S)
                self._take_queued()
                continue
            back_off_s = FIRST_BACK_OFF_S
            if self._failing is not None:
                self._failing = None
                self._report(LogRecovered())
            if not self._wait_for_entries():
                break
        self._close()

    def _wait_for_entries(self) -> bool:
        """Wait until there is something to write; return False when there never will be."""
        while not self._waiting:
            if self._stopping.is_set() and self._queue.empty():
                return False
            first = self._queue.get()
            if first is not None:
                self._waiting.append(first)
            self._take_queued()
        return True

    def _take_queued(self) -> None:
        with suppress(queue.Empty):
            while True:
                queued = self._queue.get_nowait()
                if queued is not None:
                    self._waiting.append(queued)

    def _rest(self, back_off_s: float) -> None:
        wake = self._abandoned if self._stopping.is_set() else self._stopping
        wake.wait(back_off_s)

    def _write_waiting(self) -> None:
        """Write all that waits in one transaction, and say so. Raises if the file or disk fails."""
        connection = self._open_file()
        if not self._waiting:
            return
        last = self._waiting[-1]
        connection.execute("BEGIN IMMEDIATE")
        found = connection.execute(
            "SELECT saved_count FROM writers WHERE id = ?", (self._writer_id,)
        ).fetchone()
        if found is None:
            self._begin_file(connection)
        already_saved = 0 if found is None else found[0]
        for stamped in self._waiting:
            if stamped.sequence <= already_saved:
                continue
            try:
                write(connection, stamped)
            except NEVER_WRITABLE as reason:
                self._keep_refused(stamped, reason)
        connection.execute(
            "UPDATE writers SET saved_count = ?, at_ns = ?, at_utc = ?, boot_id = ?,"
            " clock_synchronised = ? WHERE id = ?",
            (last.sequence, *stamp_columns(last.stamp), self._writer_id),
        )
        connection.execute("COMMIT")
        self._note_saved()

    def _begin_file(self, connection: sqlite3.Connection) -> None:
        """Enter this writer into a file that does not know it, with the take that is under way."""
        connection.execute(
            "INSERT INTO writers (id, saved_count, at_ns, at_utc, boot_id, clock_synchronised)"
            " VALUES (?, 0, ?, ?, ?, ?)",
            (self._writer_id, *stamp_columns(self._waiting[0].stamp)),
        )
        for stamped in self._latest_take.entries():
            # An older copy of the file, put back meanwhile, may hold some of these.
            with suppress(*NEVER_WRITABLE):
                write(connection, stamped)

    def _note_saved(self) -> None:
        for stamped in self._waiting:
            self._latest_take.remember(stamped)
        saved_count = self._waiting[-1].sequence
        self._waiting.clear()
        self._saved_since_set_aside = True
        with self._progress:
            self._saved_count = saved_count
            self._progress.notify_all()
        self._report(LogSaved(saved_count))

    def _open_file(self) -> sqlite3.Connection:
        """Return a connection to the file that bears the log's name at this moment."""
        if self._connection is None:
            self._connection = open_for_writing(self._folder)
            self._file_identity = self._identity()
        elif self._identity() != self._file_identity:
            # SQLite would go on writing to a file that nobody can find any more.
            raise FileNotFoundError(errno.ENOENT, "another file", str(self._folder / FILE_NAME))
        return self._connection

    def _identity(self) -> tuple[int, int]:
        status = (self._folder / FILE_NAME).stat()
        return status.st_dev, status.st_ino

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            # A statement that is still referred to somewhere keeps a closed connection half alive;
            # without a transaction it at least holds no lock against the next one.
            with suppress(sqlite3.Error):
                connection.rollback()
            with suppress(sqlite3.Error):
                connection.close()

    def _made_way(self, trouble: Exception) -> bool:
        """Make way for a new file where this one is damaged, or say what is wrong and return False.

        Not twice in a row: when a new file is damaged too, it is the disk that is at fault.
        """
        if not (is_damaged(trouble) and self._saved_since_set_aside):
            self._say_failed(sentence_of(trouble, self._folder))
            return False
        try:
            aside = set_aside(self._folder)
        except OSError as hindrance:
            self._say_failed(sentence_of(hindrance, self._folder))
            return False
        self._saved_since_set_aside = False
        self._report(
            LogSetAside(
                f"The take log {self._folder / FILE_NAME} could not be used ({trouble}). It was set"
                f" aside as {aside.name} and a new one was begun: keep the old one for repair."
            )
        )
        return True

    def _keep_refused(self, stamped: Stamped, reason: Exception) -> None:
        if stamped.sequence <= self._last_refused:
            return  # kept at an earlier try of this transaction
        self._last_refused = stamped.sequence
        line = refused.as_line(stamped, reason)
        try:
            place = f"was kept in {refused.append(self._folder, line)}"
        except OSError as trouble:
            place = f"could not be kept beside it either ({trouble}); it was: {line}"
        self._report(
            LogSetAside(
                f"The take log {self._folder / FILE_NAME} refused an entry"
                f" {type(stamped.entry).__name__} ({reason}), which {place}."
            )
        )

    def _say_failed(self, sentence: str) -> None:
        if sentence != self._failing:
            self._failing = sentence
            self._report(LogFailed(sentence))
