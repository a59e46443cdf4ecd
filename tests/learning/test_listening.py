from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.core.events import Pedal
from countoff.core.session.pedals import Do
from countoff.learning.listening import Asks, Learnt, PedalListener
from countoff.learning.uses import find_use
from countoff.midi.pedals import PedalMessage

MS = 1_000_000
S = 1000 * MS


def hear(*heard: tuple[int, str], port: str = "board") -> list[Learnt | None]:
    """Return what is known after each message, written as hex, at its ns."""
    listener = PedalListener()
    return [listener.hear(port, at_ns, bytes.fromhex(data)) for at_ns, data in heard]


def learnt(text: str, *, latches: bool = False) -> Learnt:
    """Return what is known of a pedal."""
    return Learnt("board", PedalMessage.parse(text), latches)


def test_a_pedal_that_goes_down_and_comes_up() -> None:
    """It is known when it has come up, so that a hold will work."""
    assert hear((0, "903c40"), (200 * MS, "803c00")) == [None, learnt("note 60 channel 1")]
    assert hear((0, "b5407f"), (200 * MS, "b54000")) == [None, learnt("controller 64 channel 6")]


def test_a_program_change_is_known_at_once() -> None:
    """It never comes up."""
    assert hear((0, "c003")) == [learnt("program 3 channel 1")]


def test_a_pedal_that_latches_is_stepped_on_again() -> None:
    """On at the first step, off at the second."""
    assert hear((0, "b0407f"), (5 * S, "b04000"))[1] == learnt(
        "controller 64 channel 1", latches=True
    )


def test_a_pedal_that_never_says_that_it_comes_up() -> None:
    """On at each step."""
    assert hear((0, "b0407f"), (5 * S, "b0407f"))[1] == learnt(
        "controller 64 channel 1", latches=True
    )


def test_what_is_asked_for() -> None:
    """To step on it; once more where nothing came when it came up."""
    listener = PedalListener()
    assert listener.asks(9 * S) is Asks.STEP
    listener.hear("board", 10 * S, bytes.fromhex("b0407f"))
    assert listener.asks(11 * S) is Asks.STEP
    assert listener.asks(13 * S) is Asks.STEP_AGAIN


def test_a_release_of_something_else_is_nothing() -> None:
    """Nor is what is no pedal at all, or the same message of another port."""
    assert hear((0, "803c00"), (1, "f8"), (2, "903c40"), (3, "803d00"))[-1] is None
    listener = PedalListener()
    listener.hear("one", 0, bytes.fromhex("903c40"))
    assert listener.hear("two", 1, bytes.fromhex("803c40")) is None


def test_another_pedal_is_taken_instead() -> None:
    """Whoever steps on two means the last one."""
    assert hear((0, "903c40"), (1, "903d40"), (2, "803d40"))[-1] == learnt("note 61 channel 1")


@given(st.lists(st.tuples(st.integers(0, 5 * S), st.binary(max_size=3)), max_size=30))
def test_any_bytes_are_listened_to(heard: list[tuple[int, bytes]]) -> None:
    """Whatever a device sends, nothing breaks."""
    listener = PedalListener()
    at_ns = 0
    for wait_ns, data in heard:
        at_ns += wait_ns
        listener.hear("board", at_ns, data)
        listener.asks(at_ns)


@pytest.mark.parametrize(
    ("text", "use"),
    [
        ("roll", Pedal.ROLL),
        (" Keeper ", Pedal.KEEPER),
        ("tap tempo", Do.TAP_TEMPO),
        ("no-good", Do.NO_GOOD),
    ],
)
def test_a_pedal_or_an_action_by_its_name(text: str, use: Pedal | Do) -> None:
    """A pedal comes before the action of its name."""
    found = find_use(text)

    assert found == use
    assert type(found) is type(use)


def test_what_is_neither() -> None:
    """The nearest guess is given, and all there are."""
    with pytest.raises(ValueError, match='Did you mean "roll"'):
        find_use("rool")
