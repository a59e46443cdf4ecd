"""Passes matched to takes: the likeliest way, and what is too close to it to be sure. Pure.

Length, clock, place on the timeline and order are weighed together (`evidence`, `aligning`). A pass is taken
to be of a take only where every other way is `SURE_NATS` less likely: else it stays open until somebody
says. What somebody says holds, whatever the clues are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from countoff.export.recordings.aligning import NEVER, best_with
from countoff.export.recordings.evidence import bare_scores, readings, scores
from countoff.export.recordings.scales import (
    CLOCK_WITHIN_S,
    PLACE_WITHIN_S,
    WELL_SET_WITHIN_S,
    Clue,
)
from countoff.export.recordings.values import BarOneFrom, MatchedTake, PlacedRecording, TakeTrack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countoff.export.recordings.evidence import Reading, Scores
    from countoff.export.recordings.takes import TakeToFind
    from countoff.export.recordings.values import Pass, Recording

SURE_NATS = 4.0
"""A way that is less than 55 times likelier than another is not taken without asking."""

ANOTHER_LENGTH_S = 2.0
"""Lengths that differ by more are not the same."""

ByHand = Mapping[str, str | None]
"""What somebody said: of the passes of these names, the take's id, or None where it is of no take."""

_SAID_NATS = 1e6
_AGAINST_NATS = -3.5
# Of a recording and the place that its take should have.
_SAME_PLACE_S = 0.5
# Longer than the box let it be: somebody recorded by hand.
_BY_HAND_S = 1.0


@dataclass(frozen=True, slots=True)
class Matching:
    """What each pass is of.

    take_of:    the index of a take, or None, for each pass that is sure
    candidates: for each pass that is not, the takes it may be of, the likeliest first; None is none
    by_hand:    the passes that somebody has matched
    reading:    how the clocks and the timeline were understood
    """

    take_of: Mapping[int, int | None]
    candidates: Mapping[int, tuple[int | None, ...]]
    by_hand: frozenset[int]
    reading: Reading


def match(passes: Sequence[Pass], takes: Sequence[TakeToFind], by_hand: ByHand) -> Matching:
    """Match `passes` to `takes`, both in the order of the day."""
    said = _said(passes, takes, by_hand)
    bare = bare_scores(passes, takes)
    weighed = [
        (reading, best_with(_with_said(scores(bare, reading), said), len(takes)))
        for reading in readings(passes, takes)
    ]
    best = [
        [
            max(found[row][choice] - reading.cost_nats for reading, found in weighed)
            for choice in range(len(takes) + 1)
        ]
        for row in range(len(passes))
    ]
    # Of two readings that explain as much, the first assumes less.
    reading, _ = max(
        weighed, key=lambda pair: max(map(max, pair[1]), default=0.0) - pair[0].cost_nats
    )
    take_of, candidates = _decided(best, said)
    lonely = _lonely(reading, take_of)
    for row, column in list(take_of.items()):
        if row in said or column is None:
            continue
        is_doubtful = row in lonely or bool(against(reading, row, column))
        if is_doubtful or another_length(passes[row], takes[column]):
            del take_of[row]
            candidates[row] = (column, None)
    return Matching(take_of, candidates, frozenset(said), reading)


def another_length(found: Pass, take: TakeToFind) -> bool:
    """Tell whether a pass has a length that nobody would take for the take's without asking.

    Where the DAW's stop was seen, the log knows the length. Where not, a pass may have gone on.
    """
    if take.length_s is None:
        return False
    longer_s = found.length_s - take.length_s
    went_on = take.verdict != "RECORDED" and longer_s > 0
    return abs(longer_s) > ANOTHER_LENGTH_S and not went_on


def against(reading: Reading, row: int, column: int) -> tuple[Clue, ...]:
    """Return the clues that speak against a pair, though they are right for the others."""
    return tuple(
        shift.scale.clue for shift in reading.shifts if shift.nats(row, column) < _AGAINST_NATS
    )


def _lonely(reading: Reading, take_of: Mapping[int, int | None]) -> set[int]:
    """Return the passes for whose sake alone a clock or a timeline is believed to be shifted."""
    pairs = {(row, column) for row, column in take_of.items() if column is not None}
    supported = {
        shift: {row for row, column in pairs if shift.nats(row, column) > 0}
        for shift in reading.shifts
    }
    with_reason = {row for shift, rows in supported.items() if shift.has_reason for row in rows}
    lonely: set[int] = set()
    for shift, rows in supported.items():
        is_firm = shift.scale.is_told and shift.scale.is_well_set
        if is_firm and not shift.has_reason and len(rows) == 1:
            lonely |= rows - with_reason
    return lonely


def _decided(
    best: Scores, said: Mapping[int, int | None]
) -> tuple[dict[int, int | None], dict[int, tuple[int | None, ...]]]:
    """Return which take each pass is of, and the candidates of those that are not sure."""
    take_of: dict[int, int | None] = {}
    candidates: dict[int, tuple[int | None, ...]] = {}
    for row, nats in enumerate(best):
        ranked = sorted(range(len(nats)), key=lambda choice: -nats[choice])
        close = [at for at in ranked if nats[at] > nats[ranked[0]] - SURE_NATS]
        chosen = tuple(None if at == len(nats) - 1 else at for at in close)
        if row in said:
            take_of[row] = said[row]
        elif len(chosen) == 1:
            take_of[row] = chosen[0]
        else:
            candidates[row] = chosen
    return take_of, candidates


def _said(
    passes: Sequence[Pass], takes: Sequence[TakeToFind], by_hand: ByHand
) -> dict[int, int | None]:
    rows = {found.name: row for row, found in enumerate(passes)}
    columns = {take.id: column for column, take in enumerate(takes)}
    return {
        rows[name]: None if take_id is None else columns[take_id]
        for name, take_id in by_hand.items()
    }


def _with_said(whole: Scores, said: Mapping[int, int | None]) -> Scores:
    """Let what somebody said outweigh everything, and let nothing else have its pass or its take.

    Where it runs against the order of the day, the rest is matched as if those were not there.
    """
    pairs = sorted((row, column) for row, column in said.items() if column is not None)
    is_in_order = all(first[1] < second[1] for first, second in pairwise(pairs))
    taken = {column for _, column in pairs}
    for row, line in enumerate(whole):
        for column, nats in enumerate(line):
            if is_in_order and said.get(row, -1) == column:
                line[column] = nats + _SAID_NATS
            elif row in said or column in taken:
                line[column] = NEVER
    return whole


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
    if clock is None or found.begun is None or not clock.has_reason:
        return _BarOne(take.bar1_after_s, BarOneFrom.LENGTH, round(longer_s * 1000))
    before_s = take.began_s + clock.on_grid_s - found.begun.middle_s
    coarse_s = (found.begun.latest_s - found.begun.earliest_s) / 2
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
