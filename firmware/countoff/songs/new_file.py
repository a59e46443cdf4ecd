"""A file that is there whole or not at all: written beside its place, then moved there.

Blocks on the disk; for commands only.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO


class NotWrittenError(Exception):
    """A file could not be written; the text is a sentence that says why and what to do."""


def check_place(path: Path, *, is_forced: bool) -> None:
    """Raise NotWrittenError where a file at `path` may not be written.

    What is there already is only written over if that is forced, and if it is a plain file.
    """
    if path.is_dir():
        raise NotWrittenError(f"{path} is a folder; name a file in it.")
    if path.exists():
        if not path.is_file():
            raise NotWrittenError(f"{path} is no plain file, and is not written over.")
        if not is_forced:
            raise NotWrittenError(f"{path} is there already; --force writes over it.")
    if not path.parent.is_dir():
        raise NotWrittenError(f"{path} cannot be written: there is no folder {path.parent}.")


@contextlib.contextmanager
def new_file(path: Path, *, is_forced: bool) -> Iterator[BinaryIO]:
    """Open a file to write that gets its place when the block ends, and never if it is left early.

    Raises NotWrittenError where it cannot be written, at the beginning or in the middle.
    """
    check_place(path, is_forced=is_forced)
    # Through a link to the file it names, and never over the link.
    place = path.resolve()
    unfinished = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        with unfinished.open("wb") as file:
            yield file
        unfinished.replace(place)
    except OSError as error:
        raise NotWrittenError(f"{path} cannot be written: {_why(error)}.") from error
    finally:
        # Nothing of it is left where it did not get its place.
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)


def _why(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
