"""What somebody should know of a matching, a sentence each. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.export.recordings.evidence import expected_nats, length_nats
from countoff.export.recordings.matching import ANOTHER_LENGTH_S, against, another_length
from countoff.export.recordings.scales import Clue
from countoff.export.recordings.words import MOST_NAMED, all_of, described, either, length_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from countoff.export.recordings.evidence import Reading
    from countoff.export.recordings.matching import Matching
    from countoff.export.recordings.shifts import Shift
    from countoff.export.recordings.takes import TakeToFind
    from countoff.export.recordings.values import Pass

EQUAL_LENGTH_S = 0.5
"""Takes whose lengths differ by less are not told apart by them."""

# A recording of a take that nobody gave up is there, as a rule.
_EXPECTED_NATS = 4.0
_WORTH_A_WORD_S = 60.0


def doubts_of(
    passes: Sequence[Pass], takes: Sequence[TakeToFind], matching: Matching
) -> Iterator[str]:
    """Yield the sentences, what has to be decided first."""
    yield from _open(passes, takes, matching)
    yield from _extra(passes, takes, matching)
    yield from _missing(takes, matching)
    yield from _equally_long(takes, matching)
    yield from _of_another_length(passes, takes, matching)
    yield from _shifted(matching)
    if len(passes) > 1 and takes and not matching.reading.shifts:
        yield (
            "Nothing says when or where on the timeline the passes were recorded: they were matched by"
            " length and order alone."
        )


def missing_takes(takes: Sequence[TakeToFind], matching: Matching) -> tuple[TakeToFind, ...]:
    """Return the takes that should have a recording, and have none that is known or may be theirs."""
    held = set(matching.take_of.values()) | {
        take for candidates in matching.candidates.values() for take in candidates
    }
    return tuple(
        take
        for column, take in enumerate(takes)
        if column not in held and expected_nats(take) >= _EXPECTED_NATS
    )


def _open(passes: Sequence[Pass], takes: Sequence[TakeToFind], matching: Matching) -> Iterator[str]:
    for row, candidates in matching.candidates.items():
        found = passes[row]
        columns = [column for column in candidates if column is not None]
        named = [takes[column].words for column in columns]
        words = either([*named[:MOST_NAMED], *(["of no take"] if None in candidates else [])])
        first = takes[columns[0]]
        why = (
            _why_unsure(found, first, matching.reading, against(matching.reading, row, columns[0]))
            or _why_not_both(passes, takes, matching, row)
            or "too little tells one from the other"
            if len(columns) == 1
            else _why_several(takes[column] for column in columns)
        )
        yield (
            f"{found.name} ({length_words(found.length_s)}) may be {words}: {why}."
            f' Say which: --match "{found.name}={first.song}:{first.number}".'
        )


def _why_unsure(found: Pass, take: TakeToFind, reading: Reading, clues: Sequence[Clue]) -> str:
    if another_length(found, take):
        return f"the log has that take as {length_words(take.length_s or 0.0)} long"
    if Clue.PLACE in clues:
        return "it lies elsewhere on the timeline than that take should"
    if clues:
        return "it was recorded at another time than that take"
    for shift in reading.shifts:
        if not shift.has_reason:
            what = "timeline" if shift.scale.clue is Clue.PLACE else "clock"
            return (
                f"that would need a {what} that is {length_words(abs(shift.seconds))} off, and nothing"
                " else says so"
            )
    return ""


def _why_not_both(
    passes: Sequence[Pass], takes: Sequence[TakeToFind], matching: Matching, row: int
) -> str:
    """Name an open pass that may be of a take on the other side of this one's."""
    (column,) = (column for column in matching.candidates[row] if column is not None)
    for other_row, others in matching.candidates.items():
        for other in others:
            if other is not None and (row - other_row) * (column - other) < 0:
                return (
                    f"{passes[other_row].name} may be {takes[other].words}, and by the order of the day"
                    " not both can be"
                )
    return ""


def _why_several(candidates: Iterable[TakeToFind]) -> str:
    lengths = [take.length_s for take in candidates]
    known = [length_s for length_s in lengths if length_s is not None]
    if len(known) == len(lengths) and max(known) - min(known) <= EQUAL_LENGTH_S:
        return (
            f"they are equally long ({length_words(known[0])}), and nothing else tells them apart"
        )
    return "length, time and place do not tell them apart"


def _extra(
    passes: Sequence[Pass], takes: Sequence[TakeToFind], matching: Matching
) -> Iterator[str]:
    held = set(matching.take_of.values())
    for row, found in enumerate(passes):
        if matching.take_of.get(row, -1) is not None or row in matching.by_hand:
            continue
        near = [
            take
            for column, take in enumerate(takes)
            if column not in held and take.length_s is not None and length_nats(found, take) > 0
        ]
        like = ""
        if near:
            like = (
                f" It is as long as {either([take.words for take in near[:MOST_NAMED]])}, but out of order"
                " or from another time."
            )
        yield (
            f"{found.name} ({described(found)}) is one too many: it is of no take of the session.{like}"
        )


def _missing(takes: Sequence[TakeToFind], matching: Matching) -> Iterator[str]:
    if not matching.take_of and not matching.candidates:
        return  # There is no recording at all: that is said once.
    for take in missing_takes(takes, matching):
        length = "" if take.length_s is None else f", {length_words(take.length_s)}"
        yield f"{take.words} ({take.verdict}{length}) is missing: no recording in the folder is of it."


def _equally_long(takes: Sequence[TakeToFind], matching: Matching) -> Iterator[str]:
    """Name the takes that were matched and have the same length, and what told them apart."""
    held = {take for take in matching.take_of.values() if take is not None}
    by_length = sorted(
        (
            (take.length_s, column)
            for column, take in enumerate(takes)
            if take.length_s is not None and column in held
        ),
    )
    groups: list[list[int]] = []
    last_s = None
    for length_s, column in by_length:
        if last_s is None or length_s - last_s > EQUAL_LENGTH_S:
            groups.append([])
        groups[-1].append(column)
        last_s = length_s
    clues = {shift.scale.clue for shift in matching.reading.shifts}
    if not clues:
        apart = "by their order alone"
    elif Clue.PLACE in clues:
        apart = "by their places on the timeline"
    else:
        apart = "by the times at which they were recorded"
    for group in groups:
        if len(group) > 1:
            words = [takes[column].words for column in sorted(group)]
            length_s = takes[group[0]].length_s or 0.0
            more = len(words) - MOST_NAMED
            named = all_of(words[:MOST_NAMED] + ([f"{more} more"] if more > 0 else []))
            yield f"{named} are equally long ({length_words(length_s)}): they were told apart {apart}."


def _of_another_length(
    passes: Sequence[Pass], takes: Sequence[TakeToFind], matching: Matching
) -> Iterator[str]:
    for row, column in sorted(matching.take_of.items()):
        take = None if column is None else takes[column]
        if take is None or take.length_s is None:
            continue
        longer_s = passes[row].length_s - take.length_s
        if abs(longer_s) > ANOTHER_LENGTH_S:
            word = "longer" if longer_s > 0 else "shorter"
            yield (
                f"{passes[row].name} is {abs(longer_s):.1f} s {word} than the log has {take.words}:"
                " the DAW was stopped by hand, or not at once."
            )


def _shifted(matching: Matching) -> Iterator[str]:
    if not any(column is not None for column in matching.take_of.values()):
        return
    clock = matching.reading.shift_of(Clue.CLOCK)
    if (
        clock is not None
        and clock.scale.is_told
        and not clock.has_reason
        and abs(clock.seconds) > _WORTH_A_WORD_S
    ):
        ahead = "ahead of" if clock.seconds > 0 else "behind"
        yield (
            f"The DAW's clock is {length_words(abs(clock.seconds))} {ahead} the box's: that much was"
            " allowed for."
        )
    place = matching.reading.shift_of(Clue.PLACE)
    if place is not None and place.seconds:
        yield _place_words(place)
    if matching.reading.shift_of(Clue.TIME_OF_DAY) is not None:
        yield (
            "The time references are times of day, not places on a timeline: they were held against"
            " the log's clock."
        )


def _place_words(place: Shift) -> str:
    later = "later" if place.seconds > 0 else "earlier"
    how = "" if place.has_reason else " There is no reason for it that is known."
    return (
        f"The recordings lie {length_words(abs(place.seconds))} {later} on their timeline than the DAW"
        f" said: that much was allowed for.{how}"
    )
