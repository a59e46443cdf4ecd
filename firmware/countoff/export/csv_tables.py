"""A session as tables, a file of comma-separated values each: those of its takes here, the others in `day_tables.py`. Pure.

The first line names the columns, and later versions only add some on the right. Frames are of the timeline at
`rate_hz`; `daw_bar1_s` is in the seconds that the DAW displays.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from countoff.export.day_tables import DAY_TABLES, Table, yes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from countoff.export.content import Content
    from countoff.export.day_tables import Row
    from countoff.export.timeline import LaidTake, Timeline

_OF_TAKE: Final = ("song", "number", "take_id")


def write(content: Content, file: BinaryIO) -> Sequence[str]:
    """Write the table that is asked for."""
    text = io.StringIO(newline="")
    table = _TABLES[content.table]
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(table.columns)
    writer.writerows(table.rows(content.timeline))
    file.write(text.getvalue().encode())
    return ()


def _takes(timeline: Timeline) -> Iterator[Row]:
    for take in timeline.takes:
        yield (
            *_of(take), take.name, take.status, take.verdict, take.rating, take.click,
            take.tempo, take.meter, yes(is_so=take.is_looped), yes(is_so=take.began_at_daw),
            take.started_utc, timeline.rate_hz, take.start_frame, take.bar1_frame, take.music_frame,
            take.end_frame, None if take.daw_bar1_s is None else float(take.daw_bar1_s),
            take.known_from, " / ".join(take.notes),
        )  # fmt: skip


def _sections(timeline: Timeline) -> Iterator[Row]:
    for take in timeline.takes:
        for section in take.sections:
            yield (
                *_of(take), section.index, section.title, section.pass_index + 1, section.first_bar,
                section.start_frame, section.end_frame, yes(is_so=section.is_whole),
                yes(is_so=section.is_chosen),
            )  # fmt: skip


def _flags(timeline: Timeline) -> Iterator[Row]:
    for take in timeline.takes:
        for flag in take.flags:
            yield (
                *_of(take), flag.kind, flag.frame, flag.bar, flag.beat, flag.section,
                yes(is_so=flag.whole_take), flag.id,
            )  # fmt: skip


def _incidents(timeline: Timeline) -> Iterator[Row]:
    for take in timeline.takes:
        for incident in take.incidents:
            yield (
                *_of(take), incident.kind, incident.detail, incident.frame, incident.bar,
                incident.beat, incident.id,
            )  # fmt: skip


def _comp(timeline: Timeline) -> Iterator[Row]:
    for song in timeline.songs:
        if song.comp is None:
            continue
        numbers = {take.id: take.number for take in song.takes}
        for choice in song.comp.choices:
            take_id = choice.take_id
            yield (
                song.title, None if take_id is None else numbers[take_id], take_id,
                choice.section_index, choice.section_title, choice.pass_index + 1,
                yes(is_so=take_id == song.comp.master_id), yes(is_so=choice.is_whole),
                yes(is_so=choice.is_by_hand), choice.why,
            )  # fmt: skip


def _of(take: LaidTake) -> tuple[str, int, str]:
    return take.song, take.number, take.id


_TABLES: Final = {
    "takes": Table(
        (
            *_OF_TAKE, "name", "status", "verdict", "rating", "click", "tempo", "meter", "looped",
            "began_at_daw", "started_utc", "rate_hz", "start_frame", "bar1_frame", "music_frame",
            "end_frame", "daw_bar1_s", "daw_bar1_from", "notes",
        ),
        _takes,
    ),
    "sections": Table(
        (
            *_OF_TAKE, "index", "section", "pass", "first_bar", "start_frame", "end_frame", "whole",
            "in_comp",
        ),
        _sections,
    ),
    "flags": Table(
        (*_OF_TAKE, "kind", "frame", "bar", "beat", "section", "whole_take", "id"), _flags
    ),
    "incidents": Table((*_OF_TAKE, "kind", "detail", "frame", "bar", "beat", "id"), _incidents),
    "comp": Table(
        (
            *_OF_TAKE, "index", "section", "pass", "master", "whole", "by_hand", "why",
        ),
        _comp,
    ),
    **DAY_TABLES,
}  # fmt: skip
