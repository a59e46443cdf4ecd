"""What may be left on a disk when the plug is pulled: every state that the syncs so far allow.

A disk promises no more than its syncs: a file's bytes are there once the file was synced, its name once
its folder was. What was not synced may be there, or not, or in part: writes in any order, a write torn
at a sector, a length without its bytes, a name without its file. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator, Sequence

    from tests.takelog.power_cut.changes import Change

SECTOR = 512
_Piece = tuple[int, bytes] | int
"""Bytes at an offset, or a new length."""
Image = dict[str, bytes]
"""The files that are found after the power cut, by path."""


@dataclass(eq=False)
class _File:
    """A file's bytes on the disk, and what was asked of the disk since."""

    is_folder: bool = False
    durable: bytearray = field(default_factory=bytearray)
    unsynced: list[_Piece] = field(default_factory=list)

    def sync(self) -> None:
        """Put all on the disk."""
        _apply(self.durable, self.unsynced)
        self.unsynced.clear()

    def with_pieces(self, pieces: Sequence[_Piece]) -> bytes:
        """Return the bytes with these of the unsynced pieces."""
        if not pieces:
            return bytes(self.durable)
        data = bytearray(self.durable)
        _apply(data, pieces)
        return bytes(data)

    def sectors(self) -> list[_Piece]:
        """Return the unsynced pieces cut up as a disk may tear them."""
        return [part for piece in self.unsynced for part in _torn(piece)]

    def torn_at_the_end(self, share: float) -> list[_Piece]:
        """Return the unsynced pieces, of the last one only a share of its sectors."""
        if not self.unsynced:
            return []
        *earlier, last = self.unsynced
        parts = list(_torn(last))
        return [*earlier, *parts[: int(share * len(parts))]]

    def lengths(self) -> list[_Piece]:
        """Return only the lengths that the unsynced pieces lead to."""
        length = len(self.with_pieces(self.unsynced))
        return [length] if length != len(self.durable) else []


def _apply(data: bytearray, pieces: Sequence[_Piece]) -> None:
    for piece in pieces:
        if isinstance(piece, int):
            del data[piece:]
            data.extend(bytes(piece - len(data)))
        else:
            offset, written = piece
            if offset > len(data):
                data.extend(bytes(offset - len(data)))
            data[offset : offset + len(written)] = written


def _torn(piece: _Piece) -> Iterator[_Piece]:
    if isinstance(piece, int):
        yield piece
        return
    offset, written = piece
    end = offset + len(written)
    while offset < end:
        border = min((offset // SECTOR + 1) * SECTOR, end)
        yield offset, written[: border - offset]
        written = written[border - offset :]
        offset = border


_Names = dict[str, _File]


class Disk:
    """A disk to which changes are made, one by one, and from which the plug is pulled at any moment."""

    def __init__(self) -> None:
        self.said_count = 0
        self._names: _Names = {}
        self._durable_names: _Names = {}
        self._unsynced_names: list[Callable[[_Names], None]] = []
        self._unsynced_paths: list[str] = []

    def has_unsynced(self) -> bool:
        """Tell whether a power cut could leave more than one state behind."""
        return bool(self._unsynced_names) or any(file.unsynced for file in self._files())

    def settle(self) -> None:
        """Have all of it on the disk: what was there before."""
        for file in self._files():
            file.sync()
        self._durable_names = dict(self._names)
        self._unsynced_names.clear()
        self._unsynced_paths.clear()

    def make(self, change: Change) -> None:
        """Let a change happen."""
        match change:
            case Created(path):
                self._change_names(path, _linking(path, _File()))
            case FolderMade(path):
                self._change_names(path, _linking(path, _File(is_folder=True)))
            case Removed(path):
                self._change_names(path, _unlinking(path))
            case Renamed(path, new_path):
                self._change_names(path, _renaming(path, new_path))
            case Written(path, offset, data):
                self._names[path].unsynced.append((offset, data))
            case Truncated(path, size):
                self._names[path].unsynced.append(size)
            case Synced(path):
                self._names[path].sync()
            case FolderSynced(folder):
                self._sync_folder(folder)
            case Said(count):
                self.said_count = count

    def images(self, chance: random.Random, shuffles: int) -> Iterator[tuple[str, Image]]:
        """Yield what may be left if the plug is pulled now, each with a word for it.

        The plain cases first, then as many `shuffles`: parts in no order, names or none.
        """
        yield "nothing that was not synced", self._image(self._durable_names, lambda _file: [])
        if not self.has_unsynced():
            return
        yield "everything", self._image(self._names, lambda file: file.unsynced)
        yield "names without bytes", self._image(self._names, lambda _file: [])
        yield "lengths without bytes", self._image(self._names, _File.lengths)
        unnamed = self._image(self._durable_names, lambda file: file.unsynced)
        yield "bytes without names", unnamed
        share = chance.random()
        torn = self._image(self._names, lambda file: file.torn_at_the_end(share))
        yield "everything, the last write torn", torn
        for number in range(shuffles):
            names = self._shuffled_names(chance)
            yield f"shuffle {number + 1}", self._image(names, _some_sectors(chance))

    def _files(self) -> set[_File]:
        return {*self._names.values(), *self._durable_names.values()}

    def _change_names(self, path: str, change: Callable[[_Names], None]) -> None:
        change(self._names)
        self._unsynced_names.append(change)
        self._unsynced_paths.append(path)

    def _sync_folder(self, folder: str) -> None:
        kept = []
        for change, path in zip(self._unsynced_names, self._unsynced_paths, strict=True):
            if str(PurePath(path).parent) == folder:
                change(self._durable_names)
            else:
                kept.append((change, path))
        self._unsynced_names = [change for change, _ in kept]
        self._unsynced_paths = [path for _, path in kept]

    def _shuffled_names(self, chance: random.Random) -> _Names:
        names = dict(self._durable_names)
        for change in self._unsynced_names:
            if chance.random() < 0.5:
                change(names)
        return names

    def _image(self, names: _Names, pieces_of: Callable[[_File], Sequence[_Piece]]) -> Image:
        made = {path for path, file in self._names.items() if file.is_folder}
        missing = made - names.keys()
        return {
            path: file.with_pieces(pieces_of(file))
            for path, file in names.items()
            if not file.is_folder and not missing.intersection(map(str, PurePath(path).parents))
        }


def _linking(path: str, file: _File) -> Callable[[_Names], None]:
    def link(names: _Names) -> None:
        names[path] = file

    return link


def _unlinking(path: str) -> Callable[[_Names], None]:
    def unlink(names: _Names) -> None:
        names.pop(path, None)

    return unlink


def _renaming(path: str, new_path: str) -> Callable[[_Names], None]:
    def rename(names: _Names) -> None:
        if path in names:
            names[new_path] = names.pop(path)

    return rename


def _some_sectors(chance: random.Random) -> Callable[[_File], Sequence[_Piece]]:
    share = chance.choice((0.1, 0.5, 0.9, 1.0))
    return lambda file: [part for part in file.sectors() if chance.random() < share]
