from __future__ import annotations

from dataclasses import replace

from tests.daw.simulated import profiles_for_tests as daws

from countoff.daw.profile import Answers, Dialect, OscWords
from countoff.daw.simulated.asked import Ask
from countoff.daw.simulated.model import SimulatedDaw

MS = 1_000_000
S = 1000 * MS
# By hand, as the specification of OSC has it: address, tags, values, each filled up to four bytes.
QUESTION = b"/set_surface\0\0\0\0,iiii\0\0\0" + bytes(16)
PLAYS = b"/transport_play\0,i\0\0\0\0\0\1"
STANDS = b"/transport_play\0,i\0\0\0\0\0\0"
IS_ARMED = b"/rec_enable_toggle\0\0,i\0\0\0\0\0\1"
HAS_TRACK = b"/record_tally\0\0\0,i\0\0\0\0\0\1"
HAS_NO_TRACK = b"/record_tally\0\0\0,i\0\0\0\0\0\0"
PLACE_0 = b"/position/smpte\0,s\0\x0000:00:00:00\0"
RECORDS = b"/record\0,f\0\0\x3f\x80\0\0"
RECORDS_NOT = b"/record\0,f\0\0\0\0\0\0"


def daw(words: OscWords) -> SimulatedDaw:
    """Return a DAW that runs and answers over the network."""
    profile = replace(daws.MMC, answers=Answers(Dialect.OSC, osc_words=words))
    simulated = SimulatedDaw(profile)
    simulated.start(0)
    return simulated


def said(simulated: SimulatedDaw, to_ns: int) -> list[bytes]:
    """Let time pass; return the packets."""
    simulated.pass_time(to_ns)
    return [timed.data for timed in simulated.osc_said(to_ns)]


def test_ardour_answers_whoever_asks() -> None:
    """Nothing before; then all of its state, and from then on what changes."""
    ardour = daw(OscWords.ARDOUR)
    assert said(ardour, 5 * S) == []

    ardour.hear_osc(5 * S, QUESTION)
    state = said(ardour, 5 * S)
    assert {STANDS, HAS_TRACK, PLACE_0} <= set(state)
    ardour.use(6 * S, Ask.RECORD)
    assert said(ardour, 6 * S)[-2:] == [PLAYS, IS_ARMED]
    ardour.hear_osc(7 * S, b"nonsense")
    ardour.hear_osc(7 * S, QUESTION)
    assert {PLAYS, IS_ARMED, HAS_TRACK} <= set(said(ardour, 7 * S))


def test_ardour_is_never_silent() -> None:
    """A heartbeat each second, and its place ten times a second while it rolls."""
    ardour = daw(OscWords.ARDOUR)
    ardour.hear_osc(0, QUESTION)
    said(ardour, 0)

    at_rest = said(ardour, 10 * S)
    assert len(at_rest) == 10
    assert all(packet.startswith(b"/heartbeat\0\0") for packet in at_rest)
    ardour.use(10 * S, Ask.SPACE)
    places = [packet for packet in said(ardour, 11 * S) if packet.startswith(b"/position/smpte")]
    assert len(places) in (9, 10, 11)


def test_ardour_without_a_track_to_record_on() -> None:
    """It rolls and says that no track is armed."""
    ardour = daw(OscWords.ARDOUR)
    ardour.faults.refuses = True
    ardour.hear_osc(0, QUESTION)

    assert HAS_NO_TRACK in said(ardour, 0)


def test_reaper_says_it_unasked() -> None:
    """And says nothing more once all was said and it stands."""
    reaper = daw(OscWords.REAPER)

    assert RECORDS_NOT in said(reaper, 0)
    assert said(reaper, 10 * S) == []
    reaper.use(10 * S, Ask.RECORD)
    assert RECORDS in said(reaper, 10 * S)


def test_faults_hold_over_the_network_too() -> None:
    """Late, deaf, unplugged or crashed, it is so here as well."""
    reaper = daw(OscWords.REAPER)
    said(reaper, 0)
    reaper.faults.late_ns = 400 * MS
    reaper.use(1 * S, Ask.RECORD)
    assert said(reaper, 1 * S + 399 * MS) == []
    assert RECORDS in said(reaper, 1 * S + 400 * MS)
    reaper.faults.late_ns = 0
    reaper.unplug(2 * S)
    assert said(reaper, 4 * S) == []
    reaper.plug_in(4 * S)
    assert said(reaper, 5 * S) != []
    reaper.crash(5 * S)
    assert said(reaper, 9 * S) == []
    ardour = daw(OscWords.ARDOUR)
    ardour.faults.is_deaf = True
    ardour.hear_osc(0, QUESTION)
    assert said(ardour, 3 * S) == []
