"""The box's conversation with the simulated DAW of every profile that ships, in virtual time."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.daw.simulated.cable import CONFIRMING, CONFIRMING_BY_CABLE, MOVED, Cable, by_key

from countoff.core.actions import DawCommand
from countoff.core.daw import DawTransport
from countoff.daw.simulated.asked import Ask

if TYPE_CHECKING:
    from countoff.daw.profile import Profile

MS = 1_000_000
S = 1000 * MS
# A light that flashes is taken for steady after a second and a half.
SETTLED_NS = 2 * S


@pytest.mark.parametrize("profile", MOVED, ids=by_key)
def test_a_take_and_another(profile: Profile) -> None:
    """It records when it is told to and stops when it is told to, each time again."""
    cable = Cable(profile)
    for _ in range(3):
        cable.tell(DawCommand.RECORD)
        cable.wait(5 * S)
        assert cable.does is DawTransport.RECORDING
        cable.tell(DawCommand.STOP)
        cable.wait(5 * S)
        assert cable.does is DawTransport.STOPPED

    assert len(cable.daw.machine.takes) == 3


@pytest.mark.parametrize("profile", CONFIRMING, ids=by_key)
def test_it_is_heard_well_before_the_deadline(profile: Profile) -> None:
    """That it records, and that it has stopped."""
    cable = Cable(profile)
    cable.tell(DawCommand.RECORD)
    cable.wait(min(profile.answers.deadline_ns // 2, profile.transport.lead_ns))
    assert cable.heard is DawTransport.RECORDING
    cable.wait(5 * S)
    cable.tell(DawCommand.STOP)
    cable.wait(200 * MS)
    assert cable.heard is DawTransport.STOPPED


@pytest.mark.parametrize("profile", CONFIRMING, ids=by_key)
@pytest.mark.parametrize("before", [Ask.RECORD_PAUSE, Ask.PLAY, Ask.RECORD])
@pytest.mark.parametrize("flash_ns", [0, 10 * MS, 100 * MS])
def test_it_records_whatever_its_user_did_before(
    profile: Profile, before: Ask, flash_ns: int
) -> None:
    """Armed, rolling or recording already: told to record, it records, and is never taken out.

    Not even where its record light flashes, and has moved just now.
    """
    cable = Cable(profile)
    cable.use(before)
    cable.wait(SETTLED_NS + flash_ns)
    cable.tell(DawCommand.RECORD)
    cable.wait(SETTLED_NS)

    assert cable.does is DawTransport.RECORDING
    assert cable.heard is DawTransport.RECORDING


@pytest.mark.parametrize("profile", CONFIRMING, ids=by_key)
@pytest.mark.parametrize("fault", ["deaf", "refuses"])
def test_nothing_is_heard_of_a_recording_that_is_none(profile: Profile, fault: str) -> None:
    """A DAW that is deaf, or refuses, never makes the light red."""
    cable = Cable(profile)
    cable.daw.faults.is_deaf = fault == "deaf"
    cable.daw.faults.refuses = fault == "refuses"
    cable.tell(DawCommand.RECORD)
    for _ in range(100):
        cable.wait(50 * MS)
        assert cable.heard is not DawTransport.RECORDING


@pytest.mark.parametrize("profile", CONFIRMING, ids=by_key)
def test_its_own_user(profile: Profile) -> None:
    """Record pressed there is heard, and so is the space bar."""
    cable = Cable(profile)
    cable.use(Ask.RECORD)
    cable.wait(100 * MS)
    assert cable.heard is DawTransport.RECORDING
    cable.wait(5 * S)
    cable.use(Ask.SPACE)
    cable.wait(100 * MS)
    assert cable.heard is DawTransport.STOPPED


@pytest.mark.parametrize("profile", CONFIRMING, ids=by_key)
def test_a_pause_in_a_recording(profile: Profile) -> None:
    """Paused there it stands, whatever lights are still on; told to record from there, it does."""
    cable = Cable(profile)
    cable.use(Ask.RECORD)
    cable.wait(1 * S)
    cable.use(Ask.PAUSE)
    cable.wait(100 * MS)
    assert cable.heard in (DawTransport.STOPPED, DawTransport.ARMED)
    cable.use(Ask.PAUSE)
    cable.wait(100 * MS)
    assert cable.heard is DawTransport.RECORDING
    cable.use(Ask.PAUSE)
    cable.wait(SETTLED_NS)
    cable.tell(DawCommand.RECORD)
    cable.wait(1 * S)
    assert (cable.does, cable.heard) == (DawTransport.RECORDING, DawTransport.RECORDING)


@pytest.mark.parametrize("profile", CONFIRMING_BY_CABLE, ids=by_key)
def test_a_cable_that_is_pulled_and_pushed_in_again(profile: Profile) -> None:
    """What it does is known again though it changed meanwhile, and it can be stopped."""
    cable = Cable(profile)
    cable.wait(SETTLED_NS)
    cable.pull()
    cable.use(Ask.RECORD)
    cable.wait(10 * S)
    assert cable.heard is None
    cable.push()
    cable.wait(SETTLED_NS)
    assert cable.heard is DawTransport.RECORDING
    cable.tell(DawCommand.STOP)
    cable.wait(SETTLED_NS)
    assert (cable.does, cable.heard) == (DawTransport.STOPPED, DawTransport.STOPPED)


@pytest.mark.parametrize(
    "profile", [profile for profile in MOVED if profile.transport.locate], ids=by_key
)
def test_where_it_is_sent(profile: Profile) -> None:
    """It records where it was sent to, and its display says so."""
    cable = Cable(profile)
    cable.tell(DawCommand.LOCATE, 1200)
    cable.tell(DawCommand.RECORD)
    cable.wait(2 * S)
    cable.tell(DawCommand.STOP)
    cable.wait(2 * S)

    (take,) = cable.daw.machine.takes
    assert take.from_s == 1200
    if profile in CONFIRMING:
        assert cable.place is not None
        assert abs(cable.place - take.to_s) < Fraction(1, 10)


@pytest.mark.parametrize(
    "profile", [profile for profile in MOVED if profile.transport.marker], ids=by_key
)
def test_its_own_markers(profile: Profile) -> None:
    """Each flag makes one, where it is."""
    cable = Cable(profile)
    cable.tell(DawCommand.RECORD)
    cable.wait(3 * S)
    cable.tell(DawCommand.MARKER)
    cable.wait(1 * S)

    (marker,) = cable.daw.machine.markers
    assert 2 < marker.seconds < 4
    assert cable.does is DawTransport.RECORDING


deeds = st.one_of(
    st.tuples(st.just("tell"), st.sampled_from([DawCommand.RECORD, DawCommand.STOP])),
    st.tuples(
        st.just("use"),
        st.sampled_from([Ask.SPACE, Ask.RECORD, Ask.RECORD_BUTTON, Ask.STOP, Ask.RECORD_EXIT]),
    ),
    st.tuples(st.just("refuses"), st.booleans()),
    st.tuples(st.just("late"), st.sampled_from([0, 100 * MS, 400 * MS])),
    st.tuples(st.just("flood"), st.sampled_from([0, 200])),
    st.tuples(st.just("cable"), st.booleans()),
)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(CONFIRMING_BY_CABLE),
    st.lists(st.tuples(st.integers(0, 800 * MS), deeds), max_size=12),
)
def test_what_is_heard_is_what_it_does(
    profile: Profile, happenings: list[tuple[int, tuple[str, object]]]
) -> None:
    """Whatever happened: once it is quiet, the box knows what the DAW does, or knows that it does not."""
    cable = Cable(profile)
    is_there = True
    for wait_ns, (what, value) in happenings:
        cable.wait(wait_ns)
        match what, value:
            case "tell", DawCommand() as command:
                cable.tell(command)
            case "use", Ask() as ask:
                cable.use(ask)
            case "refuses", bool(refuses):
                cable.daw.faults.refuses = refuses
            case "late", int(late_ns):
                cable.daw.faults.late_ns = late_ns
            case "flood", int(flood_hz):
                cable.daw.faults.flood_hz = flood_hz
            case "cable", bool(wanted) if wanted is not is_there:
                is_there = wanted
                (cable.push if wanted else cable.pull)()
    cable.daw.faults.flood_hz = 0
    cable.wait(2 * SETTLED_NS)

    assert cable.heard is (cable.does if is_there else None)
