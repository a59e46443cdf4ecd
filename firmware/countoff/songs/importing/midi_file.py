"""Standard MIDI Files, type 0 and 1: tempo, meter, and markers that become sections.

Pure but for reading the file; for commands only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from countoff.config.problems import Problem, quoted
from countoff.core.section import Section, usual_grouping
from countoff.core.song import Song
from countoff.core.tempo import TICKS_PER_QUARTER
from countoff.core.tempo_map import TempoSpan
from countoff.midi.key_names import key_name
from countoff.songs.importing.midi_meters import Bars, MeterChange, meter_runs
from countoff.songs.importing.midi_tempos import TempoChange, placed_tempos
from countoff.songs.importing.midi_tracks import DamagedError, read_midi_tracks
from countoff.songs.importing.naming import section_names
from countoff.songs.importing.refusing import (
    ImportRefusedError,
    length_faults,
    refusal,
    song_name,
)
from countoff.songs.values import MOST_CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from mido import MetaMessage

    from countoff.core.tempo import Tempo
    from countoff.songs.importing.midi_meters import MeterRun
    from countoff.songs.importing.midi_tempos import PlacedTempo
    from countoff.songs.importing.midi_tracks import Meta, MidiTracks

PICK_UP_MARKER: Final = "Pick-up"
_PICK_UP_WORDS: Final = {"pick-up", "pickup", "pick up"}
_END_WORDS: Final = {"end", "the end", "end of song", "song end", "fine"}
# Names that programs give to every file's first track.
_NO_TITLES: Final = {"tempo track", "conductor track", "conductor", "master track", "untitled"}


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker or cue point, at a place in ticks of 960 that may be a fraction."""

    at: Fraction
    name: str


@dataclass(frozen=True, slots=True)
class _PickUp:
    """A pick-up at the beginning of a file: bar 1 of the song is at `downbeat_tick` of the file."""

    ticks: int
    downbeat_tick: int
    remark: str


def read_midi_file(path: Path) -> tuple[Song, tuple[str, ...]]:
    """Return the song of a MIDI file, and what was assumed or left out, in sentences.

    Raises ImportRefusedError with all that is wrong, and OSError where it cannot be read. Blocks on
    the disk.
    """
    return song_of_midi_file(path.read_bytes(), path)


def song_of_midi_file(data: bytes, path: Path) -> tuple[Song, tuple[str, ...]]:
    """Return the same of a file's bytes; `path` names the song where the file does not."""
    try:
        tracks = read_midi_tracks(data)
    except DamagedError as damage:
        raise refusal(path, str(damage)) from damage
    remarks, faults = list(tracks.left_out), list[str]()
    markers = _markers(tracks, remarks)
    end = _end(tracks, markers)
    if markers and markers[-1].at == end:
        # An engineer's marker "End" at the end of the file is no section.
        markers.pop()
    changes = _meter_changes(tracks, remarks)
    bars = meter_runs(changes, end, remarks, faults)
    tempos = placed_tempos(_tempo_changes(tracks, bars, remarks), bars, remarks, faults)
    if faults:
        raise _refused(path, faults)
    pick_up = _pick_up(bars, tempos, markers)
    if pick_up is not None:
        remarks.append(pick_up.remark)
        markers = [
            replace(marker, at=max(marker.at, Fraction(pick_up.downbeat_tick)))
            for marker in markers
            if marker.name.casefold() not in _PICK_UP_WORDS or marker.at >= pick_up.downbeat_tick
        ]
    start_tick = pick_up.downbeat_tick if pick_up else 0
    sections = _sections(bars, start_tick, tempos, _named_lines(bars, markers, remarks))
    if faults := length_faults(sections):
        raise _refused(path, faults)
    if sections[-1].bars is None:
        remarks.append("Nothing in the file says where it ends: its last section rolls on.")
    song = Song(
        _title(tracks, path, remarks),
        tuple(sections),
        pick_up_ticks=pick_up.ticks if pick_up else 0,
        key=_key(tracks, remarks),
    )
    remarks.append(
        "A MIDI file holds neither count-in nor click: two bars are counted in, and every beat of "
        "the meter is clicked."
    )
    return song, tuple(remarks)


def _refused(path: Path, faults: Sequence[str]) -> ImportRefusedError:
    return ImportRefusedError([Problem(path, None, "", fault) for fault in faults])


def _at(tracks: MidiTracks, tick: int) -> Fraction:
    """Return a tick of the file in ticks of 960 to the quarter."""
    return Fraction(tick * TICKS_PER_QUARTER, tracks.ticks_per_quarter)


def _markers(tracks: MidiTracks, remarks: list[str]) -> list[Marker]:
    markers: list[Marker] = []
    for meta in _of_kind(tracks, "marker"):
        if not meta.text:
            remarks.append("A marker without a name is left out.")
            continue
        name = meta.text
        if len(name) > MOST_CHARACTERS:
            name = name[:MOST_CHARACTERS].rstrip()
            remarks.append(f"The name of the marker {quoted(meta.text)} is cut to {len(name)}.")
        marker = Marker(_at(tracks, meta.tick), name)
        # Some programs write each marker into every track, or as a marker and as a cue point.
        if marker not in markers:
            markers.append(marker)
    return markers


def _end(tracks: MidiTracks, markers: Sequence[Marker]) -> Fraction | None:
    """Return where the song ends, or None where nothing comes after the last of its events."""
    kinds = {"tempo", "meter", "marker"}
    last_tick = max((meta.tick for meta in tracks.metas if meta.kind in kinds), default=0)
    end = _at(tracks, tracks.end_tick)
    if tracks.end_tick > last_tick:
        return end
    is_said = bool(markers) and markers[-1].at == end and markers[-1].name.casefold() in _END_WORDS
    return end if is_said and end else None


def _meter_changes(tracks: MidiTracks, remarks: list[str]) -> list[MeterChange]:
    """Return the meter events, of several at one place the last."""
    changes: dict[Fraction, MeterChange] = {}
    for at, values in _values(tracks, "meter"):
        change = MeterChange(at, values.numerator, values.denominator)
        earlier = changes.get(at)
        if earlier not in (None, change):
            quarters = float(at / TICKS_PER_QUARTER)
            remarks.append(
                f"Two meters stand {quarters:g} quarter notes in, {earlier} and {change}: "
                "the last one counts."
            )
        changes[at] = change
    return list(changes.values())


def _tempo_changes(tracks: MidiTracks, bars: Bars, remarks: list[str]) -> list[TempoChange]:
    """Return the tempo events, of several at one place the last."""
    changes: dict[Fraction, TempoChange] = {}
    crowded: dict[Fraction, None] = {}
    for at, values in _values(tracks, "tempo"):
        change = TempoChange(at, values.tempo)
        if changes.get(change.at, change) != change:
            crowded[change.at] = None
        changes[change.at] = change
    remarks += [f"Several tempos stand at {bars.place(at)}: the last one counts." for at in crowded]
    return list(changes.values())


def _of_kind(tracks: MidiTracks, kind: str) -> list[Meta]:
    return [meta for meta in tracks.metas if meta.kind == kind]


def _values(tracks: MidiTracks, kind: str) -> Iterator[tuple[Fraction, MetaMessage]]:
    """Yield the values of all events of a kind, each with its place."""
    for meta in tracks.metas:
        if meta.kind == kind and meta.values is not None:
            yield _at(tracks, meta.tick), meta.values


def _pick_up(
    bars: Bars, tempos: Sequence[PlacedTempo], markers: Sequence[Marker]
) -> _PickUp | None:
    """Return the pick-up that a file begins with: a short first bar, or a marker that says so.

    The tempo must hold through it: a song has only one before its bar 1.
    """
    first = bars.runs[0]
    bar_ticks = first.meter.ticks_per_bar
    if any(0 < tempo.tick <= bar_ticks for tempo in tempos):
        return None
    inside = [marker for marker in markers if marker.at < bar_ticks]
    is_called_so = len(inside) == 1 and inside[0].name.casefold() in _PICK_UP_WORDS
    ticks = bar_ticks - round(inside[0].at) if is_called_so else 0
    if 0 < ticks < bar_ticks and first.bars != 1:
        # What stands before the marker is silence that fills the bar.
        remark = (
            f"The first bar is a pick-up from its marker {quoted(inside[0].name)} on: "
            "bar 1 of the song is bar 2 of the file."
        )
        return _PickUp(ticks, bar_ticks, remark)
    if first.bars != 1 or len(bars.runs) == 1:
        return None
    is_short = bars.runs[1].meter.ticks_per_bar > bar_ticks
    is_section = any(marker.at == bar_ticks for marker in markers) and bool(inside)
    if not is_short or (is_section and not is_called_so):
        return None
    remark = (
        f"The first bar, of {first.meter}, is taken as a pick-up: "
        "bar 1 of the song is bar 2 of the file."
    )
    return _PickUp(bar_ticks, bar_ticks, remark)


def _named_lines(bars: Bars, markers: Sequence[Marker], remarks: list[str]) -> dict[int, str]:
    """Return which name begins at which bar line."""
    nearest: dict[int, Marker] = {}
    for marker in markers:
        line_tick = bars.nearest_line(marker.at)
        if marker.at != line_tick:
            remarks.append(
                f"The marker {quoted(marker.name)} at {bars.place(marker.at)} stands within a bar; "
                f"its section begins at {bars.place(Fraction(line_tick))}."
            )
        rival = nearest.get(line_tick)
        if rival is None:
            nearest[line_tick] = marker
            continue
        first, other = sorted((rival, marker), key=lambda each: abs(each.at - line_tick))
        nearest[line_tick] = first
        remarks.append(
            f"At {bars.place(Fraction(line_tick))} a section is called {quoted(first.name)}; "
            f"the marker {quoted(other.name)} is left out."
        )
    return {line_tick: marker.name for line_tick, marker in nearest.items()}


def _sections(
    bars: Bars, start_tick: int, tempos: Sequence[PlacedTempo], names: dict[int, str]
) -> list[Section]:
    """Return the sections from `start_tick` on: one begins with each name and each meter."""
    cuts = {run.start_tick for run in bars.runs if run.start_tick > start_tick}
    lines = sorted({start_tick, *cuts, *names})
    given = [names.get(line, "") for line in lines]
    called = section_names(given) if len(lines) > 1 else given
    ends = [*lines[1:], bars.runs[-1].end_tick]
    return [
        _section(name, line, end, bars.run_at(Fraction(line)), tempos)
        for name, line, end in zip(called, lines, ends, strict=True)
    ]


def _section(
    name: str, start_tick: int, end_tick: int | None, run: MeterRun, tempos: Sequence[PlacedTempo]
) -> Section:
    begins_with: Tempo = next(each.tempo for each in reversed(tempos) if each.tick <= start_tick)
    spans = [TempoSpan(0, begins_with)]
    spans.extend(
        TempoSpan(each.tick - start_tick, each.tempo)
        for each in tempos
        if start_tick < each.tick and (end_tick is None or each.tick < end_tick)
    )
    bars = None if end_tick is None else (end_tick - start_tick) // run.meter.ticks_per_bar
    return Section(name, bars, tuple(spans), run.meter, usual_grouping(run.meter))


def _title(tracks: MidiTracks, path: Path, remarks: list[str]) -> str:
    for meta in _of_kind(tracks, "title"):
        if meta.track == 1 and meta.text and meta.text.casefold() not in _NO_TITLES:
            return meta.text[:MOST_CHARACTERS].rstrip()
    remarks.append(f"The file has no title: the song is called {quoted(song_name(path))}.")
    return song_name(path)


def _key(tracks: MidiTracks, remarks: list[str]) -> str:
    keys = [key_name(values.key) for _, values in _values(tracks, "key")]
    if not keys:
        return ""
    if len(set(keys)) > 1:
        remarks.append(f"The key changes in the file; the song's is the first, {keys[0]}.")
    return keys[0]
