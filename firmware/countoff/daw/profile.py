"""What the box has to know of one DAW. A frozen value; the files in `profiles` are read into it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from countoff.core.daw import DawAbilities

_MS = 1_000_000


class Dialect(StrEnum):
    """A way to move the DAW's transport, or to hear what it does."""

    MMC = "mmc"
    MACKIE = "mackie"
    HUI = "hui"
    REALTIME = "realtime"
    """Start, Continue, Stop, song position and clock."""
    MTC = "mtc"
    """Time code. The box's rolls a DAW that follows it; one that a DAW sends moves while it rolls."""
    OSC = "osc"
    """To hear only."""
    NONE = "none"


class Said(StrEnum):
    """One thing that is said to a DAW; each dialect has bytes for some of them."""

    RECORD = "record"
    """Mackie, HUI: the record button. MMC: Record Strobe."""
    RECORD_EXIT = "record_exit"
    PLAY = "play"
    """Mackie, HUI: the play button. MMC: Play. Real-time: Start."""
    CONTINUE = "continue"
    STOP = "stop"
    LOCATE = "locate"
    MARKER = "marker"


class Recording(StrEnum):
    """Which of the DAW's lights mean that it records now."""

    RECORD_LIGHT = "record_light"
    """The record light is on, steadily."""
    RECORD_AND_PLAY_LIGHTS = "record_and_play_lights"
    """The record light alone only means that it is armed."""
    RECORD_WITHOUT_STOP_LIGHT = "record_without_stop_light"
    """The same, where the play light says something else, the beat or a pause: the stop light is off."""


class OscWords(StrEnum):
    """Whose Open Sound Control it is: each DAW has its own words."""

    ARDOUR = "ardour"
    REAPER = "reaper"


class Follows(StrEnum):
    """Where the DAW has its tempo, and its start, from while it follows the box."""

    NOTHING = "nothing"
    CLOCK = "clock"
    TIME_CODE = "time_code"


class Starts(StrEnum):
    """Where in a take the clock starts the DAW."""

    NEVER = "never"
    """The clock has pulses alone; something else moves the DAW."""
    COUNT_IN = "count_in"
    BAR_1 = "bar_1"


@dataclass(frozen=True, slots=True)
class Transport:
    """How the DAW is moved, and by which dialect alone."""

    dialect: Dialect
    armed_by: Dialect = Dialect.NONE
    """Time code rolls a DAW, and cannot arm it: the dialect whose record button does."""
    record: tuple[Said, ...] = ()
    """What makes it record where it stands, in order."""
    record_when_armed: tuple[Said, ...] = ()
    """The same where it says that it is armed already; empty: as `record`."""
    record_when_playing: tuple[Said, ...] = ()
    """The same where it says that it rolls; empty: as `record`. Play may send it back to its start."""
    stop: tuple[Said, ...] = ()
    """Not for one that has stopped: a second Stop sends some of them back to the start."""
    locate: tuple[Said, ...] = ()
    """Empty: it cannot be sent anywhere."""
    marker: tuple[Said, ...] = ()
    between_ns: int = 0
    """What it needs between two of these."""
    lead_ns: int = 500 * _MS
    """What it needs, at least, from the command to the first count-in click.

    One that follows time code finds its way to it in this time.
    """

    @property
    def is_followed(self) -> bool:
        """Whether nothing rolls it but what it follows: a clock, or time code."""
        return self.dialect in (Dialect.REALTIME, Dialect.MTC)

    @property
    def spoken(self) -> Dialect:
        """The dialect in which it is told something, if any."""
        return self.armed_by if self.dialect is Dialect.MTC else self.dialect


@dataclass(frozen=True, slots=True)
class Answers:
    """How the DAW says what it does."""

    dialect: Dialect
    recording: Recording = Recording.RECORD_LIGHT
    shows_life: bool = False
    deadline_ns: int = 1000 * _MS
    proves_arming: bool = False
    osc_words: OscWords | None = None
    """For OSC alone."""


@dataclass(frozen=True, slots=True)
class Following:
    """How the DAW follows the box's tempo."""

    tempo: Follows = Follows.NOTHING
    clock_while_idle: bool = True
    """Whether a clock that runs while nothing is recorded does no harm."""
    starts: Starts = Starts.NEVER
    """Where Start begins. A DAW that something else moves is never started by the clock."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One DAW, and one way of connecting it."""

    key: str
    """Its word in the configuration, and its file's name: "reaper"."""
    name: str
    """As its makers write it: "REAPER"."""
    transport: Transport
    answers: Answers
    following: Following = field(default_factory=Following)
    about: str = ""
    """A sentence: how it is connected, and what that can do."""
    keeps_takes: bool = False
    """Recording over an earlier take keeps that take."""
    tested_with: str = ""
    """The version of the program it was tried with; empty: from its documents only."""
    unverified: tuple[str, ...] = ()
    """Sentences: what was not verified against the program itself."""
    setup: tuple[str, ...] = ()
    """Sentences: how to set the DAW up, a step each."""

    @property
    def is_moved_by_time_code(self) -> bool:
        """Whether the box sends it time code along each take."""
        return self.transport.dialect is Dialect.MTC

    def abilities(self) -> DawAbilities:
        """Return what the session rules need to know."""
        return DawAbilities(
            can_answer=self.answers.dialect is not Dialect.NONE,
            shows_life=self.answers.shows_life,
            deadline_ns=self.answers.deadline_ns,
            is_started_by_clock=self.transport.is_followed,
            can_locate=bool(self.transport.locate) or self.is_moved_by_time_code,
            keeps_takes=self.keeps_takes,
            can_mark=bool(self.transport.marker),
            proves_arming=self.answers.proves_arming,
        )
