"""The profiles that come with the box: each reads, and says honestly what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from countoff.core.daw import DawAbilities
from countoff.daw.agreeing import SAID_IN
from countoff.daw.finding import SHIPPED, find_profile, list_profiles
from countoff.daw.profile import Dialect, Profile, Said
from countoff.daw.speaking import Address, messages_for

if TYPE_CHECKING:
    from countoff.daw.finding import Listed

ALL = list_profiles(None)


@pytest.mark.parametrize("listed", ALL, ids=lambda listed: listed.path.stem)
def test_each_reads_without_a_fault(listed: Listed) -> None:
    """A file that comes with the box has no fault, a name, a sentence and steps."""
    assert listed.problems == ()
    assert listed.profile is not None
    assert not listed.is_own
    assert listed.profile.setup
    assert listed.profile.about.endswith(".")


def test_all_daws_are_there() -> None:
    """Nobody who was promised a profile has to write it."""
    keys = {listed.path.stem for listed in ALL}

    assert keys >= {"pro-tools", "logic", "live", "fl-studio", "reaper", "cubase", "ardour"}
    assert keys >= {"ardour-mmc", "ardour-clock", "mackie", "mmc", "none"}
    assert len(ALL) == len(list(SHIPPED.iterdir()))


@pytest.mark.parametrize("listed", ALL, ids=lambda listed: listed.path.stem)
def test_what_was_not_tried_is_marked(listed: Listed) -> None:
    """Whatever speaks to a DAW and was tried with none says so; so does what was not tried whole."""
    profile = profile_in(listed)
    if profile.transport.dialect is not Dialect.NONE and not profile.tested_with:
        assert profile.unverified
    for sentence in (*profile.setup, *profile.unverified):
        assert sentence[-1] in ".)"


@pytest.mark.parametrize("listed", ALL, ids=lambda listed: listed.path.stem)
def test_what_a_light_cannot_prove_is_said(listed: Listed) -> None:
    """A DAW that confirms without proving that a track is armed is told about."""
    profile = profile_in(listed)
    if profile.answers.dialect is not Dialect.NONE and not profile.answers.proves_arming:
        assert any("track" in sentence for sentence in profile.unverified)


@pytest.mark.parametrize("listed", ALL, ids=lambda listed: listed.path.stem)
def test_a_toggle_is_never_pressed_blindly(listed: Listed) -> None:
    """Where Record only arms and Play rolls, an armed DAW is not disarmed, a rolling one not sent back."""
    transport = profile_in(listed).transport
    if transport.record == (Said.RECORD, Said.PLAY):
        assert transport.record_when_armed == (Said.PLAY,)
        assert transport.record_when_playing == (Said.RECORD,)


@pytest.mark.parametrize("dialect", SAID_IN)
def test_a_profile_may_say_what_has_bytes(dialect: Dialect) -> None:
    """What a file is allowed to say in a dialect is just what there are messages for."""
    sayable = {said for said in Said if messages_for(said, dialect, Address(), locate_s=600)}

    assert sayable == SAID_IN[dialect]


def test_the_default_is_what_the_box_did_before() -> None:
    """Generic MMC: Record Strobe; Record Exit and Stop; locate; no answer; half a second of lead."""
    profile = find_profile("mmc", None)

    assert profile.transport.dialect is Dialect.MMC
    assert profile.transport.record == (Said.RECORD,)
    assert profile.transport.stop == (Said.RECORD_EXIT, Said.STOP)
    assert profile.transport.locate == (Said.LOCATE,)
    assert profile.transport.between_ns == 0
    assert profile.transport.lead_ns == 500_000_000
    assert profile.abilities() == DawAbilities()


def profile_in(listed: Listed) -> Profile:
    """Return the profile of a file without a fault."""
    assert listed.profile is not None
    return listed.profile
