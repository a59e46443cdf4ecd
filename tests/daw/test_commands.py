"""`countoff daw` as a person types it: the list, what a profile does, and how to set its DAW up."""

from __future__ import annotations

import argparse
import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from countoff.config.model import Config
from countoff.core.daw import WithoutAnswer
from countoff.daw.commands import add_daw_commands
from countoff.daw.finding import find_profile, list_profiles
from countoff.daw.ports_told import port_sentences
from countoff.daw.profile import Dialect
from countoff.daw.showing import print_profile, print_profiles, print_setup
from countoff.daw.telling import filled_in

if TYPE_CHECKING:
    from pathlib import Path

    from countoff.daw.profile import Profile

MARK = "\N{BLACK RIGHT-POINTING SMALL TRIANGLE}"
KEYS = [listed.path.stem for listed in list_profiles(None)]
OWN = """\
name = "Ours [red]\\u0007"
about = "Moved by MMC."
setup = ["Connect {port}."]
[transport]
dialect = "mmc"
record = ["record"]
stop = ["stop"]
[answers]
dialect = "none"
"""


class Desk:
    """A folder with a configuration and profiles of its own, and the command line."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self._config = folder / "countoff.toml"
        self._config.write_text("")
        self.daws = folder / "daws"
        self.daws.mkdir()

    def configure(self, text: str) -> None:
        """Write the configuration."""
        self._config.write_text(text)

    def run(self, *words: str) -> tuple[int, str, str]:
        """Return the exit code of `countoff daw` with these words, and what it printed."""
        parser = argparse.ArgumentParser()
        parser.set_defaults(config=self._config)
        add_daw_commands(parser.add_subparsers())
        arguments = parser.parse_args(["daw", *words])
        code: int = arguments.run(arguments)
        said = self._capsys.readouterr()
        return code, said.out, said.err


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    """Sit down at a box without any profile of its own."""
    return Desk(tmp_path, capsys)


def page(width: int = 80) -> Console:
    """Return a page of that width."""
    return Console(file=io.StringIO(), width=width, highlight=False, color_system=None)


def text_of(console: Console) -> str:
    """Return what is on a page."""
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def setup_page(profile: Profile, config: Config | None = None, width: int = 80) -> str:
    """Return the page that says how to set the DAW up."""
    console = page(width)
    ports = port_sentences(config or Config(), profile)
    print_setup(profile, ports, is_in_force=False, console=console)
    return text_of(console)


def test_all_profiles_fit_on_a_page() -> None:
    """Each has a line, the one in force is marked, and nothing is wider than 80 columns."""
    console = page()
    print_profiles(list_profiles(None), "reaper", console)

    lines = text_of(console).splitlines()
    assert max(map(len, lines)) <= 80
    marked = [line.split()[1] for line in lines if line.startswith(MARK)]
    assert marked == ["reaper"]
    assert {line.split()[0] for line in lines if line.split()} >= set(KEYS) - {"reaper"}


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("width", [40, 80])
def test_setup_prints_for_each(key: str, width: int) -> None:
    """Every step has its number, every doubt its mark; no place is left to be filled in."""
    profile = find_profile(key, None)
    printed = setup_page(profile, width=width)

    lines = [line.strip() for line in printed.splitlines()]
    for number, step in enumerate(profile.setup, start=1):
        beginning = f"{number}. {filled_in(step).split()[0]}"
        assert sum(line.startswith(beginning) for line in lines) == 1
    assert sum(line.startswith("? ") for line in lines) == len(profile.unverified)
    assert ("NOT VERIFIED" in printed) == bool(profile.unverified)
    assert "{" not in printed
    assert max(map(len, printed.splitlines())) <= width


@pytest.mark.parametrize("key", KEYS)
def test_what_each_does_fits_on_a_page(key: str) -> None:
    """The facts of each profile are printed within 80 columns."""
    console = page()
    print_profile(find_profile(key, None), WithoutAnswer.REFUSE, console)

    printed = text_of(console)
    assert "moved by" in printed
    assert max(map(len, printed.splitlines())) <= 80


def test_what_becomes_of_a_take_without_an_answer_is_said() -> None:
    """The page says what the configuration decided."""
    profile = find_profile("ardour", None)
    refusing, warning = page(), page()
    print_profile(profile, WithoutAnswer.REFUSE, refusing)
    print_profile(profile, WithoutAnswer.WARN, warning)

    assert "1 s; then there is no count-in" in text_of(refusing)
    assert "1 s; then the light warns" in text_of(warning)


def test_what_a_dialect_cannot_prove_is_said() -> None:
    """Whoever takes time code for an answer reads that it says no more than that the DAW moves."""
    ardour = find_profile("ardour-mmc", None)
    console = page()
    moving = replace(ardour, answers=replace(ardour.answers, dialect=Dialect.MTC))
    print_profile(moving, WithoutAnswer.REFUSE, console)

    printed = " ".join(text_of(console).split())
    assert (
        "MIDI time code: that it moves, once it was told to record; more it cannot say" in printed
    )
    assert "nothing proves that one is armed" in printed


def test_the_port_is_named_as_it_is_configured() -> None:
    """A port of our own has its names, a named one its key, and none is said to be missing."""
    reaper, clocked = find_profile("reaper", None), find_profile("ardour-clock", None)
    named = Config.model_validate({"midi": {"port": "UMC404", "clock_port": "Digitakt"}})
    alsa = Config.model_validate({"midi": {"backend": "alsa"}})
    silent = Config.model_validate({"midi": {"backend": "none"}})

    (own,) = port_sentences(Config(), reaper)
    assert own[0] == "Countoff's port"
    assert '"Countoff: Countoff DAW" and "Countoff: Countoff DAW in" (ALSA) or' in own[1]
    assert '"Countoff:DAW" and "Countoff:DAW in" (JACK).' in own[1]
    spoken = port_sentences(Config(), find_profile("mmc", None))[0][1]
    assert '"Countoff: Countoff DAW" (ALSA) or "Countoff:DAW" (JACK).' in spoken
    assert "JACK" not in port_sentences(alsa, reaper)[0][1]
    assert 'midi.port = "UMC404" means, both ways.' in port_sentences(named, reaper)[0][1]
    ((clock, where),) = port_sentences(named, clocked)
    assert clock == "Countoff's clock port"
    assert 'midi.clock_port = "Digitakt"' in where
    assert 'Set it to "auto".' in port_sentences(silent, reaper)[0][1]
    assert port_sentences(Config(), find_profile("none", None)) == []


def test_the_list_tells_what_is_in_force(desk: Desk) -> None:
    """The configured profile is marked; as JSON each has its key, its dialects and whose it is."""
    desk.configure('[daw]\nprofile = "logic"\n')
    code, printed, _ = desk.run("list")
    assert code == 0
    assert "In force: logic." in printed

    code, printed, _ = desk.run("list", "--json")
    listed = {each["key"]: each for each in json.loads(printed)}
    assert code == 0
    assert set(listed) == set(KEYS)
    assert listed["logic"]["in_force"]
    assert not listed["mmc"]["in_force"]
    assert not listed["mmc"]["is_own"]
    assert listed["pro-tools"]["transport"]["dialect"] == "hui"
    assert listed["pro-tools"]["transport"]["lead_ms"] == 1000


def test_ones_own_profiles_are_listed(desk: Desk) -> None:
    """A file in `daws` is there by its name, and printed as text whatever it says."""
    (desk.daws / "ours.toml").write_text(OWN)

    code, printed, _ = desk.run("list")
    assert code == 0
    assert "Your own: ours." in printed
    assert "Ours [red]\N{REPLACEMENT CHARACTER}" in printed


def test_faults_of_ones_own_profiles_are_named(desk: Desk) -> None:
    """A profile with a fault is not listed, its faults are said, and the exit code is 1."""
    (desk.daws / "ours.toml").write_text(OWN.replace('"mmc"', '"mcm"'))

    code, printed, said = desk.run("list")
    assert code == 1
    assert "ours" not in printed
    assert 'transport.dialect = "mcm" is not allowed' in said
    code, _, said = desk.run("setup", "ours")
    assert code == 1
    assert "ours.toml has faults." in said
    assert 'Did you mean "mmc"?' in said


def test_without_a_word_it_is_the_one_in_force(desk: Desk) -> None:
    """`show` and `setup` by themselves are of the configured DAW, and do not ask to configure it."""
    desk.configure('[daw]\nprofile = "cubase"\n')

    code, printed, _ = desk.run("show")
    assert code == 0
    assert printed.startswith("Cubase, Nuendo")
    code, printed, _ = desk.run("setup")
    assert code == 0
    assert "[daw]" not in printed
    _, printed, _ = desk.run("setup", "reaper")
    assert '  [daw]\n  profile = "reaper"' in printed
    _, printed, _ = desk.run("setup", "ardour-clock")
    assert '  [midi]\n  clock = "count_in"' in printed


def test_a_file_can_be_shown_before_it_is_used(desk: Desk, tmp_path: Path) -> None:
    """Whoever writes a profile sees what it does, or what is wrong with it."""
    path = tmp_path / "draft.toml"
    path.write_text(OWN)
    code, printed, _ = desk.run("show", str(path))
    assert code == 0
    assert "Record Strobe" in printed

    path.write_text("")
    code, printed, said = desk.run("show", str(path))
    assert code == 1
    assert printed == ""
    assert "transport is missing" in said


def test_a_word_that_is_no_profile_is_guessed(desk: Desk) -> None:
    """A mistyped profile is named with those there are and the nearest."""
    code, printed, said = desk.run("setup", "protools")

    assert (code, printed) == (1, "")
    assert said.startswith("protools: there is no such profile. Known: ardour, ")
    assert 'Did you mean "pro-tools"?' in said


def test_setup_for_programs(desk: Desk) -> None:
    """As JSON: the ports, the steps with the ports filled in, and what was not verified."""
    code, printed, _ = desk.run("setup", "reaper", "--json")

    report = json.loads(printed)
    assert code == 0
    assert (report["key"], report["name"], report["in_force"]) == ("reaper", "REAPER", False)
    assert list(report["ports"]) == ["Countoff's port"]
    assert "Countoff's port" in report["steps"][0]
    assert len(report["unverified"]) == len(find_profile("reaper", None).unverified)
    code, printed, _ = desk.run("show", "reaper", "--json")
    assert code == 0
    assert json.loads(printed)["answers"]["deadline_ms"] == 1000
