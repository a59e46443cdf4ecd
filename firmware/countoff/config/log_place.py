"""Where the take log lies, found quickly: a command that reads it need not check the whole configuration.

Blocks on the disk. Says nothing of faults: who runs the box, and `countoff config check`, do.
"""

from __future__ import annotations

import os
import tomllib
from typing import TYPE_CHECKING

from countoff.config.finding import find
from countoff.config.places import log_folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def configured_log_folder(path: Path | None, environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of the take log by the configuration in `path`, or by that of the box.

    It is the one that `load` finds; only where the file is not as it should be, that is asked.
    """
    found = find(path, environ)
    if found is None:
        return log_folder("", environ)
    try:
        values = tomllib.loads(found.read_bytes().decode())
        folder = values.get("log", {}).get("folder", "")
    except (OSError, ValueError, AttributeError):
        folder = None
    if isinstance(folder, str):
        return log_folder(folder, environ)
    # Here and not above: this is what takes its time.
    from countoff.config.load import load  # noqa: PLC0415

    return log_folder(load(path, environ).config.log.folder, environ)
