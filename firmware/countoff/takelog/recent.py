"""The last takes in a few words, for the front panel: kept from the entries as they are made.

The owner thread takes entries in; any thread may read `takes`, which is replaced whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from countoff.core import entries
from countoff.core.daw import CANNOT_ANSWER, verdict_words
from countoff.takelog.words import minutes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from countoff.core.entries import Entry
    from countoff.takelog.summaries import TakeSummary

_MOST = 8
_NS_PER_SECOND = 1_000_000_000


class RecentTakes:
    """The newest takes, the newest first: `bars` is the number of the last bar that was begun.

    In a song without tempo there are no bars: `elapsed` says how far a take or a flag is, "1:23".
    """

    def __init__(self, before: Iterable[TakeSummary]) -> None:
        """Begin with the takes from before this start, the oldest first."""
        self.takes: tuple[dict[str, Any], ...] = tuple(_from_log(take) for take in before)[::-1]
        self._flags: dict[str, tuple[str, dict[str, Any]]] = {}
        self._bar1_ns_of_free: dict[str, int] = {}

    def take_in(self, entry: Entry) -> None:
        """Follow one entry. The owner thread only."""
        match entry:
            case entries.TakeStarted():
                started = {
                    "id": entry.id,
                    "song": entry.song,
                    "number": entry.number,
                    "status": "counting_in",
                    "how": None,
                    "start_bar": entry.chart.first_bars[entry.chart.start_index],
                    "is_looped": entry.is_looped,
                    "bars": 0,
                    "elapsed": "",
                    "flags": [],
                    "incidents": 0,
                    "click": "",
                    "verdict": "" if entry.daw_can_answer else CANNOT_ANSWER,
                }
                if entry.chart.is_free:
                    self._bar1_ns_of_free[entry.id] = entry.bar1_ns
                self.takes = (started, *self.takes)[:_MOST]
            case entries.TakeRolled():
                elapsed = self._elapsed(entry.take_id, entry.at_ns)
                bars = 0 if elapsed else self._start_bar(entry.take_id)
                self._change(entry.take_id, status="rolling", bars=bars, elapsed=elapsed)
            case entries.TakePosition():
                self._change(
                    entry.take_id,
                    bars=max(0, entry.bar),
                    elapsed=self._elapsed(entry.take_id, entry.at_ns),
                )
            case entries.TakeEnded():
                is_whole = entry.how is entries.HowEnded.ENDED
                self._change(
                    entry.take_id,
                    status="ring_out" if is_whole else str(entry.how),
                    how=str(entry.how),
                    bars=max(0, entry.bar),
                    elapsed=self._elapsed(entry.take_id, entry.at_ns),
                )
            case entries.TakeClosed():
                self._close(entry.take_id)
            case entries.FlagMade():
                flag = {
                    "kind": str(entry.kind),
                    "bar": entry.bar,
                    "elapsed": self._elapsed(entry.take_id, entry.at_ns),
                    "section": entry.section,
                    "whole_take": entry.whole_take,
                }
                self._flags[entry.id] = (entry.take_id, flag)
                self._show_flags(entry.take_id)
            case entries.FlagChanged():
                if entry.id in self._flags:
                    take_id, flag = self._flags[entry.id]
                    self._flags[entry.id] = (take_id, {**flag, "kind": str(entry.kind)})
                    self._show_flags(take_id)
            case entries.FlagTakenBack():
                if entry.id in self._flags:
                    take_id, _ = self._flags.pop(entry.id)
                    self._show_flags(take_id)
            case entries.IncidentHappened():
                self._count_incident(entry.take_id)
            case entries.CountInMoved():
                if entry.take_id in self._bar1_ns_of_free:
                    self._bar1_ns_of_free[entry.take_id] = entry.bar1_ns
            case entries.TakeJudged():
                self._change(entry.take_id, verdict=verdict_words(entry.verdict, entry.gap))
            case entries.TakeCertified():
                self._change(entry.take_id, click=entry.certificate.words)
            case _:
                pass

    def _change(self, take_id: str, **changes: object) -> None:
        self.takes = tuple(
            {**take, **changes} if take["id"] == take_id else take for take in self.takes
        )

    def _elapsed(self, take_id: str, at_ns: int) -> str:
        bar1_ns = self._bar1_ns_of_free.get(take_id)
        return "" if bar1_ns is None else minutes(max(0, at_ns - bar1_ns) / _NS_PER_SECOND)

    def _start_bar(self, take_id: str) -> int:
        found = (int(take["start_bar"]) for take in self.takes if take["id"] == take_id)
        return next(found, 1)

    def _close(self, take_id: str) -> None:
        # What was given up keeps that status, as in the log.
        self.takes = tuple(
            {**take, "status": "ended"}
            if take["id"] == take_id and take["status"] == "ring_out"
            else take
            for take in self.takes
        )

    def _show_flags(self, take_id: str) -> None:
        flags = [flag for of_take, flag in self._flags.values() if of_take == take_id]
        self._change(take_id, flags=flags)

    def _count_incident(self, take_id: str | None) -> None:
        self.takes = tuple(
            {**take, "incidents": take["incidents"] + 1} if take["id"] == take_id else take
            for take in self.takes
        )


def _from_log(take: TakeSummary) -> dict[str, Any]:
    return {
        "id": take.id,
        "song": take.song,
        "number": take.number,
        "status": take.status,
        "how": take.how,
        "start_bar": take.start_bar,
        "is_looped": take.is_looped,
        "bars": max(0, take.last_bar or 0),
        "elapsed": _minutes(take.elapsed_s),
        "flags": [
            {
                "kind": flag.kind,
                "bar": flag.bar,
                "elapsed": _minutes(flag.elapsed_s),
                "section": flag.section,
                "whole_take": flag.whole_take,
            }
            for flag in take.flags
        ],
        "incidents": take.incident_count,
        "click": take.click,
        "verdict": take.verdict,
    }


def _minutes(elapsed_s: float | None) -> str:
    return "" if elapsed_s is None else minutes(elapsed_s)
