"""Which daemon a command talks to: the options that name it, and the sockets it may listen at.

For commands only. The configuration is loaded where it is asked for the socket.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def add_daemon_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options that name the daemon."""
    parser.add_argument(
        "--socket", type=Path, metavar="PATH", help="the daemon's socket, if not the usual one"
    )
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        default=argparse.SUPPRESS,
        help="the configuration that names the socket",
    )


def sockets(arguments: argparse.Namespace) -> Sequence[Path]:
    """Return where the daemon may listen, the likeliest first. May block on the disk."""
    if arguments.socket is not None:
        return (arguments.socket,)
    # Not loaded where the socket is given.
    from countoff.config.load import load  # noqa: PLC0415
    from countoff.config.places import sockets_to_try  # noqa: PLC0415

    loaded = load(getattr(arguments, "config", None))
    return sockets_to_try(loaded.config.unit.socket)
