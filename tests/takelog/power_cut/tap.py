"""A tap on what this process writes: SQLite's own file layer, and what Python does to names.

The layer through which the `sqlite3` module reaches the disk stays in place; each call that changes
something is done by it, and then noted. So what is recorded is what the product's own code, with the
very SQLite it runs on, asks of a disk. For a process of its own: the tap cannot be taken off again.
"""

from __future__ import annotations

import ctypes
import os
import re
import sqlite3
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.takelog.power_cut.changes import (
    Created,
    FolderMade,
    FolderSynced,
    Removed,
    Renamed,
    Synced,
    Truncated,
    Written,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.takelog.power_cut.changes import Change

_OK = 0


class NoTapError(RuntimeError):
    """SQLite is not a shared library here, so its file layer cannot be found."""


_Open = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
_Delete = CFUNCTYPE(c_int, c_void_p, c_char_p, c_int)
_SetSystemCall = CFUNCTYPE(c_int, c_void_p, c_char_p, c_void_p)
_GetSystemCall = CFUNCTYPE(c_void_p, c_void_p, c_char_p)
_OpenFolder = CFUNCTYPE(c_int, c_char_p, POINTER(c_int))
_Write = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_Truncate = CFUNCTYPE(c_int, c_void_p, c_int64)
_Sync = CFUNCTYPE(c_int, c_void_p, c_int)


class _Layer(Structure):
    """SQLite's `sqlite3_vfs`."""

    _fields_ = (
        ("version", c_int),
        ("file_size", c_int),
        ("longest_path", c_int),
        ("next", c_void_p),
        ("name", c_char_p),
        ("data", c_void_p),
        ("open", _Open),
        ("delete", _Delete),
        ("access", c_void_p),
        ("full_path", c_void_p),
        ("libraries", c_void_p * 4),
        ("randomness", c_void_p),
        ("sleep", c_void_p),
        ("current_time", c_void_p),
        ("last_error", c_void_p),
        ("current_time_ms", c_void_p),
        ("set_system_call", _SetSystemCall),
        ("get_system_call", _GetSystemCall),
        ("next_system_call", c_void_p),
    )


class _Methods(Structure):
    """SQLite's `sqlite3_io_methods`."""

    _fields_ = (
        ("version", c_int),
        ("close", c_void_p),
        ("read", c_void_p),
        ("write", _Write),
        ("truncate", _Truncate),
        ("sync", _Sync),
        ("file_size", c_void_p),
        ("lock", c_void_p),
        ("unlock", c_void_p),
        ("check_reserved_lock", c_void_p),
        ("file_control", c_void_p),
        ("sector_size", c_void_p),
        ("characteristics", c_void_p),
        ("shared_memory", c_void_p * 4),
        ("fetch", c_void_p * 2),
    )


class _File(Structure):
    """SQLite's `sqlite3_file`."""

    _fields_ = (("methods", POINTER(_Methods)),)


class Tap:
    """Tells of every change to a file below `folder` from `open` on."""

    def __init__(self, folder: Path, tell: Callable[[Change], None]) -> None:
        self._folder = str(folder)
        self._tell = tell
        self._kept: list[Any] = []  # what SQLite calls must stay alive as long as SQLite does
        self._paths: dict[int, str] = {}
        self._tapped: dict[int, _Methods] = {}
        self._sizes: dict[str, int] = {}
        self._syncing_folders: list[str] = []

    def open(self) -> None:
        """Put the tap on. Raises NoTapError."""
        library = ctypes.CDLL(_library_of_sqlite())
        library.sqlite3_vfs_find.restype = POINTER(_Layer)
        self._tap_layer(library.sqlite3_vfs_find(None).contents)
        self._tap_names()

    def _note(self, change: Change, path: str) -> None:
        if path.startswith(self._folder):
            self._tell(change)

    def _tap_layer(self, layer: _Layer) -> None:
        opens, deletes = _Open.from_buffer_copy(layer.open), _Delete.from_buffer_copy(layer.delete)
        opens_folder = _OpenFolder(layer.get_system_call(ctypes.addressof(layer), b"openDirectory"))

        def open_file(vfs: int, name: int, file: int, flags: int, out_flags: int) -> int:
            path = os.fsdecode(ctypes.string_at(name)) if name else ""
            is_new = path and not Path(path).exists()
            outcome: int = opens(vfs, name, file, flags, out_flags)
            if outcome == _OK and path:
                if is_new:
                    self._note(Created(path), path)
                self._paths[file] = path
                self._tap_methods(_File.from_address(file))
            return outcome

        def delete(vfs: int, name: bytes, syncs_folder: int) -> int:
            path = os.fsdecode(name)
            if Path(path).exists():
                # Before the sync of the folder, which is within the same call.
                self._note(Removed(path), path)
            outcome: int = deletes(vfs, name, syncs_folder)
            self._tell_of_folders()
            return outcome

        def open_folder(name: bytes, descriptor: Any) -> int:
            outcome: int = opens_folder(name, descriptor)
            if outcome == _OK:
                # SQLite does this for one reason only: to sync the folder at once.
                self._syncing_folders.append(str(Path(os.fsdecode(name)).parent))
            return outcome

        tapped = (_Open(open_file), _Delete(delete), _OpenFolder(open_folder))
        self._kept += [*tapped, opens, deletes, opens_folder]
        layer.open, layer.delete = tapped[:2]
        layer.set_system_call(
            ctypes.addressof(layer), b"openDirectory", ctypes.cast(tapped[2], c_void_p)
        )

    def _tell_of_folders(self) -> None:
        for folder in self._syncing_folders:
            self._note(FolderSynced(folder), folder)
        self._syncing_folders.clear()

    def _tap_methods(self, file: _File) -> None:
        address = ctypes.addressof(file.methods.contents)
        tapped = self._tapped.get(address)
        if tapped is None:
            tapped = self._tapped[address] = self._with_tap(file.methods.contents)
        file.methods = ctypes.pointer(tapped)

    def _with_tap(self, methods: _Methods) -> _Methods:
        tapped = _Methods.from_buffer_copy(methods)
        writes = _Write.from_buffer_copy(methods.write)
        truncates = _Truncate.from_buffer_copy(methods.truncate)
        syncs = _Sync.from_buffer_copy(methods.sync)

        def write(file: int, data: int, length: int, offset: int) -> int:
            outcome: int = writes(file, data, length, offset)
            if outcome == _OK:
                path = self._paths[file]
                self._note(Written(path, offset, ctypes.string_at(data, length)), path)
            return outcome

        def truncate(file: int, size: int) -> int:
            outcome: int = truncates(file, size)
            if outcome == _OK:
                path = self._paths[file]
                self._note(Truncated(path, size), path)
            return outcome

        def sync(file: int, flags: int) -> int:
            outcome: int = syncs(file, flags)
            if outcome == _OK:
                path = self._paths[file]
                self._note(Synced(path), path)
                self._tell_of_folders()
            return outcome

        tapped.write, tapped.truncate, tapped.sync = _Write(write), _Truncate(truncate), _Sync(sync)
        self._kept += [tapped, writes, truncates, syncs]
        return tapped

    def _tap_names(self) -> None:
        """Have Python's own calls told of, too: the product makes, renames and syncs by them."""
        rename, mkdir, fsync = os.rename, os.mkdir, os.fsync

        def rename_and_tell(old: Any, new: Any) -> None:
            rename(old, new)
            self._note(Renamed(os.fspath(old), os.fspath(new)), os.fspath(old))

        def mkdir_and_tell(path: Any, *mode: Any) -> None:
            mkdir(path, *mode)
            self._note(FolderMade(os.fspath(path)), os.fspath(path))

        def fsync_and_tell(descriptor: int) -> None:
            fsync(descriptor)
            path = str(Path(f"/proc/self/fd/{descriptor}").readlink())
            if Path(path).is_dir():
                self._note(FolderSynced(path), path)
                return
            # What was written by other ways than SQLite's is known at its sync at the latest.
            data = Path(path).read_bytes()
            if path not in self._sizes:
                self._note(Created(path), path)
            known = self._sizes.get(path, 0)
            self._sizes[path] = len(data)
            self._note(Written(path, known, data[known:]), path)
            self._note(Synced(path), path)

        os.rename, os.mkdir, os.fsync = rename_and_tell, mkdir_and_tell, fsync_and_tell


def _library_of_sqlite() -> str:
    """Return the file of the library that the `sqlite3` module has loaded. Raises NoTapError."""
    sqlite3.connect(":memory:").close()
    maps = Path("/proc/self/maps")
    if maps.exists():
        found = re.search(r"(/\S*libsqlite3\S*)$", maps.read_text(encoding="utf-8"), re.MULTILINE)
        if found:
            return found[1]
    raise NoTapError("SQLite is not a shared library of its own here")
