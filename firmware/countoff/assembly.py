"""All of the daemon but what is there already, put together and started in order: pedals first.

On the main thread, while the player starts in a process of its own. The only place that knows every
part; only `countoff.app` loads it.
"""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Any

from countoff.board import Board
from countoff.config.midi_pedals import assignments
from countoff.config.places import song_folder
from countoff.config.problems import summed_up
from countoff.config.rules import has_clock_port
from countoff.control.one_line import one_line
from countoff.control.status import LogCounts, status_of
from countoff.controller import Controller, Outlets
from countoff.core.entries import SessionStarted
from countoff.core.events import Part
from countoff.core.session.asked import click_level_db
from countoff.daw.profile import Dialect
from countoff.display import Display
from countoff.foot_controller import MidiPedals
from countoff.journal import Journal, say
from countoff.line_check.checker import LineChecker
from countoff.line_check.running_parts import RunningParts
from countoff.opening import clock_settings, conversation, opening_state, sender_settings
from countoff.owner import Owner
from countoff.power_switch import PowerSwitch
from countoff.processes.realtime import PRESS_PRIORITY, starting_fifo
from countoff.sender.seat import SenderSeat
from countoff.songs.book import SongFolder
from countoff.songs.watch import SongWatch
from countoff.start_up import StartUp, process_began_ns
from countoff.takelog.recent import RecentTakes
from countoff.takelog.recovery import recover
from countoff.takelog.stamps import SystemStamps
from countoff.takelog.wall_clock import WallClockWatch
from countoff.takelog.watch import LogWatch
from countoff.takelog.writer import TakeLogWriter

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import ExitStack
    from pathlib import Path

    from countoff.config.load import Loaded
    from countoff.control.socket import ControlSocket
    from countoff.core.entries import Entry
    from countoff.core.session.state import State
    from countoff.daw.osc.input import OscInput
    from countoff.inlet import Inlet
    from countoff.player.seat import PlayerSeat

_LAST_WRITE_S = 3.0


def assemble(
    loaded: Loaded,
    inlet: Inlet,
    running: ExitStack,
    *,
    control: ControlSocket,
    folder: Path,
    player: PlayerSeat,
    tell: Callable[[str], None],
) -> Owner:
    """Start every part but the player; what is pushed on `running` is stopped in reverse.

    The socket and the log in `folder` are this daemon's already. `tell` is given what it does, in one
    line, at each change, on the owner thread.
    """
    config = loaded.config
    run_id = uuid.uuid4()
    stamps = SystemStamps.read()
    songs = SongWatch(SongFolder(song_folder(loaded), config.songs.set_list), inlet.post, say)

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
    player.set_level(click_level_db(state))
    checker = LineChecker(inlet.post)
    outlets = Outlets(
        player,
        senders[0],
        write,
        senders[-1].do_clock,
        line_check=checker.do,
        power_off=PowerSwitch(inlet.post, say).press,
    )
    controller = Controller(state, outlets)
    start_up = StartUp(process_began_ns())
    board = Board(config, start_up.heard_before(inlet.post))
    display = Display(lambda: controller.state, board.screen, board.lamp, control.changed)
    journal = Journal(
        lambda: controller.state.parts,
        said_before=summed_up(loaded.problems) if loaded.problems else "",
    )

    journal.start()
    running.callback(journal.stop)
    control.start(_status(controller, display, log, recent, start_up))
    start_up.answers()
    _open_board(board, display)
    start_up.pedals_are_open()
    _start_senders(senders, running)
    osc = _hear_osc(loaded, inlet, running)
    log.start()
    running.callback(log.stop, _LAST_WRITE_S)
    if recovered.session_id is None:
        write(SessionStarted(session_id, time.monotonic_ns()))
    running.enter_context(songs)
    running.enter_context(
        checker.checking(
            RunningParts(loaded, folder, lambda: controller.state, player, senders, board, osc)
        )
    )
    # Stopped before all else: a light must not stay red that nobody answers for any more.
    running.callback(display.stop)
    running.callback(board.stop)

    clock = WallClockWatch(stamps, write)

    def changed() -> None:
        start_up.look(controller.state, is_drawn=display.image is not None)
        tell(one_line(controller.state))
        display.changed()
        journal.changed()
        _remind(osc, controller.state)

    return Owner(controller, inlet, [player, *senders, watch, clock, board], changed)


def _open_board(board: Board, display: Display) -> None:
    """Open screen, lamp and pedals; what a foot does from here on waits for the owner, in order."""
    with starting_fifo(PRESS_PRIORITY):
        board.load_pins()
    display.start()
    with starting_fifo(PRESS_PRIORITY):
        board.start()


def _status(
    controller: Controller,
    display: Display,
    log: TakeLogWriter,
    recent: RecentTakes,
    start_up: StartUp,
) -> Callable[[], dict[str, Any]]:
    """Return what tells the status, on whatever thread asks."""

    def status() -> dict[str, Any]:
        # The takes first: where as much is saved as was submitted, all that they show is saved.
        takes = recent.takes
        counts = LogCounts(log.submitted_count, log.saved_count, str(log.folder))
        said = status_of(
            controller.state,
            time.monotonic_ns(),
            log=counts,
            takes=takes,
            image=display.image,
        )
        return {**said, "start_s": start_up.told()}

    return status


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


def _start_senders(senders: tuple[SenderSeat, ...], running: ExitStack) -> None:
    for sender in senders:
        sender.start()
        running.callback(sender.close)


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
