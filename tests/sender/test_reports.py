from __future__ import annotations

import pytest

from countoff.processes.wire import Message
from countoff.sender.reports import (
    NotSent,
    PeersChanged,
    PortBack,
    PortLost,
    SenderFailed,
    SenderReady,
    Sent,
    Single,
    batch,
    reports_in,
    single,
)


@pytest.mark.parametrize(
    "report",
    [
        SenderReady("jack", "Countoff:DAW", virtual=False, fifo=True, memory_locked=False),
        SenderFailed("JACK does not load."),
        PortLost("The JACK server has gone."),
        PortBack("ardour:MMC in"),
        PeersChanged("Countoff:DAW", ("ardour:MMC in",), ("gone:in", "away:in")),
    ],
)
def test_single_reports_travel(report: Single) -> None:
    """A report arrives as it was made."""
    assert reports_in(single(report)) == [report]


@pytest.mark.parametrize(
    "reports",
    [[Sent(1, 2, 3, 4, 5), Sent(6, 7, 8, 9, 10)], [NotSent(1, 2, "Its port is away.")]],
)
def test_batches_travel(reports: list[Sent] | list[NotSent]) -> None:
    """Several reports of a kind arrive together, in order."""
    assert reports_in(batch(reports)) == reports


def test_other_messages_carry_none() -> None:
    """What the sender never says is no report."""
    assert reports_in(Message("hello")) == []
