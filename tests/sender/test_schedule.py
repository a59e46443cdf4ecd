from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from countoff.sender.schedule import Schedule, Scheduled


def scheduled(at_ns: int, order: int) -> Scheduled:
    """Return a message whose content does not matter."""
    return Scheduled(at_ns, order, message_id=order, message=b"\xf8", received_ns=0)


@given(times=st.lists(st.integers(-5, 5)), until_ns=st.integers(-6, 6))
def test_due_by_time_then_arrival(times: list[int], until_ns: int) -> None:
    """What is due comes out by its time, and at the same time by arrival; the rest stays."""
    schedule = Schedule()
    for order, at_ns in enumerate(times):
        schedule.add(scheduled(at_ns, order))
    expected = sorted((at_ns, order) for order, at_ns in enumerate(times))
    due = []
    while (one := schedule.take(until_ns)) is not None:
        due.append((one.at_ns, one.order))
    assert due == [pair for pair in expected if pair[0] <= until_ns]
    rest = [pair for pair in expected if pair[0] > until_ns]
    assert schedule.next_ns == (rest[0][0] if rest else None)
    assert [(one.at_ns, one.order) for one in schedule.clear()] == rest
    assert len(schedule) == 0
