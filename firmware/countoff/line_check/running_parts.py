"""The parts of the running box that a line check asks. A value, and nothing is asked here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from countoff.board import Board
    from countoff.config.load import Loaded
    from countoff.core.session.state import State
    from countoff.daw.osc.input import OscInput
    from countoff.player.seat import PlayerSeat
    from countoff.sender.seat import SenderSeat


@dataclass(frozen=True, slots=True)
class RunningParts:
    """The box while it runs; `state` may be asked for by any thread.

    senders: the DAW's first; the last one has the clock's port
    osc:     who hears a DAW that answers over the network, where one does
    """

    loaded: Loaded
    log_folder: Path
    state: Callable[[], State]
    player: PlayerSeat
    senders: tuple[SenderSeat, ...]
    board: Board
    osc: OscInput | None
