"""The daemon: puts the parts together, starts them in order, stops them in reverse.

The only place that knows every part. Nothing imports it but the command line.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
import uuid
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from countoff.board import Board
from countoff.config.load import load
from countoff.config.midi_pedals import assignments
from countoff.config.places import log_folder, sockets_to_try, song_folder
from countoff.config.problems import summed_up
from countoff.config.rules import has_clock_port
from countoff.control.client import answers
from countoff.control.socket import AlreadyRunningError, ControlSocket
from countoff.control.status import LogCounts, status_of
from countoff.controller import Controller, Outlets
from countoff.core.entries import SessionStarted
from countoff.core.events import Part, PartReported, PartState
from countoff.core.session.asked import click_level_db
from countoff.daw.profile import Dialect
from countoff.display import Display
from countoff.foot_controller import MidiPedals
from countoff.inlet import Inlet
from countoff.journal import Journal, say
from countoff.lock import LOG_LOCK_NAME, LockHeldError, take_lock
from countoff.opening import (
    clock_settings,
    conversation,
    opening_state,
    player_settings,
    sender_settings,
)
from countoff.owner import Owner
from countoff.player.seat import PlayerSeat
from countoff.processes.realtime import (
    CONTROLLER_NICE,
    PRESS_PRIORITY,
    go_before_others,
    set_fifo,
    starting_fifo,
)
from countoff.sender.seat import SenderSeat
from countoff.songs.book import SongFolder
from countoff.songs.watch import SongWatch
from countoff.takelog.recent import RecentTakes
from countoff.takelog.recovery import recover
from countoff.takelog.stamps import SystemStamps
from countoff.takelog.wall_clock import WallClockWatch
from countoff.takelog.watch import LogWatch
from countoff.takelog.writer import TakeLogWriter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from countoff.config.load import Loaded
    from countoff.config.model import Config
    from countoff.core.entries import Entry
    from countoff.core.events import Event
    from countoff.core.session.state import State
    from countoff.daw.osc.input import OscInput

# How long other threads of the daemon may keep the interpreter from the owner thread.
_SWITCH_INTERVAL_S = 0.0001
_LAST_WRITE_S = 3.0


def run(config_path: Path | None, ready: Callable[[], None] | None = None) -> None:
    """Run the daemon until SIGTERM or SIGINT. Raises AlreadyRunningError or SocketUnusableError.

    `ready` is called once it answers. Call on the main thread.
    """
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    go_before_others(CONTROLLER_NICE)
    loaded = load(config_path)
    inlet = Inlet()
    with ExitStack() as running:
        running.callback(inlet.close)
        owner = _start(loaded, inlet, running)
        _tell_of_configuration(loaded, inlet.post)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: owner.stop())
        # What has been made so far lives as long as the daemon: the collector need not look again.
        gc.collect()
        gc.freeze()
        if ready is not None:
            ready()
        # Only now: whatever starts threads or programs has done so, or does it as an ordinary one.
        set_fifo(PRESS_PRIORITY, is_inherited=False)
        owner.run()


def _start(loaded: Loaded, inlet: Inlet, running: ExitStack) -> Owner:
    """Start every part; what is pushed on `running` is stopped in reverse."""
    config = loaded.config
    run_id = uuid.uuid4()
    stamps = SystemStamps.read()
    folder = log_folder(config.log.folder)
    songs = SongWatch(SongFolder(song_folder(loaded), config.songs.set_list), inlet.post, say)

    # The locks first: two daemons must share neither a socket nor a log.
    control = _hold_socket(config, inlet, running)
    _hold_log(folder, running)

    recovered = recover(folder, stamps, str(run_id))
    session_id = recovered.session_id or str(uuid.uuid5(run_id, "session"))
    watch = LogWatch(folder, recovered.fault)
    log = TakeLogWriter(folder, stamps, watch.hear)
    recent = RecentTakes(recovered.last_takes)

    def write(entry: Entry) -> None:
        log.submit(entry)
        watch.submitted(log.submitted_count)
        recent.take_in(entry)

    senders = _senders(loaded)
    state = opening_state(
        config,
        songs.open().songs,
        recovered,
        run_id=run_id,
        session_id=session_id,
        at_ns=time.monotonic_ns(),
        profile=loaded.profile,
    )
    player = PlayerSeat(player_settings(loaded), click_level_db(state))
    controller = Controller(state, Outlets(player, senders[0], write, senders[-1].do_clock))
    board = Board(config, inlet.post)
    display = Display(lambda: controller.state, board.screen, board.lamp, control.changed)
    said_before = summed_up(loaded.problems) if loaded.problems else ""
    journal = Journal(lambda: controller.state.parts, said_before=said_before)

    def status() -> dict[str, Any]:
        # The takes first: where as much is saved as was submitted, all that they show is saved.
        takes = recent.takes
        counts = LogCounts(log.submitted_count, log.saved_count, str(folder))
        return status_of(
            controller.state,
            time.monotonic_ns(),
            log=counts,
            takes=takes,
            image=display.image,
        )

    journal.start()
    running.callback(journal.stop)
    control.start(status)
    # Sound first: it takes longest to open, and does so in its own process.
    _start_seats((player, *senders), running)
    osc = _hear_osc(loaded, inlet, running)
    log.start()
    running.callback(log.stop, _LAST_WRITE_S)
    if recovered.session_id is None:
        write(SessionStarted(session_id, time.monotonic_ns()))
    running.enter_context(songs)
    with starting_fifo(PRESS_PRIORITY):
        board.load_pins()
    display.start()
    running.callback(display.stop)
    with starting_fifo(PRESS_PRIORITY):
        board.start()
    running.callback(board.stop)

    clock = WallClockWatch(stamps, write)

    def changed() -> None:
        display.changed()
        journal.changed()
        _remind(osc, controller.state)

    return Owner(controller, inlet, [player, *senders, watch, clock], changed)


def _senders(loaded: Loaded) -> tuple[SenderSeat, ...]:
    """Return the DAW's, and that of MIDI clock or time code where there is one.

    It is a process of its own, for a port of its own: where it hangs, the DAW is still told.
    """
    config = loaded.config
    pedals = MidiPedals(assignments(config)) if config.midi.pedals_port else None
    daw = SenderSeat(sender_settings(config), conversation(loaded), pedals=pedals)
    if not has_clock_port(config, loaded.profile):
        return (daw,)
    return (daw, SenderSeat(clock_settings(config), part=Part.CLOCK))


def _start_seats(seats: tuple[PlayerSeat | SenderSeat, ...], running: ExitStack) -> None:
    for seat in seats:
        seat.start()
        running.callback(seat.close)


def _hear_osc(loaded: Loaded, inlet: Inlet, running: ExitStack) -> OscInput | None:
    """Listen to a DAW that answers over the network; return who does, where one does."""
    if loaded.profile.answers.dialect is not Dialect.OSC:
        return None
    # Here and not above: the others need no network.
    from countoff.daw.osc.opening import osc_input  # noqa: PLC0415

    if (listening := osc_input(loaded, inlet.post, say)) is not None:
        listening.start()
        running.callback(listening.stop)
    return listening


def _remind(osc: OscInput | None, state: State) -> None:
    """Have the DAW's word told again where the rules forgot it, with the port that moves the DAW.

    What comes over the network does not come anew with that port.
    """
    if osc is not None and state.daw.transport is None:
        osc.tell_again()


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
