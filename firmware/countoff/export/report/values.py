"""What stands on a report's page, ready to be laid out: words and shares, nothing to work out. Pure.

A sign is the name of a drawing in `templates/signs.svg.jinja`. A share is of the width that is there, in percent.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from countoff.takelog.session_day import Player


class Sign(StrEnum):
    """What a small drawing stands for."""

    KEEPER = "keeper"
    FIX_HERE = "fix"
    NO_GOOD = "bad"
    MARKER = "marker"
    INCIDENT = "incident"
    WHOLE = "whole"
    PART = "part"
    ABSENT = "absent"
    UNSEEN = "unseen"


SIGN_WORDS = {
    Sign.KEEPER: "keeper",
    Sign.FIX_HERE: "fix here",
    Sign.NO_GOOD: "no good",
    Sign.MARKER: "marker",
    Sign.INCIDENT: "incident",
    Sign.WHOLE: "played whole",
    Sign.PART: "in part",
    Sign.ABSENT: "not played",
    Sign.UNSEEN: "not seen by the DAW",
}


class Shape(StrEnum):
    """How a take is drawn on the day's time line."""

    COMP = "comp"
    WHOLE = "whole"
    FALSE_START = "false"
    CANCELLED = "cancelled"
    INTERRUPTED = "torn"
    UNSEEN = "unseen"


SHAPE_WORDS = {
    Shape.COMP: "in the comp",
    Shape.WHOLE: "take",
    Shape.FALSE_START: "false start",
    Shape.CANCELLED: "cancelled",
    Shape.INTERRUPTED: "interrupted",
    Shape.UNSEEN: "not seen by the DAW",
}


class Fit(StrEnum):
    """On which width a label or a sign of the time line has its room."""

    ALWAYS = "always"
    WIDE = "wide"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Hour:
    """A mark of the day's time line."""

    at: float
    label: str
    fit: Fit


@dataclass(frozen=True, slots=True)
class Bar:
    """A take on the day's time line; `middle` is where its label and sign stand."""

    at: float
    width: float
    middle: float
    label: str
    label_fit: Fit
    shape: Shape
    sign: Sign | None
    sign_fit: Fit
    words: str


@dataclass(frozen=True, slots=True)
class Lane:
    """A song on the day's time line."""

    song: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class DayLine:
    """The day's time line, a lane for each song; `shapes` and `signs` are those on it."""

    hours: tuple[Hour, ...]
    lanes: tuple[Lane, ...]
    shapes: tuple[Shape, ...]
    signs: tuple[Sign, ...]


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """Something that is still to be done: in which section, or from which to which; none for the song."""

    sections: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class SongLine:
    """A song in the list at the beginning: how much work it was, and what is still open."""

    song: str
    anchor: str
    takes: int
    false_starts: int
    music: str
    worked: str
    comp: str
    still_open: tuple[OpenPoint, ...]


@dataclass(frozen=True, slots=True)
class StripPart:
    """A section in the picture of a comp: as wide as it is long. `title` is what fits into it."""

    weight: int
    title: str
    giver: str
    is_master: bool
    is_by_hand: bool


@dataclass(frozen=True, slots=True)
class CompLine:
    """A run of sections that one take gives, the first and the last of it, and why."""

    sections: tuple[str, ...]
    bars: str
    giver: str
    is_master: bool
    is_by_hand: bool
    why: str
    still_open: bool


@dataclass(frozen=True, slots=True)
class GridHead:
    """A take above its column of the grid."""

    label: str
    rating: int | None
    about: str


@dataclass(frozen=True, slots=True)
class GridCell:
    """A section of a take: its signs, and what they are, in words."""

    signs: tuple[Sign, ...]
    words: str
    is_chosen: bool
    is_apart: bool


@dataclass(frozen=True, slots=True)
class GridRow:
    """A section and its cells."""

    title: str
    bars: str
    cells: tuple[GridCell, ...]


@dataclass(frozen=True, slots=True)
class GridBlock:
    """As much of the grid as a page is wide. `is_other` of an arrangement that is not the comp's."""

    heads: tuple[GridHead, ...]
    rows: tuple[GridRow, ...]
    is_other: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A flag or an incident of a take: its sign, what there is to say of it, and where it is."""

    sign: Sign
    words: str
    section: str
    place: str


@dataclass(frozen=True, slots=True)
class TakeLine:
    """A take in the list of a song's takes. Empty words are left out.

    course: what it played: "to bar 62", "false start at bar 6"
    verdict, click: what the DAW said, and the certificate; `is_seen` and `is_clean` of them: None where there is
            nothing to judge
    daw_place: where the song's bar 1 lies on the DAW's timeline, and how that is known
    """

    label: str
    name: str
    began: str
    length: str
    course: str
    shape: Shape
    rating: int | None
    is_master: bool
    verdict: str
    is_seen: bool | None
    click: str
    grade: str
    is_clean: bool | None
    marks: tuple[Mark, ...]
    notes: tuple[str, ...]
    daw_place: str
    daw_place_from: str


@dataclass(frozen=True, slots=True)
class SongSheet:
    """All there is of one song. `strip` is in rows, each as wide as the page."""

    title: str
    anchor: str
    about: tuple[str, ...]
    players: tuple[Player, ...]
    master: str
    why_master: str
    strip: tuple[tuple[StripPart, ...], ...]
    comp: tuple[CompLine, ...]
    no_comp: str
    blocks: tuple[GridBlock, ...]
    signs: tuple[Sign, ...]
    remarks: tuple[str, ...]
    takes: tuple[TakeLine, ...]
    has_daw_places: bool


@dataclass(frozen=True, slots=True)
class CertificateLine:
    """A take's certificate in full."""

    take: str
    summary: str
    grade: str
    is_clean: bool
    notes: tuple[str, ...]
    figures: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SongCertificates:
    """The certificates of a song's takes."""

    title: str
    lines: tuple[CertificateLine, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A session's report.

    hours:  from when to when it was, and how long
    doubts: a sentence for each thing about its times that is not sure
    """

    day: str
    hours: str
    room: str
    engineer: str
    players: tuple[Player, ...]
    notes: tuple[str, ...]
    figures: tuple[tuple[str, str], ...]
    doubts: tuple[str, ...]
    line: DayLine | None
    songs: tuple[SongLine, ...]
    together: SongLine
    sheets: tuple[SongSheet, ...]
    certificates: tuple[SongCertificates, ...]
    session_id: str
    version: str
    made: datetime
