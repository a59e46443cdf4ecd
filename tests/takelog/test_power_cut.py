"""The log on a disk that keeps no more than its syncs promise: whenever the plug is pulled.

What the writer asks of the disk is recorded with the product's own code and SQLite; from the record
come the files that a power cut may leave, and each is opened as the next start would. Here a part of
them; scripts/cut_power opens all.
"""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from tests.takelog.power_cut.changes import (
    Created,
    FolderMade,
    FolderSynced,
    Removed,
    Renamed,
    Said,
    Synced,
    Truncated,
    Written,
)
from tests.takelog.power_cut.disk import Disk
from tests.takelog.power_cut.judging import Judge
from tests.takelog.power_cut.recording import NoTapError, damaged_part, recorded

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.takelog.power_cut.changes import Change
    from tests.takelog.power_cut.disk import Image
    from tests.takelog.power_cut.recording import Recording

CUTS = 12
"""At so many moments of each day the plug is pulled here."""


def recorded_or_skipped(day: str, folder: Path) -> Recording:
    """Return what a day asks of the disk, where SQLite can be listened to."""
    try:
        return recorded(day, folder)
    except NoTapError as reason:
        pytest.skip(str(reason))


def complaints(
    found: Recording,
    folder: Path,
    also: Callable[[Path], None] = lambda _folder: None,
    *,
    is_damaged: bool = False,
) -> list[str]:
    """Pull the plug here and there, and return what was lost."""
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    numbers = range(1, len(found.changes) + 1)
    cuts = set(chance.sample(numbers, min(CUTS, len(numbers))))
    judge = Judge(found, folder / "after", also, is_damaged=is_damaged)
    lost = list(judge.complaints(chance, 2, cuts.__contains__))
    assert judge.opened_count > 5
    return lost


@pytest.mark.parametrize("day", ["first", "short without WAL", "refusing"])
def test_what_was_reported_saved_survives_every_power_cut(day: str, memory: Path) -> None:
    """From the first start of all, through a checkpoint, and on a disk that refuses the WAL."""
    found = recorded_or_skipped(day, memory)
    assert any(isinstance(change, Said) for change in found.changes)
    assert complaints(found, memory) == []


def test_an_older_log_survives_a_power_cut_while_it_is_brought_up_to_date(memory: Path) -> None:
    """Its takes are all there afterwards, in today's format."""

    def has_all_takes(folder: Path) -> None:
        with closing(sqlite3.connect(folder / "takes.sqlite")) as connection:
            takes = connection.execute("SELECT id FROM takes ORDER BY entry").fetchall()
        assert [take_id for (take_id,) in takes] == ["a1", "a2", "a3", "b1", "b2"]

    assert complaints(recorded_or_skipped("old log", memory), memory, has_all_takes) == []


def test_a_damaged_log_is_not_lost_in_a_power_cut_either(memory: Path) -> None:
    """Whatever is cut, its bytes are in the folder under one name or another."""

    def is_still_there(folder: Path) -> None:
        found = {file.read_bytes() for file in folder.glob("takes.*sqlite*")}
        assert damaged_part("") in found, sorted(file.name for file in folder.iterdir())

    found = recorded_or_skipped("damaged", memory)
    assert complaints(found, memory, is_still_there, is_damaged=True) == []


def test_a_writer_that_does_not_sync_its_commits_is_convicted(memory: Path) -> None:
    """The same judge finds entries lost where commits are synced at checkpoints only."""
    lost = complaints(recorded_or_skipped("short, carelessly", memory), memory)
    assert any("that were saved is missing" in complaint for complaint in lost)


def left(*changes: Change, shuffles: int = 0) -> list[Image]:
    """Return what may be left of changes when the plug is pulled after them."""
    disk = Disk()
    for change in changes:
        disk.make(change)
    return [image for _, image in disk.images(random.Random(1), shuffles)]


MADE = (FolderMade("/log"), FolderSynced("/"))
KEPT = (*MADE, Created("/log/a"), Written("/log/a", 0, b"one"), Synced("/log/a"))


@pytest.mark.parametrize(
    ("changes", "possible", "impossible"),
    [
        # A synced file without its name is no file, and one with its name has all its bytes.
        (KEPT, [{}, {"/log/a": b"one"}], [{"/log/a": b""}]),
        ((*KEPT, FolderSynced("/log")), [{"/log/a": b"one"}], [{}]),
        # A folder whose name is lost takes along what lies in it.
        ((FolderMade("/log"), *KEPT[2:], FolderSynced("/log")), [{}, {"/log/a": b"one"}], []),
        # What was written since may be there, or only its length.
        (
            (*KEPT, FolderSynced("/log"), Written("/log/a", 3, b"two")),
            [{"/log/a": b"one"}, {"/log/a": b"onetwo"}, {"/log/a": b"one\0\0\0"}],
            [{}],
        ),
        (
            (*KEPT, FolderSynced("/log"), Truncated("/log/a", 1)),
            [{"/log/a": b"one"}, {"/log/a": b"o"}],
            [{}],
        ),
        # A name that was taken away may still be there; a new one may not.
        ((*KEPT, FolderSynced("/log"), Removed("/log/a")), [{}, {"/log/a": b"one"}], []),
        (
            (*KEPT, FolderSynced("/log"), Renamed("/log/a", "/log/b")),
            [{"/log/a": b"one"}, {"/log/b": b"one"}],
            [{}],
        ),
    ],
)
def test_a_disk_keeps_what_was_synced_and_nothing_else_for_sure(
    changes: tuple[Change, ...], possible: list[Image], impossible: list[Image]
) -> None:
    """Each state that the syncs allow is among those tried, and none that they rule out."""
    images = left(*changes, shuffles=40)
    assert all(image in images for image in possible)
    assert not any(image in images for image in impossible)


def test_a_torn_write_breaks_at_sectors() -> None:
    """Each sector is as it was or as it was to be, and they come in any order."""
    old, new = b"o" * 1536, b"n" * 1536
    base = (*MADE, Created("/log/a"), Written("/log/a", 0, old), Synced("/log/a"))
    images = left(*base, FolderSynced("/log"), Written("/log/a", 0, new), shuffles=400)
    found = {
        "".join(chr(image["/log/a"][at]) for at in (0, 512, 1024))
        for image in images
        if {*image["/log/a"][:512]} <= {111} or {*image["/log/a"][:512]} <= {110}
    }
    assert found == {a + b + c for a in "on" for b in "on" for c in "on"}
