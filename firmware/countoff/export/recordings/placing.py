"""Where in a take's recordings the song's bar 1 lies, and how well that is known. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from countoff.export.recordings.scales import CLOCK_WITHIN_S, PLACE_WITHIN_S, Clue
from countoff.export.recordings.shifts import WELL_SET_WITHIN_S
from countoff.export.recordings.values import BarOneFrom, MatchedTake, PlacedRecording, TakeTrack

if TYPE_CHECKING:
    from countoff.export.recordings.evidence import Reading
    from countoff.export.recordings.takes import TakeToFind
    from countoff.export.recordings.values import Pass, Recording

# Of a recording and the place that its take should have.
_SAME_PLACE_S = 0.5
# Longer than the box let it be: somebody recorded by hand.
_BY_HAND_S = 1.0


def matched_take(found: Pass, take: TakeToFind, reading: Reading, *, by_hand: bool) -> MatchedTake:
    """Return the take with its recordings, each placed against the song's bar 1."""
    bar1 = _bar1_by_timeline(found, take, reading) or _bar1_by_log(found, take, reading)
    tracks = tuple(
        TakeTrack(
            track.name,
            tuple(
                _placed(recording, found.place_s, bar1.after_s) for recording in track.recordings
            ),
        )
        for track in found.tracks
    )
    return MatchedTake(take.id, found.name, tracks, bar1.known_from, bar1.within_ms, by_hand)


class _BarOne(NamedTuple):
    """How long after the pass's beginning the song's bar 1 is, and how that is known."""

    after_s: float
    known_from: BarOneFrom
    within_ms: int


def _bar1_by_timeline(found: Pass, take: TakeToFind, reading: Reading) -> _BarOne | None:
    shift = reading.shift_of(Clue.PLACE)
    if shift is None or found.place_s is None or take.place_s is None or take.bar1_place_s is None:
        return None
    begins_s = found.place_s - shift.seconds
    if abs(begins_s - take.place_s) > _SAME_PLACE_S:
        return None
    # A shift that nobody knows a reason for is known from these takes alone.
    found_within_ms = 0 if shift.has_reason else round(PLACE_WITHIN_S * 1000)
    within_ms = take.bar1_place_within_ms + found_within_ms
    return _BarOne(take.bar1_place_s - begins_s, BarOneFrom.TIMELINE, within_ms)


def _bar1_by_log(found: Pass, take: TakeToFind, reading: Reading) -> _BarOne:
    longer_s = 0.0 if take.length_s is None else found.length_s - take.length_s
    if not take.may_be_by_hand or longer_s < _BY_HAND_S:
        return _BarOne(take.bar1_after_s, take.bar1_from, take.bar1_within_ms)
    clock = reading.shift_of(Clue.CLOCK)
    begun = found.begun_if_late if clock is not None and clock.scale.is_late else found.begun
    if clock is None or begun is None or not clock.has_reason:
        return _BarOne(take.bar1_after_s, BarOneFrom.LENGTH, round(longer_s * 1000))
    before_s = take.began_s + clock.on_grid_s - begun.middle_s
    coarse_s = (begun.latest_s - begun.earliest_s) / 2
    within_ms = round((coarse_s + CLOCK_WITHIN_S + WELL_SET_WITHIN_S) * 1000)
    return _BarOne(take.bar1_after_s + before_s, BarOneFrom.CLOCK, within_ms)


def _placed(
    recording: Recording, pass_place_s: float | None, bar1_after_s: float
) -> PlacedRecording:
    """Place a recording: the tracks of a pass may begin a few frames apart."""
    later_frames = 0
    if recording.time_reference_frames is not None and pass_place_s is not None:
        first_frame = round(pass_place_s * recording.rate_hz)
        later_frames = recording.time_reference_frames - first_frame
    return PlacedRecording(recording, later_frames - round(bar1_after_s * recording.rate_hz))
