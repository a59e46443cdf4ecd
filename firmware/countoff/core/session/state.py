"""What the box knows: one frozen value, replaced at each step."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from math import floor
from sys import maxsize
from types import MappingProxyType
from typing import TYPE_CHECKING

from countoff.core.daw import DawAbilities, OnRecord, OnStop, WithoutAnswer
from countoff.core.events import Part, PartState, Pedal
from countoff.core.gestures import Feet
from countoff.core.midi_clock import ClockStart
from countoff.core.session.account import Account
from countoff.core.session.confirmation import Confirmation
from countoff.core.session.dimming import Lights
from countoff.core.session.known_daw import KnownDaw
from countoff.core.session.pedals import PEDAL_TABLE, PedalTable, Phase
from countoff.core.song import BUILT_IN_SONG, Song
from countoff.core.tempo import NO_PLACE

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping

    from countoff.core.certificate import Certificate
    from countoff.core.entries import FlagKind, HowEnded
    from countoff.core.events import PlayerCounted, SenderCounted
    from countoff.core.grid import Grid
    from countoff.core.line_check import LineCheck
    from countoff.core.midi_clock import ClockOpening
    from countoff.core.session.pair import PairHeld
    from countoff.core.tempo import BarBeat
    from countoff.core.time_code import TimeCodeRate, TimeCodeRun
    from countoff.core.timebase import ClockFit

_MS = 1_000_000
RING_OUT_NS = 10_000 * _MS


class LocatePlace(StrEnum):
    """Where the DAW is sent before a take that starts over."""

    FRESH = "fresh"
    """Fresh timeline for each take: take N at N times ten minutes."""
    FIXED = "fixed"
    """Always the same place, where the DAW keeps earlier takes by itself."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the configuration decides for the session rules."""

    lead_ns: int = 500 * _MS
    """From the edge of ROLL to the first count-in click."""
    locate_place: LocatePlace = LocatePlace.FRESH
    locate_s: int = 0
    """Where to, for FIXED."""
    clock_start: ClockStart = ClockStart.OFF
    """Whether takes have a MIDI clock, and where in them it starts the DAW."""
    time_code: TimeCodeRate | None = None
    """Time code runs along takes, at this rate, and moves the DAW; such takes have no clock."""
    rate_ppm: Fraction = Fraction(0)
    """How much faster than its nominal rate the stream is taken to run when plans are laid out."""
    nudge: Fraction = Fraction(1)
    """By how much a nudge changes the tempo: quarter notes a minute, or beats where one is named."""
    pedal_table: PedalTable = field(default_factory=lambda: PEDAL_TABLE)
    daw: DawAbilities = field(default_factory=DawAbilities)
    without_answer: WithoutAnswer = WithoutAnswer.REFUSE
    on_stop: OnStop = OnStop.END
    on_record: OnRecord = OnRecord.LOG
    lights: Lights = field(default_factory=Lights)


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag of the running take or the one just ended, as the screen and take-back need it."""

    id: str
    kind: FlagKind
    at_ns: int
    place: BarBeat
    section: str
    where: str
    """The place in the words of the screen: VERSE 2, BAR 17."""
    whole_take: bool
    take_id: str
    take_number: int
    is_in_daw: bool = False
    """The DAW was told to make a marker of its own there."""


@dataclass(frozen=True, slots=True)
class Take:
    """A take, or a rehearsal (click without recording, not logged), from press to end.

    `grid` lies on the frames of stream `epoch`. `end_tick` is where the click is planned to end.
    """

    id: str
    number: int
    song: Song
    is_rehearsal: bool
    pressed_ns: int
    epoch: int
    grid: Grid
    first_click_frame: int
    planned_to_tick: int
    end_tick: int | None
    clock_opening: ClockOpening | None = None
    """How its MIDI clock began; None where it has none."""
    clock_planned_to_tick: int = 0
    clock_ahead_ticks: int = 0
    """By how much its pulses were counted further while its count-in waited for the DAW."""
    time_code: TimeCodeRun | None = None
    """The time code that runs along it; None where there is none."""
    has_rolled: bool = False
    daw_was_told: bool = True
    """False once it is known that the command to record never left."""
    next_position_ns: int = 0
    flags: tuple[Flag, ...] = ()
    incident_count: int = 0
    how: HowEnded | None = None
    ended_at: BarBeat = NO_PLACE
    ended_tick: int = 0
    ended_frame: int = 0
    ended_ns: int = 0
    closed_ns: int | None = None
    was_muted: bool = False
    """The click was muted when the take began."""
    account: Account = field(default_factory=Account)
    certificate: Certificate | None = None
    """Made soon after the take was closed."""
    confirmation: Confirmation = field(default_factory=Confirmation)
    """What the DAW has said of it."""
    began_at_daw: bool = False
    """Somebody at the DAW began to record: it has no click."""

    @property
    def has_clock(self) -> bool:
        """Whether a MIDI clock or time code runs along it."""
        return self.clock_opening is not None or self.time_code is not None

    @property
    def bar1_frame(self) -> int:
        """The frame of the song's first downbeat, also for a take that starts later in the song."""
        return floor(self.grid.origin_frame + Fraction(1, 2))

    @property
    def start_frame(self) -> int:
        """The frame on which the music begins, after the count-in."""
        return self.grid.frame_at_tick(self.song.start_tick)

    @property
    def click_end_frame(self) -> int:
        """The frame on which the click ends or has ended; beyond all frames while nobody knows."""
        if self.how is not None:
            return self.ended_frame
        return maxsize if self.end_tick is None else self.grid.frame_at_tick(self.end_tick)

    def place_at_tick(self, tick: int) -> BarBeat:
        """Return the bar and beat at `tick`, in the song's own bar numbers."""
        return self.song.place_at_tick(tick)


@dataclass(frozen=True, slots=True)
class Edge:
    """In which phase, in which take and where in it a pedal that is down went down.

    `is_pending` where its press acts at the release only.
    """

    phase: Phase
    take_id: str | None
    place: BarBeat
    tick: int
    epoch: int
    frame: int
    is_pending: bool = False


@dataclass(frozen=True, slots=True)
class WaitingPress:
    """A press that would give the take up, until it is sure that only one pedal was meant."""

    pedal: Pedal
    edge: Edge
    until_ns: int


@dataclass(frozen=True, slots=True)
class Message:
    """One line over the foot of the screen, until `until_ns`."""

    text: str
    until_ns: int


@dataclass(frozen=True, slots=True)
class PartHealth:
    """How one part is, and what to say of it."""

    state: PartState = PartState.OK
    sentence: str = ""


def _nothing_said() -> Mapping[tuple[Part, str], PartHealth]:
    return MappingProxyType({})


def _no_numbers() -> Mapping[str, int]:
    return MappingProxyType({})


def _nothing_sent() -> Mapping[Part, SenderCounted]:
    return MappingProxyType({})


def _no_ratios() -> Mapping[str, Fraction]:
    return MappingProxyType({})


def _no_edges() -> Mapping[Pedal, Edge]:
    return MappingProxyType({})


def _all_ok() -> Mapping[Part, PartHealth]:
    return MappingProxyType({part: PartHealth() for part in Part})


@dataclass(frozen=True, slots=True)
class State:
    """Everything the rules depend on.

    `run_id` makes the ids of this start of the daemon unique: ids are derived from it and a count,
    so that the rules stay pure. `clock` is the last good fit; `audio_is_here` tells whether its
    stream still runs, and is heard where there is a device to hear it from.
    """

    run_id: uuid.UUID
    session_id: str
    settings: Settings = Settings()
    phase: Phase = Phase.IDLE
    songs: tuple[Song, ...] = (BUILT_IN_SONG,)
    song_index: int = 0
    songs_waiting: tuple[Song, ...] = ()
    """Songs that were read while a take ran: they come in when it is over."""
    start_index: int = 0
    """The section of the song that takes begin with."""
    is_looped: bool = False
    """Takes play that section again and again."""
    tempo_ratios: Mapping[str, Fraction] = field(default_factory=_no_ratios)
    """How much faster than written each song is today, by its title."""
    prepared_song: Song | None = None
    """The chosen song as takes will play it, laid out already; None for as it is written."""
    taps_ns: tuple[int, ...] = ()
    last_numbers: Mapping[str, int] = field(default_factory=_no_numbers)
    """The highest number that a take of each song has had, by its title."""
    next_numbers: Mapping[str, int] = field(default_factory=_no_numbers)
    """The numbers that were set for next takes; one that is used up means nothing any more."""
    session_began_ns: int | None = None
    """When the session began, in host time of now, so before 0 where that was in an earlier boot;
    None where nobody knows."""
    takes_begun: int = 0
    """Takes of this session, of all songs."""
    idle_since_ns: int | None = None
    """When the last take was closed; before the first, when the box came up."""
    touched_ns: int | None = None
    """When anybody or any part last did something; None: not since the box came up."""
    is_on_stage: bool = False
    """Tally and screen are as bright as is set for a stage."""
    timeline_ns: int = 0
    """How far along its timeline the DAW has recorded, as far as that can be known."""
    has_said_timeline_is_full: bool = False
    feet: Feet = field(default_factory=Feet)
    edges: Mapping[Pedal, Edge] = field(default_factory=_no_edges)
    clock: ClockFit | None = None
    audio_is_here: bool = False
    take: Take | None = None
    last_take: Take | None = None
    uncertified: tuple[Take, ...] = ()
    """Takes that were closed just now, the first one first: what is noticed late counts too."""
    counted: PlayerCounted | None = None
    """The last reading of the player's counters."""
    sent: Mapping[Part, SenderCounted] = field(default_factory=_nothing_sent)
    """The last reading of each sender's."""
    ring_out_until_ns: int = 0
    after_take_until_ns: int = 0
    phase_since_ns: int = 0
    phase_came_by_itself: bool = False
    """The last change of phase was the passing of time, not a press."""
    waiting_press: WaitingPress | None = None
    line_check: LineCheck | None = None
    """The newest line check, also once it is over."""
    pair: PairHeld | None = None
    """AGAIN and SONG are held down together."""
    goes_off_until_ns: int = 0
    """The box has been told to switch itself off; where it is still up by then, it stays on."""
    fading_take_id: str | None = None
    """The take whose click was told to stop, until the player says on which frame it did."""
    message: Message | None = None
    click_level_db: int = 0
    click_is_muted: bool = False
    daw: KnownDaw = field(default_factory=KnownDaw)
    """What was heard of the DAW."""
    parts: Mapping[Part, PartHealth] = field(default_factory=_all_ok)
    said_by: Mapping[tuple[Part, str], PartHealth] = field(default_factory=_nothing_said)
    """What each of those that make up a part has said of itself last."""
    ids_made: int = 0

    @property
    def song(self) -> Song:
        """The chosen song, as the next take will play it."""
        return self.prepared_song or self.written_song

    @property
    def written_song(self) -> Song:
        """The chosen song, as its file has it."""
        return self.songs[self.song_index]

    @property
    def flagged_take(self) -> Take | None:
        """The take a flag made now belongs to: the running one, else the one just ended."""
        return self.take if self.take is not None else self.last_take

    def without_feet(self) -> State:
        """Return the state with no foot on any pedal: what was held means nothing any more."""
        feet = Feet(lockout_ns=self.feet.lockout_ns)
        return replace(self, feet=feet, edges=_no_edges(), waiting_press=None, pair=None)

    def next_number(self, song: Song) -> int:
        """Return the number the next take of `song` will have."""
        one_more = self.last_numbers.get(song.title, 0) + 1
        return max(one_more, self.next_numbers.get(song.title, one_more))

    @property
    def daw_is_there(self) -> bool:
        """Whether the way to the DAW is open, with somebody at its other end as far as is known.

        There may be two: one to move it, and one to tell it and to hear it.
        """
        daw = self.settings.daw
        ways = [Part.CLOCK] if daw.is_started_by_clock else []
        if daw.can_answer or not ways:
            ways.append(Part.DAW)
        return all(self.parts[way].state in (PartState.OK, PartState.VIRTUAL) for way in ways)

    def daw_records(self, at_ns: int) -> bool:
        """Tell whether the DAW is known to record at host time `at_ns`: nothing else is solid red.

        Its last word is that it does, its port is there, and, where its dialect gives signs of
        life, the last one came within a second.
        """
        abilities = self.settings.daw
        return (
            abilities.can_answer
            and self.daw_is_there
            and self.daw.records(at_ns, shows_life=abilities.shows_life)
        )

    def tick_at_ns(self, at_ns: int) -> int | None:
        """Return the running take's tick that sounds at host time `at_ns`; None without one.

        While its count-in waits for the DAW it is before the first beat.
        """
        if self.take is None or self.clock is None:
            return None
        tick = self.take.grid.tick_at_frame(self.clock.frame_at_ns(at_ns))
        return min(tick, self.take.song.first_tick - 1) if self.take.confirmation.is_held else tick

    def ns_at_tick(self, tick: int) -> int | None:
        """Return when the running take's `tick` sounds, in host time; None while nobody can know."""
        if self.take is None or self.clock is None or self.take.confirmation.is_held:
            return None
        return self.clock.ns_at_frame(self.take.grid.frame_at_tick(tick))
