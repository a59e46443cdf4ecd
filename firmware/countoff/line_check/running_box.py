"""The running box, as a line check sees it: what its parts have said, and what they can be asked.

On threads of the line check's; nothing here is waited for by the owner thread. The state is frozen and
replaced whole, and is read again and again.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from countoff.core.events import Part, PartState, PedalsLookedAt, TrialClicksAsked
from countoff.core.trial_clicks import HEARD_WITHIN_NS
from countoff.line_check.contacts import closed_at_rest
from countoff.line_check.loopback import loopback_seen
from countoff.line_check.screen import ask_bus
from countoff.line_check.seats import audio_seen, port_seen
from countoff.line_check.seen import DawSeen, LampSeen, LoopbackSeen, PedalsSeen, ScreenSeen

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from countoff.core.events import Event
    from countoff.core.session.state import PartHealth
    from countoff.core.trial_clicks import TrialClicks
    from countoff.line_check.running_parts import RunningParts
    from countoff.line_check.seen import AudioSeen, PortSeen

_LOOK_EVERY_S: Final = 0.02
_NS_PER_SECOND: Final = 1_000_000_000
_ANSWER_NS: Final = 2 * _NS_PER_SECOND
_PLAYED_NS: Final = _NS_PER_SECOND


class RunningBox:
    """The box, for line check number `run`, which asked the DAW for its state at `asked_ns`."""

    def __init__(
        self, parts: RunningParts, post: Callable[[Event], None], run: int, asked_ns: int
    ) -> None:
        """Know where to look; look at nothing yet."""
        self.loaded = parts.loaded
        self.log_folder: Path = parts.log_folder
        self._state = parts.state
        self._player = parts.player
        self._senders = parts.senders
        self._board = parts.board
        self._post = post
        self._run = run
        self._asked_ns = asked_ns

    def audio(self) -> AudioSeen:
        """Return what plays."""
        counted = self._state().counted
        # Its callback says what it was granted once it has been called.
        is_known = counted is not None and counted.counts.blocks > 0
        is_fifo = counted.counts.is_fifo if counted is not None and is_known else None
        return audio_seen(self.loaded, self._health(Part.AUDIO), self._player, is_fifo=is_fifo)

    def loopback(self) -> LoopbackSeen:
        """Have the rules play a few clicks, and the player's listener hold them against the plan."""
        channel = self.loaded.config.audio.loopback_input
        if not channel:
            return LoopbackSeen()
        opened = self._player.opened
        if opened is None or opened.is_virtual:
            return LoopbackSeen(channel, why_not="There is no output to play a click on.")
        if self._state().click_is_muted:
            return LoopbackSeen(channel, why_not="The click is muted: nothing would come back.")
        self._post(TrialClicksAsked(time.monotonic_ns(), self._run))
        self._wait(lambda: self._trial() is not None, _PLAYED_NS)
        self._wait(self._has_come_back, HEARD_WITHIN_NS)
        trial = self._trial()
        if trial is None:
            return LoopbackSeen(channel, why_not="The stream's clock is not known yet.")
        return loopback_seen(channel, trial)

    def daw_port(self) -> PortSeen:
        """Return how the way to the DAW is."""
        return port_seen(self._health(Part.DAW), self._senders[0])

    def clock_port(self) -> PortSeen | None:
        """Return how the clock's port is; None where there is none."""
        if Part.CLOCK not in self._state().parts:
            return None
        return port_seen(self._health(Part.CLOCK), self._senders[-1])

    def daw(self) -> DawSeen:
        """Wait a moment for the DAW's answer: it was asked when the line check began."""
        key = self.loaded.profile.key
        if not self._state().settings.daw.can_answer:
            return DawSeen(key, can_answer=False)
        self._wait(self._has_answered, self._asked_ns + _ANSWER_NS - time.monotonic_ns())
        word = self._state().daw.transport
        return DawSeen(
            key,
            can_answer=True,
            was_asked=self._state().daw_is_there,
            answered=self._has_answered(),
            word=str(word or ""),
        )

    def screen(self) -> ScreenSeen:
        """Ask the screen's bus, beside the screen's own thread."""
        wiring = self._board.oled_wiring
        if self._is_simulated(Part.SCREEN):
            return ScreenSeen(wiring.place, is_simulated=True)
        return ask_bus(wiring, self._fault(Part.SCREEN))

    def lamp(self) -> LampSeen:
        """Return what the lamp's thread says of its pin."""
        pin = self.loaded.config.tally.pin
        return LampSeen(pin, self._is_simulated(Part.TALLY), self._fault(Part.TALLY))

    def pedals(self) -> PedalsSeen:
        """Look at the contacts, and have the rules know which are closed that should not be."""
        seen = self._pedals()
        to_learn = seen.closed - seen.normally_closed
        self._post(PedalsLookedAt(time.monotonic_ns(), self._run, to_learn))
        return seen

    def _pedals(self) -> PedalsSeen:
        board = self._board
        # Not what the part says: a foot controller speaks for it too.
        if not board.has_footswitches:
            return PedalsSeen(board.pins, is_simulated=True)
        if fault := self._fault(Part.PEDALS):
            return PedalsSeen(board.pins, fault=fault)
        closed = closed_at_rest(board.closed_contacts, lambda: board.normally_closed)
        health = self._health(Part.PEDALS)
        warning = health.sentence if health.state is PartState.WARNING else ""
        return PedalsSeen(board.pins, closed, board.normally_closed, warning=warning)

    def _has_answered(self) -> bool:
        life_ns = self._state().daw.life_ns
        return life_ns is not None and life_ns >= self._asked_ns

    def _trial(self) -> TrialClicks | None:
        check = self._state().line_check
        return check.trial if check is not None and check.run == self._run else None

    def _has_come_back(self) -> bool:
        trial = self._trial()
        return trial is not None and trial.is_heard

    def _health(self, part: Part) -> PartHealth:
        return self._state().parts[part]

    def _fault(self, part: Part) -> str:
        health = self._health(part)
        return health.sentence if health.state is PartState.FAULT else ""

    def _is_simulated(self, part: Part) -> bool:
        return self._health(part).state is PartState.VIRTUAL

    def _wait(self, holds: Callable[[], bool], within_ns: int) -> None:
        until_ns = time.monotonic_ns() + within_ns
        while not holds() and time.monotonic_ns() < until_ns:
            time.sleep(_LOOK_EVERY_S)
