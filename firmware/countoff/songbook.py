"""Reads song files: one TOML file a song, in a folder.

    title = "Kingdom"
    tempo = 113.7        # quarter notes a minute, exactly as written
    meter = "7/8"
    count_in = 2         # bars
    bars = 96            # ends there by itself; without it, when it is stopped
    subdivision = "8th"  # none, 8th, triplet or 16th

    [[section]]
    name = "Verse"
    bar = 1

A song with a fault is left out with a sentence for each fault, and never stops a session. Blocks
on the disk: called at start-up, never near real time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from countoff.config.fitting import Misfit, fit, without
from countoff.config.problems import Problem, quoted
from countoff.config.tables import Table, read_table
from countoff.core.nearest import nearest_word
from countoff.core.song import BUILT_IN_SONG, Section, Song, Subdivision
from countoff.core.tempo import MOST_BEATS_PER_BAR, NOTE_VALUES, Meter, Tempo

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SLOWEST_QUARTERS_PER_MINUTE = 20
FASTEST_QUARTERS_PER_MINUTE = 400
MOST_COUNT_IN_BARS = 8
LONGEST_SONG_BARS = 9999

SUBDIVISIONS = {
    "none": Subdivision.NONE,
    "8th": Subdivision.EIGHTH,
    "triplet": Subdivision.TRIPLET,
    "16th": Subdivision.SIXTEENTH,
}

_METER = re.compile(r"(\d{1,2})/(\d{1,2})")
_COUNT_IN = re.compile(r"(\d{1,2})(?: bars?)?")


@dataclass(frozen=True, slots=True)
class Songbook:
    """The songs that can be played, at least one, and what was wrong with the others."""

    songs: tuple[Song, ...]
    problems: tuple[Problem, ...] = ()


def _tempo(value: object) -> Fraction:
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        is_number = Decimal(value).is_finite()
        if is_number and SLOWEST_QUARTERS_PER_MINUTE <= value <= FASTEST_QUARTERS_PER_MINUTE:
            return Fraction(value)
    raise ValueError


def _meter(value: object) -> Meter:
    match = _METER.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError
    return Meter(int(match[1]), int(match[2]))


def _count_in(value: object) -> int:
    if isinstance(value, str) and (match := _COUNT_IN.fullmatch(value)):
        value = int(match[1])
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_COUNT_IN_BARS:
        return value
    raise ValueError


Title = Annotated[str, Field(min_length=1, max_length=80, pattern=r"\S")]


class SectionTable(BaseModel):
    """A `[[section]]` of a song file."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: Title = Field(
        description="what it is called",
        json_schema_extra={"allowed": "1 to 80 characters of text in quotes"},
    )
    bar: int = Field(ge=1, le=LONGEST_SONG_BARS, description="its first bar")


class SongTable(BaseModel):
    """A song file."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, arbitrary_types_allowed=True
    )

    title: Title = Field(
        description="what the song is called",
        json_schema_extra={"allowed": "1 to 80 characters of text in quotes"},
    )
    tempo: Annotated[Fraction, BeforeValidator(_tempo)] = Field(
        description="quarter notes a minute",
        json_schema_extra={
            "allowed": f"a number from {SLOWEST_QUARTERS_PER_MINUTE} to"
            f" {FASTEST_QUARTERS_PER_MINUTE} (quarter notes a minute)"
        },
    )
    meter: Annotated[Meter, BeforeValidator(_meter)] = Field(
        Meter(4, 4),
        description="beats in a bar and their note value",
        json_schema_extra={
            "allowed": f'a meter such as "7/8": 1 to {MOST_BEATS_PER_BAR} beats of'
            f" {'/'.join(str(value) for value in NOTE_VALUES)}"
        },
    )
    count_in: Annotated[int, BeforeValidator(_count_in)] = Field(
        2,
        description="bars of count-in",
        json_schema_extra={"allowed": f'0 to {MOST_COUNT_IN_BARS} bars, such as 2 or "2 bars"'},
    )
    bars: int | None = Field(None, ge=1, le=LONGEST_SONG_BARS, description="the song's length")
    subdivision: Literal["none", "8th", "triplet", "16th"] = Field(
        "none", description="clicked between the beats"
    )
    section: tuple[SectionTable, ...] = Field(
        (),
        strict=False,  # TOML has lists only
        description="verse, chorus and so on, in order",
    )


def open_songbook(folder: Path, order: Sequence[str] = ()) -> Songbook:
    """Read every song in `folder`, those named in `order` first; never raises.

    A folder that is not there, or has no song without a fault, gives the built-in song.
    """
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix == ".toml")
    except FileNotFoundError:
        paths, problems = [], []
    except OSError as error:
        sentence = f"this folder of songs cannot be read: {error.strerror}."
        paths, problems = [], [Problem(folder, None, "", sentence)]
    else:
        problems = []
    songs: list[tuple[str, Song]] = []
    for path in paths:
        song, faults = read_song(path)
        problems.extend(faults)
        if song is None:
            continue
        twin = next((name for name, other in songs if other.title == song.title), None)
        if twin is None:
            songs.append((path.stem, song))
        else:
            # Takes are counted by title: two songs of one title would share their numbers.
            sentence = f'title = "{song.title}" is also the title of {twin}.toml. It is left out.'
            problems.append(Problem(path, None, "title", sentence))
    ordered, unknown = _in_order(songs, order)
    problems.extend(Problem(None, None, "songs.order", sentence) for sentence in unknown)
    return Songbook(tuple(ordered) or (BUILT_IN_SONG,), tuple(problems))


def read_song(path: Path) -> tuple[Song | None, list[Problem]]:
    """Read one song file; a song with a wrong or missing value is None. Never raises."""
    table, problems = read_table(path, parse_float=Decimal)
    if problems:
        return None, problems
    values = table.values
    song, misfits = fit(SongTable, values)
    wrong = [misfit for misfit in misfits if misfit.kind != "unknown"]
    for misfit in misfits:
        outcome = "The key is left out." if misfit.kind == "unknown" else "The song is left out."
        problems.append(misfit.problem(table, outcome))
    problems.sort(key=lambda problem: problem.line or 0)
    if wrong:
        return None, problems
    for misfit in misfits:
        values = without(values, misfit.key)
    if song is None:
        song, _ = fit(SongTable, values)
    if song is None:
        return None, problems
    disorder = _section_faults(song, table)
    return (None if disorder else _song(song)), problems + disorder


def _section_faults(song: SongTable, table: Table) -> list[Problem]:
    """Sections start on later and later bars, within the song."""
    faults = []
    last_bar = 0
    for index, section in enumerate(song.section):
        allowed = ""
        if section.bar <= last_bar:
            allowed = f"after bar {last_bar}, where the section before it starts"
        elif song.bars is not None and section.bar > song.bars:
            allowed = f"within the song's {song.bars} bars"
        last_bar = max(last_bar, section.bar)
        if allowed:
            sentence = f"{section.name}: bar = {section.bar} is not allowed; it must be {allowed}."
            misfit = Misfit(("section", index, "bar"), "wrong", sentence)
            faults.append(misfit.problem(table, "The song is left out."))
    return faults


def _song(table: SongTable) -> Song:
    return Song(
        title=table.title,
        tempo=Tempo(table.tempo),
        meter=table.meter,
        count_in_bars=table.count_in,
        length_bars=table.bars,
        subdivision=SUBDIVISIONS[table.subdivision],
        sections=tuple(Section(section.name, section.bar) for section in table.section),
    )


def _in_order(songs: list[tuple[str, Song]], order: Sequence[str]) -> tuple[list[Song], list[str]]:
    by_name = {name: song for stem, song in songs for name in (stem, f"{stem}.toml", song.title)}
    ordered: list[Song] = []
    unknown: list[str] = []
    for name in order:
        if name not in by_name:
            guess = nearest_word(name, by_name)
            unknown.append(f"songs.order names {quoted(name)}, but no song is called so.{guess}")
        elif by_name[name] not in ordered:
            ordered.append(by_name[name])
    return ordered + [song for _, song in songs if song not in ordered], unknown
