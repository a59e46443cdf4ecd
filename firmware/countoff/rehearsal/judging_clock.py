"""Whether the MIDI clock that was sent is what a script expects. Pure.

Where each pulse belongs is worked out from the song as it was written, not from the plan that was
sent: 24 to the quarter note, each on the frame nearest to its moment.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import zip_longest
from typing import TYPE_CHECKING

from countoff.midi.realtime import Realtime, SongPosition, decode
from countoff.rehearsal.evidence import NotSoError, so_many
from countoff.rehearsal.judging_time_code import judge_time_code
from countoff.rehearsal.statements import (
    ClockExactly,
    ClockExpectation,
    ClockPulses,
    ClockWordAt,
    TimeCodeAt,
)
from countoff.rehearsal.walk import NoSuchPlaceError, Spot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from countoff.rehearsal.evidence import Evidence
    from countoff.rehearsal.logbook import LoggedTakeRow
    from countoff.rehearsal.statements import Place
    from countoff.rehearsal.walk import Walk

_PULSE = Fraction(1, 24)
# What leaves before a pulse that it belongs to.
_NEAREST_BEFORE_MS, _FURTHEST_BEFORE_MS = 1, 5
_MS_PER_SECOND = 1000


def judge_clock(expected: ClockExpectation, evidence: Evidence) -> None:
    """Judge what is expected of the clock of a whole session. Raises NotSoError."""
    match expected:
        case ClockExactly(wanted):
            found = [word for _, word in _words(evidence)]
            if found != list(wanted):
                listed = ", ".join(found) or (
                    "pulses only" if evidence.course.clock else "no clock"
                )
                raise NotSoError(f"expected the clock to say {', '.join(wanted)}; found {listed}.")
        case ClockPulses(None):
            if evidence.course.clock:
                raise NotSoError(
                    f"expected no clock; found {so_many(len(evidence.course.clock), 'message')}."
                )
        case ClockPulses((first, end), name):
            _judge_pulses(evidence, evidence.take(name), first, end)
        case TimeCodeAt():
            judge_time_code(expected, evidence)
        case ClockWordAt(word, place, name):
            _judge_word(evidence, word, evidence.frame_at(evidence.take(name), place), place)


def _judge_pulses(evidence: Evidence, take: LoggedTakeRow, first: Place, end: Place) -> None:
    first_frame, end_frame = evidence.frame_at(take, first), evidence.frame_at(take, end)
    found = [
        frame
        for frame in (
            evidence.frame(one.at_ns)
            for one in evidence.course.clock
            if decode(one.message) is Realtime.PULSE
        )
        if first_frame <= frame < end_frame
    ]
    walk = evidence.walk(take)
    due = [evidence.frame_of(take, walk, walk.seconds(spot)) for spot in _spots(walk, first, end)]
    for number, (wanted, sent) in enumerate(zip_longest(due, found)):
        if wanted != sent:
            quarters, pulse = divmod(number, 24)
            raise NotSoError(
                f"expected {so_many(len(due), 'pulse')} from bar {first} to bar {end}; found"
                f" {len(found)}, and pulse {pulse} of quarter {quarters + 1} there on frame {sent}"
                f" instead of {wanted}."
            )


def _spots(walk: Walk, first: Place, end: Place) -> Iterator[Spot]:
    """Yield where each pulse lies from one place to before another."""
    try:
        quarters, until = walk.quarters(walk.spot(first)), walk.quarters(walk.spot(end))
        begins = [walk.quarters(Spot(index, Fraction(0))) for index in range(len(walk.first_bars))]
    except NoSuchPlaceError as reason:
        raise NotSoError(
            f"expected a clock from bar {first} to bar {end}; found that {reason}."
        ) from reason
    start = begins[walk.start_index]
    length = None
    if walk.is_looped and walk.song.sections[walk.start_index].bars is not None:
        length = walk.quarters(Spot(walk.start_index, Fraction(0), 2)) - start
    while quarters < until:
        if length is not None:
            passed, within = divmod(quarters - start, length)
            looped = Spot(walk.start_index, within, int(passed) + 1)
            yield looped if passed >= 0 else Spot(walk.start_index, quarters - start)
        else:
            later = [
                n for n, begin in enumerate(begins) if n > walk.start_index and begin <= quarters
            ]
            index = later[-1] if later else walk.start_index
            yield Spot(index, quarters - begins[index])
        quarters += _PULSE


def _judge_word(evidence: Evidence, word: str, pulse_frame: int, place: Place) -> None:
    rate_hz = evidence.course.rate_hz
    frames = [frame for frame, said in _words(evidence) if said == word]
    before_ms = [Fraction((pulse_frame - frame) * _MS_PER_SECOND, rate_hz) for frame in frames]
    if not any(_NEAREST_BEFORE_MS <= one <= _FURTHEST_BEFORE_MS for one in before_ms):
        found = ", ".join(evidence.seconds(frame) for frame in frames) or "none"
        raise NotSoError(
            f"expected {word} {_NEAREST_BEFORE_MS} to {_FURTHEST_BEFORE_MS} ms before bar {place}"
            f" at {evidence.seconds(pulse_frame)}; found {found}."
        )


def _words(evidence: Evidence) -> list[tuple[int, str]]:
    """Return all that is no pulse, with its frame, in the words of a script."""
    words = []
    for one in evidence.course.clock:
        message = decode(one.message)
        if isinstance(message, SongPosition):
            words.append((evidence.frame(one.at_ns), f"position {message.sixteenths}"))
        elif message is not None and message is not Realtime.PULSE:
            words.append((evidence.frame(one.at_ns), message.name.lower()))
    return words
