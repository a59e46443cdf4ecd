"""What can be written after `tempo =`: a number, a named note, a ramp, a list of changes. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from countoff.config.problems import quoted
from countoff.core.nearest import nearest_word
from countoff.core.tempo import TICKS_PER_QUARTER, Tempo
from countoff.core.tempo_map import LinearIn
from countoff.songs import note_names
from countoff.songs.numbers import exact_number, whole_number

if TYPE_CHECKING:
    from countoff.songs.faults import Spot

SLOWEST_QUARTERS_PER_MINUTE: Final = 10
FASTEST_QUARTERS_PER_MINUTE: Final = 999

_RANGE: Final = (
    f"{SLOWEST_QUARTERS_PER_MINUTE} to {FASTEST_QUARTERS_PER_MINUTE} quarter notes a minute"
)
_ONE_ALLOWED: Final = f'a number such as 92.5 or a note such as "8th = 184", {_RANGE}'
_ALLOWED: Final = (
    f"{_ONE_ALLOWED}; or a ramp such as {{ from = 96, to = 70 }}; or a list of changes such as"
    ' [{ at = "1.1", tempo = 96 }, { at = "3.2", tempo = 90 }]'
)
_AT_ALLOWED: Final = (
    'a bar and beat of the section in quotes, such as "3.2", or "3.2.480" with ticks'
)
_OVER_ALLOWED: Final = 'a number of bars, such as 2, "first 2 bars" or "last 2 bars"'
_RAMP_KEYS: Final = ("from", "to", "over", "linear_in")
_CHANGE_KEYS: Final = ("at", "tempo", "from", "to", "linear_in")

_NOTE: Final = re.compile(r"(?P<note>[^=]*)=(?P<number>[^=]*)")
_AT: Final = re.compile(r"(\d{1,4})(?:\.(\d{1,2})(?:\.(\d{1,4}))?)?")
_OVER: Final = re.compile(r"(?:(first|last) )?(\d{1,4}) bars?")


@dataclass(frozen=True, slots=True)
class NamedTempo:
    """A tempo as written: `note_ticks` is the note it counts, 0 where only a number stands."""

    tempo: Tempo
    note_ticks: int = 0


@dataclass(frozen=True, slots=True)
class Over:
    """The bars of a section that a ramp takes: its first ones, or its last."""

    bars: int
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class Ramp:
    """A tempo that moves to `to`; `start` is None where it begins with the tempo before."""

    start: NamedTempo | None
    to: NamedTempo
    linear_in: LinearIn = LinearIn.BEATS
    over: Over | None = None


class At(NamedTuple):
    """A place within a section: bar and beat count from 1, ticks from 0."""

    bar: int
    beat: int = 1
    tick: int = 0

    def __str__(self) -> str:
        """Write it as the file does: 3.2, or 3.2.480."""
        return f"{self.bar}.{self.beat}" + (f".{self.tick}" if self.tick else "")


@dataclass(frozen=True, slots=True)
class Change:
    """A tempo from a place within the section on; `index` is its place in the list, from 0."""

    at: At
    tempo: NamedTempo | Ramp
    index: int


TempoWritten = NamedTempo | Ramp | tuple[Change, ...]


def read_tempo(value: object, spot: Spot) -> TempoWritten | None:
    """Read what stands after `tempo =`. None where there is a fault, which `spot` has been told.

    Of a list of changes those that are right are returned also where others are not.
    """
    if isinstance(value, dict):
        return _ramp(value, spot, _RAMP_KEYS)
    if isinstance(value, list):
        return _changes(value, spot)
    return _one_tempo(value, spot, _ALLOWED)


def _one_tempo(value: object, spot: Spot, allowed: str = _ONE_ALLOWED) -> NamedTempo | None:
    note_ticks = 0
    number = exact_number(value)
    if isinstance(value, str) and (match := _NOTE.fullmatch(value)) is not None:
        note_ticks = note_names.note_ticks(match["note"]) or 0
        if not note_ticks:
            note = " ".join(match["note"].split())
            guess = note_names.nearest_note(note)
            spot.say(
                f"{spot.name} = {quoted(value)} is not allowed: no note is called {quoted(note)};"
                f" it must be {note_names.ALLOWED}.{guess}"
            )
            return None
        number = exact_number(match["number"].strip())
    if number is None:
        spot.wrong(value, allowed)
        return None
    quarters_per_minute = number * (note_ticks or TICKS_PER_QUARTER) / TICKS_PER_QUARTER
    if SLOWEST_QUARTERS_PER_MINUTE <= quarters_per_minute <= FASTEST_QUARTERS_PER_MINUTE:
        return NamedTempo(Tempo(quarters_per_minute), note_ticks)
    if note_ticks:
        shown = f"{float(quarters_per_minute):g}"
        spot.say(
            f"{spot.name} = {quoted(value)} is not allowed: that is {shown} quarter notes a minute,"
            f" and it must be {_RANGE}."
        )
    else:
        spot.wrong(value, allowed)
    return None


def _ramp(value: dict[str, object], spot: Spot, known: tuple[str, ...]) -> Ramp | None:
    faults_before = len(spot.faults)
    spot.fields(value, known, _ALLOWED)
    start = _one_tempo(value["from"], spot.at("from")) if "from" in value else None
    to = _one_tempo(value["to"], spot.at("to")) if "to" in value else None
    if "to" not in value:
        spot.at("to").missing("the tempo that the ramp arrives at, such as to = 70")
    linear_in: LinearIn | None = LinearIn.BEATS
    if "linear_in" in value:
        linear_in = _linear_in(value["linear_in"], spot.at("linear_in"))
    over = _over(value["over"], spot.at("over")) if "over" in value and "over" in known else None
    if len(spot.faults) > faults_before or to is None or linear_in is None:
        return None
    return Ramp(start, to, linear_in, over)


def _linear_in(value: object, spot: Spot) -> LinearIn | None:
    words = [each.value for each in LinearIn]
    if isinstance(value, str) and value in words:
        return LinearIn(value)
    guess = nearest_word(value.lower(), words) if isinstance(value, str) else ""
    spot.wrong(value, '"beats" or "time"', guess)
    return None


def _over(value: object, spot: Spot) -> Over | None:
    bars, is_last = whole_number(value), False
    if isinstance(value, str) and (match := _OVER.fullmatch(" ".join(value.lower().split()))):
        bars, is_last = int(match[2]), match[1] == "last"
    if bars is None or bars < 1:
        spot.wrong(value, _OVER_ALLOWED)
        return None
    return Over(bars, is_last)


def _changes(value: list[object], spot: Spot) -> tuple[Change, ...] | None:
    if not value:
        spot.wrong(value, _ALLOWED)
        return None
    read = [_change(entry, index, spot.at(index)) for index, entry in enumerate(value)]
    changes = tuple(change for change in read if change is not None)
    for before, here in pairwise(changes):
        if here.at <= before.at:
            where = spot.at(here.index, "at")
            where.say(
                f'{where.name} = "{here.at}" is not allowed; it must come after "{before.at}", where'
                " an entry before it stands."
            )
    return changes


def _change(entry: object, index: int, spot: Spot) -> Change | None:
    allowed = 'a table such as { at = "3.2", tempo = 96 } or { at = "5.1", from = 95, to = 80 }'
    if not isinstance(entry, dict):
        spot.wrong(entry, allowed)
        return None
    at = None
    if "at" in entry:
        at = _at(entry["at"], spot.at("at"))
    else:
        spot.at("at").missing('where it begins, such as at = "3.2" (bar and beat of the section)')
    if "tempo" not in entry:
        ramp = _ramp(entry, spot, _CHANGE_KEYS)
        return None if at is None or ramp is None else Change(at, ramp, index)
    faults_before = len(spot.faults)
    spot.fields(entry, _CHANGE_KEYS, allowed)
    for name in ("from", "to", "linear_in"):
        if name in entry:
            spot.at(name).say(
                f"{spot.at(name).name} = {quoted(entry[name])} is not allowed beside tempo: write"
                " tempo for a steady one, or from and to for a ramp."
            )
    tempo = _one_tempo(entry["tempo"], spot.at("tempo"))
    if at is None or tempo is None or len(spot.faults) > faults_before:
        return None
    return Change(at, tempo, index)


def _at(value: object, spot: Spot) -> At | None:
    match = _AT.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        guess = (
            f' Did you mean "{value}"?'
            if exact_number(value) and not isinstance(value, str)
            else ""
        )
        spot.wrong(value, _AT_ALLOWED, guess)
        return None
    at = At(int(match[1]), int(match[2] or 1), int(match[3] or 0))
    if at.bar < 1 or at.beat < 1:
        spot.wrong(value, f"{_AT_ALLOWED}; bars and beats count from 1")
        return None
    return at
