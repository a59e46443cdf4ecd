"""What a script expects of time code is judged as a receiver reads it, and what is not so is told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.rehearsal.judged_session import played

if TYPE_CHECKING:
    from collections.abc import Callable


SESSION = """
daw mtc
song "Short" tempo 120 count-in 1 bars length 2 bars
at 1              press ROLL
after 10 s        do stop
"""
# 3 s of lead without the 0.2 s in which the DAW gets there, and a bar of count-in.
BAR_1 = "sent time code 0:10:04.8 at bar 1.1"


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., list[str]]:
    """Give a test the judge of one session, whose time code it may change before it is judged."""
    return played(SESSION, tmp_path_factory.mktemp("session"))


def test_what_was_sent_is_met(judged: Callable[..., list[str]]) -> None:
    """At bar 1, at the first count and at the end."""
    lines = [BAR_1, "sent time code 0:10:02.8 at bar 0.1", "sent time code 0:10:08.8 at bar 3.1"]
    assert judged("\n".join(lines)) == []


@pytest.mark.parametrize(("off_ns", "found"), [(-2_000_000, "604.802"), (2_000_000, "604.798")])
def test_early_or_late(judged: Callable[..., list[str]], off_ns: int, found: str) -> None:
    """By two thousandths: the place that was found is told."""
    (sentence,) = judged(
        BAR_1, lambda sent: [replace(one, at_ns=one.at_ns + off_ns) for one in sent]
    )
    assert sentence == f"expected time code 604.8 s at bar 1.1; found {found} s."


def test_none(judged: Callable[..., list[str]]) -> None:
    """None where some is expected, and some where none is."""
    (sentence,) = judged(BAR_1, lambda _: [])
    assert sentence == "expected time code 604.8 s at bar 1.1; found none there."
    (sentence,) = judged("sent no time code")
    assert sentence.startswith("expected no time code; found ")
    assert judged("sent no time code", lambda _: []) == []
