from __future__ import annotations

from countoff.processes.respawn import Respawn

MS = 1_000_000


def waits_ms(respawn: Respawn, failures: int, now_ns: int = 10**9) -> list[int]:
    """Return how long is waited after each of so many failures of something that never works."""
    waits = []
    for _ in range(failures):
        respawn.started()
        respawn.failed(now_ns)
        waits.append((respawn.due_ns - now_ns) // MS)
    return waits


def test_what_keeps_failing_is_tried_ever_less_often() -> None:
    """The first time at once, in the end every five seconds."""
    assert waits_ms(Respawn(), 8) == [0, 250, 500, 1000, 2000, 5000, 5000, 5000]


def test_what_has_worked_for_a_while_is_replaced_at_once() -> None:
    """A death after three seconds of good work is a first failure again."""
    respawn = Respawn()
    waits_ms(respawn, 4)
    respawn.started()
    respawn.works(10**9)
    respawn.failed(4 * 10**9)
    assert respawn.due_ns == 4 * 10**9


def test_what_hangs_for_long_before_it_works_has_not_worked() -> None:
    """A device that takes its time to fail is not tried without a pause for that."""
    respawn = Respawn()
    waits_ms(respawn, 4)
    respawn.started()
    respawn.failed(60 * 10**9)
    assert respawn.due_ns == 62 * 10**9


def test_an_arrival_cuts_the_wait_short() -> None:
    """What has come back is tried at once, and soon again where it needs a moment more."""
    respawn = Respawn()
    waits_ms(respawn, 6)
    respawn.hurry()
    assert respawn.due_ns == 0
    assert waits_ms(respawn, 2) == [0, 250]
