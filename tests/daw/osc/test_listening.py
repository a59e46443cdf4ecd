"""What Ardour and REAPER say over OSC becomes words, places and signs of life."""

from __future__ import annotations

from fractions import Fraction

import pytest

from countoff.core.daw import DawPlace, DawTransport, KnownFrom
from countoff.core.events import DawHeard
from countoff.daw.osc.ears import ear_for
from countoff.daw.osc.listening import OscListener
from countoff.daw.osc.packets import OscMessage, encode
from countoff.daw.profile import OscWords
from countoff.midi.timecode import Rate

MS = 1_000_000
S = 1_000 * MS


class Said:
    """A DAW on paper: it says things at moments, and the listener's words are kept."""

    def __init__(self, words: OscWords) -> None:
        self.listener = OscListener(ear_for(words, Rate.FPS_25))
        self.words: list[tuple[int, DawTransport]] = []
        self.events: list[DawHeard] = []

    def at(self, at_ns: int, **said: float | str) -> None:
        """Have it say these, one packet each."""
        for address, value in said.items():
            path = "/" + address.replace("__", "/")
            self.keep(self.listener.hear(at_ns, encode(OscMessage(path, (value,)))))

    def look(self, at_ns: int) -> None:
        """Let time pass."""
        self.keep(self.listener.look(at_ns))

    def keep(self, events: tuple[DawHeard, ...]) -> None:
        """Keep what was told."""
        self.events += events
        self.words += [(each.at_ns, each.transport) for each in events if each.transport]


@pytest.fixture
def ardour() -> Said:
    """Ardour, standing, nothing armed."""
    said = Said(OscWords.ARDOUR)
    said.at(0, transport_play=0, transport_stop=1, rec_enable_toggle=0, record_tally=0)
    return said


def test_ardour_records_only_with_its_tally_lit(ardour: Said) -> None:
    """Rolling with the session armed and the tally dark is playing; lit it is recording."""
    ardour.at(1 * S, rec_enable_toggle=1, transport_play=1)
    ardour.at(2 * S, record_tally=1)

    assert ardour.words == [
        (0, DawTransport.STOPPED),
        (1 * S, DawTransport.ARMED),
        (1 * S, DawTransport.PLAYING),
        (2 * S, DawTransport.RECORDING),
    ]


def test_ardour_is_not_guessed_at() -> None:
    """Until play, record and tally have each been said, nothing is known."""
    said = Said(OscWords.ARDOUR)
    said.at(0, transport_play=1, rec_enable_toggle=1)
    assert said.words == []
    said.at(1, record_tally=1)
    assert said.words == [(1, DawTransport.RECORDING)]


def test_a_stop_that_comes_in_two_parts_is_one(ardour: Said) -> None:
    """Where the recording ends a moment before the transport stands, nobody is told that it plays."""
    ardour.at(1 * S, record_tally=1, rec_enable_toggle=1, transport_play=1)
    ardour.words.clear()
    ardour.at(2 * S, rec_enable_toggle=0)
    ardour.look(2 * S + 5 * MS)
    ardour.at(2 * S + 10 * MS, transport_play=0)
    ardour.look(3 * S)

    assert ardour.words == [(2 * S + 10 * MS, DawTransport.STOPPED)]


def test_a_punch_out_is_told_when_it_is_sure(ardour: Said) -> None:
    """Recording that ends while it rolls on is told 20 ms later, with the moment at which it was."""
    ardour.at(1 * S, record_tally=1, rec_enable_toggle=1, transport_play=1)
    ardour.words.clear()
    ardour.at(2 * S, rec_enable_toggle=0)
    ardour.look(2 * S + 19 * MS)
    assert ardour.words == []
    ardour.look(2 * S + 20 * MS)
    assert ardour.words == [(2 * S, DawTransport.PLAYING)]


def test_places_and_life_are_thinned_out(ardour: Said) -> None:
    """A place ten times a second is enough; each thing heard is a sign of life."""
    ardour.events.clear()
    for turn in range(100):
        at_ns = 10 * S + turn * 10 * MS
        ardour.at(at_ns, position__smpte=f"00:10:00:{turn % 25:02}")

    assert len(ardour.events) == 10
    assert ardour.events[0].place == DawPlace(Fraction(600), KnownFrom.OSC)
    assert ardour.events[1].place == DawPlace(600 + Fraction(10, 25), KnownFrom.OSC)
    assert all(event.transport is None for event in ardour.events)


@pytest.mark.parametrize("place", ["", "1:2:3", "aa:bb:cc:dd", "00:00:00:99", "٣:0:0:0:0", " - "])
def test_a_place_that_is_none_is_left_out(ardour: Said, place: str) -> None:
    """A time code that cannot be read is a sign of life, and no place."""
    ardour.events.clear()
    ardour.at(10 * S, position__smpte=place)

    assert ardour.events == [DawHeard(10 * S)]


def test_ardour_is_asked_until_it_answers_and_again_when_it_is_gone(ardour: Said) -> None:
    """Every two seconds; and after its silence what it said is stale, and told anew."""
    fresh = OscListener(ear_for(OscWords.ARDOUR, Rate.FPS_25))
    asked = fresh.asked_for(0)
    assert asked == (b"/set_surface\0\0\0\0,iiii\0\0\0\0\0\0\1\0\0\0\1\0\0\0\x58\0\0\0\0",)
    assert fresh.asked_for(1 * S) == ()
    assert fresh.asked_for(2 * S) == asked

    assert ardour.listener.asked_for(1 * S) == ()
    ardour.at(1 * S, heartbeat=1.0)
    ardour.look(3 * S)
    assert ardour.listener.asked_for(3 * S) == ()
    ardour.look(4 * S)
    assert ardour.listener.asked_for(4 * S) == asked
    ardour.words.clear()
    ardour.at(5 * S, transport_play=0, rec_enable_toggle=0, record_tally=0)
    assert ardour.words == [(5 * S, DawTransport.STOPPED)]


def test_reaper_says_when_it_records() -> None:
    """Record is rolling and recording; paused in a recording is not; its time is in seconds."""
    said = Said(OscWords.REAPER)
    said.at(0, play=0.0, stop=1.0, record=0.0)
    said.at(1 * S, record=1.0, play=1.0, stop=0.0)
    said.at(2 * S, time=601.5)
    said.at(3 * S, pause=1.0)
    said.at(4 * S, pause=0.0)
    said.at(5 * S, record=0.0, play=0.0, stop=1.0)

    assert [word for _, word in said.words] == [
        DawTransport.STOPPED,
        DawTransport.RECORDING,
        DawTransport.ARMED,
        DawTransport.RECORDING,
        DawTransport.STOPPED,
    ]
    assert DawPlace(Fraction(1203, 2), KnownFrom.OSC) in [event.place for event in said.events]


def test_reapers_silence_at_rest_is_no_end() -> None:
    """It says nothing while nothing changes: its last word holds, and it is asked nothing."""
    said = Said(OscWords.REAPER)
    assert said.listener.asked_for(0) == ()
    said.at(0, play=0.0, record=0.0)
    said.look(3600 * S)
    said.words.clear()
    said.at(3600 * S, play=1.0)

    assert said.words == [(3600 * S, DawTransport.PLAYING)]


def test_numbers_that_are_none_turn_nothing_on(ardour: Said) -> None:
    """NaN, text and nothing at all are no word."""
    ardour.words.clear()
    ardour.at(1 * S, transport_play=float("nan"), rec_enable_toggle="1")
    ardour.keep(ardour.listener.hear(1 * S, b"/transport_play\0,\0\0\0"))

    assert ardour.words == []


def test_what_was_forgotten_is_told_again_once(ardour: Said) -> None:
    """Its last word comes again with the next look, and then only when it changes."""
    ardour.at(1 * S, rec_enable_toggle=1, transport_play=1, record_tally=1)
    told = len(ardour.words)

    ardour.listener.tell_again()
    ardour.look(2 * S)
    ardour.look(3 * S)

    assert ardour.words[told:] == [(2 * S, DawTransport.RECORDING)]


def test_what_was_never_known_is_not_told_again() -> None:
    """Nothing is made up."""
    said = Said(OscWords.ARDOUR)
    said.listener.tell_again()
    said.look(1 * S)

    assert said.events == []


def test_a_network_that_was_away_brings_the_state_back(ardour: Said) -> None:
    """Ardour went on, and tells its heartbeat again: it is asked at once, until it has said all."""
    ardour.at(1 * S, rec_enable_toggle=1, transport_play=1, record_tally=1)
    ardour.look(4 * S)
    (question,) = ardour.listener.asked_for(4 * S)
    assert ardour.listener.asked_for(5 * S) == ()
    ardour.at(5 * S, heartbeat=1)
    assert ardour.listener.asked_for(5 * S) == (question,)
    ardour.at(6 * S, transport_play=1, heartbeat=0)
    assert ardour.listener.asked_for(6 * S) == ()
    assert ardour.listener.asked_for(7 * S) == (question,)
    ardour.at(7 * S, rec_enable_toggle=1, record_tally=1)
    assert ardour.words[-1] == (7 * S, DawTransport.RECORDING)
    assert ardour.listener.asked_for(9 * S) == ()
