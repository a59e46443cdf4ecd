"""Opening what a power cut left, with the product's own code, and holding it against what was said.

What must be there is worked out from the entries alone: each has a moment of its own, and that moment
must be in the table that its kind belongs to.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from tests.takelog.power_cut.disk import Disk
from tests.takelog.power_cut.recording import Edited

from countoff.core import entries
from countoff.takelog.recovery import recover
from countoff.takelog.stamps import Stamp
from countoff.takelog.writer import TakeLogWriter

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.takelog.power_cut.disk import Image
    from tests.takelog.power_cut.recording import Recording

# Where the moment of an entry is to be found; that of a position is overwritten by later ones.
_MOMENTS: dict[type, str] = {
    entries.SessionStarted: "SELECT at_ns FROM sessions",
    entries.TempoChanged: "SELECT at_ns FROM tempo_changes",
    entries.SongChosen: "SELECT at_ns FROM song_choices",
    entries.TakeStarted: "SELECT at_ns FROM takes",
    entries.TakeRolled: "SELECT at_ns FROM take_events WHERE event = 'rolled'",
    entries.TakeEnded: "SELECT end_ns FROM takes",
    entries.TakeClosed: "SELECT at_ns FROM take_events WHERE event = 'closed'",
    entries.TakeCertified: "SELECT at_ns FROM certificates",
    entries.FlagMade: "SELECT at_ns FROM flags",
    entries.FlagChanged: "SELECT changed_at_ns FROM flags",
    entries.FlagTakenBack: "SELECT taken_back_at_ns FROM flags",
    entries.PressLogged: "SELECT at_ns FROM presses",
    entries.IncidentHappened: "SELECT at_ns FROM incidents",
    entries.WallClockSynchronised: "SELECT at_ns FROM wall_clock_readings",
    Edited: "SELECT at_ns FROM edits",
    entries.TakePosition: "SELECT at_ns FROM take_positions",
}


class LaterStamps:
    """The stamps of the start after the power cut."""

    def stamp(self, at_ns: int) -> Stamp:
        """Return a moment after all others."""
        return Stamp(at_ns, "2026-11-22T23:00:00.000Z", "the next boot", clock_synchronised=False)

    def now(self) -> Stamp:
        """Return the moment of the start."""
        return self.stamp(1)


class Judge:
    """Opens images in a folder of its own, and complains of each that lacks what was said."""

    def __init__(
        self,
        recording: Recording,
        folder: Path,
        also: Callable[[Path], None] = lambda _folder: None,
        *,
        is_damaged: bool = False,
    ) -> None:
        """Judge by the entries, and by what `also` asserts of the folder after a start.

        `is_damaged` says that the log was no good before: then a start may find a fault in it, and a
        writer makes way for a new one.
        """
        self._recording = recording
        self._folder = folder
        self._also = also
        self._is_damaged = is_damaged
        self._found: dict[int, dict[type, set[int]]] = {}
        self.image_count = 0
        self.opened_count = 0

    def complaints(
        self, chance: random.Random, shuffles: int, is_cut: Callable[[int], bool] = lambda _n: True
    ) -> Iterator[str]:
        """Pull the plug after each change for which `is_cut`; yield what is wrong afterwards."""
        disk = Disk()
        for change in self._recording.before:
            disk.make(change)
        disk.settle()
        for number, change in enumerate(self._recording.changes, start=1):
            disk.make(change)
            if not is_cut(number):
                continue
            for word, image in disk.images(chance, shuffles):
                self.image_count += 1
                for complaint in self._complaints_of(image, disk.said_count):
                    yield f"cut {number} after {change!r:.80}, {word}: {complaint}"

    def _complaints_of(self, image: Image, said_count: int) -> Iterator[str]:
        print_of_image = hash(tuple(sorted(image.items())))
        found = self._found.get(print_of_image)
        if found is None:
            self.opened_count += 1
            try:
                found = self._open(image)
            except (sqlite3.Error, AssertionError) as trouble:
                yield f"it does not open: {trouble}"
                return
            self._found = {print_of_image: found, **dict(list(self._found.items())[:50])}
        for number, entry in enumerate(self._recording.entries[:said_count], start=1):
            moments = found[type(entry)]
            if isinstance(entry, entries.TakePosition):
                is_there = any(moment >= entry.at_ns for moment in moments)
            else:
                is_there = entry.at_ns in moments
            if not is_there:
                yield f"entry {number} of {said_count} that were saved is missing: {entry!r:.80}"

    def _open(self, image: Image) -> dict[type, set[int]]:
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir()
        log = self._recording.log
        for path, data in image.items():
            (self._folder / path.removeprefix(f"{log}/")).write_bytes(data)
        is_empty = not (self._folder / "takes.sqlite").exists()
        recovered = recover(self._folder, LaterStamps(), "the next run")
        if self._is_damaged:
            writer = TakeLogWriter(self._folder, LaterStamps(), lambda _report: None)
            writer.start()
            assert writer.stop(60.0)
            is_empty = False
        else:
            assert recovered.fault is None, recovered.fault
        self._also(self._folder)
        if is_empty:
            return {kind: set() for kind in _MOMENTS}
        with closing(sqlite3.connect(self._folder / "takes.sqlite")) as connection:
            (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
            assert verdict == "ok", verdict
            found = {
                kind: {moment for (moment,) in connection.execute(question)}
                for kind, question in _MOMENTS.items()
            }
        self._add_refused(found)
        return found

    def _add_refused(self, found: dict[type, set[int]]) -> None:
        refused = self._folder / "takes.refused.jsonl"
        if refused.exists():
            for line in refused.read_bytes().splitlines():
                # What was not yet synced may be there in part, and is then no line.
                with suppress(ValueError):
                    told = json.loads(line)
                    found[getattr(entries, told["entry"])].add(told["at_ns"])
