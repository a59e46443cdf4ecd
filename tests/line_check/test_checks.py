"""Making the checks: in order, each with its deadline, and none heard once it is over."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, cast

from countoff.core.finding import Finding, Grade
from countoff.line_check.checks import CHECKS, Check, make_checks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from countoff.line_check.box import Box

NO_BOX = cast("Box", None)
WELL = Finding.well("well", "It is well.")


def made(*checks: Check) -> list[Finding]:
    """Make checks, and return what they found."""
    found: list[Finding] = []
    make_checks(NO_BOX, found.append, threading.Event(), checks)
    return found


def test_each_tells_what_it_finds() -> None:
    """In their order; one that has nothing to check tells nothing."""
    other = Finding.well("other", "It is well, too.")
    found = made(
        Check("well", lambda _: WELL),
        Check("none", lambda _: None),
        Check("other", lambda _: other),
    )
    assert found == [WELL, other]


def test_one_that_hangs_fails_and_the_next_is_made() -> None:
    """A driver that never answers costs its deadline and no more."""
    never = threading.Event()

    def hang(_: Box) -> Finding:
        never.wait()
        return WELL

    found = made(Check("hung", hang, deadline_s=0.05), Check("well", lambda _: WELL))
    never.set()
    assert [(finding.check, finding.grade) for finding in found] == [
        ("hung", Grade.FAIL),
        ("well", Grade.PASS),
    ]
    assert "did not answer within 0.05 s" in found[0].found


def test_nobody_is_told_to_pull_the_card() -> None:
    """Only what has a plug is unplugged where it hangs; a disk that hangs is being written to."""
    pulled = {check.name for check in CHECKS if "unplug" in check.if_it_hangs}
    assert pulled == {"audio", "click heard", "MIDI port", "clock port", "screen"}


def test_one_that_falls_over_fails() -> None:
    """Whatever a library raises is what the check has found."""

    def fall(_: Box) -> Finding:
        raise RuntimeError("no such chip")

    (finding,) = made(Check("chip", fall))
    assert (finding.grade, finding.found) == (
        Grade.FAIL,
        "It cannot be checked: RuntimeError: no such chip.",
    )


def test_once_it_is_over_nothing_is_heard() -> None:
    """A take has begun: what looks just now is left behind, and nothing else is looked at."""
    is_over, goes_on = threading.Event(), threading.Event()
    found: list[Finding] = []

    def look(_: Box) -> Finding:
        is_over.set()
        goes_on.wait()
        return WELL

    def others() -> Iterator[Check]:
        yield Check("slow", look, deadline_s=30)
        raise AssertionError("Another check was made.")

    make_checks(NO_BOX, found.append, is_over, cast("tuple[Check, ...]", others()))
    goes_on.set()
    assert found == []
