"""A take of the log as a comp sees it: what it played in ticks, its flags by section, what may have spoilt it.

Pure: from what the reader gives. For commands and exports; it reads charts, which is not quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.core.actions import DawCommand
from countoff.core.comp.values import CompFlag, CompIncident, CompSection, CompTake
from countoff.core.daw import Verdict
from countoff.core.entries import FlagKind, HowEnded
from countoff.takelog.chart_reading import read_chart
from countoff.takelog.formats import OPEN_STATUSES
from countoff.takelog.take_places import places_of
from countoff.takelog.words import place_label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from countoff.core.song import Song
    from countoff.takelog.reader import LoggedFlag, LoggedIncident, TakeDetail
    from countoff.takelog.take_places import TakePlaces

_AUDIO_LOST, _CLICK_BACK = "audio lost", "click rejoined"
_UNTOLD = "daw not told"
# What happens beside the sound and the recording; all else may be heard in it.
_BESIDE = frozenset(
    {
        "pedal stuck",
        "daw did not stop",
        "disk fault",
        "screen fault",
        "tally fault",
        "pedals fault",
        "configuration fault",
    }
)
# By themselves no fault of the click: where its certificate is clean, they cost nothing.
_BY_CERTIFICATE = frozenset({"server xrun"})


class NotForACompError(ValueError):
    """The take can give nothing to a comp; the sentence says why."""


def sections_of(song: Song) -> tuple[CompSection, ...]:
    """Return the sections of a song from its top, as a comp sees them."""
    return tuple(
        CompSection(
            index=index,
            name=section.name,
            first_bar=song.first_bars[index],
            bars=section.bars,
            start_tick=song.start_ticks[index],
            end_tick=song.section_end_tick(index),
            meter=None if song.is_free else section.meter,
            tempos=section.tempos,
            pick_up_ticks=song.pick_up_ticks if index == 0 else 0,
        )
        for index, section in enumerate(song.sections)
    )


def comp_take(detail: TakeDetail, order: int) -> CompTake:
    """Return a take as a comp sees it; `order` is its place among the takes, a later one higher.

    Raises NotForACompError for one that still runs, never rolled, or has no chart to go by.
    """
    take = detail.summary
    label = f"T{take.number}"
    if take.status in OPEN_STATUSES:
        raise NotForACompError(f"{label} still runs.")
    if take.how == HowEnded.CANCELLED:
        # Whatever beat of its count-in it came to: a pick-up may be on the same one.
        raise NotForACompError(f"{label} never rolled.")
    places = places_of(detail, read_chart(detail.chart))
    if places is None:
        had = "had no chart yet" if detail.chart is None else "had a chart that cannot be read"
        raise NotForACompError(f"{label} {had}: its sections are not known.")
    start_tick, end_tick = places.song.start_tick, _end_tick(detail, places)
    if end_tick is None or end_tick <= start_tick:
        raise NotForACompError(f"{label} never rolled.")
    verdict = _verdict(detail)
    incidents = (*_gap(detail, places), *_incidents(detail, places, end_tick))
    certificate = detail.certificate
    is_spoilt = any(
        incident.spoils and (incident.from_tick is None or incident.from_tick < end_tick)
        for incident in incidents
    )
    first = places.song.sections[0]
    return CompTake(
        id=take.id,
        number=take.number,
        order=order,
        how=None if take.how is None else HowEnded(take.how),
        verdict=verdict,
        rating=take.rating,
        is_clean=(certificate is None or certificate.is_clean)
        and verdict in {Verdict.RECORDED, None}
        and not is_spoilt,
        is_free=take.is_free,
        tempo="" if take.is_free else str(first.told(first.tempo)),
        sections=sections_of(places.song),
        looped_index=places.looped_index,
        start_tick=start_tick,
        end_tick=end_tick,
        flags=tuple(each for flag in detail.flags for each in _flags(flag, places, end_tick)),
        incidents=incidents,
    )


def _end_tick(detail: TakeDetail, places: TakePlaces) -> int | None:
    take = detail.summary
    if take.is_free:
        return None if take.elapsed_s is None else places.tick_of_seconds(take.elapsed_s)
    if take.last_bar is None or take.last_beat is None:
        return None
    return places.end_tick(take.last_bar, take.last_beat, _ended_ns(detail))


def _ended_ns(detail: TakeDetail) -> int | None:
    """Return when the music was over; None where the take was interrupted."""
    return next((each.stamp.at_ns for each in detail.events if each.event == "ended"), None)


def _verdict(detail: TakeDetail) -> Verdict | None:
    """Return what the DAW said of it; NOT SEEN where it could have said and the log holds nothing."""
    if not detail.daw_can_answer:
        return None
    said = [event.detail for event in detail.events if event.event == "judged"]
    return Verdict(said[-1].replace(" ", "_")) if said and said[-1] else Verdict.NOT_SEEN


def _gap(detail: TakeDetail, places: TakePlaces) -> Iterator[CompIncident]:
    """Tell of the first gap in the DAW's word that it records.

    It lasts to its first word, where that came later; else nobody knows whether it recorded on.
    """
    if _verdict(detail) is not Verdict.GAP:
        return
    judged = [event for event in detail.events if event.event == "judged"][-1]
    answered = [event.stamp.at_ns for event in detail.events if event.event == "answered"]
    if judged.bar is None or judged.beat is None:
        yield CompIncident("GAP", places.song.start_tick, None)
        return
    from_tick = places.tick_of(judged.bar, judged.beat)
    to_tick = places.tick_at_ns(answered[0]) if answered else None
    if to_tick is not None and to_tick <= from_tick:
        to_tick = None
    words = "the count-in" if from_tick < places.song.start_tick else f"bar {judged.bar}"
    yield CompIncident("GAP", from_tick, to_tick, words)


def _incidents(detail: TakeDetail, places: TakePlaces, end_tick: int) -> Iterator[CompIncident]:
    certificate = detail.certificate
    was_clean = certificate is not None and certificate.is_clean
    ended_ns = _ended_ns(detail)
    has_click = not (detail.summary.is_free or detail.summary.began_at_daw)
    for number, incident in enumerate(detail.incidents):
        is_over = ended_ns is not None and incident.stamp.at_ns > ended_ns
        tick = _tick(incident, places)
        if is_over and tick >= _last_beat_tick(detail, places, end_tick):
            # In the ring-out the place is that where the music ended.
            tick = end_tick
        to_tick: int | None = tick
        if incident.kind == _AUDIO_LOST:
            later = detail.incidents[number + 1 :]
            back = next((each for each in later if each.kind == _CLICK_BACK), None)
            to_tick = None if back is None else _tick(back, places)
        is_of_click = incident.kind in {_AUDIO_LOST, _CLICK_BACK}
        yield CompIncident(
            incident.kind,
            tick,
            to_tick,
            place_label(incident),
            spoils=incident.kind not in _BESIDE
            and not (incident.kind in _BY_CERTIFICATE and was_clean)
            and not (incident.kind == _UNTOLD and f"told to {DawCommand.MARKER}" in incident.detail)
            and (has_click or not is_of_click),
        )


def _tick(incident: LoggedIncident, places: TakePlaces) -> int:
    """Return where an incident was: by its bar, or by its moment."""
    at_ns = incident.stamp.at_ns
    if incident.bar is None or places.song.is_free:
        return places.tick_at_ns(at_ns)
    return places.tick_of(incident.bar, incident.beat, at_ns)


def _last_beat_tick(detail: TakeDetail, places: TakePlaces, end_tick: int) -> int:
    take = detail.summary
    if take.is_free or take.last_bar is None:
        return end_tick
    return places.tick_of(take.last_bar, take.last_beat, _ended_ns(detail))


def _flags(flag: LoggedFlag, places: TakePlaces, end_tick: int) -> Iterator[CompFlag]:
    """Return a flag that counts as a comp sees it; in a loop an edit speaks of every pass."""
    if flag.taken_back_utc is not None:
        return
    kind = FlagKind(flag.kind)
    if flag.whole_take:
        yield CompFlag(kind, None)
        return
    place = place_label(flag)
    if places.song.is_free or flag.bar is None:
        yield CompFlag(kind, 0, place=place)
        return
    tick = places.tick_of(flag.bar, flag.beat, None if flag.is_edit else flag.stamp.at_ns)
    # A foot comes after what it judges: in a section's first bar it means the one before.
    is_late = not flag.is_edit and kind is not FlagKind.MARKER
    index = places.section_at(tick)
    is_first_bar = is_late and places.is_in_first_bar(tick, index)
    if places.looped_index is None:
        names = [section.name for section in places.song.sections]
        if flag.section in names and flag.section:
            index = names.index(flag.section)
        elif is_first_bar and index > places.song.start_index:
            index -= 1
        yield CompFlag(kind, index, 0, place)
        return
    if flag.is_edit:
        for pass_index in range(places.pass_at(end_tick - 1) + 1):
            yield CompFlag(kind, index, pass_index, place)
        return
    pass_index = places.pass_at(tick)
    yield CompFlag(kind, index, pass_index - (is_first_bar and pass_index > 0), place)
