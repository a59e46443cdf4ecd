"""Where the configuration lies: the first place that has one. Looks at the disk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE_NAME = "countoff.toml"
PATH_VARIABLE = "COUNTOFF_CONFIG"


def find(path: Path | None, environ: Mapping[str, str]) -> Path | None:
    """Return the file to read. One that was asked for is returned even where it is not there."""
    if path is not None:
        return path
    if named := environ.get(PATH_VARIABLE):
        return Path(named)
    places = [Path("/etc/countoff") / FILE_NAME]
    home = environ.get("XDG_CONFIG_HOME") or (
        str(Path(environ["HOME"]) / ".config") if environ.get("HOME") else ""
    )
    if home:
        places.insert(0, Path(home) / "countoff" / FILE_NAME)
    return next((place for place in places if place.exists()), None)
