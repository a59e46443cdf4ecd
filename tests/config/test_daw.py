"""The configuration names its DAW, and what does not go together with that DAW is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from countoff.config.load import Loaded, load
from countoff.config.model import Config
from countoff.config.rules import session_settings
from countoff.core.daw import DawAbilities, OnRecord, OnStop, WithoutAnswer
from countoff.core.session.state import LocatePlace, Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Load = Callable[..., Loaded]

OWN = """\
name = "Ours"
about = "Moved by MMC."
keeps_takes = true
[transport]
dialect = "mmc"
record = ["record"]
stop = ["stop"]
locate = ["locate"]
lead_ms = 900
[answers]
dialect = "mackie"
shows_life = true
deadline_ms = 700
"""


@pytest.fixture
def load_text(tmp_path: Path) -> Load:
    """Load a configuration from text, with profiles of the user's own beside it."""

    def from_text(text: str, **own: str) -> Loaded:
        path = tmp_path / "countoff.toml"
        path.write_text(text)
        (tmp_path / "daws").mkdir(exist_ok=True)
        for key, profile in own.items():
            (tmp_path / "daws" / f"{key}.toml").write_text(profile)
        return load(path)

    return from_text


def sentences(loaded: Loaded) -> str:
    """Return all problems as the user sees them."""
    return "\n".join(str(problem) for problem in loaded.problems)


def settings_of(loaded: Loaded) -> Settings:
    """Return what the session rules make of it."""
    return session_settings(loaded.config, loaded.profile)


def test_nobodys_box_changes(load_text: Load) -> None:
    """A configuration that says nothing of a DAW speaks generic MMC, and expects no answer."""
    loaded = load_text("")

    assert loaded.problems == ()
    assert loaded.profile.key == "mmc"
    assert settings_of(loaded) == session_settings(Config())
    assert settings_of(loaded).daw == DawAbilities()


def test_a_place_for_all_takes_is_still_allowed(load_text: Load) -> None:
    """A file from before there were ways of working means what it meant."""
    loaded = load_text('[daw]\nlocate = "01:00:00"\n')

    assert loaded.problems == ()
    assert settings_of(loaded).locate_place is LocatePlace.FIXED
    assert settings_of(loaded).locate_s == 3600


def test_a_profile_is_chosen_by_its_key(load_text: Load) -> None:
    """The profile that is named is the one in force."""
    loaded = load_text('[daw]\nprofile = "reaper"\n')

    assert loaded.problems == ()
    assert loaded.profile.name == "REAPER"
    abilities = settings_of(loaded).daw
    assert (abilities.can_answer, abilities.can_locate, abilities.can_mark) == (True, False, True)


def test_what_is_mistyped_is_guessed(load_text: Load) -> None:
    """A profile that is not there is named with those that are, and the default is in force."""
    loaded = load_text('[daw]\nprofile = "protools"\n')

    assert loaded.profile.key == "mmc"
    assert loaded.config.daw.profile == "mmc"
    said = sentences(loaded)
    assert 'line 2: daw.profile = "protools" is not allowed: there is no such profile.' in said
    assert "Known: ardour, ardour-clock, ardour-mmc, ardour-mtc, ardour-osc, cubase," in said
    assert 'Did you mean "pro-tools"? The default, "mmc", is used.' in said


def test_a_daw_may_be_meant_by_its_name(load_text: Load) -> None:
    """Whoever writes the name of a DAW is told the key of its profile."""
    said = sentences(load_text('[daw]\nprofile = "Nuendo"\n'))

    assert 'Did you mean "cubase"?' in said


def test_a_profile_of_ones_own_lies_beside_the_configuration(load_text: Load) -> None:
    """A file in `daws` is a profile like any other; its lead and deadline count."""
    loaded = load_text('[daw]\nprofile = "ours"\n', ours=OWN)

    assert loaded.problems == ()
    settings = settings_of(loaded)
    assert settings.lead_ns == 900_000_000
    assert settings.daw == DawAbilities(
        can_answer=True, shows_life=True, deadline_ns=700_000_000, keeps_takes=True
    )


def test_a_profile_of_ones_own_takes_the_place_of_one_of_the_same_name(load_text: Load) -> None:
    """Whoever knows better than the box writes it down."""
    loaded = load_text('[daw]\nprofile = "reaper"\n', reaper=OWN)

    assert loaded.profile.name == "Ours"


def test_faults_of_a_profile_of_ones_own_are_told_with_the_configuration(load_text: Load) -> None:
    """The file is named with its faults, the key with what follows, and the default is in force."""
    loaded = load_text('[daw]\nprofile = "ours"\n', ours=OWN.replace("mackie", "macky"))

    assert loaded.profile.key == "mmc"
    said = sentences(loaded).splitlines()
    assert 'daw.profile = "ours" is not allowed: ' in said[0]
    assert said[0].endswith('ours.toml has faults. The default, "mmc", is used.')
    assert 'answers.dialect = "macky" is not allowed; it must be' in said[1]
    assert len(said) == 2


def test_a_broken_default_of_ones_own_does_not_stop_the_box(load_text: Load) -> None:
    """Where the user's own mmc.toml has faults, the one that came with the box is in force."""
    loaded = load_text("", mmc="name = 3\n")

    assert loaded.profile.name == "MMC, generic"
    assert "mmc.toml has faults" in sentences(loaded)


def test_what_becomes_of_answers_reaches_the_rules(load_text: Load) -> None:
    """Refuse or warn, end or warn, log or ignore, and another deadline than the profile's."""
    loaded = load_text(
        '[daw]\nprofile = "ardour"\nwithout_answer = "warn"\non_stop = "warn"\n'
        'on_record = "ignore"\ndeadline_ms = 2500\n'
    )

    settings = settings_of(loaded)
    assert loaded.problems == ()
    assert settings.without_answer is WithoutAnswer.WARN
    assert settings.on_stop is OnStop.WARN
    assert settings.on_record is OnRecord.IGNORE
    assert settings.daw.deadline_ns == 2_500_000_000


@pytest.mark.parametrize(
    ("line", "guess"),
    [
        ('without_answer = "refused"', "refuse"),
        ('on_stop = "ending"', "end"),
        ('on_record = "ignored"', "ignore"),
        ('way = "string out"', "string_out"),
    ],
)
def test_each_word_has_its_nearest_guess(load_text: Load, line: str, guess: str) -> None:
    """A wrong word falls back alone, and the sentence says what was allowed."""
    loaded = load_text(f"[daw]\n{line}\n")

    assert f'Did you mean "{guess}"?' in sentences(loaded)
    assert loaded.config == Config()


@pytest.mark.parametrize(
    ("text", "key", "sentence"),
    [
        (
            '[midi]\nport = "UMC404"\nclock_port = "umc404hd  midi 1"\nclock = "bar_1"\n',
            "midi.clock",
            (
                "is the port on which MMC, generic is moved by mmc already: it would be started twice,"
                " and stopped twice. Give the clock a port of its own"
            ),
        ),
        (
            '[daw]\nprofile = "live"\n[midi]\nclock = "count_in"\n',
            "midi.clock",
            (
                'midi.clock = "count_in" is not allowed: Ableton Live has its tempo from the clock and'
                " is moved by mackie: it would be started twice"
            ),
        ),
        (
            '[daw]\nprofile = "ardour-clock"\n[midi]\nclock = "tempo"\n',
            "daw.profile",
            'midi.clock = "tempo" does not: midi.clock = "count_in".',
        ),
        (
            '[daw]\nprofile = "ardour-clock"\n',
            "daw.profile",
            (
                'the MIDI clock starts this DAW, and midi.clock = "off" does not: midi.clock ='
                ' "count_in".'
            ),
        ),
        (
            '[daw]\nprofile = "ardour-clock"\n[midi]\nclock = "bar_1"\n',
            "daw.profile",
            "this DAW rolls as soon as it hears a clock",
        ),
        (
            '[daw]\nprofile = "reaper"\nlocate = "01:00:00"\n',
            "daw.locate",
            "REAPER cannot be sent to a place by mackie",
        ),
        (
            '[daw]\nway = "string_out"\nlocate = "01:00:00"\n',
            "daw.locate",
            'each take has a place of its own: locate = "fresh".',
        ),
        (
            '[daw]\nway = "stack"\nlocate = "01:00:00"\n',
            "daw.way",
            "nothing says that MMC, generic keeps a take that is recorded over.",
        ),
        (
            '[daw]\nprofile = "ardour-mmc"\nway = "stack"\n',
            "daw.way",
            'it needs the one place that takes go to: locate = "01:00:00".',
        ),
        (
            '[daw]\nprofile = "ardour"\nway = "stack"\n',
            "daw.way",
            "Ardour cannot be sent to a place by mackie.",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(
    load_text: Load, text: str, key: str, sentence: str
) -> None:
    """Two ways into one DAW, and places that no take can have, are one fault each."""
    loaded = load_text(text)

    assert key in {problem.key for problem in loaded.problems}
    assert sentence in sentences(loaded)


@pytest.mark.parametrize(
    "text",
    [
        # A drum machine on the box's own port, or on one of its own, follows beside any DAW.
        '[midi]\nclock = "bar_1"\n',
        '[midi]\nclock = "bar_1"\nport = "UMC404"\nclock_port = "Digitakt"\n',
        '[daw]\nprofile = "live"\n[midi]\nclock = "bar_1"\nclock_port = "Digitakt"\n',
        '[daw]\nprofile = "live"\n[midi]\nclock = "tempo"\n',
        '[daw]\nprofile = "reaper"\n[midi]\nclock = "bar_1"\n',
        '[daw]\nprofile = "none"\n[midi]\nclock = "bar_1"\n',
        '[daw]\nprofile = "ardour-clock"\n[midi]\nclock = "count_in"\n',
        '[daw]\nprofile = "ardour-mmc"\nway = "stack"\nlocate = "01:00:00"\n',
        '[daw]\nway = "string_out"\n',
    ],
)
def test_what_goes_together_is_allowed(load_text: Load, text: str) -> None:
    """Nobody is warned of what does no harm."""
    assert sentences(load_text(text)) == ""


@pytest.mark.parametrize("value", ["3819", "studio", "studio:", "a b:1", "::1"])
def test_where_osc_is_needs_a_machine_and_a_port(load_text: Load, value: str) -> None:
    """What is no machine and port falls back with what was allowed."""
    loaded = load_text(f'[daw]\nosc = "{value}"\n')

    assert 'it must be a machine and a port, "192.168.1.20:3819".' in sentences(loaded)
    assert loaded.config.daw.osc == "127.0.0.1:3819"


def test_a_profile_never_shortens_the_lead(load_text: Load) -> None:
    """The lead is the longer of what is configured and what the DAW needs."""
    assert settings_of(load_text('[daw]\nprofile = "pro-tools"\n')).lead_ns == 1_000_000_000
    longer = load_text('[daw]\nprofile = "pro-tools"\nlead_ms = 1500\n')
    assert settings_of(longer).lead_ns == 1_500_000_000


def test_a_daw_that_could_never_answer_in_time_is_refused(load_text: Load) -> None:
    """A clock that starts it begins with the count-in, and that waits for the DAW's answer."""
    nobody = OWN.replace('"mmc"', '"none"').replace(
        'record = ["record"]\nstop = ["stop"]\nlocate = ["locate"]\n', ""
    )
    follower = f'{nobody}[following]\ntempo = "clock"\n'
    starting = '[daw]\nprofile = "ours"\n[midi]\nclock = "count_in"\n'

    assert "started too late to give one" in sentences(load_text(starting, ours=follower))
    assert sentences(load_text(starting.replace("count_in", "tempo"), ours=follower)) == ""
    other_port = f'{starting}clock_port = "Digitakt"\n'
    assert sentences(load_text(other_port, ours=follower)) == ""
    assert sentences(load_text(starting, ours=nobody)) == ""


def test_a_daw_that_pulses_alone_would_roll_is_not_moved_in_two_ways(load_text: Load) -> None:
    """Where a profile says that a clock rolls its DAW at once, pulses without Start are no less a way."""
    rolling = f'{OWN}[following]\ntempo = "clock"\nclock_while_idle = false\n'
    pulses = '[daw]\nprofile = "ours"\n[midi]\nclock = "tempo"\n'

    assert "Ours rolls as soon as it hears pulses, and is moved by mmc: it would be" in sentences(
        load_text(pulses, ours=rolling)
    )
    assert sentences(load_text(f'{pulses}clock_port = "Digitakt"\n', ours=rolling)) == ""
    assert sentences(load_text('[daw]\nprofile = "ours"\n', ours=rolling)) == ""
