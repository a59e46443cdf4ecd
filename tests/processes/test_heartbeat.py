from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from countoff.processes.heartbeat import LONGEST_LOOK_NS, Heartbeat

MS = 1_000_000


def looked_at_every(step_ns: int, looks: int, beat_ns: int = 7) -> int:
    """Return the silence of a heart that has stopped, after so many looks."""
    heartbeat = Heartbeat()
    return [heartbeat.silent_ns(beat_ns, 10**9 + look * step_ns) for look in range(looks)][-1]


def test_a_silence_is_as_long_as_it_was_listened_to() -> None:
    """Looked at every 25 ms, a heart that stopped 300 ms ago has been silent for 300 ms."""
    assert looked_at_every(25 * MS, 13) == 300 * MS


def test_never_having_beaten_is_a_silence_too() -> None:
    """A process that never gets as far as its first heartbeat is found out."""
    assert looked_at_every(25 * MS, 13, beat_ns=0) == 300 * MS


def test_a_stall_of_the_judge_blames_nobody() -> None:
    """After 2 s in which nobody looked, a heart whose next beat is not there yet is not blamed."""
    heartbeat = Heartbeat()
    heartbeat.silent_ns(1, 10**9)
    assert heartbeat.silent_ns(1, 3 * 10**9) == LONGEST_LOOK_NS
    assert heartbeat.silent_ns(2, 3 * 10**9 + MS) == 0


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 10**10)), min_size=1))
def test_a_silence_is_never_longer_than_the_time_since_the_last_beat(
    looks: list[tuple[int, int]],
) -> None:
    """Whatever the looks, nobody is called silent for longer than no new beat was seen."""
    heartbeat = Heartbeat()
    now_ns = since_ns = 0
    seen = None
    for beat, passed_ns in looks:
        now_ns += passed_ns
        if beat != seen:
            seen, since_ns = beat, now_ns
        assert 0 <= heartbeat.silent_ns(beat, now_ns) <= now_ns - since_ns
