"""Whether what the DAW was sent, and what it made of it, is what a script expects. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countoff.rehearsal.evidence import NotSoError, so_many, some_of
from countoff.rehearsal.script import seconds_text
from countoff.rehearsal.statements import (
    SentExactly,
    SentExpectation,
    SentNothing,
    SentSoon,
    SentTimes,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countoff.rehearsal.statements import DawRecorded
    from countoff.rehearsal.virtual_daw import Sent


def judge_midi(expected: SentExpectation, sent: Sequence[Sent], start_ns: int) -> None:
    """Judge what is expected of the moment `start_ns`, or of all. Raises NotSoError."""
    sent = [one for one in sent if one.meaning]
    meanings = [one.meaning for one in sent]
    match expected:
        case SentSoon(meaning, within_ns):
            _sent_soon(meaning, [one for one in sent if one.at_ns >= start_ns], start_ns, within_ns)
        case SentNothing(None):
            if sent:
                raise NotSoError(f"expected nothing sent; found {some_of(meanings)}.")
        case SentNothing(length_ns) if length_ns is not None:
            end_ns = start_ns + length_ns
            first = next((one for one in sent if start_ns <= one.at_ns < end_ns), None)
            if first is not None:
                raise NotSoError(
                    f"expected nothing sent for {seconds_text(length_ns)}; found {first.meaning}"
                    f" at {seconds_text(first.at_ns)}."
                )
        case SentTimes(meaning, count):
            found = meanings.count(meaning)
            if found != count:
                raise NotSoError(f"expected {meaning} sent {count} times; found {found}.")
        case SentExactly(wanted):
            if meanings != list(wanted):
                listed = ", ".join(meanings) or "nothing"
                raise NotSoError(f"expected {', '.join(wanted)} sent; found {listed}.")


def judge_recorded(expected: DawRecorded, daw_takes: int) -> None:
    """Judge what the DAW has recorded. Raises NotSoError."""
    if daw_takes != expected.count:
        wanted, found = (so_many(count, "take") for count in (expected.count, daw_takes))
        raise NotSoError(f"expected the DAW to have recorded {wanted}; found {found}.")


def _sent_soon(meaning: str, after: Sequence[Sent], start_ns: int, within_ns: int) -> None:
    first = next((one for one in after if one.meaning == meaning), None)
    if first is None:
        found = some_of([one.meaning for one in after])
        raise NotSoError(f"expected {meaning} sent after {seconds_text(start_ns)}; found {found}.")
    late_ns = first.at_ns - start_ns
    if late_ns > within_ns:
        raise NotSoError(
            f"expected {meaning} sent within {seconds_text(within_ns)}; found it"
            f" {seconds_text(late_ns)} after."
        )
