"""What a rehearsal script can say, as plain values. Pure; made by `script`, played and judged later.

Moments are counted in ns from the beginning of the session, places in bars and beats of a song.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from countoff.core.daw import OnRecord, OnStop, WithoutAnswer
from countoff.core.midi_clock import ClockStart

if TYPE_CHECKING:
    from fractions import Fraction

    from countoff.core.events import Pedal
    from countoff.core.song import Song
    from countoff.core.tempo import BarBeat
    from countoff.daw.profile import Profile


@dataclass(frozen=True, slots=True)
class Place:
    """A bar and beat of a song, by the song's own numbers; in a loop, in its n-th pass."""

    bar: int
    beat: int = 1
    pass_number: int = 1

    def is_at(self, found: BarBeat | None) -> bool:
        """Tell whether a bar and beat of the log are these, in whatever pass."""
        return found is not None and (self.bar, self.beat) == found

    def __str__(self) -> str:
        """Write it as a script does: 17.1 pass 2."""
        in_pass = f" pass {self.pass_number}" if self.pass_number > 1 else ""
        return f"{self.bar}.{self.beat}{in_pass}"


@dataclass(frozen=True, slots=True)
class SongFile:
    """A song file as it was read: its song, or None and what is wrong with it."""

    name: str
    song: Song | None
    sentences: tuple[str, ...] = ()


# When a line comes.


@dataclass(frozen=True, slots=True)
class AtTime:
    """At a time of the session."""

    at_ns: int


@dataclass(frozen=True, slots=True)
class AfterLast:
    """So long after the line above was done."""

    wait_ns: int


@dataclass(frozen=True, slots=True)
class AtPlace:
    """When the running take is at a bar and beat, and `offset_ns` later (or, below 0, earlier)."""

    place: Place
    offset_ns: int


@dataclass(frozen=True, slots=True)
class WithLast:
    """An indented line: it belongs to the moment of the line above."""


When = AtTime | AfterLast | AtPlace | WithLast


# What is done.


@dataclass(frozen=True, slots=True)
class Press:
    """Step on a pedal `count` times, evenly within `within_ns`, each time only briefly."""

    pedal: Pedal
    count: int = 1
    within_ns: int = 0


@dataclass(frozen=True, slots=True)
class Hold:
    """Step on a pedal and stay there."""

    pedal: Pedal
    length_ns: int


@dataclass(frozen=True, slots=True)
class Bounce:
    """Press a pedal whose contact bounces for so long, both when it closes and when it opens."""

    pedal: Pedal
    bounce_ns: int | None = None
    length_ns: int | None = None
    """How long the foot stays."""


@dataclass(frozen=True, slots=True)
class Stomp:
    """One shoe on two pedals: the second goes down a moment after the first."""

    first: Pedal
    second: Pedal


@dataclass(frozen=True, slots=True)
class DoAction:
    """Have an action done, as an engineer's panel does."""

    action: str


@dataclass(frozen=True, slots=True)
class Choose:
    """Choose a song by its title, the section that takes begin with, and whether it is looped."""

    title: str
    section: str = ""
    is_looped: bool = False


@dataclass(frozen=True, slots=True)
class Tap:
    """Tap a tempo, in beats a minute; tap number `bad_tap` comes `late_ns` too late."""

    count: int
    beats_per_minute: Fraction
    bad_tap: int | None = None
    late_ns: int = 0


@dataclass(frozen=True, slots=True)
class ChangeSongs:
    """These song files were written: each song that is right replaces the one of its title."""

    names: tuple[str, ...]


class Fault(StrEnum):
    """What can be broken, or mended."""

    AUDIO_LOST = "audio lost"
    AUDIO_BACK = "audio back"
    PLAYER_REPLACED = "player replaced"
    DAW_LOST = "daw lost"
    DAW_BACK = "daw back"
    SCREEN_LOST = "screen lost"
    SCREEN_BACK = "screen back"
    TALLY_LOST = "tally lost"
    TALLY_BACK = "tally back"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class Break:
    """Let something fail or come back; `lost_frames` for a gap only."""

    fault: Fault
    lost_frames: int = 0


class DawDoes(StrEnum):
    """What the DAW, its own user or its cable does."""

    RECORDS = "records"
    STOPS = "stops"
    PLAYS = "plays"
    PAUSES = "pauses"
    IS_DEAF = "is deaf"
    HEARS_AGAIN = "hears again"
    REFUSES = "refuses"
    OBEYS = "obeys again"
    IS_LATE = "is late"
    FLOODS = "floods"
    CRASHES = "crashes"
    STARTS = "starts again"
    IS_UNPLUGGED = "is unplugged"
    IS_PLUGGED_IN = "is plugged in"


@dataclass(frozen=True, slots=True)
class LetDaw:
    """Have the DAW do something; `length_ns` is how late it is, for that only."""

    does: DawDoes
    length_ns: int = 0


@dataclass(frozen=True, slots=True)
class AnsweringBox:
    """How the box is set up with a DAW that answers."""

    profile: Profile
    without_answer: WithoutAnswer = WithoutAnswer.REFUSE
    on_stop: OnStop = OnStop.END
    on_record: OnRecord = OnRecord.LOG


@dataclass(frozen=True, slots=True)
class End:
    """The session is over."""


# What is expected.


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that screen or tally must show."""

    name: str
    value: str | int | None = None


@dataclass(frozen=True, slots=True)
class See:
    """What screen and tally must show at the moment."""

    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class TakeName:
    """A take by its number, and by its song where there are several."""

    number: int
    song: str | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the session: times in ns, or places of a take; open where an end is None."""

    start: int | Place
    end: int | Place | None


@dataclass(frozen=True, slots=True)
class SentSoon:
    """The DAW is told `meaning` within `within_ns` of the moment."""

    meaning: str
    within_ns: int


@dataclass(frozen=True, slots=True)
class SentNothing:
    """The DAW is told nothing for `length_ns` from the moment; in the whole session, for None."""

    length_ns: int | None = None


@dataclass(frozen=True, slots=True)
class SentTimes:
    """The DAW is told `meaning` so many times in the session."""

    meaning: str
    count: int


@dataclass(frozen=True, slots=True)
class SentExactly:
    """The DAW is told these, in this order, and nothing else in the session."""

    meanings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClockPulses:
    """From one place to another of a take there are 24 pulses to each quarter note, and no others.

    None between for: in the whole session there is no clock at all.
    """

    between: tuple[Place, Place] | None = None
    take: TakeName | None = None


@dataclass(frozen=True, slots=True)
class ClockWordAt:
    """The clock says `word`, start or continue, just before the pulse at a place of a take."""

    word: str
    place: Place
    take: TakeName | None = None


@dataclass(frozen=True, slots=True)
class TimeCodeAt:
    """Time code runs at a place of a take, and a receiver of it shows `shown_ns` there.

    Without a place: none was sent at all.
    """

    shown_ns: int = 0
    place: Place | None = None
    take: TakeName | None = None


@dataclass(frozen=True, slots=True)
class ClockExactly:
    """Beside its pulses the clock says these, in this order, and nothing else in the session."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HeardNow:
    """A click of a kind starts exactly at the moment, at `level_db` where that is said."""

    kind: str
    level_db: int | None = None


@dataclass(frozen=True, slots=True)
class HeardAfter:
    """The first click after the moment comes `wait_ns` later."""

    kind: str
    wait_ns: int


@dataclass(frozen=True, slots=True)
class HeardNothingFor:
    """No click starts for `length_ns` from the moment."""

    length_ns: int


@dataclass(frozen=True, slots=True)
class HeardCount:
    """So many clicks of a kind start within a span."""

    count: int
    kind: str
    span: Span
    take: TakeName | None = None


@dataclass(frozen=True, slots=True)
class HeardAt:
    """A click of a kind starts exactly at a place of a take."""

    kind: str
    place: Place
    level_db: int | None = None
    take: TakeName | None = None


@dataclass(frozen=True, slots=True)
class HeardEvery:
    """From one place to another, every click is on its exact frame: right, none missing or extra.

    With `level_db`, that of the whole click, each is as loud as its section is to be, too.
    """

    first: Place
    end: Place
    level_db: int | None = None
    take: TakeName | None = None


@dataclass(frozen=True, slots=True)
class HeardNothing:
    """No click starts within a span; in the whole session, for None."""

    span: Span | None = None
    take: TakeName | None = None


@dataclass(frozen=True, slots=True)
class LoggedTakes:
    """The log holds so many takes."""

    count: int


@dataclass(frozen=True, slots=True)
class LoggedTake:
    """The log says how a take ended, and where."""

    take: TakeName
    how: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class LoggedStart:
    """The log says where in the song a take began, and whether it was looped."""

    take: TakeName
    section: str
    bar: int
    is_looped: bool


@dataclass(frozen=True, slots=True)
class LoggedTempo:
    """The log says how fast a take began, and, where that is said, how fast it is written."""

    take: TakeName
    tempo: Fraction
    written: Fraction | None = None


@dataclass(frozen=True, slots=True)
class LoggedClick:
    """The log says how loud a take's click was; None for muted."""

    take: TakeName
    level_db: int | None


@dataclass(frozen=True, slots=True)
class LoggedCertificate:
    """The log certifies a take's click as clean, or says `summary` of it."""

    take: TakeName
    summary: str = "clean"


@dataclass(frozen=True, slots=True)
class LoggedVerdict:
    """The log says what the DAW said of a take: "RECORDED", "GAP BAR 12"."""

    take: TakeName
    verdict: str


@dataclass(frozen=True, slots=True)
class LoggedAtDaw:
    """The log says that a take was begun at the DAW, without a click."""

    take: TakeName


@dataclass(frozen=True, slots=True)
class LoggedDayTempo:
    """The log keeps, with the session, that a song was given a tempo; the last one counts."""

    song: str
    tempo: Fraction


@dataclass(frozen=True, slots=True)
class LoggedDayClick:
    """The log keeps, with the session, the level that the click was given; the last one counts."""

    level_db: int | None


@dataclass(frozen=True, slots=True)
class LoggedFlag:
    """The log holds a flag at a place of a take, or, for None, for the whole of it.

    A whole number is a second of the take's music, for a song without bars.
    """

    kind: str
    place: Place | int | None
    take: TakeName | None = None
    is_taken_back: bool = False


@dataclass(frozen=True, slots=True)
class LoggedFlags:
    """The log holds so many flags that were not taken back."""

    count: int
    take: TakeName | None = None


@dataclass(frozen=True, slots=True)
class LoggedIncident:
    """The log holds an incident of a kind, in a take, at a place of it."""

    kind: str
    place: Place | None = None
    take: TakeName | None = None


@dataclass(frozen=True, slots=True)
class LoggedIncidents:
    """The log holds so many incidents."""

    count: int
    take: TakeName | None = None


@dataclass(frozen=True, slots=True)
class LoggedPress:
    """The log says, `count` times or at least once, what came of a press; `did` is its beginning."""

    source: str
    did: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class DawRecorded:
    """The DAW that answers, or is moved by the clock, has really recorded so many takes."""

    count: int


Deed = Press | Hold | Bounce | Stomp | DoAction | Choose | Tap | ChangeSongs | Break | LetDaw | End
SentExpectation = SentSoon | SentNothing | SentTimes | SentExactly
ClockExpectation = ClockPulses | ClockWordAt | ClockExactly | TimeCodeAt
HeardExpectation = (
    HeardNow | HeardAfter | HeardNothingFor | HeardCount | HeardAt | HeardEvery | HeardNothing
)
LoggedExpectation = (
    LoggedTakes
    | LoggedTake
    | LoggedStart
    | LoggedTempo
    | LoggedClick
    | LoggedCertificate
    | LoggedVerdict
    | LoggedAtDaw
    | LoggedDayTempo
    | LoggedDayClick
    | LoggedFlag
    | LoggedFlags
    | LoggedIncident
    | LoggedIncidents
    | LoggedPress
)
Statement = (
    Deed
    | See
    | SentExpectation
    | ClockExpectation
    | HeardExpectation
    | LoggedExpectation
    | DawRecorded
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a script; `when` is None where it speaks of the whole session."""

    number: int
    text: str
    when: When | None
    statement: Statement


@dataclass(frozen=True, slots=True)
class Script:
    """A whole script: its songs, its lines in order, and the song files that come in later.

    `clock_start` is whether the box sends a MIDI clock, and with what it starts the DAW; `daw` is
    one that answers, None for one that is only told.
    """

    songs: tuple[Song, ...]
    lines: tuple[Line, ...]
    files: tuple[SongFile, ...] = ()
    clock_start: ClockStart = ClockStart.OFF
    daw: AnsweringBox | None = None
