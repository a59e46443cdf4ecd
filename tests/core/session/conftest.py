"""A studio on paper: pedals and a panel go in; what is heard, told, logged and shown comes out.

It feeds the rules as the controller does, and plays the player and the sender in its own arithmetic.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from countoff.core.actions import (
    Action,
    DropDawCommands,
    ExtendClicks,
    SetClickLevel,
    SilenceFrom,
    StartClicks,
    StopClicks,
    TellDaw,
    WriteLog,
)
from countoff.core.entries import Entry, PressLogged, TakeStarted
from countoff.core.events import (
    ActionAsked,
    AudioLost,
    ClickStopped,
    ClockFitted,
    Event,
    Part,
    PartReported,
    PartState,
    Pedal,
    PedalMoved,
    TimePassed,
)
from countoff.core.session.lighting import tally_view
from countoff.core.session.state import Settings, State
from countoff.core.session.step import next_moment_ns, step
from countoff.core.session.view import screen_view
from countoff.core.song import Song, steady_song
from countoff.core.tempo import Meter, Tempo
from countoff.core.timebase import ClockFit

if TYPE_CHECKING:
    from countoff.core.plan import Click, Voice
    from countoff.core.screen.view import ScreenView
    from countoff.core.session.pedals import Phase
    from countoff.core.tally import TallyLight

# The box was switched on long before, and its clock began at no round number.
DAY_NS = 86_400_123_456_789
STREAM_NS = DAY_NS - 5_000_000_321

# Two bars of count-in and four seconds of it; a bar is two seconds.
KINGDOM = steady_song(
    "Kingdom",
    Tempo(Fraction(120)),
    first_bars=[("Intro", 1), ("Verse", 5), ("Chorus", 13), ("Out", 37)],
)
HARBOUR = steady_song("Harbour", Tempo(Fraction("92.5")), Meter(7, 8))

E = TypeVar("E", bound=Entry)


@dataclass(frozen=True)
class Heard:
    """A click in the headphones."""

    at_ns: int
    voice: Voice
    tick: int


@dataclass(frozen=True)
class Stream:
    """A sound card that runs: frame 0 at `start_ns`, `ppm` fast."""

    epoch: int
    rate_hz: int = 48_000
    ppm: int = 0
    start_ns: int = STREAM_NS
    notice_ns: int = 60_000_000

    def ns_at_frame(self, frame: int) -> int:
        """Return when `frame` is heard."""
        return self.start_ns + int(frame * Fraction(10**15, self.rate_hz * (10**6 + self.ppm)))

    @property
    def fit(self) -> ClockFit:
        """Return the clock as the controller has measured it."""
        return ClockFit(
            self.epoch, self.rate_hz, 0, self.start_ns, float(self.ppm), 0, self.notice_ns
        )


class Studio:
    """A day in the studio. Times are seconds of the day; nothing goes back in time."""

    kingdom = KINGDOM
    harbour = HARBOUR

    @staticmethod
    def kingdom_ending_after(bars: int) -> Song:
        """Return Kingdom with its end after so many bars, and without the sections behind it."""
        reached = [bar for bar in KINGDOM.first_bars if bar <= bars]
        last = len(reached) - 1
        shortened = replace(KINGDOM.sections[last], bars=bars + 1 - reached[last])
        return replace(KINGDOM, sections=(*KINGDOM.sections[:last], shortened), first_bars=())

    def __init__(self, *songs: Song, **settings: Any) -> None:
        self.state = State(
            run_id=uuid.UUID(int=7),
            session_id="today",
            settings=Settings(**settings),
            songs=songs or (KINGDOM, HARBOUR),
        )
        self.now_ns = DAY_NS
        self.actions: list[tuple[int, Action]] = []
        self.heard: list[Heard] = []
        self.commands: list[TellDaw] = []
        self._commands_ahead: list[TellDaw] = []
        self._clicks_ahead: list[Click] = []
        self.stream: Stream | None = None
        self.open_stream(Stream(epoch=1))

    # What happens.

    def feed(self, event: Event) -> tuple[Action, ...]:
        """Give the rules one event, twice, since the same must come of it, and do what they say."""
        self._let_happen(event.at_ns)
        state, actions = step(self.state, event)
        again, actions_again = step(self.state, event)
        assert again == state
        assert actions_again == actions
        self.state = state
        for action in actions:
            self.actions.append((self.now_ns, action))
            self._do(action)
        return actions

    def run_to(self, at_s: float) -> None:
        """Let time pass, with the rules woken whenever they asked for it."""
        until_ns = ns(at_s)
        while (moment_ns := next_moment_ns(self.state)) is not None and moment_ns <= until_ns:
            self.feed(TimePassed(moment_ns))
            still_due_ns = next_moment_ns(self.state)
            assert still_due_ns is None or still_due_ns > moment_ns
        self.feed(TimePassed(until_ns))

    def down(self, pedal: Pedal, at_s: float) -> None:
        """Put a foot on a pedal."""
        self.run_to(at_s)
        self.feed(PedalMoved(ns(at_s), pedal, is_down=True))

    def up(self, pedal: Pedal, at_s: float) -> None:
        """Take the foot off."""
        self.run_to(at_s)
        self.feed(PedalMoved(ns(at_s), pedal, is_down=False))

    def press(self, pedal: Pedal, at_s: float, hold_s: float = 0.15) -> None:
        """Press a pedal for `hold_s`, and let its bounces be over."""
        self.down(pedal, at_s)
        self.up(pedal, at_s + hold_s)
        self.run_to(at_s + hold_s + 0.05)

    def ask(self, action: str, at_s: float) -> None:
        """Ask for an action at the panel."""
        self.run_to(at_s)
        self.feed(ActionAsked(ns(at_s), action, "panel"))

    def open_stream(self, stream: Stream, *, is_stand_in: bool = False) -> None:
        """Open the sound card, or what stands in for it, and let its clock be known, now."""
        self.stream = stream
        self._clicks_ahead.clear()
        self.feed(ClockFitted(self.now_ns, stream.fit, is_stand_in))

    def lose_audio(self, at_s: float) -> None:
        """Pull the sound card."""
        self.run_to(at_s)
        self.stream = None
        self._clicks_ahead.clear()
        self.feed(AudioLost(ns(at_s), "The device is gone."))

    def regain_audio(self, at_s: float, *, is_stand_in: bool = False, **stream: Any) -> None:
        """Plug it in again: another epoch, whose frames began a moment ago."""
        self.run_to(at_s)
        new = Stream(start_ns=ns(at_s) - 2_000_000_123, **stream)
        self.open_stream(new, is_stand_in=is_stand_in)

    def open_better_fit(self, ppm: float, later_ns: int) -> None:
        """Measure the clock of the running stream anew, with another result."""
        assert self.stream is not None
        fit = replace(self.stream.fit, ppm=float(ppm), at_ns=self.stream.start_ns + later_ns)
        self.feed(ClockFitted(self.now_ns, fit))

    def report(self, part: Part, part_state: PartState, at_s: float) -> None:
        """Let a part say how it is."""
        self.run_to(at_s)
        self.feed(PartReported(ns(at_s), part, part_state, f"The {part} says so."))

    def say_faded(self) -> None:
        """Let the player say that it has faded the click out, as it was told just now."""
        assert self.stream is not None
        self.feed(ClickStopped(self.now_ns, self.stream.epoch, 123))

    # What is there to be seen.

    @staticmethod
    def ns(at_s: float) -> int:
        """Return the host time of a second of the day."""
        return ns(at_s)

    @property
    def now_s(self) -> float:
        """The second of the day."""
        return s(self.now_ns)

    @property
    def planned_until_s(self) -> float:
        """When the last click sounds that the player knows of."""
        assert self.stream is not None
        return s(self.stream.ns_at_frame(self._clicks_ahead[-1].frame))

    @property
    def heard_s(self) -> list[float]:
        """When clicks were heard, to the tenth of a millisecond."""
        return [round(s(heard.at_ns), 4) for heard in self.heard]

    @property
    def phase(self) -> Phase:
        """Where in a take the box is."""
        return self.state.phase

    @property
    def screen(self) -> ScreenView:
        """What the screen shows now."""
        return screen_view(self.state, self.now_ns)

    @property
    def light(self) -> TallyLight:
        """What the tally shows now."""
        return tally_view(self.state, self.now_ns).light

    @property
    def told(self) -> list[str]:
        """What the DAW has been told so far, in words."""
        return [
            f"locate {told.locate_s}" if told.command == "locate" else str(told.command)
            for told in self.commands
        ]

    @property
    def entries(self) -> list[Entry]:
        """Everything that was logged."""
        return [action.entry for _, action in self.actions if isinstance(action, WriteLog)]

    def logged(self, kind: type[E]) -> list[E]:
        """Everything of one kind that was logged."""
        return [entry for entry in self.entries if isinstance(entry, kind)]

    @property
    def did(self) -> list[str]:
        """What the log says of every press so far: pedal, gesture and what came of it."""
        return [f"{p.pedal} {p.gesture}: {p.did}" for p in self.logged(PressLogged)]

    @property
    def bar1_s(self) -> float:
        """When the newest logged take's bar 1 is heard."""
        return s(self.logged(TakeStarted)[-1].bar1_ns)

    def bar_s(self, bar: int, beat: float = 1) -> float:
        """When a place of the newest logged take is heard, for a song in quarters."""
        take = self.logged(TakeStarted)[-1]
        beats = (bar - 1) * int(take.meter.split("/")[0]) + beat - 1
        return self.bar1_s + beats * 60 / float(take.tempo)

    # The player and the sender.

    def _let_happen(self, until_ns: int) -> None:
        """Let sound and be sent what is due by `until_ns`."""
        self.now_ns = max(self.now_ns, until_ns)
        while self._clicks_ahead and self.stream is not None:
            click = self._clicks_ahead[0]
            at_ns = self.stream.ns_at_frame(click.frame)
            if at_ns > self.now_ns:
                break
            self.heard.append(Heard(at_ns, click.voice, click.tick))
            del self._clicks_ahead[0]
        due = [told for told in self._commands_ahead if told.at_ns <= self.now_ns]
        self.commands += sorted(due, key=lambda told: told.at_ns)
        self._commands_ahead = [told for told in self._commands_ahead if told not in due]

    def _do(self, action: Action) -> None:
        match action:
            case TellDaw():
                self._commands_ahead.append(action)
            case DropDawCommands():
                self._let_happen(self.now_ns)
                self._commands_ahead.clear()
            case StartClicks(epoch, planned):
                assert self.stream is not None
                assert epoch == self.stream.epoch
                first_ns = self.stream.ns_at_frame(planned[0].frame) if planned else self.now_ns
                assert first_ns >= self.now_ns
                self._clicks_ahead = list(planned)
            case ExtendClicks(epoch, planned):
                if self.stream is not None and epoch == self.stream.epoch:
                    self._clicks_ahead += planned
            case SilenceFrom(epoch, frame):
                if self.stream is not None and epoch == self.stream.epoch:
                    kept = [click for click in self._clicks_ahead if click.frame < frame]
                    self._clicks_ahead = kept
            case StopClicks():
                self._clicks_ahead.clear()
            case SetClickLevel() | WriteLog():
                pass
        self._let_happen(self.now_ns)


def ns(at_s: float) -> int:
    """Return the host time of a second of the day."""
    return DAY_NS + round(at_s * 1e9)


def s(at_ns: int) -> float:
    """Return the second of the day of a host time."""
    return (at_ns - DAY_NS) / 1e9


@pytest.fixture
def studio() -> Studio:
    """The usual day: Kingdom (120, 4/4) and Harbour (92.5, 7/8), audio and all."""
    return Studio()


@pytest.fixture(scope="session")
def open_studio() -> type[Studio]:
    """Open a studio with other songs or settings."""
    return Studio
