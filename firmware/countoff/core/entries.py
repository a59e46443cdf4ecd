"""What the take log can be told: one frozen value an entry.

The session rules make them, ids included; the log's writer adds the wall clock's label and stores
them. `at_ns` is host time; a frame belongs to the stream of the `epoch` beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

    from countoff.core.certificate import Certificate
    from countoff.core.daw import DawPlace, Verdict
    from countoff.core.song import Song
    from countoff.core.tempo import BarBeat


class FlagKind(StrEnum):
    """What a flag says of its place."""

    KEEPER = "keeper"
    FIX_HERE = "fix_here"
    NO_GOOD = "no_good"
    MARKER = "marker"


class HowEnded(StrEnum):
    """How a take came to its end."""

    ENDED = "ended"
    FALSE_START = "false_start"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class SessionStarted:
    """A day's work begins."""

    id: str
    at_ns: int


@dataclass(frozen=True, slots=True)
class TempoChanged:
    """A song is played faster or slower than written from here on: for this session."""

    session_id: str
    at_ns: int
    song: str
    ratio: Fraction
    tempo: str
    """What the song begins with, in quarter notes a minute."""


@dataclass(frozen=True, slots=True)
class SongChosen:
    """Takes are of this song from here on, and begin with this section of it: for this session."""

    session_id: str
    at_ns: int
    song: str
    section_index: int
    section: str
    first_bar: int
    is_looped: bool


@dataclass(frozen=True, slots=True)
class ClickLevelChanged:
    """The level of the whole click was set, or it was muted: for this session."""

    session_id: str
    at_ns: int
    level_db: int
    is_muted: bool


@dataclass(frozen=True, slots=True)
class TakeStarted:
    """A take was asked for at `at_ns`, the edge of the press; its clicks are planned."""

    id: str
    session_id: str
    song: str
    number: int
    tempo: str
    meter: str
    chart: Song
    """The song as it is played in this take: the day's tempo, start and loop included."""
    tempo_ratio: Fraction
    """How much faster than written."""
    is_looped: bool
    click_level_db: int | None
    """The level of the whole click; None where it is muted."""
    sample_rate_hz: int
    epoch: int
    first_click_frame: int
    bar1_frame: int
    at_ns: int
    first_click_ns: int
    bar1_ns: int
    daw_can_answer: bool = False
    """The DAW has a way to say that it records: it is waited for."""
    began_at_daw: bool = False
    """Somebody at the DAW began to record: no click was asked for, and none is played."""


@dataclass(frozen=True, slots=True)
class CountInMoved:
    """The take's count-in waited for the DAW: its first click and bar 1 lie here instead."""

    take_id: str
    at_ns: int
    epoch: int
    sample_rate_hz: int
    first_click_frame: int
    bar1_frame: int
    first_click_ns: int
    bar1_ns: int


@dataclass(frozen=True, slots=True)
class DawAnswered:
    """The DAW said for the first time in this take that it records.

    `delay_ns` is how long after the command had left that was, None where nobody knows.
    """

    take_id: str
    at_ns: int
    delay_ns: int | None


@dataclass(frozen=True, slots=True)
class DawPlaced:
    """The song's bar 1 in this take lies at `bar1` on the DAW's timeline; the last one counts."""

    take_id: str
    at_ns: int
    bar1: DawPlace


@dataclass(frozen=True, slots=True)
class TakeJudged:
    """Whether the DAW said that it recorded this take; once for each, when it was closed.

    gap:           where it said so no more for the first time, for GAP only
    proves_arming: its word that it records means that a track was armed, too
    """

    take_id: str
    at_ns: int
    verdict: Verdict
    gap: BarBeat | None
    proves_arming: bool


@dataclass(frozen=True, slots=True)
class TakeRolled:
    """The take reached bar 1."""

    take_id: str
    at_ns: int
    epoch: int
    frame: int


@dataclass(frozen=True, slots=True)
class ClickRejoined:
    """The take's grid lies on another stream from here on: frames are those of `epoch`.

    `frame`, `bar` and `beat` are where the click is back; `bar1_frame` is where bar 1 would lie on
    that stream, before its beginning mostly, and `bar1_ns` when that was.
    """

    take_id: str
    at_ns: int
    epoch: int
    sample_rate_hz: int
    frame: int
    bar: int
    beat: int
    bar1_frame: int
    bar1_ns: int


@dataclass(frozen=True, slots=True)
class TakePosition:
    """Where the running take is; written once a second."""

    take_id: str
    at_ns: int
    epoch: int
    frame: int
    bar: int
    beat: int


@dataclass(frozen=True, slots=True)
class TakeEnded:
    """The take's music is over; `bar` and `beat` are the last that were begun."""

    take_id: str
    at_ns: int
    epoch: int
    frame: int
    bar: int
    beat: int
    how: HowEnded


@dataclass(frozen=True, slots=True)
class ClickSilenced:
    """The click was faded out before its plan was done; the fade began on `frame`."""

    take_id: str
    at_ns: int
    epoch: int
    frame: int


@dataclass(frozen=True, slots=True)
class TakeClosed:
    """The DAW was told to stop: nothing more can come into this take."""

    take_id: str
    at_ns: int


@dataclass(frozen=True, slots=True)
class TakeCertified:
    """Whether the take's click was whole; once for each take, soon after it was closed."""

    take_id: str
    at_ns: int
    certificate: Certificate


@dataclass(frozen=True, slots=True)
class FlagMade:
    """Somebody flagged a place of a take, at the edge of the press."""

    id: str
    take_id: str
    kind: FlagKind
    at_ns: int
    epoch: int
    frame: int
    bar: int
    beat: int
    section: str
    whole_take: bool


@dataclass(frozen=True, slots=True)
class FlagChanged:
    """The pedal that made the flag was held on: the flag says something else now."""

    id: str
    kind: FlagKind
    at_ns: int


@dataclass(frozen=True, slots=True)
class FlagTakenBack:
    """The flag was taken back; its row stays."""

    id: str
    at_ns: int


@dataclass(frozen=True, slots=True)
class PressLogged:
    """A pedal or a panel asked for something; `did` says what came of it."""

    id: str
    at_ns: int
    pedal: str
    gesture: str
    phase: str
    take_id: str | None
    did: str


@dataclass(frozen=True, slots=True)
class IncidentHappened:
    """Something that could have spoilt a take; the place is that of the running take."""

    id: str
    at_ns: int
    take_id: str | None
    kind: str
    detail: str
    epoch: int | None
    frame: int | None
    bar: int | None
    beat: int | None


@dataclass(frozen=True, slots=True)
class WallClockSynchronised:
    """The wall clock is right from here on, or was set anew: this entry's label can be believed."""

    at_ns: int


Entry = (
    SessionStarted
    | TempoChanged
    | SongChosen
    | ClickLevelChanged
    | TakeStarted
    | CountInMoved
    | DawAnswered
    | DawPlaced
    | TakeJudged
    | TakeRolled
    | ClickRejoined
    | TakePosition
    | TakeEnded
    | ClickSilenced
    | TakeClosed
    | TakeCertified
    | FlagMade
    | FlagChanged
    | FlagTakenBack
    | PressLogged
    | IncidentHappened
    | WallClockSynchronised
)
