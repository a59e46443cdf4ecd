"""What is said of a project and its takes, in lines for a DAW's note pages. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from countoff.export.timeline import LaidComp, LaidTake, Timeline


def project_notes(timeline: Timeline) -> tuple[str, ...]:
    """Return what is said of the project: the day, the comp with its reasons, what somebody should know."""
    return tuple(_of_project(timeline))


def take_notes(take: LaidTake) -> tuple[str, ...]:
    """Return what is said of a take: how it ended, what the DAW said of it, the click, rating and notes."""
    status = "" if take.status == "ended" else take.status.replace("_", " ")
    rating = "" if take.rating is None else f"{take.rating}/5"
    said = ", ".join(filter(None, (status, take.verdict, take.click, rating)))
    return tuple(filter(None, (said, *take.notes)))


def _of_project(timeline: Timeline) -> Iterator[str]:
    session = timeline.session
    yield timeline.title
    if session is not None:
        yield f"Session {session.started_label}"
        for word, said in (("Engineer", session.engineer), ("Room", session.room)):
            if said:
                yield f"{word}: {said}"
    for song in timeline.songs:
        if song.comp is not None:
            yield ""
            yield f"Comp of {song.title}"
            yield from _of_comp(song.comp, timeline)
        yield from song.left_out
    if timeline.remarks:
        yield ""
        yield from timeline.remarks


def _of_comp(comp: LaidComp, timeline: Timeline) -> Iterator[str]:
    yield f"Master: {timeline.take(comp.master_id).label}, {comp.why}"
    for choice in comp.choices:
        given = choice.label or "nobody"
        yield f"{choice.section_title}: {given}, {choice.why}"
    yield from comp.unused
