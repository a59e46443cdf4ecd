"""DAWs that follow the box's time code: their profiles, how they are armed, and what the box needs."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest

from countoff.config.load import Loaded, load
from countoff.config.model import Config
from countoff.config.rules import session_settings
from countoff.core.actions import DawCommand, TellDaw
from countoff.core.events import Part
from countoff.core.session.state import LocatePlace
from countoff.core.song import BUILT_IN_SONG
from countoff.core.time_code import TimeCodeRate
from countoff.daw.conversation import Conversation
from countoff.daw.finding import find_profile
from countoff.daw.ports_told import port_sentences
from countoff.daw.profile import Dialect
from countoff.daw.reading import profile_of
from countoff.daw.telling import CLOCK_PORT, PORT, facts
from countoff.opening import opening_state
from countoff.takelog.recovery import Recovered

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MS = 1_000_000
RECORD = [bytes.fromhex(each) for each in ("90 5F 7F", "90 5F 00")]
LIT, BLINKS, DARK = (bytes.fromhex(each) for each in ("90 5F 7F", "90 5F 01", "90 5F 00"))
STANDS = [bytes.fromhex(each) for each in ("90 5E 00", "90 5D 7F")]
ROLLS = [bytes.fromhex(each) for each in ("90 5E 7F", "90 5D 00")]

CHASER: dict[str, Any] = {
    "name": "Chaser",
    "about": "Rolled by time code.",
    "transport": {"dialect": "mtc"},
    "answers": {"dialect": "none"},
    "following": {"tempo": "time_code"},
}


def faults(**changes: Any) -> str:
    """Return what is said of a profile with other tables than a right one."""
    profile, misfits = profile_of("chaser", {**CHASER, **changes})
    assert (profile is None) == bool(misfits)
    return "\n".join(misfit.sentence for misfit in misfits)


def armed(**said: Any) -> dict[str, Any]:
    """Return a table of how it is moved, armed by Mackie Control."""
    return {"dialect": "mtc", "armed_by": "mackie", "record": ["record"], **said}


def test_the_least_there_is() -> None:
    """Moved by time code, armed by hand or by a record button."""
    assert faults() == ""
    assert faults(transport=armed(marker=["marker"])) == ""


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"following": {}},
            'following.tempo = "nothing" is not allowed where transport.dialect = "mtc"',
        ),
        (
            {"transport": {"dialect": "none"}},
            ('following.tempo = "time_code" is not allowed beside transport.dialect = "none"; time'
            " code moves a DAW too"),
        ),
        (
            {"transport": armed(record=["record", "play"])},
            ('transport.record = ["record", "play"] is not allowed; where transport.dialect = "mtc",'
            ' time code rolls it, stops it and sends it to its place; beside it there is "record"'
            ' or "marker".'),
        ),
        (
            {"transport": armed(stop=["stop"])},
            'transport.stop = ["stop"] is not allowed; where transport.dialect = "mtc", time code',
        ),
        (
            {"transport": {"dialect": "mtc", "record": ["record"]}},
            ('transport.record = ["record"] is not allowed; where transport.dialect = "mtc", time'
            " code rolls it, stops it and sends it to its place."),
        ),
        (
            {"transport": armed(record=[])},
            'transport.record is missing: where transport.armed_by = "mackie"',
        ),
        (
            {"answers": {"dialect": "mtc"}},
            'answers.dialect = "mtc" is not allowed where transport.dialect = "mtc": the time code',
        ),
        (
            {
                "transport": {"dialect": "hui", "record": ["record"], "stop": ["stop"],
                              "armed_by": "hui"},
                "following": {},
            },
            'transport.armed_by = "hui" is not allowed where transport.dialect = "hui"; it is for',
        ),
    ],
)  # fmt: skip
def test_what_does_not_go_with_time_code(changes: dict[str, Any], sentence: str) -> None:
    """A second way to move it, an echo for an answer, and words that would do nothing."""
    assert sentence in faults(**changes)


def ready(record_light: bytes) -> Conversation:
    """Return a conversation with an Ardour that stands, long after its lights have come."""
    conversation = Conversation(find_profile("ardour-mtc", None))
    conversation.opened(0)
    for data in (record_light, *STANDS):
        conversation.hear(10 * MS, data)
    conversation.look(5000 * MS)
    return conversation


def said(conversation: Conversation, at_ms: int, command: DawCommand) -> list[bytes]:
    """Return the bytes of a command."""
    return [timed.data for timed in conversation.say(TellDaw(at_ms * MS, command))]


def test_the_record_button_arms_and_nothing_stops() -> None:
    """Pressed where it is dark; time code does the rest, and ends the take."""
    conversation = ready(DARK)
    assert said(conversation, 5000, DawCommand.RECORD) == RECORD
    assert said(conversation, 9000, DawCommand.STOP) == []
    assert said(conversation, 9001, DawCommand.LOCATE) == []


@pytest.mark.parametrize("light", [LIT, BLINKS])
def test_what_is_armed_stays_armed(light: bytes) -> None:
    """A second press would take the arming away."""
    conversation = ready(light)
    assert said(conversation, 5000, DawCommand.RECORD) == []


def test_armed_and_given_up_before_it_rolled() -> None:
    """Its light says that it is armed, and not that it records: that is enough to know."""
    conversation = ready(DARK)
    said(conversation, 5000, DawCommand.RECORD)
    conversation.hear(5020 * MS, BLINKS)
    conversation.look(5400 * MS)
    said(conversation, 6000, DawCommand.STOP)
    assert said(conversation, 6800, DawCommand.RECORD) == []


def test_a_daw_that_still_rolls_is_waited_for() -> None:
    """Time code has ceased and its lights have not changed yet: nothing is pressed blindly."""
    conversation = ready(DARK)
    said(conversation, 5000, DawCommand.RECORD)
    for data in (LIT, *ROLLS):
        conversation.hear(6000 * MS, data)
    conversation.look(8000 * MS)
    said(conversation, 9000, DawCommand.STOP)
    for data in (DARK, *STANDS):
        conversation.hear(9500 * MS, data)
    conversation.look(9800 * MS)
    assert said(conversation, 9801, DawCommand.RECORD) == RECORD


@pytest.fixture
def load_text(tmp_path: Path) -> Callable[[str], Loaded]:
    """Load a configuration from text."""

    def from_text(text: str) -> Loaded:
        path = tmp_path / "countoff.toml"
        path.write_text(text)
        return load(path)

    return from_text


@pytest.mark.parametrize("rate", ["24", "25", "30", "30df"])
def test_takes_have_it_at_the_daws_own_rate(load_text: Callable[[str], Loaded], rate: str) -> None:
    """As many frames a second as are configured; of a DAW that does not follow there is none."""
    written = f'"{rate}"' if rate == "30df" else rate
    followed = load_text(f'[daw]\nprofile = "cubase-mtc"\nframes_per_second = {written}\n')
    other = load_text(f'[daw]\nprofile = "cubase"\nframes_per_second = {written}\n')

    assert followed.problems == other.problems == ()
    settings = session_settings(followed.config, followed.profile)
    assert settings.time_code is TimeCodeRate(rate)
    assert settings.lead_ns == 4_000_000_000
    assert session_settings(other.config, other.profile).time_code is None


def test_it_can_be_sent_to_one_place_for_all_takes(load_text: Callable[[str], Loaded]) -> None:
    """Time code says every place: stacking is allowed where takes are kept, and only there."""
    stacked = '[daw]\nprofile = "{}"\nway = "stack"\nlocate = "01:00:00"\n'
    kept = load_text(stacked.format("ardour-mtc"))

    assert kept.problems == ()
    assert session_settings(kept.config, kept.profile).locate_place is LocatePlace.FIXED
    (problem,) = load_text(stacked.format("pro-tools-mtc")).problems
    assert problem.key == "daw.way"


@pytest.mark.parametrize("clock", ["tempo", "count_in", "bar_1"])
def test_there_is_no_clock_beside_it(load_text: Callable[[str], Loaded], clock: str) -> None:
    """One port, one of the two: a clock might start the DAW as well."""
    (problem,) = load_text(f'[daw]\nprofile = "mtc"\n[midi]\nclock = "{clock}"\n').problems

    assert problem.key == "midi.clock"
    assert "follows time code, which leaves by the clock's port" in problem.sentence


@pytest.mark.parametrize(
    ("key", "ports"), [("mtc", [CLOCK_PORT]), ("logic-mtc", [PORT, CLOCK_PORT])]
)
def test_the_ports_that_it_needs(key: str, ports: list[str]) -> None:
    """The clock's port is opened for it, and named; the other one where it is armed or heard."""
    profile, config = find_profile(key, None), Config()

    assert [port for port, _ in port_sentences(config, profile)] == ports
    state = opening_state(
        config,
        (BUILT_IN_SONG,),
        Recovered(),
        run_id=uuid.UUID(int=1),
        session_id="day",
        profile=profile,
    )
    assert Part.CLOCK in state.parts
    assert state.settings.daw.is_started_by_clock


def test_what_is_told_of_it() -> None:
    """What moves it, what arms it, and that each take has its place."""
    told = dict(facts(find_profile("pro-tools-mtc", None)))

    assert told["moved by"] == "MIDI time code"
    assert told["armed by"] == "HUI; time code cannot"
    assert told["to record"] == "Record"
    assert told["places"] == "each take is sent to its own"
    assert "to stop" not in told
    by_hand = dict(facts(find_profile("mtc", None)))
    assert by_hand["armed by"] == "hand: time code rolls it, and cannot arm it"


def test_each_has_its_answer_before_the_count_in() -> None:
    """A count-in that is never late keeps bar 1 on the place that is asked for."""
    for key in ("ardour-mtc", "cubase-mtc", "logic-mtc", "pro-tools-mtc"):
        profile = find_profile(key, None)
        assert profile.transport.dialect is Dialect.MTC
        assert profile.answers.deadline_ns < profile.transport.lead_ns
