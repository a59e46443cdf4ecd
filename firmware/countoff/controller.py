"""The owner of the state: feeds events to the pure rules, hands their actions out.

One thread calls everything here. No action waits: plans and bytes go to processes of their own,
entries to the log's writer thread, and screen and tally read the state that is published.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from countoff.core.actions import (
    AimClock,
    DropDawCommands,
    EndLineCheck,
    ExtendClicks,
    ExtendClock,
    LayClockAnew,
    LearnNormallyClosed,
    PowerOff,
    SetClickLevel,
    SilenceFrom,
    StartClicks,
    StartClock,
    StartLineCheck,
    StopClicks,
    StopClock,
    TellDaw,
    WriteLog,
)
from countoff.core.session.step import next_moment_ns, step

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from countoff.core.actions import Action, ClockAction, LineCheckAction
    from countoff.core.entries import Entry
    from countoff.core.events import Event
    from countoff.core.plan import Click
    from countoff.core.session.state import State


class Clicker(Protocol):
    """Whatever makes the click sound: the player's seat, or the rehearsal's."""

    def start_clicks(self, epoch: int, clicks: Sequence[Click]) -> None:
        """Play `clicks` on stream `epoch` instead of what sounds."""
        ...

    def extend_clicks(self, epoch: int, clicks: Sequence[Click]) -> None:
        """Append `clicks`."""
        ...

    def silence_from(self, epoch: int, frame: int) -> None:
        """Let no click start at or after `frame`."""
        ...

    def stop_clicks(self) -> None:
        """Fade out whatever sounds."""
        ...

    def set_level(self, level_db: float) -> None:
        """Set the level of the whole click."""
        ...


class Daw(Protocol):
    """Whatever tells the DAW: the sender's seat, or the rehearsal's."""

    def tell(self, command: TellDaw) -> None:
        """Have the command sent at its moment."""
        ...

    def drop(self) -> None:
        """Drop what has not been sent yet."""
        ...


def _nothing_to_do(_action: Action) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Outlets:
    """Where actions go."""

    clicker: Clicker
    daw: Daw
    write: Callable[[Entry], None]
    clock: Callable[[ClockAction], None]
    """Has the MIDI clock begin, go on or end."""
    line_check: Callable[[LineCheckAction], None] = _nothing_to_do
    """Has everything looked at, on another thread; a rehearsal has nothing to look at."""
    power_off: Callable[[PowerOff], None] = _nothing_to_do
    """Has the box go down; a rehearsal has none."""


class Controller:
    """Holds the state. `state` may be read from any thread: it is frozen and replaced whole."""

    def __init__(self, state: State, outlets: Outlets) -> None:
        """Begin with `state`."""
        self.state = state
        self._outlets = outlets

    def take_in(self, event: Event) -> None:
        """Let one event have its effect. Takes well under a millisecond, and never waits."""
        state, actions = step(self.state, event)
        # Published before the actions, so that a screen woken by one of them shows the new state.
        self.state = state
        for action in actions:
            self._do(action)

    def lift_feet(self) -> None:
        """Forget that any pedal is down, and what it was about to do."""
        self.state = self.state.without_feet()

    def write(self, entry: Entry) -> None:
        """Have `entry` logged though no rule asked for it."""
        self._outlets.write(entry)

    def next_moment_ns(self) -> int | None:
        """Return when TimePassed is due."""
        return next_moment_ns(self.state)

    def _do(self, action: Action) -> None:
        clicker, daw = self._outlets.clicker, self._outlets.daw
        match action:
            case TellDaw():
                daw.tell(action)
            case DropDawCommands():
                daw.drop()
            case StartClicks(epoch, clicks):
                clicker.start_clicks(epoch, clicks)
            case ExtendClicks(epoch, clicks):
                clicker.extend_clicks(epoch, clicks)
            case SilenceFrom(epoch, frame):
                clicker.silence_from(epoch, frame)
            case StopClicks():
                clicker.stop_clicks()
            case SetClickLevel(level_db):
                clicker.set_level(level_db)
            case StartClock() | ExtendClock() | LayClockAnew() | AimClock() | StopClock():
                self._outlets.clock(action)
            case WriteLog(entry):
                self._outlets.write(entry)
            case StartLineCheck() | EndLineCheck() | LearnNormallyClosed():
                self._outlets.line_check(action)
            case PowerOff():
                self._outlets.power_off(action)
