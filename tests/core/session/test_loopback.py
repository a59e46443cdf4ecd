"""What comes back over a cable, in the certificate: a better grade, or clicks at their bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.core.session.test_certificates import Counter, certified, roll, stop

from countoff.core.certificate import Grade
from countoff.core.entries import IncidentHappened, TakeStarted
from countoff.core.events import ClickMisheard, LoopbackListened, Misheard, Pedal

if TYPE_CHECKING:
    from tests.core.session.conftest import Studio

WAY_NS = 21_000_000
MS = 1_000_000
BEAT_FRAMES = 24_000


@pytest.fixture
def counter(studio: Studio) -> Counter:
    """The counters of the studio's first stream."""
    return Counter(studio)


def listened(studio: Studio, counter: Counter, from_frame: int, to_frame: int) -> None:
    """Have the listener say how far it is."""
    epoch = counter.stream.epoch
    studio.feed(LoopbackListened(studio.now_ns, epoch, from_frame, to_frame, WAY_NS))


def misheard(
    studio: Studio, counter: Counter, frame: int, what: Misheard, late_ns: int = 0
) -> None:
    """Have the listener say that a click was not as planned."""
    epoch = counter.stream.epoch
    studio.feed(ClickMisheard(studio.now_ns, epoch, frame, what, late_ns))


def ended(studio: Studio, counter: Counter, take: TakeStarted, listened_from: int) -> None:
    """Stop the take in bar 9, with everything from `listened_from` on listened to."""
    at_s = studio.bar_s(9)
    counter.run_to(at_s)
    studio.ask("stop", at_s)
    listened(studio, counter, listened_from, take.bar1_frame + 40 * BEAT_FRAMES)
    counter.run_to(at_s + 1)


def test_a_take_of_which_every_click_came_back_is_verified(
    studio: Studio, counter: Counter
) -> None:
    """From its first click to its end: the grade says so, and how long the way is."""
    take = roll(studio, counter, 10)
    ended(studio, counter, take, take.first_click_frame)

    made = certified(studio)

    assert (made.grade, made.is_clean) == (Grade.BY_LOOPBACK, True)
    assert made.figures.loopback_way_ms == 21.0


def test_a_take_that_was_listened_to_in_part_is_certified_by_counters(
    studio: Studio, counter: Counter
) -> None:
    """One click that nobody could listen to is enough, be it the first or one in the middle."""
    take = roll(studio, counter, 10)
    listened(studio, counter, take.first_click_frame, take.bar1_frame)
    ended(studio, counter, take, take.bar1_frame + BEAT_FRAMES)

    assert certified(studio).grade is Grade.BY_COUNTERS


def test_a_take_that_was_not_listened_to_is_certified_by_counters(
    studio: Studio, counter: Counter
) -> None:
    """What was heard of the take before says nothing of this one."""
    first = roll(studio, counter, 10)
    ended(studio, counter, first, first.first_click_frame)
    roll(studio, counter, studio.now_s + 5)
    stop(studio, counter, studio.bar_s(5))

    assert certified(studio, 0).grade is Grade.BY_LOOPBACK
    assert certified(studio, 1).grade is Grade.BY_COUNTERS


def test_each_misheard_click_is_an_incident_at_its_beat(studio: Studio, counter: Counter) -> None:
    """Missing, broken and out of place: in words, with their bars, and in the log."""
    take = roll(studio, counter, 10)
    counter.run_to(studio.bar_s(8))
    for beat, what, late_ns in (
        (9, Misheard.MISSING, 0),
        (13, Misheard.MISSING, 0),
        (18, Misheard.SHIFTED, -2 * MS),
        (21, Misheard.BROKEN, 0),
    ):
        misheard(studio, counter, take.bar1_frame + beat * BEAT_FRAMES, what, late_ns)
    ended(studio, counter, take, take.first_click_frame)

    made = certified(studio)

    assert made.grade is Grade.BY_LOOPBACK
    assert not made.is_clean
    assert made.words == "CLICK UNHEARD BAR 3"
    assert made.summary == (
        "2 clicks did not come back over the cable at bar 3.2, bar 4.2;"
        " 1 click came back broken at bar 6.2;"
        " 1 click came back out of place by up to 2.0 ms at bar 5.3"
    )
    places = [(each.bar, each.beat) for each in studio.logged(IncidentHappened)]
    assert places == [(3, 2), (4, 2), (5, 3), (6, 2)]


def test_a_click_that_is_judged_after_the_end_belongs_to_its_take(
    studio: Studio, counter: Counter
) -> None:
    """The next take runs already: fault and incident are those of the first."""
    take = roll(studio, counter, 10)
    counter.run_to(studio.bar_s(5, 3))
    studio.press(Pedal.AGAIN, studio.bar_s(5, 3))
    misheard(studio, counter, take.bar1_frame + 17 * BEAT_FRAMES, Misheard.MISSING)
    counter.run_to(studio.now_s + 1)

    assert certified(studio, 0).summary == "1 click did not come back over the cable at bar 5.2"
    (incident,) = studio.logged(IncidentHappened)
    assert (incident.take_id, incident.bar, incident.beat) == (take.id, 5, 2)


def test_a_rehearsal_and_an_idle_box_mishear_nothing(studio: Studio, counter: Counter) -> None:
    """Where there is no take, there is nothing that a click could spoil."""
    misheard(studio, counter, 5_000, Misheard.MISSING)
    counter.run_to(10)
    studio.ask("rehearse", 10)
    counter.run_to(14)
    misheard(studio, counter, counter.stream.fit.frame_at_ns(studio.now_ns), Misheard.BROKEN)

    assert studio.logged(IncidentHappened) == []
