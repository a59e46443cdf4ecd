from __future__ import annotations

import pytest

from countoff.processes.wire import Message
from countoff.sender.reports import (
    BytesHeard,
    BytesMissed,
    NotSent,
    PedalsBack,
    PedalsLost,
    PeersChanged,
    PortBack,
    PortLost,
    Role,
    SenderFailed,
    SenderReady,
    Sent,
    Single,
    batch,
    heard,
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
        PeersChanged("ardour:in", None, (), ("ardour:out",), ("gone:out",)),
        PedalsLost('MIDI port "FCB1010" has gone.'),
        PedalsBack("FCB1010:FCB1010 MIDI 1"),
        BytesMissed(Role.DAW),
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


def test_what_was_heard_travels() -> None:
    """Messages of any length arrive whole, in order, each with its moment and from whom it came."""
    messages = [(5, b"\x90\x5f\x7f"), (5, b"\xf8"), (9, b"\xf0\x00\x00\x66\x14\x00\xf7")]
    reports = [BytesHeard(Role.PEDALS, at_ns, data) for at_ns, data in messages]
    assert reports_in(heard(Role.PEDALS, messages)) == reports


def test_other_messages_carry_none() -> None:
    """What the sender never says is no report."""
    assert reports_in(Message("hello")) == []
