"""What the box and a DAW can know of each other, whatever the dialect. Pure values, any thread."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from countoff.core.tempo import NO_PLACE

if TYPE_CHECKING:
    from fractions import Fraction

    from countoff.core.tempo import BarBeat

_MS = 1_000_000

LAST_PLACE_HOURS = 16
"""Places on its timeline lie below that: some DAWs read the hour of a locate modulo 16."""

CANNOT_ANSWER = "CANNOT ANSWER"
"""What the screen says in place of a verdict where the DAW has no way to answer."""


class DawTransport(StrEnum):
    """What the DAW last said that it does."""

    STOPPED = "stopped"
    ARMED = "armed"
    """It would record, and does not roll."""
    PLAYING = "playing"
    """It rolls, and does not record."""
    RECORDING = "recording"


class Answer(StrEnum):
    """How far the command to record has come, as far as the box knows."""

    NOT_ASKED = "not_asked"
    COMMANDED = "commanded"
    """Told to record; it may still answer in time."""
    CONFIRMED = "confirmed"
    """It says that it records."""
    MISSING = "missing"
    """It could answer, and has not by the deadline, or says now that it does not record."""
    CANNOT_ANSWER = "cannot_answer"
    """Its dialect, or the way it is connected, has no answer."""
    LOST = "lost"
    """It was never told, or nothing of it is heard any more."""


class Verdict(StrEnum):
    """Whether the DAW said, without a gap, that it recorded the take."""

    RECORDED = "recorded"
    NOT_SEEN = "not_seen"
    GAP = "gap"


def verdict_words(verdict: Verdict, gap: BarBeat | None = None) -> str:
    """Return a verdict as the screen says it: RECORDED, NOT SEEN, GAP BAR 12."""
    if verdict is not Verdict.GAP or gap is None or gap == NO_PLACE:
        return verdict.upper().replace("_", " ")
    return f"GAP BAR {gap.bar}" if gap.bar > 0 else "GAP COUNT-IN"


class WithoutAnswer(StrEnum):
    """What becomes of a take that the DAW does not confirm by the deadline."""

    REFUSE = "refuse"
    """No count-in: nobody plays a take that is not recorded."""
    WARN = "warn"
    """The count-in comes all the same, and the screen says so."""


class OnStop(StrEnum):
    """What becomes of a confirmed take when the DAW stops and nobody asked it to."""

    END = "end"
    """The take has ended normally: somebody at the DAW stopped it."""
    WARN = "warn"
    """The click goes on, and the light says that the DAW does not record."""


class OnRecord(StrEnum):
    """What becomes of a recording that somebody at the DAW began."""

    LOG = "log"
    """A take without click."""
    IGNORE = "ignore"


class KnownFrom(StrEnum):
    """How a place on the DAW's timeline is known."""

    LOCATE = "locate"
    """The box sent it there."""
    TIME_CODE = "time_code"
    """Its own, or the box's, which it follows."""
    DISPLAY = "display"
    """Its time display, as precise as that is."""
    OSC = "osc"


@dataclass(frozen=True, slots=True)
class DawPlace:
    """A place on the DAW's timeline, in seconds as it displays them."""

    seconds: Fraction
    known_from: KnownFrom


@dataclass(frozen=True, slots=True)
class DawAbilities:
    """What the rules need to know of the DAW at the other end. By default: MMC, without an answer."""

    can_answer: bool = False
    shows_life: bool = False
    """While it rolls something comes from it at least once a second."""
    deadline_ns: int = 1000 * _MS
    """How long after it was told to record its answer is waited for."""
    is_started_by_clock: bool = False
    """The MIDI clock, or time code, alone moves it: the clock's port is a way to it.

    Where it cannot answer, that is the only one.
    """
    can_locate: bool = True
    keeps_takes: bool = False
    """Recording over an earlier take leaves that take there: takes may be stacked."""
    can_mark: bool = False
    proves_arming: bool = False
    """Its word that it records means that a track is armed."""
