"""The daemon: starts what takes longest, then all the rest behind it, and stops it in reverse.

Nothing imports it but the command line. The player starts first, in a process of its own; while it
does, the rest of the program is loaded here (`countoff.assembly`). So what is imported above is only
what tells whether the daemon may run, and what the player has to know.
"""

from __future__ import annotations

import faulthandler
import gc
import os
import signal
import sys
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

from countoff.config.load import load
from countoff.config.places import log_folder, sockets_to_try
from countoff.config.problems import summed_up
from countoff.control.client import answers
from countoff.control.socket import AlreadyRunningError, ControlSocket
from countoff.core.events import Part, PartReported, PartState
from countoff.inlet import Inlet
from countoff.journal import say
from countoff.lock import LOG_LOCK_NAME, LockHeldError, take_lock
from countoff.player.seat import PlayerSeat
from countoff.player_settings import player_settings
from countoff.processes.notify import Notifier
from countoff.processes.realtime import (
    CONTROLLER_NICE,
    PRESS_PRIORITY,
    go_before_others,
    set_fifo,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from countoff.config.load import Loaded
    from countoff.config.model import Config
    from countoff.core.events import Event

# How long other threads of the daemon may keep the interpreter from the owner thread.
_SWITCH_INTERVAL_S = 0.0001


def run(config_path: Path | None, ready: Callable[[], None] | None = None) -> None:
    """Run the daemon until SIGTERM or SIGINT. Raises AlreadyRunningError or SocketUnusableError.

    `ready` is called once it answers. Call on the main thread.
    """
    # Next to nothing of what a start makes is garbage, and looking for it takes as long as a pedal.
    gc.disable()
    if sys.stderr is not None:
        # Where a watchdog ends the daemon, the journal says what each thread was waiting for.
        faulthandler.enable()
    notifier = Notifier.from_environment()
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    go_before_others(CONTROLLER_NICE)
    loaded = load(config_path)
    inlet = Inlet()
    with ExitStack() as running:
        running.callback(inlet.close)
        running.callback(notifier.close)
        # The locks first: two daemons must share neither a socket nor a log.
        control = _hold_socket(loaded.config, inlet, running)
        folder = log_folder(loaded.config.log.folder)
        _hold_log(folder, running)
        player = PlayerSeat(player_settings(loaded))
        player.start()
        running.callback(player.close)
        # Not above: this is most of the program, and the player starts meanwhile.
        from countoff.assembly import assemble  # noqa: PLC0415

        owner = assemble(
            loaded,
            inlet,
            running,
            control=control,
            folder=folder,
            player=player,
            tell=notifier.status,
        )
        _tell_of_configuration(loaded, inlet.post)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: owner.stop())
        # What has been made so far lives as long as the daemon: the collector need not look at it.
        gc.freeze()
        gc.enable()
        notifier.ready()
        if ready is not None:
            ready()
        # Only now: whatever starts threads or programs has done so, or does it as an ordinary one.
        set_fifo(PRESS_PRIORITY, is_inherited=False)
        owner.run(notifier.feed)
        notifier.stopping()


def _hold_socket(config: Config, inlet: Inlet, running: ExitStack) -> ControlSocket:
    """Make sure that no other daemon serves this machine. Raises AlreadyRunningError.

    A user who starts the box by hand meets the service that already holds its sound and its pins.
    """
    own, *others = sockets_to_try(config.unit.socket)
    for other in others:
        if answers(other):
            raise AlreadyRunningError(f"Countoff is running as a service: it answers at {other}.")
    control = ControlSocket(own, inlet.post)
    control.hold()
    running.callback(control.stop)
    return control


def _hold_log(folder: Path, running: ExitStack) -> None:
    """Make sure that no other daemon writes this log. Raises AlreadyRunningError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        running.callback(os.close, take_lock(folder / LOG_LOCK_NAME))
    except LockHeldError as error:
        raise AlreadyRunningError(
            f"Another Countoff is running: it writes the take log in {folder}. End it first, or "
            "name another folder in log.folder of the configuration."
        ) from error
    except OSError:
        # Nobody can write a log here. The writer says so, and keeps what it is given.
        return


def _tell_of_configuration(loaded: Loaded, post: Callable[[Event], None]) -> None:
    """Say what was wrong with the configuration: all on standard error, the first on the screen."""
    for problem in loaded.problems:
        say(str(problem))
    if loaded.problems:
        at_ns = time.monotonic_ns()
        sentence = summed_up(loaded.problems)
        post(PartReported(at_ns, Part.CONFIGURATION, PartState.FAULT, sentence))
