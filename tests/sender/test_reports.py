from __future__ import annotations

import pytest

from countoff.sender.reports import (
    NotSent,
    PortBack,
    PortLost,
    SenderFailed,
    SenderReady,
    Sent,
    batch,
    reports_in,
    single,
)
from countoff.wire import Message


@pytest.mark.parametrize(
    "report",
    [
        SenderReady("jack", "Countoff:DAW", virtual=False, fifo=True, memory_locked=False),
        SenderFailed("JACK does not load."),
        PortLost("The JACK server has gone."),
        PortBack("ardour:MMC in"),
    ],
)
def test_single_reports_travel(report: SenderReady | SenderFailed | PortLost | PortBack) -> None:
    """A report arrives as it was made."""
    assert reports_in(single(report)) == [report]


@pytest.mark.parametrize(
    "reports",
    [[Sent(1, 2, 3, 4), Sent(5, 6, 7, 8)], [NotSent(1, 2)]],
)
def test_batches_travel(reports: list[Sent] | list[NotSent]) -> None:
    """Several reports of a kind arrive together, in order."""
    assert reports_in(batch(reports)) == reports


def test_other_messages_carry_none() -> None:
    """What the sender never says is no report."""
    assert reports_in(Message("hello")) == []
