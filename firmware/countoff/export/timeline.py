"""What lies where on a DAW's timeline: tempo, sections, takes, flags and the comp, for any format. Pure.

Ticks are 960 to the quarter note. Those of a `Timeline` count from the beginning of the DAW's project, those
of a take from its song's bar 1, as everywhere. A frame is of the project, at its one rate, and one
rounding away from its exact place in seconds. `from_log.py` and `before_tracking.py` make timelines, and each
format's own file writes one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

from countoff.core.grid import Grid

if TYPE_CHECKING:
    from countoff.core.daw import KnownFrom
    from countoff.core.entries import FlagKind
    from countoff.core.song import Song
    from countoff.core.tempo import Meter
    from countoff.core.tempo_map import TempoMap
    from countoff.export.tempo_steps import Filling
    from countoff.takelog.session_day import SessionDay

_HALF = Fraction(1, 2)


class Layout(StrEnum):
    """How takes lie beside each other."""

    STACKED = "stacked"
    """All on top of each other, bar 1 upon bar 1: as lanes are comped. One song only."""
    STRUNG_OUT = "strung_out"
    """Each at its own place, as the DAW has recorded them, as far as that is known."""


@dataclass(frozen=True, slots=True)
class MeterChange:
    """A meter from a bar line of the timeline on."""

    tick: int
    meter: Meter


@dataclass(frozen=True, slots=True)
class LaidSection:
    """A section of a song where it is played on the timeline.

    index:      its place in the song, from 0
    title:      what people call it, never empty
    pass_index: of a section that was looped, which pass, from 0
    start_tick, end_tick: of the timeline
    take_id:    the take that played it; None where it is of the song, not of a take
    is_whole:   it was played from its beginning to its end
    is_chosen:  the comp has it from this take, and this pass
    """

    index: int
    title: str
    pass_index: int
    first_bar: int
    start_tick: int
    end_tick: int
    start_frame: int
    end_frame: int
    take_id: str | None = None
    is_whole: bool = True
    is_chosen: bool = False

    @property
    def label(self) -> str:
        """Its title, and of a later pass of a loop which one: Chorus (2)."""
        return self.title if self.pass_index == 0 else f"{self.title} ({self.pass_index + 1})"


@dataclass(frozen=True, slots=True)
class LaidFlag:
    """A flag that counts.

    frame:      of a flag for the whole take that of the take's first beat; where the foot was, else
    bar, beat:  in the song's own numbers; None for the whole take, and in a song without bars
    place:      that as people say it: bar 33, bar 33.2, or 1:05 in a song without bars; empty for the whole take
    section:    the name of the section that it speaks of, and `section_index` which one of the song, and
                `pass_index` which pass of it in a loop; None where nobody knows, and for the whole take
    """

    id: str
    kind: FlagKind
    frame: int
    bar: int | None
    beat: int | None
    place: str
    section: str
    whole_take: bool
    section_index: int | None = None
    pass_index: int = 0


@dataclass(frozen=True, slots=True)
class LaidIncident:
    """Something that could have spoilt the take; its frame is None where nobody knows it.

    `place` is as people say it, empty where nobody knows it.
    """

    id: str
    kind: str
    detail: str
    frame: int | None
    bar: int | None
    beat: int | None
    place: str


@dataclass(frozen=True, slots=True)
class LaidTake:
    """A take in its place.

    name:        what somebody has called it; empty for most
    status:      "ended", "false_start", "cancelled", "interrupted", or one of a running take
    verdict:     "RECORDED", "NOT SEEN", "GAP BAR 12", "CANNOT ANSWER", empty while it runs
    click:       its certificate in three words; empty where it has none
    rating:      from 0 to 5
    played_rate_hz: the rate at which its click was played
    chart:       the song as it played it, from where it began and with its loop; None where the log
                 does not know it, and of a song without tempo
    bar1_s:      the song's bar 1, exactly, on the timeline; also of a take that began at the bridge, where
                 nobody played it
    start_frame: where its recording began, as far as the log knows; `end_frame` is where that was over
    music_frame: its first beat, or the first of its pick-up; None where it never rolled
    daw_bar1_s:  where the DAW has bar 1 on its own timeline, `known_from` that word; None where not known
    tempo, meter: what it began with, as people are told it; empty in a song without tempo
    """

    id: str
    song: str
    number: int
    name: str
    status: str
    verdict: str
    click: str
    rating: int | None
    notes: tuple[str, ...]
    is_free: bool
    is_looped: bool
    began_at_daw: bool
    tempo: str
    meter: str
    started_utc: str
    played_rate_hz: int
    chart: Song | None
    bar1_s: Fraction
    bar1_frame: int
    start_frame: int
    music_frame: int | None
    end_frame: int
    daw_bar1_s: Fraction | None
    known_from: KnownFrom | None
    sections: tuple[LaidSection, ...]
    flags: tuple[LaidFlag, ...]
    incidents: tuple[LaidIncident, ...]

    @property
    def label(self) -> str:
        """What people call it: T4."""
        return f"T{self.number}"

    @property
    def title(self) -> str:
        """What a lane or an item of a DAW is called: Harbour T4, or with its name: Harbour T4 sad."""
        named = f"{self.song} {self.label}"
        return f"{named} {self.name}" if self.name else named


@dataclass(frozen=True, slots=True)
class LaidChoice:
    """Which take gives a section of the comp, and why; None where nobody has played it.

    start_frame, end_frame: the section from its first bar line, where takes are stacked; of one that rolls until
                 stopped, to where the last take of it was over. None where takes are strung out
    label:       of the take: T4; empty where there is none
    """

    section_index: int
    section_title: str
    start_frame: int | None
    end_frame: int | None
    take_id: str | None
    label: str
    pass_index: int
    is_whole: bool
    is_by_hand: bool
    why: str


@dataclass(frozen=True, slots=True)
class CompPiece:
    """A run of the comp that one take gives, cut on all tracks together.

    start_frame, end_frame: where it lies in the comp, overlaps included: it fades in from its start on,
                 and out up to its end
    source_frame: the frame of the timeline, in the take's own place, that lies at `start_frame`; the same where
                 takes are stacked, but for the later pass of a loop
    """

    take_id: str
    section_indices: tuple[int, ...]
    start_frame: int
    end_frame: int
    source_frame: int
    fade_in_frames: int
    fade_out_frames: int


@dataclass(frozen=True, slots=True)
class LaidComp:
    """A song's comp.

    why:    of the master
    pieces: one after the other; none where takes are strung out, where the comp has no place
    unused: choices by hand that could not be followed, a sentence each
    """

    master_id: str
    master_is_by_hand: bool
    why: str
    choices: tuple[LaidChoice, ...]
    pieces: tuple[CompPiece, ...]
    unused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LaidSong:
    """A song of the timeline with its takes, in the order in which they were begun.

    sections: the song's own from its bar 1, once where takes are stacked, and before tracking at each place;
              else empty: each take has its own
    left_out: a sentence for each take that could give nothing to the comp
    """

    title: str
    takes: tuple[LaidTake, ...]
    sections: tuple[LaidSection, ...]
    comp: LaidComp | None
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TakePlace:
    """A place that a take is to be recorded at: where the DAW is sent, and where bar 1 will come."""

    number: int
    frame: int
    bar1_frame: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """A DAW's project.

    session:    the day's work; None in one that is made before tracking
    title:      of the project: the song's, or the session's day
    tempo_map:  of all of it: tick 0 is the project's beginning. Between takes that are strung out its tempo
                is such that the next one begins on a bar line
    meters:     the first at tick 0, each on a bar line
    bar1_tick:  of the one song where takes are stacked: bar 1; None where they are strung out
    songs:      in the order in which they came up; before tracking without takes
    places:     before tracking only, of takes that are to come
    end_tick:   a bar line after all of it
    fillings:   the bars that only fill up between two takes: their tempo is nobody's
    remarks:    a sentence for each thing that somebody should know, such as a take that was moved
    """

    session: SessionDay | None
    title: str
    layout: Layout
    rate_hz: int
    tempo_map: TempoMap
    meters: tuple[MeterChange, ...]
    bar1_tick: int | None
    end_tick: int
    songs: tuple[LaidSong, ...]
    fillings: tuple[Filling, ...] = ()
    places: tuple[TakePlace, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def takes(self) -> tuple[LaidTake, ...]:
        """All takes, in the order in which they lie on the timeline."""
        takes = (take for song in self.songs for take in song.takes)
        return tuple(sorted(takes, key=lambda take: take.start_frame))

    def take(self, take_id: str) -> LaidTake:
        """Return one of the takes."""
        return next(take for take in self.takes if take.id == take_id)

    @property
    def end_frame(self) -> int:
        """The frame of `end_tick`."""
        return self.frame_at_tick(self.end_tick)

    def frame_at_tick(self, tick: int) -> int:
        """Return the frame nearest to a tick of the timeline."""
        return self._grid.frame_at_tick(tick)

    def tick_at_frame(self, frame: int) -> int:
        """Return the tick of the timeline that is nearest to a frame."""
        return nearest_tick(self._grid, frame)

    @property
    def _grid(self) -> Grid:
        return Grid(self.tempo_map, self.rate_hz, Fraction(0))


def frame_of(seconds: Fraction, rate_hz: int) -> int:
    """Return the frame nearest to an exact place; of two, the later."""
    return floor(seconds * rate_hz + _HALF)


def nearest_tick(grid: Grid, frame: int) -> int:
    """Return the tick that is nearest to a frame; of two, the earlier."""
    tick = grid.tick_at_frame(frame)
    before, after = (grid.exact_frame_at_tick(each) for each in (tick, tick + 1))
    return tick if frame - before <= after - frame else tick + 1
