"""What the owner thread says of line checks, and that nothing of it waits for them."""

from __future__ import annotations

import threading
import uuid
from typing import TYPE_CHECKING, Any, cast

import pytest

from countoff.core.actions import EndLineCheck, LearnNormallyClosed, StartLineCheck
from countoff.core.events import LineCheckDone, LineChecked, Pedal
from countoff.core.finding import Finding
from countoff.core.line_check import LineCheck
from countoff.core.session.state import State
from countoff.line_check.checker import LineChecker
from countoff.line_check.running_parts import RunningParts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from countoff.core.events import Event

DEADLINE_S = 20
WELL = Finding.well("audio", "It plays.")


class PaperParts:
    """The parts of a box that only note what is asked of them."""

    def __init__(self) -> None:
        self.asked_count = 0
        self.learnt: list[Pedal] = []

    def ask(self) -> None:
        """Ask the DAW."""
        self.asked_count += 1

    def learn_normally_closed(self, pedal: Pedal) -> None:
        """Learn of a pedal."""
        self.learnt.append(pedal)


class Checked:
    """A checker of paper parts, whose checks are `looks`; what it posts, and when it is done."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.posted: list[Event] = []
        self.has_posted = threading.Condition()
        self.paper = PaperParts()
        check = LineCheck(run=7, is_attended=False, until_ns=0)
        state = State(uuid.UUID(int=1), "today", line_check=check)
        self.checker = LineChecker(self._post)
        self.parts = RunningParts(
            cast("Any", None),
            folder,
            lambda: state,
            cast("Any", None),
            (cast("Any", self.paper),),
            cast("Any", self.paper),
            None,
        )
        self._monkeypatch = monkeypatch

    def _post(self, event: Event) -> None:
        with self.has_posted:
            self.posted.append(event)
            self.has_posted.notify()

    def look_by(self, looks: Callable[..., None]) -> None:
        """Have checks made by `looks`."""
        self._monkeypatch.setattr("countoff.line_check.checks.make_checks", looks)

    def wait_for(self, count: int) -> list[Event]:
        """Wait until so many events were posted."""
        with self.has_posted:
            assert self.has_posted.wait_for(lambda: len(self.posted) >= count, DEADLINE_S)
        return self.posted


@pytest.fixture
def checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checked:
    """A checker, and what becomes of it."""
    return Checked(tmp_path, monkeypatch)


def test_it_looks_and_tells_for_its_run(checked: Checked) -> None:
    """The DAW is asked as it begins; each finding is an event of that run, and so is its end."""
    checked.look_by(lambda _box, found, _is_over: found(WELL))
    with checked.checker.checking(checked.parts):
        checked.checker.do(StartLineCheck(0))
        found, done = checked.wait_for(2)
    assert checked.paper.asked_count == 1
    assert isinstance(found, LineChecked)
    assert (found.run, found.finding) == (7, WELL)
    assert isinstance(done, LineCheckDone)
    assert done.run == 7


def test_once_ended_nothing_more_is_told(checked: Checked) -> None:
    """Whoever looks is told at once, and what it comes to is nobody's."""
    has_begun, has_ended = threading.Event(), threading.Event()

    def look(_box: object, _found: object, is_over: threading.Event) -> None:
        has_begun.set()
        assert is_over.wait(DEADLINE_S)
        has_ended.set()

    checked.look_by(look)
    with checked.checker.checking(checked.parts):
        checked.checker.do(StartLineCheck(0))
        assert has_begun.wait(DEADLINE_S)
        checked.checker.do(EndLineCheck(0))
        assert has_ended.wait(DEADLINE_S)
    assert checked.posted == []


def test_what_is_learnt_goes_to_the_pins(checked: Checked) -> None:
    """While the box runs, and not after."""
    with checked.checker.checking(checked.parts):
        checked.checker.do(LearnNormallyClosed(Pedal.KEEPER))
    checked.checker.do(LearnNormallyClosed(Pedal.SONG))
    assert checked.paper.learnt == [Pedal.KEEPER]
