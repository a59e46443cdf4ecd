"""A profile's file is read as a whole, or left out with a sentence for each fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.daw.profile import (
    Answers,
    Dialect,
    Following,
    Follows,
    Profile,
    Recording,
    Said,
    Starts,
    Transport,
)
from countoff.daw.reading import profile_of, read_profile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Read = Callable[..., tuple[Profile | None, str]]

WHOLE = """\
name = "Our DAW"
about = "Moved by MMC."
keeps_takes = true
tested_with = "4.2"
setup = ["Connect {port}.", "Arm the tracks."]
unverified = ["That it is good."]

[transport]
dialect = "mmc"
record = ["record"]
record_when_armed = ["play"]
record_when_playing = ["record"]
stop = ["record_exit", "stop"]
locate = ["locate"]
between_ms = 20
lead_ms = 700

[answers]
dialect = "mackie"
recording = "record_and_play_lights"
shows_life = true
deadline_ms = 1500
proves_arming = true

[following]
tempo = "clock"
clock_while_idle = false
"""
LEAST = """\
name = "Our DAW"
about = "Moved by MMC."
[transport]
dialect = "mmc"
record = ["record"]
stop = ["stop"]
[answers]
dialect = "none"
"""


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read a profile from text; return it and the sentences of its faults."""

    def from_text(text: str, name: str = "our-daw.toml") -> tuple[Profile | None, str]:
        path = tmp_path / name
        path.write_text(text)
        profile, problems = read_profile(path)
        return profile, "\n".join(str(problem) for problem in problems)

    return from_text


def test_all_that_can_be_written_is_read(read: Read) -> None:
    """Each key reaches the profile in its own unit."""
    profile, said = read(WHOLE)

    assert said == ""
    assert profile == Profile(
        key="our-daw",
        name="Our DAW",
        about="Moved by MMC.",
        transport=Transport(
            dialect=Dialect.MMC,
            record=(Said.RECORD,),
            record_when_armed=(Said.PLAY,),
            record_when_playing=(Said.RECORD,),
            stop=(Said.RECORD_EXIT, Said.STOP),
            locate=(Said.LOCATE,),
            between_ns=20_000_000,
            lead_ns=700_000_000,
        ),
        answers=Answers(
            dialect=Dialect.MACKIE,
            recording=Recording.RECORD_AND_PLAY_LIGHTS,
            shows_life=True,
            deadline_ns=1_500_000_000,
            proves_arming=True,
        ),
        following=Following(tempo=Follows.CLOCK, clock_while_idle=False, starts=Starts.NEVER),
        keeps_takes=True,
        tested_with="4.2",
        unverified=("That it is good.",),
        setup=("Connect {port}.", "Arm the tracks."),
    )


def test_what_is_not_written_is_as_the_profile_has_it(read: Read) -> None:
    """The least that a file may say gives the defaults of the profile itself."""
    profile, said = read(LEAST)

    assert said == ""
    assert profile == Profile(
        key="our-daw",
        name="Our DAW",
        about="Moved by MMC.",
        transport=Transport(Dialect.MMC, record=(Said.RECORD,), stop=(Said.STOP,)),
        answers=Answers(Dialect.NONE),
    )


def test_a_daw_that_follows_the_clock_is_started_by_it(read: Read) -> None:
    """Real-time messages are the clock's; nothing else is said to such a DAW."""
    profile, said = read(
        'name = "A"\nabout = "B"\n[transport]\ndialect = "realtime"\n[answers]\ndialect = "none"\n'
        '[following]\ntempo = "clock"\nstarts = "count_in"\n'
    )

    assert said == ""
    assert profile is not None
    assert profile.following == Following(Follows.CLOCK, starts=Starts.COUNT_IN)


def test_all_faults_come_at_once_by_line(read: Read) -> None:
    """A mistyped key, a wrong word, a wrong number and a missing table are named together."""
    profile, said = read(
        'name = "A"\n'
        'abuot = "B"\n'
        "[transport]\n"
        'dialect = "mackey"\n'
        'record = ["recrod"]\n'
        "lead_ms = 7\n"
        "between_ms = 1,5\n"
        "[answers]\n"
        'dialect = "none"\n'
        "shows_life = 1\n"
    )

    assert profile is None
    lines = said.splitlines()
    places = [line.partition(": ")[0].rpartition(", ")[2] for line in lines]
    assert places == ["line 2", "line 4", "line 5", "line 6", "line 7", "line 10"]
    assert 'Did you mean "about"?' in lines[0]
    assert 'Did you mean "mackie"?' in lines[1]
    assert 'Did you mean "record"?' in lines[2]
    assert "from 100 to 5000" in lines[3]
    assert "a point in it, not a comma" in lines[4]
    assert "true or false" in lines[5]
    assert all(line.endswith("is left out.") for line in lines)


def test_what_does_not_go_together_is_said_with_the_other_faults(read: Read) -> None:
    """A wrong number and a missing name do not hide that two keys clash; nothing is said in vain."""
    profile, said = read(
        "[transport]\n"
        'dialect = "mackie"\n'
        'record = ["recrod"]\n'
        'stop = ["stop", "locate"]\n'
        "lead_ms = 7\n"
        "[answers]\n"
        'dialect = "osc"\n'
        "[following]\n"
        'tempo = "clok"\n'
        'starts = "bar_1"\n'
    )

    assert profile is None
    assert 'transport.stop = ["stop", "locate"] is not allowed; where transport.dialect' in said
    assert "answers.osc_words is missing" in said
    # Of a tempo that is mistyped nobody knows whether it goes with the start.
    assert "following.starts" not in said
    faults = ("name", "about", "record", "stop", "lead_ms", "osc_words", "following.tempo")
    assert len(said.splitlines()) == len(faults)


def test_what_cannot_be_done_without_is_asked_for(read: Read) -> None:
    """An empty file is told what each profile needs."""
    profile, said = read("")

    assert profile is None
    for key in ("name", "about", "transport", "answers"):
        assert f"{key} is missing: " in said


def test_a_dialect_alone_moves_nothing(read: Read) -> None:
    """A DAW that is moved needs to be told to record and to stop."""
    profile, said = read(
        LEAST.replace('record = ["record"]\n', "").replace('stop = ["stop"]\n', "")
    )

    assert profile is None
    assert "transport.record is missing: without it mmc moves nothing" in said
    assert "transport.stop is missing: without it mmc moves nothing" in said


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "[transport]",
            "[[transport]]",
            (
                "[[transport]] is not allowed; there is one table [transport], for a DAW that is moved"
                " in two ways is started twice, and stopped twice."
            ),
        ),
        (
            'dialect = "mmc"',
            'dialect = ["mmc", "mackie"]',
            (
                'transport.dialect = ["mmc", "mackie"] is not allowed; it must be one dialect, for a DAW'
                " that is moved in two ways"
            ),
        ),
        (
            "[answers]",
            '[following]\ntempo = "clock"\nstarts = "bar_1"\n[answers]',
            (
                'following.starts = "bar_1" is not allowed beside transport.dialect = "mmc"; a DAW that'
                " is moved in two ways"
            ),
        ),
        (
            "[answers]",
            '[following]\ntempo = "time_code"\n[answers]',
            (
                'following.tempo = "time_code" is not allowed beside transport.dialect = "mmc"; time'
                " code moves a DAW too"
            ),
        ),
    ],
)
def test_two_ways_into_one_daw_are_refused(read: Read, old: str, new: str, sentence: str) -> None:
    """Whatever would start the DAW beside its transport is refused, and said once."""
    profile, said = read(LEAST.replace(old, new))

    assert profile is None
    assert sentence in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            LEAST.replace('["stop"]', '["stop", "continue"]'),
            (
                'transport.stop = ["stop", "continue"] is not allowed; where transport.dialect = "mmc",'
                ' mmc has "record", "record_exit", "play", "stop" or "locate".'
            ),
        ),
        (
            LEAST.replace('"mmc"', '"mackie"').replace('["stop"]', '["stop"]\nlocate = ["locate"]'),
            (
                'transport.locate = ["locate"] is not allowed; where transport.dialect = "mackie",'
                ' mackie has "record", "play", "stop" or "marker".'
            ),
        ),
        (
            LEAST.replace('"mmc"', '"none"'),
            (
                'transport.record = ["record"] is not allowed; where transport.dialect = "none",'
                " nothing is said."
            ),
        ),
        (
            LEAST.replace('"mmc"', '"realtime"'),
            'where transport.dialect = "realtime", the clock starts and stops it.',
        ),
        (
            LEAST.replace('"mmc"', '"realtime"'),
            "following.starts is missing: where transport.dialect",
        ),
        (
            LEAST.replace('"mmc"', '"realtime"')
            .replace('"none"', '"mackie"')
            .replace('record = ["record"]\nstop = ["stop"]\n', "")
            + '[following]\ntempo = "clock"\nstarts = "bar_1"\n',
            'answers.dialect = "mackie" is not allowed where transport.dialect = "realtime": the',
        ),
        (
            LEAST.replace('"none"', '"osc"'),
            'answers.osc_words is missing: each DAW has words of its own in OSC; "ardour" or',
        ),
        (
            f'{LEAST}osc_words = "reaper"\n',
            'answers.osc_words = "reaper" is not allowed where answers.dialect = "none"; it is for',
        ),
        (
            f"{LEAST}shows_life = true\n",
            'answers.shows_life = true is not allowed where answers.dialect = "none"',
        ),
        (
            f"{LEAST}proves_arming = true\n",
            'answers.proves_arming = true is not allowed where answers.dialect = "none"',
        ),
        (
            f'{LEAST}[following]\nstarts = "bar_1"\n',
            (
                'following.starts = "bar_1" is not allowed; only a clock starts a DAW, and'
                ' following.tempo = "nothing".'
            ),
        ),
    ],
)
def test_what_does_not_go_together_is_said(read: Read, text: str, sentence: str) -> None:
    """Keys that are right each by itself are held against each other."""
    profile, said = read(text)

    assert profile is None
    assert sentence in said


@pytest.mark.parametrize("name", ["Our DAW.toml", "our_daw.toml", "-.toml", "our--daw.toml"])
def test_a_key_is_a_word_that_can_be_typed(read: Read, name: str) -> None:
    """The file's name is the word in the configuration, so it has no blanks and no capitals."""
    profile, said = read(LEAST, name)

    assert profile is None
    assert "is no name for a profile; small letters, digits and hyphens are allowed" in said


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    """A path that leads nowhere is one fault."""
    profile, problems = read_profile(tmp_path / "gone.toml")

    assert profile is None
    assert [problem.sentence for problem in problems] == ["there is no such file."]


_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 2000)
    | st.sampled_from(["mmc", "mackie", "none", "record", "stop", "clock", "bar_1", ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["dialect", "record", "stop", "tempo", "starts", "shows_life", "x"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(
    st.dictionaries(
        st.sampled_from(["name", "about", "transport", "answers", "following", "setup", "x"]),
        _values,
    )
)
def test_no_file_is_too_strange(values: dict[str, object]) -> None:
    """Whatever a file says, there is a profile or a fault, never both and never an exception."""
    profile, misfits = profile_of("any", values)

    assert (profile is None) == bool(misfits)
