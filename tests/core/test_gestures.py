"""From contact edges to gestures: bounces, stutters, stomps and broken pedals."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.core.events import Pedal, PedalMoved
from countoff.core.gestures import (
    Feet,
    Gesture,
    Held,
    HoldStage,
    Pressed,
    Released,
    moved,
    next_gesture_ns,
    passed,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

MS = 1_000_000
DAY_NS = 5_000_000_000_000

Edges = list[tuple[float, Pedal, bool]]


def felt(edges: Iterable[tuple[float, Pedal, bool]], until_ms: float) -> list[Gesture]:
    """Return the gestures of edges (ms, pedal, is_down), fed as the owner of the rules feeds them."""
    feet = Feet()
    gestures: list[Gesture] = []
    for at_ms, pedal, is_down in edges:
        at_ns = DAY_NS + round(at_ms * MS)
        feet, ripened = passed(feet, at_ns)
        feet, made = moved(feet, PedalMoved(at_ns, pedal, is_down))
        gestures += [*ripened, *made]
    feet, ripened = passed(feet, DAY_NS + round(until_ms * MS))
    return [*gestures, *ripened]


def told(gestures: Iterable[Gesture]) -> list[str]:
    """Return gestures as words: what, which pedal, at which millisecond."""
    words = []
    for gesture in gestures:
        at_ms = (gesture.at_ns - DAY_NS) / MS
        if isinstance(gesture, Pressed):
            marks = " stutter" * gesture.is_stutter + " stomp" * gesture.is_stomp
            words.append(f"{gesture.pedal} down {at_ms:g}{marks}")
        elif isinstance(gesture, Held):
            mark = "" if gesture.is_alone else " not alone"
            words.append(f"{gesture.pedal} {gesture.stage.name} {at_ms:g}{mark}")
        else:
            words.append(f"{gesture.pedal} up {at_ms:g}")
    return words


def tap(pedal: Pedal, at_ms: float, length_ms: float = 120) -> Edges:
    """Return the two clean edges of a press."""
    return [(at_ms, pedal, True), (at_ms + length_ms, pedal, False)]


def together(*edges: Edges) -> Edges:
    """Return several pedals' edges in the order of time."""
    return sorted((edge for some in edges for edge in some), key=lambda edge: edge[0])


def test_a_press_counts_at_its_first_edge() -> None:
    """A clean press is one gesture at its edge, and its end is one at the other edge."""
    assert told(felt(tap(Pedal.ROLL, 0), 2000)) == ["roll down 0", "roll up 120"]


@pytest.mark.parametrize("bounce_ms", [0.05, 0.7, 3, 9])
def test_bounces_of_a_press_are_one_press_at_the_first_edge(bounce_ms: float) -> None:
    """However a contact bounces for up to 30 ms, there is one press with the time of its first edge."""
    edges: Edges = []
    at_ms, is_down = 0.0, True
    while at_ms < 29:
        edges.append((at_ms, Pedal.ROLL, is_down))
        at_ms, is_down = at_ms + bounce_ms, not is_down
    edges += [(29.5, Pedal.ROLL, True), (200, Pedal.ROLL, False)]
    assert told(felt(edges, 2000)) == ["roll down 0", "roll up 200"]


def test_bounces_of_a_release_are_one_release() -> None:
    """A contact that opens with bounces is up once, and no new press."""
    edges = [(0, Pedal.ROLL, True)]
    edges += [(500 + 2 * n, Pedal.ROLL, n % 2 == 1) for n in range(15)]
    assert told(felt(edges, 2000)) == ["roll down 0", "roll up 500"]


# Up to the very end of the lock-out; one that is at rest throughout it has settled.
bounces = st.lists(st.floats(0, 29.9), max_size=14).map(lambda at_ms: sorted([*at_ms, 30.0]))


@given(bounces, bounces, st.floats(120, 3000))
def test_a_contact_that_bounces_for_30_ms_is_one_press(
    closing: list[float], opening: list[float], length_ms: float
) -> None:
    """However it bounces in the 30 ms after each of its edges: one press, one release, no stutter."""
    edges: Edges = []
    for start_ms, is_down, bounces_ms in ((0.0, True, closing), (length_ms, False, opening)):
        # In pairs, so that it comes to rest as it began.
        pairs = bounces_ms[len(bounces_ms) % 2 :]
        edges.append((start_ms, Pedal.ROLL, is_down))
        edges += [
            (start_ms + at_ms, Pedal.ROLL, is_down is (index % 2 == 1))
            for index, at_ms in enumerate(pairs)
        ]
    gestures = felt(edges, 6000)
    presses = [gesture for gesture in gestures if isinstance(gesture, Pressed)]
    assert [(press.at_ns, press.is_stutter) for press in presses] == [(DAY_NS, False)]
    releases = [gesture for gesture in gestures if isinstance(gesture, Released)]
    assert [release.at_ns for release in releases] == [DAY_NS + round(length_ms * MS)]


def test_a_loose_cable_is_believed_in_the_end() -> None:
    """One that never rests is locked out for a tenth of a second at most, then told as it is."""
    edges: Edges = [(4 * n, Pedal.SONG, n % 2 == 0) for n in range(100)]
    gestures = felt(edges, 6000)
    assert told(gestures)[:2] == ["song down 0", "song up 100"]
    presses = [gesture for gesture in gestures if isinstance(gesture, Pressed)]
    assert all(press.is_stutter for press in presses[1:])


def test_a_tap_shorter_than_the_lock_out_is_a_press_and_a_release() -> None:
    """Both edges within a millisecond: the press counts, and the pedal is not thought to be down."""
    assert told(felt(tap(Pedal.ROLL, 0, 0.8), 3000)) == ["roll down 0", "roll up 0.8"]


def test_two_edges_at_the_same_nanosecond_are_a_press_and_a_release() -> None:
    """Stamps may be equal: the pedal still comes up."""
    assert told(felt(tap(Pedal.ROLL, 0, 0), 3000)) == ["roll down 0", "roll up 0"]


def test_what_stays_down_after_the_lock_out_is_down() -> None:
    """A contact that came back while it was locked, and stayed, is a press at its own edge."""
    edges = [*tap(Pedal.KEEPER, 0, 500), (515, Pedal.KEEPER, True)]
    assert told(felt(edges, 600)) == [
        "keeper down 0",
        "keeper up 500",
        "keeper down 515",
    ]


def test_a_hold_ripens_at_its_moment_with_nobody_moving() -> None:
    """A hold is felt at 0.6 s, 2 s and 10 s after the edge, each once."""
    gestures = felt([(0, Pedal.ROLL, True)], 60_000)
    assert told(gestures) == [
        "roll down 0",
        "roll HOLD 600",
        "roll LONG_HOLD 2000",
        "roll STUCK 10000",
    ]
    assert {gesture.edge_ns for gesture in gestures if isinstance(gesture, Held)} == {DAY_NS}


def test_a_hold_is_not_felt_after_the_release() -> None:
    """A release one millisecond before the hold is no hold; one after it is."""
    assert told(felt(tap(Pedal.ROLL, 0, 599), 3000)) == ["roll down 0", "roll up 599"]
    assert told(felt(tap(Pedal.ROLL, 0, 601), 3000)) == [
        "roll down 0",
        "roll HOLD 600",
        "roll up 601",
    ]


def test_a_release_says_how_long_the_press_was() -> None:
    """A release carries the stage it reached and the edge it belongs to."""
    (released,) = (g for g in felt(tap(Pedal.SONG, 0, 2500), 5000) if isinstance(g, Released))
    assert (released.stage, released.edge_ns) == (HoldStage.LONG_HOLD, DAY_NS)


def test_a_nervous_foot_presses_once() -> None:
    """Ten presses in a second are one press and nine stutters, each at its edge."""
    edges = together(*(tap(Pedal.AGAIN, 100 * n, 50) for n in range(10)))
    presses = [g for g in felt(edges, 3000) if isinstance(g, Pressed)]
    assert [press.is_stutter for press in presses] == [False] + [True] * 9
    assert [press.at_ns for press in presses] == [DAY_NS + 100 * n * MS for n in range(10)]


def test_two_presses_a_moment_apart_are_two() -> None:
    """After 350 ms a press of the same pedal is meant."""
    edges = [*tap(Pedal.KEEPER, 0), *tap(Pedal.KEEPER, 350)]
    assert told(felt(edges, 3000))[2] == "keeper down 350"


def test_pedals_do_not_stutter_each_other() -> None:
    """A stutter is of one pedal: another one pressed 200 ms later is meant."""
    edges = [*tap(Pedal.KEEPER, 0), *tap(Pedal.ROLL, 200)]
    assert "roll down 200" in told(felt(edges, 3000))


@pytest.mark.parametrize(("first", "second"), list(permutations(Pedal, 2)))
@pytest.mark.parametrize("apart_ms", [0, 0.5, 20, 79])
def test_two_pedals_under_one_shoe_are_a_stomp(
    first: Pedal, second: Pedal, apart_ms: float
) -> None:
    """The second of two pedals that go down within 80 ms is marked as a stomp."""
    edges = [(0, first, True), (apart_ms, second, True)]
    assert told(felt(edges, 100)) == [f"{first} down 0", f"{second} down {apart_ms:g} stomp"]


def test_a_shoe_that_rolls_off_the_first_pedal_is_a_stomp_too() -> None:
    """The first pedal may be up again when the second goes down."""
    edges = together(tap(Pedal.KEEPER, 0, 35), tap(Pedal.AGAIN, 70))
    assert "again down 70 stomp" in told(felt(edges, 1000))


def test_a_foot_across_two_pedals_is_not_alone() -> None:
    """Holds of two pedals that are down together say so, for both of them."""
    edges = [(0, Pedal.ROLL, True), (200, Pedal.AGAIN, True)]
    assert told(felt(edges, 900)) == [
        "roll down 0",
        "again down 200",
        "roll HOLD 600 not alone",
        "again HOLD 800 not alone",
    ]


def test_beside_a_stuck_pedal_the_others_work() -> None:
    """A pedal that has been down for 10 s is no foot: a hold of another one is alone."""
    edges: Edges = [(0, Pedal.SONG, True), (12_000, Pedal.ROLL, True)]
    assert told(felt(edges, 12_700))[-2:] == ["roll down 12000", "roll HOLD 12600"]


def test_beside_a_chattering_pedal_the_others_work() -> None:
    """A loose cable that closes ten times a second spoils no press and no hold of another pedal."""
    chatter = together(*(tap(Pedal.SONG, 100 * n, 50) for n in range(60)))
    gestures = told(felt(together(chatter, [(3010, Pedal.ROLL, True)]), 5500))
    assert [words for words in gestures if words.startswith("roll")] == [
        "roll down 3010",
        "roll HOLD 3610",
        "roll LONG_HOLD 5010",
    ]


def test_a_pedal_that_was_down_at_start_up_is_not_pressed_by_coming_up() -> None:
    """The first edge that is ever seen may be a release: nothing is felt, and the next press is."""
    edges: Edges = [(0, Pedal.ROLL, False), *tap(Pedal.ROLL, 500)]
    assert told(felt(edges, 2000)) == ["roll down 500", "roll up 620"]


def test_an_edge_that_is_told_twice_is_one() -> None:
    """A contact that is said to be down twice is pressed once."""
    edges = [(0, Pedal.ROLL, True), (50, Pedal.ROLL, True), (90, Pedal.ROLL, False)]
    assert told(felt(edges, 2000)) == ["roll down 0", "roll up 90"]


any_edges = st.lists(
    st.tuples(
        # The time since the last edge: bounces, taps and holds; a little backwards, as threads race.
        st.one_of(st.floats(-5, 40), st.floats(0, 700), st.floats(0, 12_000)),
        st.sampled_from(Pedal),
        st.booleans(),
    ),
    max_size=60,
)


@given(any_edges)
def test_any_edges_give_presses_and_releases_in_turn(gaps: Edges) -> None:
    """Whatever the contacts do, each pedal is pressed, held in order, released, pressed again."""
    at_ms = 0.0
    edges: Edges = []
    for gap_ms, pedal, is_down in gaps:
        at_ms += gap_ms
        edges.append((at_ms, pedal, is_down))
    for pedal in Pedal:
        mine = [gesture for gesture in felt(edges, at_ms + 60_000) if gesture.pedal is pedal]
        stage = None
        for gesture in mine:
            if isinstance(gesture, Pressed):
                assert stage is None
                stage = HoldStage.SHORT
            elif isinstance(gesture, Held):
                assert stage is not None
                assert gesture.stage == stage + 1
                stage = gesture.stage
            else:
                assert gesture.stage is stage
                stage = None
        last_raw = next((down for _, other, down in reversed(edges) if other is pedal), False)
        assert (stage is not None) is last_raw
        assert stage in (None, HoldStage.STUCK)


@given(any_edges, st.lists(st.floats(0, 100_000), max_size=20))
def test_when_time_is_told_changes_nothing(gaps: Edges, wakes: list[float]) -> None:
    """A controller that wakes more often, or late, feels the same gestures."""
    at_ms = 0.0
    feet = often = Feet()
    gestures: list[Gesture] = []
    felt_often: list[Gesture] = []
    for gap_ms, pedal, is_down in gaps:
        at_ms += abs(gap_ms)
        event = PedalMoved(round(at_ms * MS), pedal, is_down)
        for wake_ms in sorted(wakes):
            if wake_ms < at_ms:
                often, made = passed(often, round(wake_ms * MS))
                felt_often += made
        for state in ("once", "often"):
            before = feet if state == "once" else often
            before, ripened = passed(before, event.at_ns)
            after, made = moved(before, event)
            if state == "once":
                feet = after
                gestures += [*ripened, *made]
            else:
                often = after
                felt_often += [*ripened, *made]
    assert felt_often == gestures
    assert often == feet


@given(any_edges)
def test_nothing_is_due_before_now(gaps: Edges) -> None:
    """Once time has passed, the next moment lies ahead: the owner of the rules never spins."""
    feet = Feet()
    at_ms = 0.0
    for gap_ms, pedal, is_down in gaps:
        at_ms += abs(gap_ms)
        at_ns = round(at_ms * MS)
        feet, _ = moved(passed(feet, at_ns)[0], PedalMoved(at_ns, pedal, is_down))
        feet, _ = passed(feet, at_ns)
        next_ns = next_gesture_ns(feet)
        assert next_ns is None or next_ns > at_ns
