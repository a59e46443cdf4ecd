"""A timeline as a Standard MIDI File: tempo, meters, and a marker for each take, section and flag. Pure.

Bar 1 of each take is within a microsecond or so of its exact second: the bars between takes make good what
whole microseconds a quarter note were off before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.export.marks import flag_text, section_text, take_text
from countoff.export.midi_track import (
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
from countoff.export.timeline import Layout

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from countoff.export.content import Content
    from countoff.export.timeline import Timeline


def write(content: Content, file: BinaryIO) -> Sequence[str]:
    """Write the file; return in sentences what it does not say as the timeline does."""
    timeline = content.timeline
    tempo = stepped_tempo(timeline.tempo_map, 0, timeline.end_tick, timeline.fillings)
    marks = list(_marks(timeline))
    events = [(0, NAME, ascii_name(timeline.title, "Session"))]
    events.extend(
        (step.tick, TEMPO, step.micros_per_quarter.to_bytes(3, "big")) for step in tempo.steps
    )
    events.extend((change.tick, METER, meter_bytes(change.meter)) for change in timeline.meters)
    events.extend((tick, MARKER, ascii_name(text, "?")) for tick, text in marks)
    # Some readers want tempo before markers; the sort keeps the order above on each tick.
    events.sort(key=lambda event: event[0])
    last_tick = max(timeline.end_tick, events[-1][0])
    file.write(file_bytes(events, last_tick))
    return (*tempo_remarks(tempo, is_open=False), *_remarks(timeline, [text for _, text in marks]))


def _marks(timeline: Timeline) -> Iterator[tuple[int, str]]:
    """Tell each marker's tick and text: of one tick first the place, then take, section and flag."""
    for place in timeline.places:
        yield timeline.tick_at_frame(place.frame), f"Take {place.number}"
    for song in timeline.songs:
        for take in song.takes:
            yield timeline.tick_at_frame(take.start_frame), take_text(take)
    for song in timeline.songs:
        for section in song.sections:
            yield section.start_tick, section.label
        for take in song.takes:
            sections = () if timeline.layout is Layout.STACKED else take.sections
            for section in sections:
                yield section.start_tick, section_text(take, section)
            for flag in take.flags:
                yield timeline.tick_at_frame(flag.frame), flag_text(take, flag)


def _remarks(timeline: Timeline, texts: Sequence[str]) -> Iterator[str]:
    if any(plain_text(text) != text for text in (timeline.title, *texts)):
        yield "Names are written without accents and other signs: DAWs disagree on them."
    if any(take.incidents for take in timeline.takes):
        yield "A MIDI file does not hold incidents; the report, csv and json do."
    if timeline.fillings:
        yield "Between takes the tempo is nobody's: it makes the next take's bars begin on a bar line."
