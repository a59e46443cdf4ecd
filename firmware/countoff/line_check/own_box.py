"""The box where none is running: the line check opens the parts itself.

For the command line; everything here blocks. What is granted to its processes is what whoever asks is
granted; the service's own rights only the running service can tell.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final, Self

from countoff.board import Board
from countoff.config.places import socket_path
from countoff.config.rules import has_clock_port
from countoff.core.events import (
    ClickMisheard,
    ClockFitted,
    DawHeard,
    LoopbackListened,
    Part,
    PartReported,
    PartState,
    PedalMoved,
    PlayerCounted,
)
from countoff.core.screen.pages import draw
from countoff.core.session.state import PartHealth
from countoff.core.tally import TallyLight
from countoff.core.trial_clicks import HEARD_WITHIN_NS, TrialClicks
from countoff.daw.profile import Dialect
from countoff.journal import say
from countoff.line_check.contacts import closed_at_rest
from countoff.line_check.loopback import loopback_seen
from countoff.line_check.screen import ask_bus
from countoff.line_check.seats import audio_seen, port_seen
from countoff.line_check.seen import DawSeen, LampSeen, LoopbackSeen, PedalsSeen, ScreenSeen
from countoff.opening import clock_settings, conversation, sender_settings
from countoff.player.seat import PlayerSeat
from countoff.player_settings import player_settings
from countoff.sender.seat import SenderSeat

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from countoff.config.load import Loaded
    from countoff.core.daw import DawTransport
    from countoff.core.events import Event, Pedal
    from countoff.core.screen.view import ScreenView
    from countoff.core.timebase import ClockFit
    from countoff.line_check.seen import AudioSeen, PortSeen

_TURN_S: Final = 0.01
_OPENING_S: Final = 10.0
# A port is known once its other end is, which its sender looks for a few times a second.
_SETTLING_S: Final = 1.5
_ANSWER_S: Final = 2.0
_SHOWN_S: Final = 3.0
_NS_PER_SECOND: Final = 1_000_000_000


class OwnBox:
    """The parts, opened for a line check. Use it with `with`."""

    def __init__(
        self,
        loaded: Loaded,
        log_folder: Path,
        view: ScreenView,
        moved: Callable[[PedalMoved], None],
    ) -> None:
        """Open nothing yet; `view` is what the screen will show, `moved` is told of every edge."""
        self.loaded = loaded
        self.log_folder = log_folder
        self._view = view
        self._moved = moved
        self._posted: deque[Event] = deque()
        self._orders: deque[Callable[[], None]] = deque()
        self._board = Board(loaded.config, self._posted.append)
        self._player = PlayerSeat(player_settings(loaded))
        self._daw = SenderSeat(sender_settings(loaded.config), conversation(loaded))
        has_clock = has_clock_port(loaded.config, loaded.profile)
        self._clock = (
            SenderSeat(clock_settings(loaded.config), part=Part.CLOCK) if has_clock else None
        )
        self._parts: dict[Part, PartHealth] = {}
        self._fit: ClockFit | None = None
        self._is_fifo: bool | None = None
        self._word: DawTransport | None = None
        self._heard_ns = 0
        self._trial: TrialClicks | None = None
        self.closed_by_mistake: frozenset[Pedal] = frozenset()
        """The pedals whose contacts are closed at rest and should not be, once they were looked at."""
        self._began_s = time.monotonic()
        self._is_over = threading.Event()
        self._opened = ExitStack()

    def __enter__(self) -> Self:
        """Open all parts, and begin to listen to them."""
        # The pins' library has a pipe there; the box makes it for its socket.
        folder = socket_path(self.loaded.config.unit.socket).parent
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._board.load_pins()
        seats = [seat for seat in (self._player, self._daw, self._clock) if seat is not None]
        for seat in seats:
            seat.start()
            self._opened.callback(seat.close)
        self._board.screen.start()
        self._opened.callback(self._board.screen.stop)
        self._board.screen.show(draw(self._view))
        self._board.lamp.start()
        self._opened.callback(self._board.lamp.stop)
        self._board.lamp.set(TallyLight.LINE_CHECK)
        self._board.start()
        self._opened.callback(self._board.stop)
        self._hear_osc()
        listening = threading.Thread(target=self._listen, args=(seats,), daemon=True)
        listening.start()
        self._opened.callback(listening.join)
        self._opened.callback(self._is_over.set)
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of everything."""
        self._opened.close()

    def audio(self) -> AudioSeen:
        """Return what plays, once it does."""
        self._wait(lambda: self._is_fifo is not None and self._fit is not None, _OPENING_S)
        health = self._health(Part.AUDIO)
        return audio_seen(self.loaded, health, self._player, is_fifo=self._is_fifo)

    def loopback(self) -> LoopbackSeen:
        """Play a few clicks where a cable leads back."""
        channel = self.loaded.config.audio.loopback_input
        if not channel:
            return LoopbackSeen()
        fit, opened = self._fit, self._player.opened
        if fit is None or opened is None or opened.is_virtual:
            return LoopbackSeen(channel, why_not="There is no output to play a click on.")
        trial = self._trial = TrialClicks.after(fit, time.monotonic_ns())
        self._orders.append(lambda: self._player.start_clicks(trial.epoch, trial.clicks))
        self._wait(
            lambda: self._trial is not None and self._trial.is_heard,
            HEARD_WITHIN_NS / _NS_PER_SECOND,
        )
        return loopback_seen(channel, self._trial)

    def daw_port(self) -> PortSeen:
        """Return how the way to the DAW is, once its other end is known."""
        self._settle()
        return port_seen(self._health(Part.DAW), self._daw)

    def clock_port(self) -> PortSeen | None:
        """Return how the clock's port is; None where there is none."""
        if self._clock is None:
            return None
        self._settle()
        return port_seen(self._health(Part.CLOCK), self._clock)

    def daw(self) -> DawSeen:
        """Ask the DAW for its state."""
        profile = self.loaded.profile
        if not profile.abilities().can_answer:
            return DawSeen(profile.key, can_answer=False)
        asked_ns = time.monotonic_ns()
        self._orders.append(self._daw.ask)
        self._wait(lambda: self._heard_ns > asked_ns, _ANSWER_S)
        return DawSeen(
            profile.key,
            can_answer=True,
            was_asked=self._health(Part.DAW).state is PartState.OK,
            answered=self._heard_ns > asked_ns,
            word=str(self._word or ""),
        )

    def screen(self) -> ScreenSeen:
        """Wait until the screen shows something, and ask its bus."""
        if self._is_simulated(Part.SCREEN):
            return ScreenSeen("", is_simulated=True)
        wiring = self._board.oled_wiring
        self._wait(lambda: Part.SCREEN in self._parts, _SHOWN_S)
        return ask_bus(wiring, self._fault(Part.SCREEN))

    def lamp(self) -> LampSeen:
        """Return whether the lamp's pin could be opened."""
        pin = self.loaded.config.tally.pin
        if self._is_simulated(Part.TALLY):
            return LampSeen(pin, is_simulated=True)
        self._wait(lambda: Part.TALLY in self._parts, _SHOWN_S)
        return LampSeen(pin, fault=self._fault(Part.TALLY))

    def pedals(self) -> PedalsSeen:
        """Look at the contacts."""
        pins = self._board.pins
        if self.pedals_are_simulated:
            return PedalsSeen(pins, is_simulated=True)
        if fault := self._fault(Part.PEDALS):
            return PedalsSeen(pins, fault=fault)
        closed = closed_at_rest(self._board.closed_contacts, self._normally_closed)
        self.closed_by_mistake = closed - self._normally_closed()
        return PedalsSeen(pins, closed, self._normally_closed())

    @property
    def pedals_are_simulated(self) -> bool:
        """Whether there is no wired pedal to step on."""
        return not self._board.has_footswitches

    def learn(self, pedal: Pedal) -> None:
        """Take the pedal's contact for a normally closed one."""
        self._board.learn_normally_closed(pedal)

    def _hear_osc(self) -> None:
        """Listen to a DAW that answers over the network, where it does."""
        if self.loaded.profile.answers.dialect is not Dialect.OSC:
            return
        # Here and not above: the others need no network.
        from countoff.daw.osc.opening import osc_input  # noqa: PLC0415

        if (listening := osc_input(self.loaded, self._posted.append, say)) is not None:
            listening.start()
            self._opened.callback(listening.stop)

    def _normally_closed(self) -> frozenset[Pedal]:
        return self._board.normally_closed

    def _health(self, part: Part) -> PartHealth:
        return self._parts.get(part, PartHealth())

    def _fault(self, part: Part) -> str:
        health = self._health(part)
        return health.sentence if health.state is PartState.FAULT else ""

    def _is_simulated(self, part: Part) -> bool:
        # The board says so before anything is opened.
        self._wait(lambda: not self._posted, _SHOWN_S)
        return self._health(part).state is PartState.VIRTUAL

    def _settle(self) -> None:
        self._wait(lambda: False, self._began_s + _SETTLING_S - time.monotonic())

    def _wait(self, holds: Callable[[], bool], within_s: float) -> None:
        until_s = time.monotonic() + within_s
        while not holds() and time.monotonic() < until_s and not self._is_over.is_set():
            time.sleep(_TURN_S)

    # The thread that listens: the seats belong to it.

    def _listen(self, seats: list[PlayerSeat | SenderSeat]) -> None:
        while not self._is_over.wait(_TURN_S):
            while self._orders:
                self._orders.popleft()()
            for seat in seats:
                for event in seat.poll():
                    self._take_in(event)
            while self._posted:
                self._take_in(self._posted[0])
                self._posted.popleft()

    def _take_in(self, event: Event) -> None:
        match event:
            case PartReported(_, part, state, sentence):
                self._parts[part] = PartHealth(state, sentence)
            case ClockFitted():
                self._fit = event.fit
            # Its callback says what it was granted once it has been called.
            case PlayerCounted() if event.counts.blocks:
                self._is_fifo = event.counts.is_fifo
            case DawHeard():
                self._heard_ns = time.monotonic_ns()
                self._word = event.transport or self._word
            case PedalMoved():
                self._moved(event)
            case ClickMisheard() | LoopbackListened() if self._trial is not None:
                self._trial = self._trial.having(event)
            case _:
                pass
