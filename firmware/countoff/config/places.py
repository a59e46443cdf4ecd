"""Where the box keeps what the configuration leaves open. Pure: looks at nothing on the disk."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from countoff.config.load import Loaded

OWN_DAWS = "daws"
SOCKET_NAME = "control.sock"
SERVICE_SOCKET = Path("/run/countoff") / SOCKET_NAME


def socket_path(socket: str, environ: Mapping[str, str] = os.environ) -> Path:
    """Return the control socket's path, for `unit.socket` or the service, or the user's own."""
    if socket:
        return _expanded(socket, environ)
    if folder := environ.get("RUNTIME_DIRECTORY"):
        return Path(folder.split(":", maxsplit=1)[0]) / SOCKET_NAME
    if folder := environ.get("XDG_RUNTIME_DIR"):
        return Path(folder) / "countoff" / SOCKET_NAME
    return Path("/tmp") / f"countoff-{os.getuid()}" / SOCKET_NAME  # noqa: S108 - opened with 0700


def sockets_to_try(socket: str, environ: Mapping[str, str] = os.environ) -> tuple[Path, ...]:
    """Return where a client looks for the daemon, in order: the user's own, then the service's."""
    own = socket_path(socket, environ)
    return (own,) if socket or own == SERVICE_SOCKET else (own, SERVICE_SOCKET)


def log_folder(folder: str, environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of the take log, for `log.folder` or the service, or the user's own."""
    if folder:
        return _expanded(folder, environ)
    if state := environ.get("STATE_DIRECTORY"):
        return Path(state.split(":", maxsplit=1)[0])
    if data := environ.get("XDG_DATA_HOME"):
        return Path(data) / "countoff"
    return _home(environ) / ".local" / "share" / "countoff"


def song_folder(loaded: Loaded, environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of the song files: as set, or `songs` beside the configuration."""
    return beside(loaded, loaded.config.songs.folder or "songs", environ)


def daw_folder(loaded: Loaded, environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of the user's own DAW profiles: `daws` beside the configuration."""
    return beside(loaded, OWN_DAWS, environ)


def beside(loaded: Loaded, text: str, environ: Mapping[str, str] = os.environ) -> Path:
    """Return the path that `text` means: from the configuration's folder, unless it is absolute."""
    folder = loaded.path.parent if loaded.path is not None else _user_folder(environ)
    return folder / _expanded(text, environ)


def _user_folder(environ: Mapping[str, str]) -> Path:
    if config := environ.get("XDG_CONFIG_HOME"):
        return Path(config) / "countoff"
    return _home(environ) / ".config" / "countoff"


def _home(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("HOME") or "/")


def _expanded(text: str, environ: Mapping[str, str]) -> Path:
    return _home(environ) / text[2:] if text.startswith("~/") else Path(text)
