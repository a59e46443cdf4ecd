"""`countoff halted`: says on the screen that the plug may be pulled. For the last moments of a shutdown.

The daemon has gone, and nothing else runs. What cannot be shown is not: nobody reads an error any
more, and a shutdown is never held up.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from PIL import Image

    from countoff.config.model import Config

_NOTHING_SHOWN = 1
# HALTED may stand there for weeks, always on the same dots.
_HALTED_BRIGHTNESS = 0.1


def add_halted_command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
) -> None:
    """Add `halted`."""
    halted = commands.add_parser(
        "halted", help="say on the screen that the box is off; run as the machine goes down"
    )
    halted.add_argument("--restarting", action="store_true", help="say that it will be back")
    halted.set_defaults(run=_say_halted)


def _say_halted(arguments: argparse.Namespace) -> int:
    from countoff.config.load import load  # noqa: PLC0415
    from countoff.core.screen.going_down import draw_halted, draw_restarting  # noqa: PLC0415

    # It is what the words say: nothing is left to be written.
    os.sync()
    config = load(arguments.config).config
    with suppress(Exception):
        if arguments.restarting:
            return _shown(config, draw_restarting(), 1.0)
        return _shown(config, draw_halted(), _HALTED_BRIGHTNESS)
    return _NOTHING_SHOWN


def _shown(config: Config, picture: Image.Image, brightness: float) -> int:
    """Show `picture`, and leave it there. Raises whatever a screen raises that is not there."""
    from countoff.board import Board  # noqa: PLC0415
    from countoff.devices.oled import Oled, open_luma  # noqa: PLC0415

    board = Board(config, lambda _: None)
    if not isinstance(board.screen, Oled):
        return _NOTHING_SHOWN
    board.load_pins()
    glass = open_luma(board.oled_wiring)
    glass.set_brightness(brightness)
    glass.display(picture)
    glass.close()
    return 0
