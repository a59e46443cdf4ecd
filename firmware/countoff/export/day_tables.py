"""A session's tables that are of no single take: the day, its songs, its people, tempo and meters. Pure.

The tempo map is that of the whole timeline; JSON has the same tempos as exact fractions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from countoff.export.timeline import Timeline

    Row = Sequence[str | int | float | None]


class Table(NamedTuple):
    """What a table's first line says, and its rows."""

    columns: tuple[str, ...]
    rows: Callable[[Timeline], Iterator[Row]]


def yes(*, is_so: bool) -> str:
    """Return what a cell says."""
    return "yes" if is_so else "no"


def _session(timeline: Timeline) -> Iterator[Row]:
    session = timeline.session
    if session is not None:
        yield (
            session.id, session.corrected_utc or session.started_utc, session.ended_utc,
            session.length_s, yes(is_so=session.length_is_known), session.engineer, session.room,
            timeline.layout, timeline.rate_hz, " / ".join(session.notes),
        )  # fmt: skip


def _songs(timeline: Timeline) -> Iterator[Row]:
    titles = {song.title for song in timeline.songs}
    for song in () if timeline.session is None else timeline.session.songs:
        if song.song in titles:
            yield (
                song.song, song.take_count, song.false_start_count, song.cancelled_count,
                song.rolled_s, song.worked_s,
            )  # fmt: skip


def _people(timeline: Timeline) -> Iterator[Row]:
    """Tell who plays in the session, without a song, and then who plays what in each."""
    session = timeline.session
    if session is None:
        return
    titles = {song.title for song in timeline.songs}
    for player in session.players:
        yield "", player.name, player.instrument
    for song in session.songs:
        if song.song in titles:
            for player in song.players:
                yield song.song, player.name, player.instrument


def _tempo(timeline: Timeline) -> Iterator[Row]:
    for stretch in timeline.tempo_map.stretches:
        tick, to = stretch.start_tick, stretch.span.to
        if tick >= timeline.end_tick:
            continue
        is_nobodys = any(each.start_tick <= tick < each.end_tick for each in timeline.fillings)
        is_ramp = stretch.is_ramp and to is not None
        yield (
            tick, timeline.frame_at_tick(tick), float(stretch.tempo.quarters_per_minute),
            float(to.quarters_per_minute) if is_ramp and to is not None else None,
            str(stretch.span.linear_in) if is_ramp else None, yes(is_so=is_nobodys),
        )  # fmt: skip


def _meters(timeline: Timeline) -> Iterator[Row]:
    for change in timeline.meters:
        yield change.tick, timeline.frame_at_tick(change.tick), str(change.meter)


DAY_TABLES: Final[Mapping[str, Table]] = {
    "session": Table(
        (
            "id", "started_utc", "ended_utc", "length_s", "length_is_known", "engineer", "room",
            "layout", "rate_hz", "notes",
        ),
        _session,
    ),
    "songs": Table(
        ("song", "takes", "false_starts", "cancelled", "rolled_s", "worked_s"), _songs
    ),
    "people": Table(("song", "player", "instrument"), _people),
    "tempo": Table(
        (
            "start_tick", "start_frame", "quarters_per_minute", "to_quarters_per_minute", "linear_in",
            "between_takes",
        ),
        _tempo,
    ),
    "meters": Table(("start_tick", "start_frame", "meter"), _meters),
}  # fmt: skip
