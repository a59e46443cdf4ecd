"""A rehearsal: click without recording. The DAW is told nothing, and no take is logged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from countoff.core.entries import IncidentHappened, PressLogged, TakeCertified, TakeStarted
from countoff.core.events import Pedal
from countoff.core.session.pedals import Phase
from countoff.core.tally import TallyLight

if TYPE_CHECKING:
    from tests.core.session.conftest import Studio

ROLL, AGAIN, KEEPER, SONG = Pedal


def rehearsing(studio: Studio) -> None:
    """Hold AGAIN at 10 s: the count-in begins at 11.1 s, bar 1 at 15.1 s."""
    studio.press(AGAIN, 10, 0.7)


def test_a_rehearsal_clicks_and_records_nothing(studio: Studio) -> None:
    """Count-in and song are heard; no byte goes to the DAW and the log has the press alone."""
    rehearsing(studio)
    studio.run_to(20)
    assert studio.heard_s[0] == pytest.approx(11.1, abs=1e-4)
    assert studio.heard_s[8] == pytest.approx(15.1, abs=1e-4)
    studio.press(KEEPER, 21)
    assert studio.screen.message == "NO TAKE TO FLAG"
    studio.press(ROLL, 25, 2.2)
    studio.say_faded()
    studio.run_to(60)
    assert studio.phase is Phase.IDLE
    assert studio.told == []
    assert {type(entry) for entry in studio.entries} == {PressLogged}


def test_a_rehearsal_uses_no_number(studio: Studio) -> None:
    """The take after it has the number it would have had."""
    rehearsing(studio)
    studio.ask("stop", 20)
    studio.press(ROLL, 30)
    assert [take.number for take in studio.logged(TakeStarted)] == [1]


def test_the_log_never_calls_a_rehearsal_a_take(studio: Studio) -> None:
    """What is written of its presses says rehearsal, and names no take."""
    rehearsing(studio)
    studio.press(ROLL, 12)
    studio.press(AGAIN, 20, 0.7)
    studio.ask("stop", 30)
    assert studio.did == [
        "again press: waits for the release or a hold",
        "again hold: rehearsal of Kingdom",
        "roll press: rehearsal cancelled",
        "again press: waits for the release or a hold",
        "again hold: rehearsal of Kingdom",
        "panel stop: rehearsal stopped",
    ]
    assert {press.take_id for press in studio.logged(PressLogged)} == {None}


def test_a_rehearsal_after_a_take_writes_nothing_into_it(studio: Studio) -> None:
    """Its fade and its mishaps are not those of the take before."""
    studio.press(ROLL, 1)
    studio.ask("stop", 8)
    studio.say_faded()
    before = len(studio.entries)
    rehearsing(studio)
    studio.ask("stop", 20)
    studio.say_faded()
    rest = studio.entries[before:]
    assert {type(entry) for entry in rest} == {PressLogged, TakeCertified}


def test_a_false_start_of_a_rehearsal_is_a_rehearsal(studio: Studio) -> None:
    """AGAIN in a rehearsal counts in anew, and still records nothing."""
    rehearsing(studio)
    studio.press(AGAIN, 17)
    assert studio.phase is Phase.COUNT_IN
    assert studio.screen.rehearsing
    studio.press(AGAIN, 19)
    studio.run_to(40)
    assert studio.phase is Phase.ROLLING
    assert studio.told == []
    assert studio.logged(TakeStarted) == []


def test_a_rehearsal_of_a_song_with_a_length_is_over_at_its_end(
    open_studio: type[Studio],
) -> None:
    """No ring-out: there is nothing to record the last chord into."""
    studio = open_studio(open_studio.kingdom_ending_after(4))
    rehearsing(studio)
    studio.run_to(15.1 + 8 + 0.1)
    assert studio.phase is Phase.IDLE
    assert studio.screen.page == "idle"
    assert len(studio.heard) == 8 + 16
    assert studio.told == []


def test_no_red_light_in_a_rehearsal(studio: Studio) -> None:
    """The tally stays off: nobody has to tiptoe past a rehearsal."""
    rehearsing(studio)
    for at_s in (11, 13, 16, 30):
        studio.run_to(at_s)
        assert studio.light is TallyLight.OFF
    assert studio.screen.rehearsing


def test_audio_lost_in_a_rehearsal_belongs_to_no_take(studio: Studio) -> None:
    """The incident is logged without a take, and the click comes back."""
    rehearsing(studio)
    studio.lose_audio(20)
    studio.regain_audio(22, epoch=2)
    studio.run_to(30)
    assert {incident.take_id for incident in studio.logged(IncidentHappened)} == {None}
    assert studio.heard_s[-1] == pytest.approx(29.6, abs=1e-3)


def test_without_audio_there_is_no_rehearsal(studio: Studio) -> None:
    """It says so, and stays idle."""
    studio.lose_audio(5)
    rehearsing(studio)
    assert studio.phase is Phase.IDLE
    assert studio.screen.message == "NO AUDIO: NO CLICK"
