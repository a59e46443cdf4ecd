"""What the screen shows: one frozen value a page, with nothing left to work out.

The controller's thread makes it from the state; the screen's thread draws it. It holds no time, so
that two equal views are one picture and the screen is redrawn only when a view has changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Page = Literal[
    "idle", "count_in", "rolling", "ring_out", "after_take", "fault", "line_check", "asleep"
]
TempoMove = Literal["", "faster", "slower"]


class HealthMark(StrEnum):
    """How one part of the box is doing."""

    OK = "ok"
    WARN = "warn"
    """It works, and something about it deserves a look."""
    FAULT = "fault"
    """It does not work now."""
    ABSENT = "absent"
    """There is none: a virtual or simulated part stands in for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The three marks that stand in the corner of every page."""

    audio: HealthMark
    daw: HealthMark
    disk: HealthMark


@dataclass(frozen=True, slots=True, kw_only=True)
class LastTake:
    """The take that has just ended, in the words the page shows."""

    number: int
    how: str
    """How it ended: "ended", "false start", "cancelled", "interrupted"."""
    bars: int
    """Bars that were begun; 0 when only the count-in sounded."""
    flags: str = ""
    """Its flags in one short line, such as "KEEPER" or "FIX 12.1"; empty for none."""
    verdict: str = ""
    """What the DAW said: "RECORDED", "CANNOT ANSWER", "NOT SEEN", "GAP BAR 12"."""
    arming_is_unknown: bool = False
    """It says RECORDED, which with this DAW does not mean that a track was armed."""
    incident_count: int = 0
    click: str = ""
    """Whether its click was whole: "CLICK CLEAN", "1 GAP BAR 33"; empty until that is known."""
    click_is_faulty: bool = False
    elapsed: str = ""
    """In place of bars, for a song without tempo: how long it was, "3:05"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckShown:
    """A line check, as its page tells it.

    lines:      checks by name, each with its mark, the newest last
    text:       lines that say what was found and what to do, or what is asked of who stands there
    pedals:     each by name, and whether it was felt; empty where nobody is to step on any
    is_trouble: the title is lit
    is_well:    nothing is to be done: the title is large
    """

    title: str
    lines: tuple[tuple[str, HealthMark], ...] = ()
    text: tuple[str, ...] = ()
    pedals: tuple[tuple[str, bool], ...] = ()
    foot: str = ""
    is_trouble: bool = False
    is_well: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenView:
    """Everything a page shows. A page reads the fields that concern it and leaves the others."""

    page: Page
    health: Health

    song: str = ""
    tempo: str = ""
    """Quarter notes a minute, "113.7": of the place while rolling; empty for a song without tempo."""
    tempo_moves: TempoMove = ""
    """Where the tempo goes at this place of a ramp; empty where it is steady."""
    meter: str = ""
    """Such as "4/4": of the place while rolling; empty for a song without tempo."""
    section: str = ""
    coming: str = ""
    """In the last bar of a section, what follows it, with its meter if that is another: "BRIDGE 7/8"."""
    message: str = ""
    """One line that a page shows on a lit strip for as long as it is here: "KEEP T4 VERSE 2"."""

    take_number: int = 0
    """The running take, or the one that rings out."""
    next_take_number: int = 1
    rehearsing: bool = False
    """The click runs and nothing is recorded."""
    without_click: bool = False
    """Somebody at the DAW began to record: the take runs and nothing clicks."""

    starts_from: str = ""
    """Where takes begin if not at the top, or what they loop: "BRIDGE BAR 33"."""
    looped: bool = False
    """Takes play the section they begin with again and again."""
    tempo_changed: bool = False
    """The song is played faster or slower today than its file says."""
    artist: str = ""
    key: str = ""
    notes: str = ""
    """What the song's author wants read before a take."""
    shows_notes: bool = False
    """It is the notes' turn on the idle page."""
    elapsed: str = ""
    """A song without tempo has no bars: how long the take has run, "1:23"."""

    bar: int = 0
    """Count-in: its own bars from 1, 0 before the first beat. Rolling: the song's bar, where a
    pick-up is 0 or less."""
    beat: int = 0
    """From 1; 0 before the first beat has sounded."""
    beats_in_bar: int = 4
    beat_groups: tuple[int, ...] = ()
    """How the bar's beats are grouped, 2, 2, 3; empty for no groups."""
    count: str = ""
    """Count-in: the word that is said on this beat, empty where it is silent: "1"."""
    bars_left: int | None = None
    """Bars that follow this one in the count-in, or in the section (or song); None: not known."""
    ring_out_left_s: int = 0

    last_take: LastTake | None = None

    wanderings: int = 0
    """Asleep: how often the marks have moved; it tells where they are."""

    check: CheckShown | None = None
    """The line check that is on."""
    fault_title: str = ""
    fault_lines: tuple[str, ...] = ()

    click_muted: bool = False
    click_level_db: int = 0
    simulated_parts: tuple[str, ...] = ()
    """What stands in for a missing part, by name: "VIRTUAL AUDIO", "VIRTUAL MIDI"."""
