"""Changes the text of the configuration in its file, whole or not at all. Blocks on the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.learning.writing import NotChangedError
from countoff.songs.new_file import new_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def change_configuration(path: Path, change: Callable[[str], str]) -> None:
    """Write what `change` makes of the text at `path`, which need not be there yet.

    Raises NotChangedError where it cannot be read or changed, and NotWrittenError.
    """
    try:
        before = path.read_bytes().decode() if path.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise NotChangedError(f"{path} cannot be read, and is not changed: {error}.") from error
    text = change(before)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
    with new_file(path, is_forced=True) as file:
        file.write(text.encode())
