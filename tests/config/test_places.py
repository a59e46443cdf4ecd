"""What the configuration leaves open has one place for the service and one for a user."""

from __future__ import annotations

import os
from pathlib import Path

from countoff.config.load import Loaded
from countoff.config.model import Config
from countoff.config.places import log_folder, socket_path, sockets_to_try, song_folder

SERVICE = {"RUNTIME_DIRECTORY": "/run/countoff", "STATE_DIRECTORY": "/var/lib/countoff"}
USER = {"XDG_RUNTIME_DIR": "/run/user/1000", "HOME": "/home/ann"}


def test_socket_is_in_the_runtime_folder() -> None:
    """As set, else the service's folder, else the user's, else one that is the user's alone."""
    assert socket_path("~/box.sock", USER) == Path("/home/ann/box.sock")
    assert socket_path("", {**USER, **SERVICE}) == Path("/run/countoff/control.sock")
    assert socket_path("", USER) == Path("/run/user/1000/countoff/control.sock")
    assert socket_path("", {}) == Path(f"/tmp/countoff-{os.getuid()}/control.sock")


def test_client_looks_for_its_own_daemon_then_for_the_service() -> None:
    """A panel finds the user's daemon first; one that was told a socket tries only that."""
    own = Path("/run/user/1000/countoff/control.sock")
    service = Path("/run/countoff/control.sock")

    assert sockets_to_try("", USER) == (own, service)
    assert sockets_to_try("", SERVICE) == (service,)
    assert sockets_to_try("/box.sock", USER) == (Path("/box.sock"),)


def test_log_is_in_the_state_folder() -> None:
    """As set, else the service's folder, else the user's data."""
    assert log_folder("/takes", SERVICE) == Path("/takes")
    assert log_folder("", SERVICE) == Path("/var/lib/countoff")
    assert log_folder("", USER) == Path("/home/ann/.local/share/countoff")


def test_songs_lie_beside_the_configuration() -> None:
    """A folder that is not absolute is meant from where the configuration is."""
    path = Path("/etc/countoff/countoff.toml")
    relative = Config.model_validate({"songs": {"folder": "set"}})
    absolute = Config.model_validate({"songs": {"folder": "/music"}})

    assert song_folder(Loaded(Config(), (), path)) == Path("/etc/countoff/songs")
    assert song_folder(Loaded(relative, (), path)) == Path("/etc/countoff/set")
    assert song_folder(Loaded(absolute, (), path)) == Path("/music")
    assert song_folder(Loaded(Config(), (), None), USER) == Path("/home/ann/.config/countoff/songs")
