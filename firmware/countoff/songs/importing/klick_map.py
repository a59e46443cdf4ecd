"""Tempo maps of the metronome klick: a line a section.

    [label:] bars [meter] tempo [pattern] [volume]    # comment

The tempo is in quarter notes a minute whatever the meter: one number, a ramp `96-70` over the
whole line, or one number for each beat `96,95,94`. Pure but for reading the file; for commands only.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from countoff.config.problems import Problem, quoted
from countoff.core.section import COMMON_TIME, Section
from countoff.core.song import Song
from countoff.core.tempo import Meter, Tempo
from countoff.core.tempo_map import TempoSpan
from countoff.songs.importing.naming import section_names
from countoff.songs.importing.refusing import (
    ImportRefusedError,
    length_faults,
    refusal,
    song_name,
    tempo_fault,
)
from countoff.songs.values import LONGEST_SONG_BARS, LOUDEST_DB, MOST_CHARACTERS, SOFTEST_DB

if TYPE_CHECKING:
    from pathlib import Path

_NUMBER = r"(?:[0-9]{1,9}(?:\.[0-9]{0,18})?|\.[0-9]{1,18})"
_LABEL = re.compile(r"[ \t]*([^ \t:]*):")
_LABEL_LETTERS = re.compile(r"[A-Za-z0-9_-]+")
_BARS = re.compile(r"[0-9]{1,9}")
_METER = re.compile(r"([0-9]{1,9})/([0-9]{1,9})")
_TEMPO = re.compile(rf"({_NUMBER})(?:-({_NUMBER})|((?:,{_NUMBER})+))?")
_PATTERN = re.compile(r"[Xx.]+")
_VOLUME = re.compile(_NUMBER)


@dataclass(frozen=True, slots=True)
class _Line:
    """What a line says, its label as it stands; `remarks` are sentences without their place."""

    number: int
    section: Section
    remarks: tuple[str, ...]


def read_klick_map(path: Path) -> tuple[Song, tuple[str, ...]]:
    """Return the song of a klick tempo map, and what had to be assumed, in sentences.

    Raises ImportRefusedError with all its bad lines, and OSError where it cannot be read. Blocks on
    the disk.
    """
    return song_of_klick_map(path.read_bytes(), path)


def song_of_klick_map(data: bytes, path: Path) -> tuple[Song, tuple[str, ...]]:
    """Return the same of a file's bytes; `path` names the song and the place of each fault."""
    lines: list[_Line] = []
    problems: list[Problem] = []
    for number, text in enumerate(_text(data).split("\n"), start=1):
        # klick knows no quotes: everything after a # is a comment.
        entry = text.partition("#")[0]
        if not entry.strip():
            continue
        try:
            lines.append(_line(number, entry))
        except ValueError as fault:
            problems.append(
                Problem(path, number, "", f"{fault} The line is {quoted(text.strip())}.")
            )
    if not lines and not problems:
        raise refusal(path, "This klick map has no line with bars and a tempo.")
    faults = length_faults([line.section for line in lines])
    problems.extend(Problem(path, None, "", fault) for fault in faults)
    if problems:
        raise ImportRefusedError(problems)
    assumed = (
        "A klick map holds neither title nor count-in: "
        f"the song is called {quoted(song_name(path))} and has a count-in of two bars."
    )
    remarks = (f"Line {line.number}: {remark}" for line in lines for remark in line.remarks)
    labels = [line.section.name for line in lines]
    names = section_names(labels) if len(lines) > 1 else labels
    sections = (replace(line.section, name=name) for line, name in zip(lines, names, strict=True))
    return Song(song_name(path), tuple(sections)), (assumed, *remarks)


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _line(number: int, entry: str) -> _Line:
    """Read one line. Raises ValueError whose text is a sentence."""
    label = ""
    if ":" in entry:
        label, entry = _label(entry)
    fields = entry.split()
    bars = _bars(fields.pop(0)) if fields else _bars("")
    meter = _meter(fields.pop(0)) if fields and "/" in fields[0] else COMMON_TIME
    if not fields:
        raise ValueError("There is no tempo; a line is [label:] bars [meter] tempo.")
    remarks: list[str] = []
    tempos = _tempos(fields.pop(0), bars, meter, remarks)
    pattern = fields.pop(0) if fields and _PATTERN.fullmatch(fields[0]) else ""
    if pattern and len(pattern) != meter.beats_per_bar:
        raise ValueError(
            f"The pattern {quoted(pattern)} is {len(pattern)} long; "
            f"a bar of {meter} has {meter.beats_per_bar} beats, a letter each."
        )
    has_click, level_db = True, 0.0
    if fields and _VOLUME.fullmatch(fields[0]):
        has_click, level_db = _level(Fraction(fields.pop(0)), remarks)
    if fields:
        raise ValueError(
            f"{quoted(fields[0])} is neither a pattern of X, x and . nor a volume, or stands in the"
            " wrong place; after the tempo come a pattern and then a volume."
        )
    section = Section(
        label, bars, tempos, meter, pattern=pattern, level_db=level_db, has_click=has_click
    )
    return _Line(number, section, tuple(remarks))


def _label(entry: str) -> tuple[str, str]:
    match = _LABEL.match(entry)
    label = match[1] if match else entry.partition(":")[0].strip()
    if match is None or not _LABEL_LETTERS.fullmatch(label) or len(label) > MOST_CHARACTERS:
        raise ValueError(
            f"The label {quoted(label)} is not allowed; a label is letters, digits, _ and -, "
            f"at most {MOST_CHARACTERS}, and its colon stands right behind it."
        )
    return label, entry[match.end() :]


def _bars(field: str) -> int:
    if _BARS.fullmatch(field) and 1 <= int(field) <= LONGEST_SONG_BARS:
        return int(field)
    raise ValueError(
        f"A line begins with its number of bars, 1 to {LONGEST_SONG_BARS}; found {quoted(field)}."
    )


def _meter(field: str) -> Meter:
    match = _METER.fullmatch(field)
    if match is None:
        raise ValueError(f"A meter is written like 7/8; found {quoted(field)}.")
    return Meter(int(match[1]), int(match[2]))


def _tempos(field: str, bars: int, meter: Meter, remarks: list[str]) -> tuple[TempoSpan, ...]:
    match = _TEMPO.fullmatch(field)
    if match is None:
        raise ValueError(
            "A tempo is a number, a ramp like 96-70, or one number for each beat like 96,95,94; "
            f"found {quoted(field)}."
        )
    first, to, others = match.groups()
    if others is not None:
        return _tempo_of_each_beat([first, *others[1:].split(",")], bars, meter)
    tempo = _tempo(first)
    if to is None:
        return (TempoSpan(0, tempo),)
    if Fraction(to) == 0:
        remarks.append(f'klick plays the ramp "{field}" as a steady {tempo}; so it is taken here.')
        return (TempoSpan(0, tempo),)
    last = _tempo(to)
    return (TempoSpan(0, tempo, last if last != tempo else None),)


def _tempo_of_each_beat(fields: list[str], bars: int, meter: Meter) -> tuple[TempoSpan, ...]:
    beats = bars * meter.beats_per_bar
    if len(fields) != beats:
        raise ValueError(
            f"A list of tempos has one for each beat: {bars} x {meter} is {beats}; "
            f"found {len(fields)}."
        )
    spans: list[TempoSpan] = []
    for beat, field in enumerate(fields):
        tempo = _tempo(field)
        if not spans or tempo != spans[-1].tempo:
            spans.append(TempoSpan(beat * meter.ticks_per_beat, tempo))
    return tuple(spans)


def _tempo(field: str) -> Tempo:
    value = Fraction(field)
    if fault := tempo_fault(value):
        raise ValueError(fault)
    return Tempo(value)


def _level(volume: Fraction, remarks: list[str]) -> tuple[bool, float]:
    """Return whether there is a click, and its level in dB: klick's volume is a factor."""
    if not volume:
        return False, 0.0
    level_db = round(20 * math.log10(volume), 2)
    nearest_db = min(max(level_db, SOFTEST_DB), LOUDEST_DB)
    if nearest_db != level_db:
        remarks.append(
            f"a volume of {float(volume):g} is {level_db:+g} dB; "
            f"a section's level is {SOFTEST_DB:g} to {LOUDEST_DB:+g} dB, so it is {nearest_db:+g}."
        )
    return True, nearest_db
