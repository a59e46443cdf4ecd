"""A timeline as a Standard MIDI File: tempo, meters, and a marker for each take, section and flag. Pure.

Bar 1 of each take is within a microsecond or so of its exact second: the bars between takes make good what
whole microseconds a quarter note were off before.
"""

from __future__ import annotations

from bisect import bisect_right
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final

from countoff.core.tempo import TICKS_PER_QUARTER
from countoff.export.marks import flag_text, section_text, song_section_text, take_text
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

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from countoff.export.content import Content
    from countoff.export.tempo_steps import TempoStep
    from countoff.export.timeline import Timeline

_PARTS_OF_A_SECOND: Final = TICKS_PER_QUARTER * 1_000_000


def write(content: Content, file: BinaryIO) -> Sequence[str]:
    """Write the file; return in sentences what it does not say as the timeline does."""
    timeline = content.timeline
    tempo = stepped_tempo(timeline.tempo_map, 0, timeline.end_tick, timeline.fillings)
    where = _Where(timeline, tempo.steps)
    marks = list(_marks(timeline, where))
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


class _Where:
    """Which tick of the file a frame is on: by the bars of the music, and between takes by the file's own time.

    There the two may be some milliseconds apart, since whole microseconds a quarter note are made good
    only by the next bar line.
    """

    def __init__(self, timeline: Timeline, steps: Sequence[TempoStep]) -> None:
        self._timeline = timeline
        self._steps = steps
        lengths = (
            Fraction((after.tick - step.tick) * step.micros_per_quarter, _PARTS_OF_A_SECOND)
            for step, after in pairwise(steps)
        )
        self._begins_s = list(accumulate(lengths, initial=Fraction(0)))

    def tick(self, frame: int) -> int:
        tick = self._timeline.tick_at_frame(frame)
        if not any(each.start_tick < tick < each.end_tick for each in self._timeline.fillings):
            return tick
        seconds = Fraction(frame, self._timeline.rate_hz)
        index = max(bisect_right(self._begins_s, seconds) - 1, 0)
        step = self._steps[index]
        after_s = seconds - self._begins_s[index]
        return step.tick + round(after_s * _PARTS_OF_A_SECOND / step.micros_per_quarter)


def _marks(timeline: Timeline, where: _Where) -> Iterator[tuple[int, str]]:
    """Tell each marker's tick and text: of one tick first the place, then take, section and flag."""
    for place in timeline.places:
        yield where.tick(place.frame), f"Take {place.number}"
    for song in timeline.songs:
        for take in song.takes:
            yield where.tick(take.start_frame), take_text(take)
    for song in timeline.songs:
        for section in song.sections:
            yield section.start_tick, song_section_text(song, section)
        for take in song.takes:
            # Stacked, they are the song's own, where it has some.
            for section in () if song.sections else take.sections:
                yield where.tick(section.start_frame), section_text(take, section)
            for flag in take.flags:
                yield where.tick(flag.frame), flag_text(take, flag)


def _remarks(timeline: Timeline, texts: Sequence[str]) -> Iterator[str]:
    if any(plain_text(text) != text for text in (timeline.title, *texts)):
        yield "Names are written without accents and other signs: DAWs disagree on them."
    if any(take.incidents for take in timeline.takes):
        yield "A MIDI file does not hold incidents; the report, csv and json do."
    if timeline.fillings:
        yield "Between takes the tempo is nobody's: it makes the next take's bars begin on a bar line."
