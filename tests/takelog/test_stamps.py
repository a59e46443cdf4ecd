from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any

import pytest

from countoff.takelog import stamps
from countoff.takelog.stamps import RehearsalStamps, SystemStamps, utc_text


def kernel(monkeypatch: pytest.MonkeyPatch, outcome: int, status: int) -> None:
    """Put a kernel in place that answers adjtimex(2) so."""

    def adjtimex(reference: Any) -> int:
        reference._obj.status = status
        return outcome

    monkeypatch.setattr(stamps, "_c_library", lambda: SimpleNamespace(adjtimex=adjtimex))


@pytest.mark.parametrize(
    ("outcome", "status", "synchronised"),
    [
        (0, 0x2001, True),  # TIME_OK
        (1, 0x0011, True),  # a leap second is coming
        (5, 0x0041, False),  # TIME_ERROR
        (0, 0x0040, False),  # STA_UNSYNC alone
        (-1, 0, False),  # not allowed to ask
    ],
)
def test_a_clock_is_synchronised_only_when_the_kernel_says_so(
    monkeypatch: pytest.MonkeyPatch, outcome: int, status: int, synchronised: bool
) -> None:
    """TIME_ERROR, STA_UNSYNC and no answer all mean that the label cannot be believed."""
    kernel(monkeypatch, outcome, status)
    assert SystemStamps("boot").stamp(5).clock_synchronised is synchronised


def test_a_system_without_such_a_kernel_has_no_synchronised_clock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In doubt the clock is not synchronised, and nothing fails."""
    monkeypatch.setattr(stamps, "_c_library", SimpleNamespace)
    assert SystemStamps("boot").now().clock_synchronised is False


def test_this_kernel_can_be_asked() -> None:
    """The real call answers without upsetting anything, any number of times."""
    answers = {stamps.clock_synchronised() for _ in range(1000)}
    assert answers <= {True, False}


def test_a_system_stamp_keeps_the_moment_and_labels_it() -> None:
    """Host time is that of the event; the label is ISO 8601 UTC of about now."""
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    stamp = SystemStamps("a boot").stamp(123)
    assert (stamp.at_ns, stamp.boot_id) == (123, "a boot")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", stamp.at_utc)
    assert before <= datetime.fromisoformat(stamp.at_utc) <= datetime.now(UTC)


def test_the_boot_id_is_read_once_and_may_be_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """It is the kernel's; where there is none, the log says "unknown"."""
    boot_id = tmp_path / "boot_id"
    monkeypatch.setattr(stamps, "BOOT_ID", boot_id)
    assert SystemStamps.read().boot_id == "unknown"
    boot_id.write_text("4ec21158-5df2\n", encoding="ascii")
    assert SystemStamps.read().boot_id == "4ec21158-5df2"


def test_a_rehearsal_has_its_own_time() -> None:
    """Labels are a fixed start plus host time, so the same script leaves the same log."""
    rehearsal = RehearsalStamps(datetime(2026, 1, 1, 23, 59, 59, tzinfo=UTC), lambda: 7_000_000)
    assert rehearsal.stamp(1_500_000_000).at_utc == "2026-01-02T00:00:00.500Z"
    assert rehearsal.now().at_utc == "2026-01-01T23:59:59.007Z"
    assert rehearsal.now() == rehearsal.stamp(7_000_000)
    assert (rehearsal.now().boot_id, rehearsal.now().clock_synchronised) == ("rehearsal", True)


def test_labels_are_in_utc_wherever_the_moment_came_from() -> None:
    """A moment of another zone is converted, not relabelled."""
    moment = datetime(2026, 7, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    assert utc_text(moment) == "2026-06-30T23:30:00.000Z"
