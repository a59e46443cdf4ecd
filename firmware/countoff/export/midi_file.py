"""A song's tempo map as a Standard MIDI File of type 1, for a DAW to import. Pure.

One track: the title, the key, tempo, meter, and a marker for each section.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from countoff.core.section import Subdivision, usual_grouping
from countoff.core.tempo import MOST_BEATS_PER_BAR, NOTE_VALUES, TICKS_PER_QUARTER, Meter
from countoff.export.midi_track import (
    KEY,
    MARKER,
    METER,
    NAME,
    TEMPO,
    ascii_name,
    file_bytes,
    meter_bytes,
    tempo_remarks,
)
from countoff.export.plain_text import plain_text
from countoff.export.tempo_steps import stepped_tempo
from countoff.midi.key_names import key_signature
from countoff.songs.playing_order import pass_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from countoff.core.section import Section
    from countoff.core.song import Song

_PICK_UP: Final = "Pick-up"


class NotExportedError(Exception):
    """A song cannot be exported; the text is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class _Front:
    """What stands in the file before the song's bar 1: a bar with the pick-up at its end."""

    meter: Meter
    pick_up_ticks: int

    @property
    def ticks(self) -> int:
        """How far bar 1 of the song is from the beginning of the file."""
        return self.meter.ticks_per_bar


def midi_file(song: Song) -> tuple[bytes, tuple[str, ...]]:
    """Return the file, and in sentences what it does not say as the song does.

    Tempo is whole microseconds per quarter note there, and never moves: ramps become steps. The
    sentences give the largest error. Raises NotExportedError for a song without tempo.
    """
    if song.is_free:
        raise NotExportedError(
            f'"{song.title}" has no tempo, and a MIDI file is nothing but tempo and bars.'
        )
    whole = song.starting_at(0)
    front = _front(whole)
    front_ticks = front.ticks if front else 0
    last_change_tick = max(whole.start_ticks[-1], *whole.whole_tempo_map.start_ticks)
    end_tick = whole.length_ticks or last_change_tick + 1
    tempo = stepped_tempo(whole.whole_tempo_map, -front_ticks, end_tick)
    events = [(0, NAME, ascii_name(song.title, "Song")), *_key_event(song)]
    events.extend(
        (front_ticks + step.tick, TEMPO, step.micros_per_quarter.to_bytes(3, "big"))
        for step in tempo.steps
    )
    events.extend(_meter_events(whole.sections, whole.start_ticks, front))
    # A tempo change where bar 1 begins is a ramp that could not wait: then all of the bar is named.
    is_held = all(step.tick != 0 for step in tempo.steps) or not front
    events.extend(_marker_events(whole, front, is_pick_up_exact=is_held))
    # Some readers want tempo before markers; the sort keeps the order above on each tick.
    events.sort(key=lambda event: event[0])
    # Where the song has no end, the file ends with its last event: nothing follows that.
    is_open = whole.length_ticks is None
    last_tick = events[-1][0] if is_open else front_ticks + end_tick
    remarks = (
        *tempo_remarks(tempo, is_open=is_open), *_front_remarks(front), *_left_out(whole)
    )  # fmt: skip
    return file_bytes(events, last_tick), remarks


def _front(song: Song) -> _Front | None:
    """Return the bar of a pick-up: as short as the pick-up where a meter can be written for it."""
    if not song.pick_up_ticks:
        return None
    meter = song.sections[0].meter
    for value in NOTE_VALUES:
        beats, rest = divmod(song.pick_up_ticks * value, 4 * TICKS_PER_QUARTER)
        if value >= meter.note_value and not rest and beats <= MOST_BEATS_PER_BAR:
            return _Front(Meter(beats, value), song.pick_up_ticks)
    return _Front(meter, song.pick_up_ticks)


def _key_event(song: Song) -> Iterator[tuple[int, int, bytes]]:
    signature = key_signature(song.key)
    if signature is not None:
        yield 0, KEY, struct.pack(">bB", *signature)


def _meter_events(
    sections: Sequence[Section], start_ticks: Sequence[int], front: _Front | None
) -> Iterator[tuple[int, int, bytes]]:
    before = None
    front_ticks = 0
    if front is not None:
        before, front_ticks = front.meter, front.ticks
        yield 0, METER, meter_bytes(before)
    for section, start_tick in zip(sections, start_ticks, strict=True):
        if section.meter != before:
            yield front_ticks + start_tick, METER, meter_bytes(section.meter)
        before = section.meter


def _marker_events(
    song: Song, front: _Front | None, *, is_pick_up_exact: bool
) -> Iterator[tuple[int, int, bytes]]:
    front_ticks = front.ticks if front else 0
    if front is not None:
        tick = front_ticks - front.pick_up_ticks if is_pick_up_exact else 0
        yield tick, MARKER, _PICK_UP.encode("ascii")
    if len(song.sections) == 1 and not song.sections[0].name:
        return
    names = [
        ascii_name(section.name, f"Section {number}").decode("ascii")
        for number, section in enumerate(song.sections, start=1)
    ]
    # Different names may have become the same: they are numbered, as they would be when read.
    for name, start_tick in zip(pass_names(names), song.start_ticks, strict=True):
        yield front_ticks + start_tick, MARKER, name.encode("ascii")


def _front_remarks(front: _Front | None) -> Iterator[str]:
    if front is None:
        return
    rest_ticks = front.ticks - front.pick_up_ticks
    kind = (
        f"at the end of a bar of {front.meter}"
        if rest_ticks
        else f"a bar of its own, {front.meter},"
    )
    yield f"The pick-up is {kind} in front: bar 1 of the song is bar 2 of the file."


def _left_out(song: Song) -> Iterator[str]:
    """Say what a MIDI file has no place for, of what this song has."""
    sections = song.sections
    has = {
        "the count-in": True,
        "artist": bool(song.artist),
        "notes": bool(song.notes),
        "click levels": any(section.level_db for section in sections),
        "sections without click": any(not section.has_click for section in sections),
        "patterns": any(section.pattern for section in sections),
        "subdivisions": any(section.subdivision is not Subdivision.NONE for section in sections),
        "groupings": any(section.grouping != usual_grouping(section.meter) for section in sections),
        "the note that is clicked as the beat": any(section.beat_ticks for section in sections),
    }
    yield f"A MIDI file does not hold: {', '.join(what for what, is_there in has.items() if is_there)}."
    if song.key and key_signature(song.key) is None:
        yield f'The key "{song.key}" is none that a MIDI file can name; it is left out.'
    if any(plain_text(text) != text for text in (song.title, *(each.name for each in sections))):
        yield "Names are written without accents and other signs: DAWs disagree on them."
    if song.length_ticks is None:
        yield "The last section has no length: the file ends where it begins, or with its last tempo."
