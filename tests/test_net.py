from __future__ import annotations

import queue
import threading
import time
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from countoff.controller import Controller, Outlets
from countoff.core.entries import Entry, IncidentHappened, TakeEnded, TakeStarted
from countoff.core.events import (
    ActionAsked,
    ClockFitted,
    DawHeard,
    Event,
    Pedal,
    PedalMoved,
    TimePassed,
)
from countoff.core.session import step as rules
from countoff.core.session.pedals import Phase
from countoff.core.session.state import State
from countoff.core.timebase import ClockFit
from countoff.inlet import Inlet
from countoff.net import Net
from countoff.owner import Owner

if TYPE_CHECKING:
    from collections.abc import Callable

DEADLINE_S = 20
S = 1_000_000_000


class Nowhere:
    """A player and a DAW that do as they are told."""

    def __getattr__(self, _name: str) -> Callable[..., None]:
        return lambda *_: None


class Box:
    """A box with a net under its rules, in the first bars of a take at 20 s of its time."""

    def __init__(self, zero_ns: int = 0) -> None:
        nowhere: Any = Nowhere()
        self.entries: list[Entry] = []
        self.said: queue.SimpleQueue[str] = queue.SimpleQueue()
        state = State(run_id=uuid.UUID(int=7), session_id="today")
        self.controller = Controller(state, Outlets(nowhere, nowhere, self.entries.append, print))
        self.net = Net(self.controller, self.said.put)
        self.feed(ClockFitted(zero_ns + 1 * S, ClockFit(1, 48_000, 0, zero_ns, 0.0, 0)))
        self.feed(ActionAsked(zero_ns + 10 * S, "start", "panel"))
        self.feed(TimePassed(zero_ns + 20 * S))
        assert self.state.phase is Phase.ROLLING

    @property
    def state(self) -> State:
        """The state of the rules."""
        return self.controller.state

    def feed(self, event: Event) -> bool:
        """Let something happen."""
        return self.net.take_in(event)

    def logged(self, kind: type[Entry]) -> list[Any]:
        """Everything of one kind that was logged."""
        return [entry for entry in self.entries if isinstance(entry, kind)]


@pytest.fixture
def box() -> Box:
    """A box that rolls."""
    return Box()


@pytest.fixture
def box_of_now() -> Box:
    """A box that was looked at 5 s ago: its owner has these to make up for, and no days."""
    return Box(time.monotonic_ns() - 25 * S)


def break_rule(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Have one of the rules fail whenever it is asked."""

    def fail(*_: object) -> None:
        raise ZeroDivisionError("no bars")

    monkeypatch.setattr(rules, name, fail)


def test_an_event_whose_rule_fails_leaves_the_state_and_an_incident(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The take rolls on as if it had not been asked; log and journal say what went wrong."""
    with monkeypatch.context() as broken:
        break_rule(broken, "_ask")
        assert not box.feed(ActionAsked(21 * S, "stop", "panel"))
    assert box.state.phase is Phase.ROLLING
    (incident,) = box.logged(IncidentHappened)
    assert (incident.kind, incident.at_ns) == ("internal fault", 21 * S)
    assert incident.detail == "ZeroDivisionError: no bars (on ActionAsked)"
    assert incident.take_id == box.logged(TakeStarted)[0].id
    assert incident.bar is not None
    said = box.said.get(timeout=DEADLINE_S)
    assert said.startswith("Traceback")
    assert said.endswith("ZeroDivisionError: no bars")
    assert box.feed(ActionAsked(30 * S, "stop", "panel"))
    assert box.state.phase is Phase.IDLE


def test_a_release_that_was_lost_is_no_hold(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules fail on the release of ROLL: the take is not ended by a foot that is long gone."""
    box.feed(PedalMoved(21 * S, Pedal.ROLL, is_down=True))
    with monkeypatch.context() as broken:
        break_rule(broken, "feel")
        assert not box.feed(PedalMoved(21 * S + S // 10, Pedal.ROLL, is_down=False))
    box.feed(TimePassed(40 * S))
    assert box.state.phase is Phase.ROLLING
    assert box.logged(TakeEnded) == []


def test_a_hold_whose_rule_fails_does_not_stand_in_the_way_for_ever(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hold that ripens comes with whatever event is next: once it has failed, it is let go of."""
    box.feed(PedalMoved(21 * S, Pedal.ROLL, is_down=True))
    break_rule(monkeypatch, "feel")
    assert not box.feed(ActionAsked(22 * S, "click_down", "panel"))
    assert len(box.logged(IncidentHappened)) == 1
    assert box.feed(ActionAsked(23 * S, "stop", "panel"))
    assert box.state.phase is Phase.IDLE


def test_a_fault_that_comes_again_and_again_is_logged_once_a_minute(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forty faults a second would fill the log, and hide what came first."""
    break_rule(monkeypatch, "_ask")
    for tenth in range(1210):
        box.feed(ActionAsked(21 * S + tenth * S // 10, "stop", "panel"))
    assert len(box.logged(IncidentHappened)) == 3


def test_where_time_itself_fails_the_log_is_told_all_the_same(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No event gets through the rules any more: the incident is written past them, once."""
    break_rule(monkeypatch, "_due")
    for at_s in range(21, 30):
        assert not box.feed(TimePassed(at_s * S))
    (incident,) = box.logged(IncidentHappened)
    assert incident.take_id == box.logged(TakeStarted)[0].id
    assert box.logged(TakeEnded) == []


# A position that was not noted stays due.
@pytest.mark.parametrize("rule", ["_note_position", "_ask", "_due"])
def test_the_owner_outlives_a_rule_that_fails(
    box_of_now: Box, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], rule: str
) -> None:
    """The loop goes on: what is posted after the fault is taken in."""
    inlet = Inlet()
    owner = Owner(box_of_now.controller, inlet, [], lambda: None)
    running = threading.Thread(target=owner.run, daemon=True)
    with monkeypatch.context() as broken:
        break_rule(broken, rule)
        running.start()
        inlet.post(ActionAsked(time.monotonic_ns(), "stop", "panel"))
        deadline_s = time.monotonic() + DEADLINE_S
        while not box_of_now.logged(IncidentHappened):
            assert time.monotonic() < deadline_s
            time.sleep(0.002)
    inlet.post(ActionAsked(time.monotonic_ns(), "stop", "panel"))
    while box_of_now.state.phase is not Phase.IDLE:
        assert time.monotonic() < deadline_s
        time.sleep(0.002)
    owner.stop()
    running.join(DEADLINE_S)
    inlet.close()
    assert not running.is_alive()
    assert "ZeroDivisionError: no bars" in capfd.readouterr().err


def test_the_owner_tells_of_its_own_stall(box_of_now: Box) -> None:
    """After six tenths of a second in which it looked at nothing, that is an incident, at its bar."""
    looks: list[float] = []

    class Dozing:
        def poll(self) -> list[Event]:
            if not looks:
                time.sleep(0.6)  # the stall itself
            looks.append(time.monotonic())
            return []

        def descriptors(self) -> list[int]:
            return []

    inlet = Inlet()
    owner = Owner(box_of_now.controller, inlet, [Dozing()], lambda: None)
    running = threading.Thread(target=owner.run, daemon=True)
    running.start()
    deadline_s = time.monotonic() + DEADLINE_S
    while len(looks) < 4:
        assert time.monotonic() < deadline_s
        time.sleep(0.002)  # between two looks; the deadline decides
    owner.stop()
    running.join(DEADLINE_S)
    inlet.close()
    told = [one for one in box_of_now.logged(IncidentHappened) if one.kind == "controller stalled"]
    # A busy machine may make it stall once more.
    assert told
    assert "nothing was answered" in told[0].detail
    assert told[0].bar is not None


def test_the_owner_says_when_a_word_of_the_daw_had_its_turn(
    box_of_now: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was heard a while ago is judged by its own moment; what can still sound is by now."""
    taken: list[Event] = []
    monkeypatch.setattr(box_of_now.controller, "take_in", taken.append)
    heard_ns = time.monotonic_ns() - S
    inlet = Inlet()

    class Leaving:
        def poll(self) -> list[Event]:
            owner.stop()
            return [DawHeard(heard_ns)]

        def descriptors(self) -> list[int]:
            return []

    owner = Owner(box_of_now.controller, inlet, [Leaving()], lambda: None)
    before_ns = time.monotonic_ns()
    owner.run()
    inlet.close()
    (heard,) = (event for event in taken if isinstance(event, DawHeard))
    assert heard.at_ns == heard_ns
    assert heard.taken_ns is not None
    assert heard.taken_ns >= before_ns
