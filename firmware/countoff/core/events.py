"""What has happened: every event carries the host time of its cause in `at_ns`.

Device threads make them and put them into the controller's queue; the owner thread feeds them to
`core.session.step.step` one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from countoff.core.actions import DawCommand
    from countoff.core.counts import SenderCounts, StreamCounts
    from countoff.core.daw import DawPlace, DawTransport
    from countoff.core.finding import Finding
    from countoff.core.song import Song
    from countoff.core.timebase import ClockFit


class Pedal(StrEnum):
    """The four footswitches."""

    ROLL = "roll"
    AGAIN = "again"
    KEEPER = "keeper"
    SONG = "song"


class Part(StrEnum):
    """A part of the box that can fail on its own."""

    AUDIO = "audio"
    DAW = "daw"
    DISK = "disk"
    SCREEN = "screen"
    TALLY = "tally"
    PEDALS = "pedals"
    CONFIGURATION = "configuration"
    SONGS = "songs"
    CLOCK = "clock"


class PartState(StrEnum):
    """How a part is doing."""

    OK = "ok"
    WARNING = "warning"
    """It works; the sentence says what deserves a look."""
    FAULT = "fault"
    """It does not work now."""
    VIRTUAL = "virtual"
    """There is none: a simulated part stands in for it."""


@dataclass(frozen=True, slots=True)
class TimePassed:
    """A moment the state asked to be woken at has come."""

    at_ns: int


@dataclass(frozen=True, slots=True)
class PedalMoved:
    """The contact of a pedal closed or opened; bounces included."""

    at_ns: int
    pedal: Pedal
    is_down: bool


@dataclass(frozen=True, slots=True)
class ActionAsked:
    """Somebody asked for an action by name: a panel, the command line, a MIDI foot controller."""

    at_ns: int
    action: str
    source: str


@dataclass(frozen=True, slots=True)
class LineCheckAsked:
    """Somebody asked for a line check; `is_attended` where they stand at the pedals."""

    at_ns: int
    is_attended: bool
    source: str


@dataclass(frozen=True, slots=True)
class LineChecked:
    """A check of line check number `run` has found something."""

    at_ns: int
    run: int
    finding: Finding


@dataclass(frozen=True, slots=True)
class PedalsLookedAt:
    """Line check number `run` knows which contacts are closed at rest though they should not be."""

    at_ns: int
    run: int
    closed: frozenset[Pedal]


@dataclass(frozen=True, slots=True)
class TrialClicksAsked:
    """Line check number `run` is to play a few clicks, which a cable leads back."""

    at_ns: int
    run: int


@dataclass(frozen=True, slots=True)
class LineCheckDone:
    """The last check of line check number `run` is through."""

    at_ns: int
    run: int


@dataclass(frozen=True, slots=True)
class SongAsked:
    """Somebody chose a song by its title; `section` is where takes begin, empty for the top."""

    at_ns: int
    title: str
    section: str
    is_looped: bool
    source: str


@dataclass(frozen=True, slots=True)
class NextNumberAsked:
    """Somebody set the number that the next take of a song, named by its title, is to have."""

    at_ns: int
    title: str
    number: int
    source: str


@dataclass(frozen=True, slots=True)
class SongsRead:
    """The song files were read anew; all of `songs` are right, and there is at least one."""

    at_ns: int
    songs: tuple[Song, ...]


@dataclass(frozen=True, slots=True)
class ClockFitted:
    """The stream's clock was measured against the host's."""

    at_ns: int
    fit: ClockFit
    is_stand_in: bool = False
    """A virtual output in the place of a device that should be there: nobody hears this stream."""


@dataclass(frozen=True, slots=True)
class AudioLost:
    """The player died, hung or lost its stream; what it was to play does not sound now."""

    at_ns: int
    reason: str


@dataclass(frozen=True, slots=True)
class ClickStopped:
    """The player faded the click out; the fade began on `frame` of stream `epoch`."""

    at_ns: int
    epoch: int
    frame: int


@dataclass(frozen=True, slots=True)
class ClickGap:
    """The stream lost `lost_frames` frames just before `frame`."""

    at_ns: int
    epoch: int
    frame: int
    lost_frames: int


@dataclass(frozen=True, slots=True)
class ClockJumped:
    """The stream's frames jumped by `jump_ns` against time: from here on they are those of `epoch`."""

    at_ns: int
    epoch: int
    jump_ns: int


@dataclass(frozen=True, slots=True)
class PlayerCounted:
    """The player's counters were read; `stream` is one process, whatever its epochs.

    is_stand_in: as in ClockFitted
    """

    at_ns: int
    stream: int
    epoch: int
    counts: StreamCounts
    is_stand_in: bool = False


@dataclass(frozen=True, slots=True)
class SenderCounted:
    """A sender's counters were read; `part` is what it serves, `sender` one process of it."""

    at_ns: int
    part: Part
    sender: int
    counts: SenderCounts


class Misheard(StrEnum):
    """What was wrong with a click that came back over a cable."""

    MISSING = "missing"
    BROKEN = "broken"
    SHIFTED = "shifted"


@dataclass(frozen=True, slots=True)
class ClickMisheard:
    """The click at `frame` of stream `epoch` did not come back as planned; late by `late_ns`."""

    at_ns: int
    epoch: int
    frame: int
    what: Misheard
    late_ns: int = 0


@dataclass(frozen=True, slots=True)
class LoopbackListened:
    """Every click of stream `epoch` from `from_frame` to before `to_frame` has been listened to.

    way_ns: from the click's frame to when it came back, out through the output and in again
    """

    at_ns: int
    epoch: int
    from_frame: int
    to_frame: int
    way_ns: int


@dataclass(frozen=True, slots=True)
class DawNotTold:
    """The DAW will never hear `command`, which was due at `due_ns`; `reason` is a sentence."""

    at_ns: int
    command: DawCommand
    due_ns: int
    reason: str


@dataclass(frozen=True, slots=True)
class DawTold:
    """`command`, which was due at `due_ns`, has left for the DAW; its last byte did at `at_ns`."""

    at_ns: int
    command: DawCommand
    due_ns: int


@dataclass(frozen=True, slots=True)
class DawHeard:
    """Something was heard of the DAW, which is a sign of life, whatever it was.

    transport: what it says that it does, where that is new or was asked for; None: nothing of that
    place:     where on its timeline it was at `at_ns`; None: nothing of that
    taken_ns:  when the rules are given it, where it had to wait for its turn; None: at once
    """

    at_ns: int
    transport: DawTransport | None = None
    place: DawPlace | None = None
    taken_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Mishap:
    """Anything else that could have spoilt a take; `kind` and `detail` go into the log."""

    at_ns: int
    kind: str
    detail: str


@dataclass(frozen=True, slots=True)
class PartReported:
    """A part says how it is; `sentence` is what the screen shows, empty where all is well.

    `source` tells apart those that make up one part; it is as well as the worst of them.
    """

    at_ns: int
    part: Part
    state: PartState
    sentence: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class PowerOffRefused:
    """The box was asked to go down and cannot; `words` are for the screen."""

    at_ns: int
    words: str


Event = (
    TimePassed
    | PedalMoved
    | ActionAsked
    | LineCheckAsked
    | LineChecked
    | PedalsLookedAt
    | TrialClicksAsked
    | LineCheckDone
    | SongAsked
    | NextNumberAsked
    | SongsRead
    | ClockFitted
    | AudioLost
    | ClickStopped
    | ClickGap
    | ClockJumped
    | PlayerCounted
    | SenderCounted
    | ClickMisheard
    | LoopbackListened
    | DawNotTold
    | DawTold
    | DawHeard
    | Mishap
    | PartReported
    | PowerOffRefused
)
