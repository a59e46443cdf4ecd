"""What a program did to its files, in order, as far as a power cut can tell: plain values.

Paths are absolute. Between a change and the sync that covers it, a disk may have it, lack it, or have
a part of it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Created:
    """A file came to be, still empty."""

    path: str


@dataclass(frozen=True, slots=True)
class Written:
    """Bytes were written into a file."""

    path: str
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Truncated:
    """A file got another length."""

    path: str
    size: int


@dataclass(frozen=True, slots=True)
class Synced:
    """All that was written into a file is on the disk. Its name is not."""

    path: str


@dataclass(frozen=True, slots=True)
class Removed:
    """A name was taken away."""

    path: str


@dataclass(frozen=True, slots=True)
class Renamed:
    """A file got another name in the same folder."""

    path: str
    new_path: str


@dataclass(frozen=True, slots=True)
class FolderMade:
    """A folder came to be."""

    path: str


@dataclass(frozen=True, slots=True)
class FolderSynced:
    """The names in a folder are on the disk as they are now."""

    path: str


@dataclass(frozen=True, slots=True)
class Said:
    """Entries were reported as saved: the first `count` of all that were ever submitted."""

    count: int


Change = (
    Created | Written | Truncated | Synced | Removed | Renamed | FolderMade | FolderSynced | Said
)
